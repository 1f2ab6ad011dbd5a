//! SQLite: what a person has added to a table outlives its replacement.
//!
//! Dropping a table drops its indexes and triggers, and a table cannot get another's name while a view or another table's trigger
//! names one that is not there. So those are taken away first, and all of them are made again afterwards.

use sqlx::Error;

use crate::db::{Dialect, quoted};
use crate::migrate::migrations::MigrationEntry;
use crate::migrate::runner::session::Session;
use crate::migrate::runner::work::Stopped;
use crate::migrate::script::tokens::{Token, TokenKind, tokens};

/// The tables that a migration replaces, and what is to be there again.
pub(super) struct Rebuild<'s> {
    sql: &'s str,
    tokens: Vec<Token>,
    kept: Vec<SchemaObject>,
}

/// An index, a trigger or a view.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SchemaObject {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

impl<'s> Rebuild<'s> {
    pub(super) fn new(sql: &'s str) -> Self {
        Self { sql, tokens: Vec::new(), kept: Vec::new() }
    }

    /// Notes what hangs on the table, and takes away what would be in the way.
    pub(super) async fn begin(&mut self, session: &mut Session<'_>, table: &str) -> Result<(), Error> {
        if session.dialect() != Dialect::Sqlite {
            return Ok(());
        }
        if self.tokens.is_empty() {
            self.tokens = tokens(self.sql, Dialect::Sqlite);
        }
        let all = objects(session).await?;
        let mut touched = vec![table.to_owned()];
        let mut dependent: Vec<SchemaObject> = Vec::new();
        // A view may read another view, whatever came first.
        loop {
            let more: Vec<SchemaObject> = all
                .iter()
                .filter(|object| !dependent.contains(object) && object.depends_on(&touched))
                .cloned()
                .collect();
            if more.is_empty() {
                break;
            }
            touched.extend(more.iter().filter(|o| o.kind == "view").map(|view| view.name.clone()));
            dependent.extend(more);
        }
        dependent.retain(|object| !self.names(object));
        for object in dependent.iter().filter(|object| object.is_in_the_way(table)) {
            let kind = &object.kind;
            session.execute(&format!("DROP {kind} IF EXISTS {}", quoted(&object.name))).await?;
        }
        dependent.retain(|object| !self.kept.contains(object));
        self.kept.extend(dependent);
        Ok(())
    }

    /// Makes again what is not there any more: first indexes, then views, then triggers, which may be those of views.
    pub(super) async fn restore(
        &mut self,
        session: &mut Session<'_>,
        entry: &MigrationEntry,
    ) -> Result<(), Stopped> {
        if self.kept.is_empty() {
            return Ok(());
        }
        let present = objects(session).await.map_err(Stopped::of_runner)?;
        let mut kept = std::mem::take(&mut self.kept);
        kept.retain(|object| !present.iter().any(|other| other.name.eq_ignore_ascii_case(&object.name)));
        kept.sort_by_key(|object| ["index", "view", "trigger"].iter().position(|kind| object.kind == *kind));
        for object in &kept {
            let made = session.execute(&object.sql).await;
            made.map_err(|error| object.not_restored(entry, &error))?;
        }
        for view in kept.iter().filter(|object| object.kind == "view") {
            let read = format!("SELECT * FROM {} LIMIT 0", quoted(&view.name));
            session.execute(&read).await.map_err(|error| view.not_restored(entry, &error))?;
        }
        Ok(())
    }

    /// Whether the migration itself names it, and so says what becomes of it.
    fn names(&self, object: &SchemaObject) -> bool {
        let is_it = |token: &Token| {
            let name = token.name(self.sql, Dialect::Sqlite);
            let in_comment = token.is_comment() && token.text(self.sql).contains(&quoted(&object.name));
            in_comment || name.is_some_and(|name| name.eq_ignore_ascii_case(&object.name))
        };
        self.tokens.iter().any(is_it)
    }
}

impl SchemaObject {
    /// Whether it hangs on one of these tables and views.
    fn depends_on(&self, touched: &[String]) -> bool {
        let is_touched = |name: &str| touched.iter().any(|table| table.eq_ignore_ascii_case(name));
        if is_touched(&self.table) && self.kind != "view" {
            return true;
        }
        let names = |token: &Token| {
            matches!(token.kind, TokenKind::Word | TokenKind::Name)
                && token.name(&self.sql, Dialect::Sqlite).is_some_and(|name| is_touched(&name))
        };
        self.kind != "index" && tokens(&self.sql, Dialect::Sqlite).iter().any(names)
    }

    /// Whether it would refer to nothing while the table is away. The table's own indexes and triggers go with it.
    fn is_in_the_way(&self, table: &str) -> bool {
        self.kind != "index" && !self.table.eq_ignore_ascii_case(table)
    }

    fn not_restored(&self, entry: &MigrationEntry, error: &Error) -> Stopped {
        let reason = error.as_database_error().map_or_else(|| error.to_string(), |e| e.message().to_owned());
        let (kind, name) = (&self.kind, &self.name);
        let reason = format!(
            "the {kind} `{name}`, which is not the application's, does not fit the new table: {reason}; drop it in the \
             migration, or make it anew there"
        );
        entry.failed(reason).into()
    }
}

async fn objects(session: &mut Session<'_>) -> Result<Vec<SchemaObject>, Error> {
    let query = "SELECT type, name, tbl_name, sql FROM sqlite_master \
                 WHERE sql IS NOT NULL AND type IN ('index', 'trigger', 'view') ORDER BY rowid";
    let rows = session.rows(query).await?;
    let object = |row: Vec<(String, Option<String>)>| {
        let mut cells = row.into_iter().map(|(_, text)| text.unwrap_or_default());
        Some(SchemaObject {
            kind: cells.next()?,
            name: cells.next()?,
            table: cells.next()?,
            sql: cells.next()?,
        })
    };
    Ok(rows.into_iter().filter_map(object).collect())
}
