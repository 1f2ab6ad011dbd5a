//! `migrate`.

mod lint;
mod make;
mod running;
mod verify;

use clap::Subcommand;

use crate::cli::failure::Outcome;
use crate::cli::migrate::make::MakeMigration;
use crate::cli::migrate::running::{Down, Rebase, Sql, Squash, Up};
use crate::server::App;

/// Make, apply and undo migrations.
#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Write what changed in the entities as SQL files for both databases
    Make(MakeMigration),
    /// Apply pending migrations
    Up(Up),
    /// Take migrations back, the newest first
    Down(Down),
    /// List the migrations and their state in the database
    Status,
    /// Print what `up` would run, and run nothing
    Sql(Sql),
    /// Give your own migrations that are not applied versions after those that are
    Rebase(Rebase),
    /// Join old migrations that are applied into one
    Squash(Squash),
    /// Find in migrations what locks, loses or breaks
    Lint(lint::LintCommand),
    /// Run migrations up, down and up again on scratch databases
    Verify(verify::VerifyCommand),
}

impl MigrateCommand {
    pub(super) async fn run(self, app: &App) -> Outcome {
        match self {
            Self::Make(make) => make.run(app),
            Self::Up(up) => up.run(app).await,
            Self::Down(down) => down.run(app).await,
            Self::Status => running::status(app).await,
            Self::Sql(sql) => sql.run(app).await,
            Self::Rebase(rebase) => rebase.run(app).await,
            Self::Squash(squash) => squash.run(app).await,
            Self::Lint(lint) => lint.run(app).await,
            Self::Verify(verify) => verify.run().await,
        }
    }
}
