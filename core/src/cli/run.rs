//! An application as a program.

use std::ffi::OsString;
use std::process::ExitCode;

use crate::server::App;

impl App {
    /// Parses the command line and runs its command; `serve` when it has none.
    ///
    /// When the server stops, what has not ended within `SHUTDOWN_TIMEOUT` is left to the runtime of the caller.
    /// [`App::main`] waits for nothing of it; a runtime that is dropped waits for the code that blocks its threads.
    pub async fn run(self) -> ExitCode {
        self.run_with(std::env::args_os()).await
    }

    /// As [`App::run`], of another command line than the program's own; the first argument is the program's name.
    pub async fn run_with(self, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
        super::run(self, arguments).await
    }

    /// As [`App::run`], from a `main` that is not async.
    #[must_use]
    pub fn main(self) -> ExitCode {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        match runtime {
            Ok(runtime) => {
                let code = runtime.block_on(self.run());
                // All that was to be waited for has been: a hook that blocks its thread does not hold up the end.
                runtime.shutdown_background();
                code
            }
            Err(error) => {
                eprintln!("error: no threads can be started: {error}");
                ExitCode::FAILURE
            }
        }
    }
}
