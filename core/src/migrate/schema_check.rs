//! Whether a database has the tables and columns that the entities need.
//!
//! Migrations that are all applied say nothing of it: an entity may have changed since the last one was made. What the
//! database has and the entities do not need is no fault: in a rolling deployment the schema is ahead of the code.

use std::collections::HashMap;

use sea_query::Values;

use crate::db::{Db, DbError, Dialect, Executor, Layout, Statement, bind_list};
use crate::entity::{EntityDef, ROWID, Registry};
use crate::migrate::{Column, DatabaseSchema, database_schema::Table};
use crate::migrate::{framework, runner};
use crate::types::Kind;
use crate::value::Value;

/// The columns of the named tables and their types, without lengths. A domain is what it is made of.
const POSTGRES_COLUMNS: &str = "SELECT t.name, a.attname::text, format_type(CASE y.typtype WHEN 'd' THEN \
     y.typbasetype ELSE y.oid END, NULL) FROM unnest($1) AS t(name) \
     JOIN pg_attribute a ON a.attrelid = to_regclass(quote_ident(t.name)) \
     JOIN pg_type y ON y.oid = a.atttypid WHERE a.attnum > 0 AND NOT a.attisdropped";

const SQLITE_COLUMNS: &str = "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_xinfo(m.name) c \
     WHERE m.type IN ('table', 'view') AND lower(m.name) IN (SELECT lower(value) FROM json_each(?1))";

/// The way out where a table is not ours to change.
const EXTERNAL: &str = "others made it (`external`): change the entity, or write it anew with `inspect`";

/// As [`fits`], for a table of others: times without a zone are in UTC, as the connection is.
fn fits_external(actual: &str, needed: &str, dialect: Dialect) -> bool {
    let is_time = dialect == Dialect::Postgres && needed == "timestamptz";
    (is_time && actual.starts_with("timestamp ")) || fits(actual, needed, dialect)
}

/// The columns of a database: their types by table and column.
type Columns = HashMap<String, HashMap<String, String>>;

/// What the entities need and the database does not have, one line each, which names the table, the column and the way
/// out. Costs one statement, and one more on a database without the framework's migrations.
///
/// The framework's own tables are needed where its migrations were run.
pub(crate) async fn missing_columns(db: &Db, registry: &Registry) -> Result<Vec<String>, DbError> {
    let own: Vec<&'static EntityDef> = framework::entities().collect();
    let listed: Vec<&'static EntityDef> =
        registry.iter().map(|info| info.def).filter(|def| !def.framework).collect();
    let dialect = db.dialect();
    let (needed, framework) = (DatabaseSchema::of(&listed, dialect), DatabaseSchema::of(&own, dialect));
    let names = needed.tables.iter().chain(&framework.tables).flat_map(names).collect();
    let Some(found) = columns(db, names).await? else {
        return Ok(Vec::new());
    };
    let mut lines = Vec::new();
    for (def, table) in listed.iter().zip(&needed.tables) {
        lines.extend(match def.external {
            true => missing(table, &found, dialect, EXTERNAL, fits_external),
            false => {
                let way_out = "make it with `migrate make` and apply it with `migrate up`";
                missing(table, &found, dialect, way_out, fits)
            }
        });
    }
    if found.contains_key(runner::TABLE) {
        let framework = framework.tables.iter();
        lines.extend(
            framework.flat_map(|table| missing(table, &found, dialect, "apply it with `migrate up`", fits)),
        );
    }
    Ok(lines)
}

/// The tables of a table: also that of its full-text index, on SQLite.
fn names(table: &Table) -> impl Iterator<Item = String> + '_ {
    let fulltext = table.fulltext.as_ref().map(|fulltext| fulltext.name.clone());
    std::iter::once(table.name.clone()).chain(fulltext)
}

/// None where the catalog cannot be read: other engines that speak PostgreSQL's protocol may not have all of it.
async fn columns(db: &Db, mut names: Vec<String>) -> Result<Option<Columns>, DbError> {
    names.push(runner::TABLE.to_owned());
    let names: Vec<Value> = names.into_iter().map(Value::Text).collect();
    let sql = match db.dialect() {
        Dialect::Postgres => POSTGRES_COLUMNS,
        Dialect::Sqlite => SQLITE_COLUMNS,
    };
    let layout = (0..3).fold(Layout::default(), |layout, _| layout.with_column(Kind::Text));
    let statement = Statement::new(sql, Values(vec![bind_list(&names, Kind::Text, db.dialect())]));
    let rows = match Executor::Pool(db.clone()).read(statement, &layout).await {
        Ok(rows) => rows,
        Err(DbError::Other(reason)) => {
            tracing::debug!(reason, "the catalog cannot be read; the schema is not checked");
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let mut found = Columns::new();
    for row in rows {
        let text = |cell: usize| row.get(cell).to_text();
        let (table, column) = (folded(&text(0), db.dialect()), folded(&text(1), db.dialect()));
        found.entry(table).or_default().insert(column, text(2));
    }
    Ok(Some(found))
}

/// Names of SQLite are the same in upper and lower case.
fn folded(name: &str, dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => name.to_lowercase(),
        Dialect::Postgres => name.to_owned(),
    }
}

fn missing(
    table: &Table,
    found: &Columns,
    dialect: Dialect,
    way_out: &str,
    fits: fn(&str, &str, Dialect) -> bool,
) -> Vec<String> {
    let name = &table.name;
    let Some(columns) = found.get(&folded(name, dialect)) else {
        return vec![format!("there is no table `{name}`; {way_out}")];
    };
    let mut lines = Vec::new();
    // Every table of SQLite with an ordinary key has it, and lists it nowhere.
    let is_listed = |column: &&Column| dialect != Dialect::Sqlite || column.name != ROWID;
    for column in table.columns.iter().filter(is_listed) {
        match columns.get(&folded(&column.name, dialect)) {
            None => lines.push(format!("the table `{name}` has no column `{}`; {way_out}", column.name)),
            Some(actual) if !fits(actual, &column.sql_type, dialect) => lines.push(format!(
                "the column `{}` of the table `{name}` is `{actual}`, not `{}`; {way_out}",
                column.name, column.sql_type
            )),
            Some(_) => {}
        }
    }
    if let Some(fulltext) = &table.fulltext {
        let is_there = match dialect {
            Dialect::Postgres => columns.contains_key(&fulltext.name),
            Dialect::Sqlite => found.contains_key(&folded(&fulltext.name, dialect)),
        };
        if !is_there {
            lines.push(format!("the table `{name}` has no full-text index `{}`; {way_out}", fulltext.name));
        }
    }
    lines
}

/// Whether values of the needed type are read from and written to a column of the actual one. Types that are not known
/// here are trusted.
fn fits(actual: &str, needed: &str, dialect: Dialect) -> bool {
    match (family(actual, dialect), family(needed, dialect)) {
        (Some(actual), Some(needed)) => actual == needed,
        _ => true,
    }
}

/// What types have in common that are read alike: lengths and digits are no matter. SQLite converts as it likes, but
/// sorts texts and numbers differently.
fn family(sql_type: &str, dialect: Dialect) -> Option<String> {
    let lower = sql_type.to_lowercase();
    if dialect == Dialect::Sqlite {
        let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
        return match () {
            () if has(&["int"]) => Some("number".to_owned()),
            () if has(&["char", "clob", "text"]) => Some("text".to_owned()),
            () if has(&["real", "floa", "doub"]) => Some("number".to_owned()),
            () => None,
        };
    }
    let base = lower.split(" collate ").next().unwrap_or_default().trim();
    if let Some(element) = base.strip_suffix("[]") {
        return family(element, dialect).map(|element| format!("{element}[]"));
    }
    let base = base.split('(').next().unwrap_or_default().trim();
    let family = match base {
        "boolean" | "real" | "double precision" | "numeric" | "uuid" | "date" | "bytea" | "tsvector" => base,
        "smallint" | "integer" | "bigint" => "integer",
        "text" | "varchar" | "character varying" | "character" | "bpchar" => "text",
        "time" | "time without time zone" => "time",
        "timestamptz" | "timestamp with time zone" => "timestamptz",
        "timestamp" | "timestamp without time zone" => "timestamp",
        "json" | "jsonb" => "json",
        _ => return None,
    };
    Some(family.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_are_read_alike_fit() {
        let postgres = |actual: &str, needed: &str| fits(actual, needed, Dialect::Postgres);
        assert!(postgres("character varying", "varchar(254) collate \"C\""));
        assert!(postgres("text", "varchar(10) collate \"C\""));
        assert!(postgres("timestamp with time zone", "timestamptz"));
        assert!(postgres("numeric", "numeric(10, 2)") && postgres("bigint", "integer"));
        assert!(postgres("text[]", "text[]") && postgres("public.mood", "text"));
        assert!(!postgres("text", "integer") && !postgres("timestamp without time zone", "timestamptz"));
        assert!(!postgres("text[]", "bigint[]") && !postgres("double precision", "numeric(10, 2)"));
        let sqlite = |actual: &str, needed: &str| fits(actual, needed, Dialect::Sqlite);
        assert!(sqlite("VARCHAR(20)", "text") && sqlite("BIGINT", "integer") && sqlite("DATETIME", "text"));
        assert!(sqlite("TEXT", "text collate entify_decimal") && sqlite("", "blob"));
        assert!(!sqlite("text", "integer") && !sqlite("integer", "text collate entify_decimal"));
    }
}
