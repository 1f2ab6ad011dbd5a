//! The commands that run migrations, and those that put their files in order.

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::migrate::make;
use crate::config::Environment;
use crate::migrate::{MigrationRun, MigrationState, MigrationStatus, Migrations, UpOptions, rebase, squash};
use crate::server::App;
use crate::state::AppState;

#[derive(Debug, Args)]
pub(in crate::cli) struct Up {
    /// The version to end with
    #[arg(long, value_name = "VERSION")]
    to: Option<i64>,
    /// Apply contract migrations too: no older version of the program runs any more
    #[arg(long)]
    contract: bool,
    /// Apply migrations that come before one which is applied
    #[arg(long)]
    out_of_order: bool,
    /// The tables are there already, made by other means: record the application's migrations without running them
    #[arg(long, conflicts_with_all = ["contract", "out_of_order"])]
    adopt: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Down {
    /// How many
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    steps: u16,
    /// The version that is to be the newest then; 0 for none
    #[arg(long, value_name = "VERSION", conflicts_with = "steps")]
    to: Option<i64>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Sql {
    #[command(flatten)]
    up: Up,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Rebase {
    /// The migrations to renumber, by version or name; by default those that come before one which is applied
    migrations: Vec<String>,
    /// Ask nothing: what may be a rename is refused, with what to write
    #[arg(long)]
    no_input: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Squash {
    /// The name of the one migration
    #[arg(default_value = "squashed")]
    name: String,
    /// The last version to join; by default the newest that is applied
    #[arg(long, value_name = "VERSION")]
    to: Option<i64>,
}

/// The application on its database, whatever is applied, and its migrations.
async fn open(app: &App) -> Result<(AppState, Migrations), crate::cli::failure::Failure> {
    let state = app.state(crate::cli::settings()?).await?;
    let migrations = state.migrations()?.with_progress(true);
    Ok((state, migrations))
}

impl Up {
    fn options(&self, state: &AppState) -> UpOptions {
        let in_production = state.settings().environment == Environment::Production;
        UpOptions {
            to: self.to,
            hold_contract: in_production && !self.contract,
            out_of_order: self.out_of_order,
            adopt: self.adopt,
        }
    }

    pub(super) async fn run(self, app: &App) -> Outcome {
        let (state, migrations) = open(app).await?;
        let db = state.system().db();
        let runs = migrations.up_with(db, self.options(&state)).await?;
        if self.adopt {
            print_runs(&runs, "applied", "nothing to apply");
            crate::cli::print_line("the application's migrations are recorded, and were not run");
            return Ok(());
        }
        print_runs(&runs, "applied", "nothing to apply");
        if self.to.is_none() {
            for status in migrations.status(db).await? {
                if status.state == MigrationState::Waiting {
                    print_waiting(&status);
                }
            }
        }
        Ok(())
    }
}

impl Down {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let (state, migrations) = open(app).await?;
        let db = state.system().db();
        let runs = match self.to {
            Some(to) => migrations.down_to(db, to).await?,
            None => migrations.down(db, usize::from(self.steps)).await?,
        };
        print_runs(&runs, "taken back", "nothing to take back");
        Ok(())
    }
}

impl Sql {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let (state, migrations) = open(app).await?;
        for planned in migrations.plan(state.system().db(), self.up.options(&state)).await? {
            crate::cli::print_line(format_args!("-- {}_{}", planned.version, planned.name));
            let function = "-- a function of the program (`App::data_migration`)".to_owned();
            crate::cli::print_line(format_args!("{}\n", planned.sql.unwrap_or(function).trim_end()));
        }
        Ok(())
    }
}

impl Rebase {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let (state, migrations) = open(app).await?;
        let statuses = migrations.status(state.system().db()).await?;
        let moved = rebase(&state.settings().migrations_dir, &statuses, &self.migrations)?;
        for (before, after) in &moved {
            crate::cli::print_line(format_args!("{before} is {after}"));
        }
        if moved.is_empty() {
            crate::cli::print_line("nothing to renumber");
            return Ok(());
        }
        // What the merge has brought together may need more than the files of either side.
        let written =
            make::changes(&state.settings().migrations_dir, state.registry(), None, &[], self.no_input);
        match written {
            Ok(Some(migration)) => make::print(&migration),
            Ok(None) => crate::cli::print_line("the entities need nothing beyond the migrations"),
            Err(error) => {
                return Err(Failure::new(format!(
                    "the files are renumbered; what the entities need beyond them is not written: {error}"
                )));
            }
        }
        Ok(())
    }
}

impl Squash {
    pub(super) async fn run(self, app: &App) -> Outcome {
        let (state, migrations) = open(app).await?;
        let statuses = migrations.status(state.system().db()).await?;
        let joined = squash(&state.settings().migrations_dir, &statuses, &self.name, self.to)?;
        crate::cli::print_line(format_args!("{} stands for {} migrations", joined.name, joined.replaced));
        for file in joined.files {
            crate::cli::print_line(format_args!("  {}", file.display()));
        }
        Ok(())
    }
}

/// Lists the migrations and their state.
pub(super) async fn status(app: &App) -> Outcome {
    let (state, migrations) = open(app).await?;
    for status in migrations.status(state.system().db()).await? {
        crate::cli::print_line(format_args!("{:<8} {}", status.state.name(), status.full_name()));
        match status.state {
            MigrationState::Changed => {
                eprintln!("note: the file of {} was changed after it was applied", status.version);
            }
            MigrationState::OutOfOrder => eprintln!(
                "note: {} comes before one that is applied; `migrate rebase` gives it a later version",
                status.version
            ),
            MigrationState::Waiting => print_waiting(&status),
            _ => {}
        }
    }
    Ok(())
}

fn print_waiting(status: &MigrationStatus) {
    eprintln!(
        "note: {} waits until no older version of the program runs; then `migrate up --contract`",
        status.full_name()
    );
}

fn print_runs(runs: &[MigrationRun], verb: &str, if_none: &str) {
    for run in runs {
        crate::cli::print_line(format_args!("{verb} {}_{} ({:.0?})", run.version, run.name, run.elapsed));
    }
    if runs.is_empty() {
        crate::cli::print_line(format_args!("{if_none}"));
    }
}
