//! `migrate`.

mod lint;
mod verify;

use std::path::Path;

use clap::{Args, Subcommand};

use crate::cli::failure::Outcome;
use crate::entity::Registry;
use crate::migrate::{self, MigrationRun, MigrationState, Migrations, NewMigration};
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
    Lint(lint::LintCommand),
    Verify(verify::VerifyCommand),
}

#[derive(Debug, Args)]
pub(super) struct MakeMigration {
    /// The migration's name; by default, what it does
    #[arg(required_if_eq("empty", "true"))]
    name: Option<String>,
    /// Only note what changed; the SQL is written by hand
    #[arg(long)]
    empty: bool,
    /// Write the policies as row-level security of PostgreSQL, which holds behind the engine's own checks; only what
    /// changed since the last time. `DATABASE_RLS=true` makes the server use it
    #[arg(long, conflicts_with = "empty")]
    rls: bool,
}

impl MigrateCommand {
    pub(super) async fn run(self, app: &App) -> Outcome {
        if let Self::Make(make) = self {
            return make.run(app);
        }
        if let Self::Lint(lint) = self {
            return lint.run(app).await;
        }
        if let Self::Verify(verify) = self {
            return verify.run().await;
        }
        let state = AppState::open(app.registry()?, super::settings()?).await?;
        let db = state.system().db();
        let migrations = Migrations::load(&state.settings().migrations_dir, db.dialect())?;
        match self {
            Self::Make(_) | Self::Lint(_) | Self::Verify(_) => {}
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

impl MakeMigration {
    fn run(self, app: &App) -> Outcome {
        let folder = super::settings()?.migrations_dir;
        let registry = app.registry()?;
        if self.rls {
            return make_row_security(&folder, self.name.as_deref(), &registry);
        }
        let migrations_dir = folder.clone();
        let written = match (self.empty, self.name) {
            (true, Some(name)) => Some(migrate::make_by_hand(folder, &name, &registry)?),
            (_, name) => migrate::make(folder, name.as_deref(), &registry)?,
        };
        match written {
            Some(NewMigration { name, files, .. }) => {
                super::print_line(format_args!("migration {name}"));
                for file in files {
                    super::print_line(format_args!("  {}", file.display()));
                }
            }
            None => super::print_line("nothing changed"),
        }
        if migrate::is_outdated(&migrations_dir, &registry)? {
            eprintln!("note: row-level security is behind the entities; run `migrate make --rls` too");
        }
        Ok(())
    }
}

fn make_row_security(folder: &Path, name: Option<&str>, registry: &Registry) -> Outcome {
    let Some(migration) = migrate::make_row_security(folder, name, registry)? else {
        super::print_line("nothing changed");
        return Ok(());
    };
    super::print_line(format_args!("migration {}", migration.name));
    for file in migration.files {
        super::print_line(format_args!("  {}", file.display()));
    }
    for line in migration.wider {
        eprintln!("note: {line}: a part of it is decided in Rust, which the database cannot evaluate");
    }
    Ok(())
}

fn print_runs(runs: &[MigrationRun], verb: &str, if_none: &str) {
    for run in runs {
        super::print_line(format_args!("{verb} {}_{} ({:.0?})", run.version, run.name, run.elapsed));
    }
    if runs.is_empty() {
        super::print_line(format_args!("{if_none}"));
    }
}
