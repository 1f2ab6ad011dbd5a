//! Looks for what is dangerous in migrations, before they run.
//!
//! The linter reads SQL files, knows which tables the same files create (nothing can go wrong with those), and yields a
//! [`Finding`] with a [`Code`] for all that loses data, breaks the version of the program that runs meanwhile, fails on some
//! data or keeps others waiting. `-- allow CODE: reason` in the header of a file accepts a code there. Each code has a page,
//! [`Code::page`]; all of them are a chapter of the guide.
//!
//! It needs no database. With one, [`add_facts`] adds how many rows a finding is about.

pub(in crate::migrate) mod catalog;
mod claims;
mod code;
pub(in crate::migrate) mod effect;
mod facts;
mod folder;
mod lock;
mod read;
mod rules;
mod script;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::db::Dialect;
use catalog::Catalog;

pub use claims::Claim;
pub use code::{Code, Databases, Severity};
pub use facts::{add_facts, row_counts};
pub use folder::{Which, context, folder, joined};
pub use lock::Lock;
pub(in crate::migrate) use script::Script;

/// One migration: what is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MigrationText<'t> {
    /// What findings call it: its file, `20240131120000_create_user.up.sql`.
    pub name: &'t str,
    /// Its SQL.
    pub sql: &'t str,
}

/// What is found in a migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is.
    pub code: Code,
    /// The migration.
    pub file: String,
    /// The line of its text, from 1.
    pub line: usize,
    /// The beginning of the statement, in one line.
    pub statement: String,
    /// The table that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The column that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What happens, in a sentence.
    pub message: String,
    /// The lock of PostgreSQL that is the matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<Lock>,
    /// The safe way, in a line.
    pub recipe: &'static str,
    /// What a database says about it: numbers of rows, keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// Why it is accepted, when the file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    #[serde(skip)]
    probe: Option<facts::Probe>,
}

impl Finding {
    /// Whether nothing in the file accepts it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.allowed.is_none()
    }
}

/// What is known before the migrations run.
#[derive(Debug, Clone, Default)]
pub struct Context {
    catalog: Catalog,
    rows: BTreeMap<String, u64>,
    last_applied: Option<i64>,
}

impl Context {
    /// Nothing is known: tables that the migrations do not create are there, with rows.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the tables as they are after a migration that is there already.
    #[must_use]
    pub fn after(mut self, dialect: Dialect, sql: &str) -> Self {
        for statement in Script::of(dialect, sql).statements {
            for effect in read::effects(dialect, statement.text) {
                self.catalog.apply(&effect, dialect);
            }
        }
        self.catalog.settle();
        self
    }

    /// With the number of rows of a table.
    #[must_use]
    pub fn with_rows(mut self, table: impl Into<String>, rows: u64) -> Self {
        self.rows.insert(table.into(), rows);
        self
    }

    /// With the version of the last migration that is applied, after which new ones should come.
    #[must_use]
    pub fn with_last_applied(mut self, version: i64) -> Self {
        self.last_applied = Some(version);
        self
    }
}

/// What is found in migrations that are to run in this order.
#[must_use]
pub fn files(dialect: Dialect, migrations: &[MigrationText<'_>], context: &Context) -> Vec<Finding> {
    rules::findings(dialect, migrations, context)
}

/// What is found in one migration.
#[must_use]
pub fn text(dialect: Dialect, name: &str, sql: &str, context: &Context) -> Vec<Finding> {
    files(dialect, &[MigrationText { name, sql }], context)
}

/// The tables that statements create, as the linter reads them.
pub(in crate::migrate) fn tables_of(dialect: Dialect, statements: &[String]) -> Catalog {
    let mut catalog = Catalog::default();
    for statement in statements {
        for effect in read::effects(dialect, statement) {
            catalog.apply(&effect, dialect);
        }
    }
    catalog
}

/// What each statement of a migration costs on PostgreSQL: its text, and the lock on each table that was there before.
#[must_use]
pub fn claims(sql: &str, context: &Context) -> Vec<(String, Vec<Claim>)> {
    let mut catalog = context.catalog.clone();
    let dialect = Dialect::Postgres;
    let mut all = Vec::new();
    for statement in Script::of(dialect, sql).statements {
        let mut of_statement: Vec<Claim> = Vec::new();
        for effect in read::effects(dialect, statement.text) {
            for claim in claims::of(&effect, &catalog) {
                match of_statement.iter_mut().find(|known| known.table == claim.table) {
                    Some(known) => {
                        known.lock = known.lock.max(claim.lock);
                        known.rewrites |= claim.rewrites;
                        known.scans |= claim.scans;
                    }
                    None => of_statement.push(claim),
                }
            }
            catalog.apply(&effect, dialect);
        }
        all.push((statement.text.to_owned(), of_statement));
    }
    all
}

/// That a `was` names nothing any more.
fn was_unused(message: String) -> Finding {
    let code = Code::WasUnused;
    Finding {
        code,
        file: String::new(),
        line: 0,
        statement: String::new(),
        table: None,
        column: None,
        message,
        lock: None,
        recipe: code.recipe(),
        facts: Vec::new(),
        allowed: None,
        probe: None,
    }
}
