//! `migrate`.

use clap::{Args, Subcommand};

use crate::cli::failure::Outcome;
use crate::migrate::{self, Made, Migrations, State, Step};
use crate::server::{App, open};

/// Make, apply and undo migrations.
#[derive(Debug, Subcommand)]
pub(super) enum Migrate {
    /// Write what changed in the entities as SQL files for both databases
    Make(Make),
    /// Apply pending migrations
    Up,
    /// Take migrations back, the newest first
    Down {
        /// How many
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
        steps: u16,
    },
    /// List the migrations and how they stand to the database
    Status,
}

#[derive(Debug, Args)]
pub(super) struct Make {
    /// The migration's name; by default, what it does
    #[arg(required_if_eq("empty", "true"))]
    name: Option<String>,
    /// Only note what changed; the SQL is written by hand
    #[arg(long)]
    empty: bool,
}

impl Migrate {
    pub(super) async fn run(self, app: &App) -> Outcome {
        if let Self::Make(make) = self {
            return make.run(app);
        }
        let state = open::state(app.registry()?, super::settings()?).await?;
        let db = state.system().db();
        let migrations = Migrations::load(&state.settings().migrations_dir, db.dialect())?;
        match self {
            Self::Make(_) => {}
            Self::Up => tell(&migrations.up(db).await?, "applied", "nothing to apply"),
            Self::Down { steps } => {
                tell(&migrations.down(db, usize::from(steps)).await?, "taken back", "nothing to take back");
            }
            Self::Status => {
                for status in migrations.status(db).await? {
                    super::say(format_args!("{:<8} {}_{}", status.state.name(), status.version, status.name));
                    if status.state == State::Changed {
                        eprintln!("note: the file of {} was changed after it was applied", status.version);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Make {
    fn run(self, app: &App) -> Outcome {
        let folder = super::settings()?.migrations_dir;
        let registry = app.registry()?;
        let made = match (self.empty, self.name) {
            (true, Some(name)) => Some(migrate::make_by_hand(folder, &name, &registry)?),
            (_, name) => migrate::make(folder, name.as_deref(), &registry)?,
        };
        match made {
            Some(Made { name, files, .. }) => {
                super::say(format_args!("migration {name}"));
                for file in files {
                    super::say(format_args!("  {}", file.display()));
                }
            }
            None => super::say("nothing changed"),
        }
        Ok(())
    }
}

fn tell(steps: &[Step], done: &str, nothing: &str) {
    for step in steps {
        super::say(format_args!("{done} {}_{} ({:.0?})", step.version, step.name, step.elapsed));
    }
    if steps.is_empty() {
        super::say(format_args!("{nothing}"));
    }
}
