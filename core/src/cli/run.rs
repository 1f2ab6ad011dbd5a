//! An application as a program.

use std::process::ExitCode;

use crate::server::App;

impl App {
    /// Parses the command line and runs its command; `serve` when it has none.
    pub async fn run(self) -> ExitCode {
        super::run(self, std::env::args_os()).await
    }

    /// As [`App::run`], from a `main` that is not async.
    #[must_use]
    pub fn main(self) -> ExitCode {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(self.run()),
            Err(error) => {
                eprintln!("error: no threads can be started: {error}");
                ExitCode::FAILURE
            }
        }
    }
}
