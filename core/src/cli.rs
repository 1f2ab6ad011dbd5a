//! The commands of an application's program.
//!
//! Every command answers `--help`, ends with a status other than zero when it fails, and prints why in one line on
//! standard error.

mod account;
mod action;
mod check;
#[cfg(feature = "rest")]
mod client;
mod failure;
mod inspect;
mod migrate;
mod own;
mod policy;
mod run;
#[cfg(any(feature = "graphql", feature = "rest"))]
mod schema;
mod serve;
mod token;
mod transfer;
mod worker;

pub use inspect::InspectCommand;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::auth::Jwt;
use crate::cli::failure::{Failure, Outcome};
use crate::config::Settings;
use crate::server::{App, finish_logging, start_logging};
use crate::state::AppState;

/// The backend's server and its tools. Without a command: serve.
///
/// Settings come from `entify.toml`, `.env` and the environment; `.env.example` lists them.
#[derive(Debug, Parser)]
#[command(disable_version_flag = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<CliCommand>,
}

#[derive(Debug, Subcommand)]
enum CliCommand {
    /// Serve the APIs and the admin (the default)
    Serve(serve::ServeCommand),
    /// Run the application's tasks without the server
    Worker,
    /// Make, apply and undo migrations
    #[command(subcommand)]
    Migrate(migrate::MigrateCommand),
    /// Write the API's schema
    #[cfg(any(feature = "graphql", feature = "rest"))]
    #[command(subcommand)]
    Schema(schema::SchemaCommand),
    /// Write a client of the APIs
    #[cfg(feature = "rest")]
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Accounts that sign in to the admin
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Tokens that programs send as `Authorization: Bearer …`
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// What policies mean for a principal
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Read a CSV or JSON-lines file into an entity: all of it, or nothing
    Import(transfer::ImportCommand),
    /// Write an entity's rows as CSV or JSON lines
    Export(transfer::ExportCommand),
    /// Fill the database with the application's first rows
    Seed,
    /// List what is served where
    Routes,
    /// Check the settings, the database and the migrations, and name what differs between entities, migrations and database
    Check,
    /// Write entity structs for the tables of a database that others made
    Inspect(inspect::InspectCommand),
}

/// Runs the command line.
pub(crate) async fn run(app: App, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let command = action::with_actions(Cli::command(), &app);
    let command = match own::with_commands(command, &app.commands) {
        Ok(command) => command,
        Err(failure) => return status(Err(failure)),
    };
    let mut matches = match command.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refused(&error),
    };
    if let Some((own, matches)) = own::requested(&app.commands, &mut matches) {
        return status(own::run(&app, own, matches).await);
    }
    if let Some(asked) = action::requested(&app, &matches) {
        return status(asked.run(&app).await);
    }
    match Cli::from_arg_matches_mut(&mut matches) {
        Ok(cli) => {
            let command = cli.command.unwrap_or(CliCommand::Serve(serve::ServeCommand::default()));
            status(dispatch(app, command).await)
        }
        Err(error) => refused(&error),
    }
}

/// Prints why a command line is none. Help is printed to standard output and is no failure.
fn refused(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The status of a process that has run a command; why it failed is printed.
fn status(outcome: Outcome) -> ExitCode {
    finish_logging();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(app: App, command: CliCommand) -> Outcome {
    match command {
        CliCommand::Serve(serve) => serve.run(app).await,
        CliCommand::Worker => worker::run(app).await,
        CliCommand::Migrate(migrate) => migrate.run(&app).await,
        #[cfg(any(feature = "graphql", feature = "rest"))]
        CliCommand::Schema(schema) => schema.run(app),
        #[cfg(feature = "rest")]
        CliCommand::Client(client) => client.run(app),
        CliCommand::Account(account) => account.run(&app).await,
        CliCommand::Token(token) => token.run(&app).await,
        CliCommand::Policy(policy) => policy.run(&app).await,
        CliCommand::Import(import) => import.run(&app).await,
        CliCommand::Export(export) => export.run(&app).await,
        CliCommand::Seed => seed(&app).await,
        CliCommand::Routes => check::routes(&app),
        CliCommand::Check => check::check(&app).await,
        CliCommand::Inspect(inspect) => inspect.run().await,
    }
}

/// The settings, with the log started.
fn settings() -> Result<Settings, Failure> {
    let settings = Settings::load()?;
    Jwt::of(&settings)?;
    start_logging(&settings);
    Ok(settings)
}

/// The application on its database, which has all of its tables.
async fn open_state(app: &App) -> Result<AppState, Failure> {
    Ok(app.ready(settings()?, false).await?)
}

/// Prints a line of a command's output. A reader that stops early (`| head`) is no error.
fn print_line(line: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

async fn seed(app: &App) -> Outcome {
    let Some(seed) = app.seed.clone() else {
        return Err(Failure::new("this application has nothing to seed; register it with `App::seed`"));
    };
    let state = open_state(app).await?;
    state.system().transaction(move |ctx| seed(ctx)).await?;
    print_line("seeded");
    Ok(())
}
