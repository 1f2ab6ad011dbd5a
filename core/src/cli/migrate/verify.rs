//! `migrate verify`.

use std::path::Path;

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::{print_line, settings};
use crate::db::Dialect;
use crate::migrate::verify::{ObservedStatement, Scratch, Verification, VerifiedMigration, verify};
use crate::migrate::{MigrateError, Migrations};

/// How much of a statement is shown.
const SHOWN: usize = 72;

/// Run the migrations up, down and up again on scratch databases, with rows in every table, and show what they lock
#[derive(Debug, Args)]
pub(in crate::cli) struct VerifyCommand {
    /// A PostgreSQL server on which databases may be created and dropped; by default, that of `DATABASE_URL`. None of its own
    /// databases is touched
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
}

impl VerifyCommand {
    pub(in crate::cli) async fn run(self) -> Outcome {
        let settings = settings()?;
        let folder = &settings.migrations_dir;
        let mut problems = 0;
        for dialect in [Dialect::Sqlite, Dialect::Postgres] {
            if !folder.join(dialect.name()).is_dir() {
                continue;
            }
            let Some(scratch) = self.scratch(dialect, &settings.database_url).await? else {
                eprintln!(
                    "note: {} is not verified: DATABASE_URL names no server of it; give one with `--postgres URL`",
                    dialect.name()
                );
                continue;
            };
            let verified = on(dialect, folder, &scratch).await;
            scratch.remove().await?;
            let verified = verified?;
            print(dialect, &verified);
            problems += verified.problems().count();
        }
        if problems == 0 {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{problems} {} found",
            if problems == 1 { "problem was" } else { "problems were" }
        )))
    }

    async fn scratch(&self, dialect: Dialect, database_url: &str) -> Result<Option<Scratch>, Failure> {
        if dialect == Dialect::Sqlite {
            return Ok(Dialect::of_url("sqlite::memory:").is_ok().then(Scratch::sqlite));
        }
        #[cfg(feature = "postgres")]
        {
            let own = Dialect::of_url(database_url).is_ok_and(|dialect| dialect == Dialect::Postgres);
            match self.postgres.as_deref().or(own.then_some(database_url)) {
                Some(url) => Ok(Some(Scratch::postgres(url).await?)),
                None => Ok(None),
            }
        }
        #[cfg(not(feature = "postgres"))]
        Ok(None)
    }
}

async fn on(dialect: Dialect, folder: &Path, scratch: &Scratch) -> Result<Verification, MigrateError> {
    verify(&Migrations::load(folder, dialect)?, scratch).await
}

fn print(dialect: Dialect, verification: &Verification) {
    for VerifiedMigration { name, problems, notes, rows, statements } in &verification.migrations {
        let verdict = if problems.is_empty() { "ok" } else { "FAILED" };
        print_line(format_args!("{:<8} {name}  {verdict}, {rows} rows", dialect.name()));
        for problem in problems {
            print_line(format_args!("    problem: {problem}"));
        }
        for note in notes {
            print_line(format_args!("    {note}"));
        }
        statements.iter().for_each(print_statement);
    }
}

fn print_statement(statement: &ObservedStatement) {
    let text: String = statement.statement.chars().take(SHOWN).collect();
    let tables = statement.tables.iter().map(|table| {
        let lock = table.lock.map_or("no further lock", |lock| lock.name());
        format!("{}: {lock}{}", table.table, if table.rewritten { ", rewritten" } else { "" })
    });
    let tables = tables.collect::<Vec<_>>().join("; ");
    print_line(format_args!(
        "    {:>7.1} ms  {text:<SHOWN$}  {tables}",
        statement.elapsed.as_secs_f64() * 1000.0
    ));
}
