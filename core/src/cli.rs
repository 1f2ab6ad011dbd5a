//! The commands of an application's program.
//!
//! Every command answers `--help`, ends with a status other than zero when it fails, and says why in one line on
//! standard error.

mod account;
mod failure;
mod inspect;
mod migrate;
mod policy;
mod run;
#[cfg(any(feature = "graphql", feature = "rest"))]
mod schema;
mod serve;
mod token;
mod transfer;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::auth::Jwt;
use crate::cli::failure::{Failure, Outcome};
use crate::config::Settings;
use crate::server::{App, start_logging};
use crate::state::AppState;

/// The backend's server and its tools. Without a command: serve.
///
/// Settings come from `entify.toml`, `.env` and the environment; `.env.example` lists them.
#[derive(Debug, Parser)]
#[command(disable_version_flag = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the APIs and the admin (the default)
    Serve(serve::Serve),
    /// Make, apply and undo migrations
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Write the API's schema
    #[cfg(any(feature = "graphql", feature = "rest"))]
    #[command(subcommand)]
    Schema(schema::Schema),
    /// Accounts that sign in to the admin
    #[command(subcommand)]
    Account(account::Account),
    /// Tokens that programs send as `Authorization: Bearer …`
    #[command(subcommand)]
    Token(token::Token),
    /// What policies mean for a principal
    #[command(subcommand)]
    Policy(policy::Policy),
    /// Read a CSV or JSON-lines file into an entity: all of it, or nothing
    Import(transfer::Import),
    /// Write an entity's rows as CSV or JSON lines
    Export(transfer::Export),
    /// Fill the database with the application's first rows
    Seed,
    /// List what is served where
    Routes,
    /// Check the settings, the database and pending migrations
    Check,
}

/// Runs the command line.
pub(crate) async fn run(app: App, arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help is printed to standard output and is no failure.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let command = cli.command.unwrap_or(Command::Serve(serve::Serve::default()));
    match dispatch(app, command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(app: App, command: Command) -> Outcome {
    match command {
        Command::Serve(serve) => serve.run(app).await,
        Command::Migrate(migrate) => migrate.run(&app).await,
        #[cfg(any(feature = "graphql", feature = "rest"))]
        Command::Schema(schema) => schema.run(app),
        Command::Account(account) => account.run(&app).await,
        Command::Token(token) => token.run(&app).await,
        Command::Policy(policy) => policy.run(&app).await,
        Command::Import(import) => import.run(&app).await,
        Command::Export(export) => export.run(&app).await,
        Command::Seed => seed(&app).await,
        Command::Routes => inspect::routes(&app),
        Command::Check => inspect::check(&app).await,
    }
}

/// The settings, with the log started.
fn settings() -> Result<Settings, Failure> {
    let settings = Settings::load()?;
    Jwt::of(&settings)?;
    start_logging(&settings);
    Ok(settings)
}

/// The application on its database, whose tables are there.
async fn ready(app: &App) -> Result<AppState, Failure> {
    Ok(AppState::ready(app.registry()?, settings()?, false).await?)
}

/// Prints a line of a command's answer. A reader that has seen enough (`| head`) is no error.
fn say(line: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

async fn seed(app: &App) -> Outcome {
    if app.seed.is_none() {
        return Err(Failure::new("this application has nothing to seed; register it with `App::seed`"));
    }
    let state = ready(app).await?;
    if let Some(seed) = &app.seed {
        let work = seed(state.system().clone());
        work.await?;
    }
    say("seeded");
    Ok(())
}
