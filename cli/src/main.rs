//! The command `entify`: what there is to do before there is an application.

mod new;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use entify::cli::InspectCommand;

use crate::new::NewApp;

/// One annotated struct is a whole backend.
#[derive(Debug, Parser)]
#[command(name = "entify", version, arg_required_else_help = true)]
struct Entify {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an application that runs and tests at once
    New(NewApp),
    /// Write entity structs for the tables of a database that others made
    Inspect(InspectCommand),
}

#[tokio::main]
async fn main() -> ExitCode {
    match Entify::parse().command {
        Command::New(new) => match new.run() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        },
        Command::Inspect(inspect) => inspect.main().await,
    }
}
