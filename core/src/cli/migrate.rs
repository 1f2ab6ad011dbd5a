//! `migrate`.

mod make;

use clap::Subcommand;

use self::make::MakeMigration;
use crate::cli::failure::Outcome;
use crate::migrate::{MigrationRun, MigrationState, Migrations};
use crate::server::App;
use crate::state::AppState;

/// Make, apply and undo migrations.
#[derive(Debug, Subcommand)]
pub(super) enum MigrateCommand {
    /// Write what changed in the entities as SQL files for both databases
    Make(MakeMigration),
    /// Apply pending migrations
    Up,
    /// Take migrations back, the newest first
    Down {
        /// How many
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
        steps: u16,
    },
    /// List the migrations and their state in the database
    Status,
}

impl MigrateCommand {
    pub(super) async fn run(self, app: &App) -> Outcome {
        if let Self::Make(make) = self {
            return make.run(app);
        }
        let state = AppState::open(app.registry()?, super::settings()?).await?;
        let db = state.system().db();
        let migrations = Migrations::load(&state.settings().migrations_dir, db.dialect())?;
        match self {
            Self::Make(_) => {}
            Self::Up => print_runs(&migrations.up(db).await?, "applied", "nothing to apply"),
            Self::Down { steps } => {
                print_runs(
                    &migrations.down(db, usize::from(steps)).await?,
                    "taken back",
                    "nothing to take back",
                );
            }
            Self::Status => {
                for status in migrations.status(db).await? {
                    super::print_line(format_args!(
                        "{:<8} {}_{}",
                        status.state.name(),
                        status.version,
                        status.name
                    ));
                    if status.state == MigrationState::Changed {
                        eprintln!("note: the file of {} was changed after it was applied", status.version);
                    }
                }
            }
        }
        Ok(())
    }
}

fn print_runs(runs: &[MigrationRun], verb: &str, if_none: &str) {
    for run in runs {
        super::print_line(format_args!("{verb} {}_{} ({:.0?})", run.version, run.name, run.elapsed));
    }
    if runs.is_empty() {
        super::print_line(format_args!("{if_none}"));
    }
}
