//! `migrate`.

mod running;

use std::path::Path;

use clap::{Args, Subcommand};

use crate::cli::failure::Outcome;
use crate::cli::migrate::running::{Down, Rebase, Sql, Squash, Up};
use crate::entity::Registry;
use crate::migrate::{self, NewMigration};
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
        match self {
            Self::Make(make) => make.run(app),
            Self::Up(up) => up.run(app).await,
            Self::Down(down) => down.run(app).await,
            Self::Status => running::status(app).await,
            Self::Sql(sql) => sql.run(app).await,
            Self::Rebase(rebase) => rebase.run(app).await,
            Self::Squash(squash) => squash.run(app).await,
        }
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
