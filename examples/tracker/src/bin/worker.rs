//! The tasks without the server, for a machine of their own: `issue-tracker serve --no-tasks` beside it.

use std::process::ExitCode;

use issue_tracker::own_code::mail::Mailer;

#[entify::tokio::main(crate = "entify::tokio")]
async fn main() -> ExitCode {
    issue_tracker::app(Mailer::default()).worker().await
}
