//! The issue tracker of the guide (`entify::guide`), as a program. Its entities are those that the guide's examples use.

#[path = "../../../core/src/guide/tracker.rs"]
mod tracker;

use std::process::ExitCode;

fn main() -> ExitCode {
    tracker::app().main()
}
