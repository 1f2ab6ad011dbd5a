//! `migrate`.

use std::path::Path;

use clap::{Args, Subcommand};

use crate::cli::failure::Outcome;
use crate::entity::Registry;
use crate::migrate::{self, Made, Migrations, State, Step};
use crate::server::App;
use crate::state::AppState;

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
    /// Write the policies as row-level security of PostgreSQL, a second wall behind the engine; only what changed since
    /// the last time. `DATABASE_RLS=true` makes the server keep to it
    #[arg(long, conflicts_with = "empty")]
    rls: bool,
}

impl Migrate {
    pub(super) async fn run(self, app: &App) -> Outcome {
        if let Self::Make(make) = self {
            return make.run(app);
        }
        let state = AppState::open(app.registry()?, super::settings()?).await?;
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
        if self.rls {
            return row_security(&folder, self.name.as_deref(), &registry);
        }
        let outdated = folder.clone();
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
        if migrate::is_outdated(&outdated, &registry)? {
            eprintln!("note: row-level security is behind the entities; run `migrate make --rls` too");
        }
        Ok(())
    }
}

fn row_security(folder: &Path, name: Option<&str>, registry: &Registry) -> Outcome {
    let Some(made) = migrate::make_row_security(folder, name, registry)? else {
        super::say("nothing changed");
        return Ok(());
    };
    super::say(format_args!("migration {}", made.name));
    for file in made.files {
        super::say(format_args!("  {}", file.display()));
    }
    for line in made.wider {
        eprintln!("note: {line}: a part of it is decided in Rust, which the database cannot ask");
    }
    Ok(())
}

fn tell(steps: &[Step], done: &str, nothing: &str) {
    for step in steps {
        super::say(format_args!("{done} {}_{} ({:.0?})", step.version, step.name, step.elapsed));
    }
    if steps.is_empty() {
        super::say(format_args!("{nothing}"));
    }
}
