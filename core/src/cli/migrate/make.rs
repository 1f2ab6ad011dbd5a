//! `migrate make`.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::Path;

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::entity::Registry;
use crate::migrate::lint::Code;
use crate::migrate::{self, MakeOptions, MigrateError, NewMigration, RenameQuestion};
use crate::server::App;

#[derive(Debug, Args)]
pub(in crate::cli) struct MakeMigration {
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
    /// Ask nothing: what may be a rename is refused, with what to write
    #[arg(long)]
    no_input: bool,
    /// Accept a finding of the linter, as `drop-column` or `rename-column`; it is noted in the files. May be repeated
    #[arg(long, value_name = "CODE", conflicts_with_all = ["empty", "rls"])]
    allow: Vec<String>,
}

impl MakeMigration {
    pub(super) fn run(self, app: &App) -> Outcome {
        let folder = crate::cli::settings()?.migrations_dir;
        let registry = app.registry()?;
        if self.rls {
            return make_row_security(&folder, self.name.as_deref(), &registry);
        }
        self.allow.iter().try_for_each(|code| check_code(code))?;
        let written = match (self.empty, &self.name) {
            (true, Some(name)) => Some(migrate::make_by_hand(&folder, name, &registry)?),
            _ => changes(&folder, &registry, self.name.as_deref(), &self.allow, self.no_input)?,
        };
        match written {
            Some(migration) => print(&migration),
            None => crate::cli::print_line("nothing changed"),
        }
        if migrate::is_outdated(&folder, &registry)? {
            eprintln!("note: row-level security is behind the entities; run `migrate make --rls` too");
        }
        Ok(())
    }
}

/// Writes what the entities need beyond the migrations. Asks on a terminal what may be a rename, unless with `no_input`.
pub(super) fn changes(
    folder: &Path,
    registry: &Registry,
    name: Option<&str>,
    allow: &[String],
    no_input: bool,
) -> Result<Option<NewMigration>, MigrateError> {
    let may_ask = !no_input && std::io::stdin().is_terminal();
    let mut ask = ask;
    let ask: Option<&mut dyn FnMut(&RenameQuestion) -> bool> = if may_ask { Some(&mut ask) } else { None };
    migrate::make_with(folder, registry, MakeOptions { name, allow, ask })
}

pub(super) fn print(migration: &NewMigration) {
    crate::cli::print_line(format_args!("migration {}", migration.name));
    for file in &migration.files {
        crate::cli::print_line(format_args!("  {}", file.display()));
    }
    for note in &migration.notes {
        eprintln!("note: {note}");
    }
    for finding in &migration.findings {
        eprintln!(
            "note: {}:{}: {} ({}): {}",
            finding.file,
            finding.line,
            finding.code,
            finding.code.severity().name(),
            finding.message
        );
    }
    if !migration.findings.is_empty() {
        eprintln!(
            "note: `migrate lint --explain CODE` has the safe way; `-- allow CODE: reason` in a file accepts one"
        );
    }
    if let Some(first) = migration.contract.first() {
        eprintln!(
            "note: the running version can live with what comes before {first}; deploy this version after `migrate up`, \
             and run `migrate up --contract` once no older version runs"
        );
    }
}

/// Whether there is such a finding.
fn check_code(name: &str) -> Outcome {
    if Code::of(name).is_some() {
        return Ok(());
    }
    let like = Code::like(name).map_or_else(String::new, |code| format!("; did you mean `{code}`?"));
    Err(Failure::new(format!("there is no code `{name}`{like}; `migrate lint --explain all` lists them")))
}

/// Asks on the terminal; everything but yes is no.
fn ask(question: &RenameQuestion) -> bool {
    eprint!("{question}? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    read.is_ok() && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

fn make_row_security(folder: &Path, name: Option<&str>, registry: &Registry) -> Outcome {
    let Some(migration) = migrate::make_row_security(folder, name, registry)? else {
        crate::cli::print_line("nothing changed");
        return Ok(());
    };
    crate::cli::print_line(format_args!("migration {}", migration.name));
    for file in migration.files {
        crate::cli::print_line(format_args!("  {}", file.display()));
    }
    for line in migration.wider {
        eprintln!("note: {line}: a part of it is decided in Rust, which the database cannot evaluate");
    }
    Ok(())
}
