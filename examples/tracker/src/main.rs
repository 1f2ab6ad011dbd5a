//! The program: its server and its commands (`issue-tracker --help`).

use issue_tracker::own_code::mail::Mailer;

fn main() -> std::process::ExitCode {
    issue_tracker::app(Mailer::default()).main()
}
