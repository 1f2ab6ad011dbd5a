//! What a database says about findings: how many rows, which, how large.

use std::collections::BTreeMap;

use sea_query::Values;

use crate::db::{Db, DbError, Dialect, Executor, Layout, Statement, literal, quoted};
use crate::migrate::lint::{Context, Finding};
use crate::types::Kind;

/// How many keys are shown.
const SAMPLES: usize = 3;

/// What PostgreSQL writes in a second when it writes a table and its indexes anew, at the slow end.
const BYTES_PER_SECOND: i64 = 50 << 20;

/// What is asked of the database about a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Probe {
    /// All rows.
    Rows { table: String },
    /// Rows that meet a condition.
    Breaking { table: String, condition: String, what: &'static str },
    /// Values that several rows have.
    Duplicates { table: String, columns: Vec<String>, condition: Option<String> },
    /// How long it takes to write the table anew.
    Size { table: String },
}

impl Probe {
    /// The values that do not fit another type, where SQL can tell without failing.
    pub(super) fn not_fitting(table: &str, column: &str, sql_type: &str) -> Option<Self> {
        let (name, rest) = sql_type.split_once('(').unwrap_or((sql_type, ""));
        let number = rest.split([',', ')']).next().and_then(|number| number.trim().parse::<u64>().ok());
        let column = quoted(column);
        let condition = match (name.trim(), number) {
            ("varchar" | "character varying", Some(length)) => format!("length({column}) > {length}"),
            ("smallint", _) => format!("{column} NOT BETWEEN -32768 AND 32767"),
            ("integer" | "int", _) => {
                format!("CAST({column} AS numeric) NOT BETWEEN -2147483648 AND 2147483647")
            }
            ("numeric" | "decimal", Some(digits)) => {
                let scale = rest
                    .split([',', ')'])
                    .nth(1)
                    .and_then(|scale| scale.trim().parse::<u64>().ok())
                    .unwrap_or(0);
                format!(
                    "abs(CAST({column} AS numeric)) >= power(10::numeric, {}) OR round(CAST({column} AS numeric), {scale}) <> {column}",
                    digits.saturating_sub(scale)
                )
            }
            _ => return None,
        };
        Some(Self::Breaking { table: table.to_owned(), condition, what: "do not fit" })
    }
}

/// Adds to each finding what this database says about it. What cannot be asked, because the table is not there yet, is left out.
///
/// # Errors
/// [`DbError`] when the database cannot be reached.
pub async fn add_facts(db: &Db, findings: &mut [Finding]) -> Result<(), DbError> {
    let tables = tables(db).await?;
    for finding in findings {
        let Some(probe) = &finding.probe else { continue };
        let (Probe::Rows { table }
        | Probe::Breaking { table, .. }
        | Probe::Duplicates { table, .. }
        | Probe::Size { table }) = probe;
        if !tables.contains(table) {
            continue;
        }
        match ask(db, probe).await {
            Ok(facts) => finding.facts.extend(facts),
            // A column that an earlier pending migration creates, a cast that fails: there is nothing to count.
            Err(DbError::Other(reason)) => tracing::debug!(reason, "the database cannot answer"),
            Err(error) if matches!(error, DbError::Unavailable(_)) => return Err(error),
            Err(error) => tracing::debug!(%error, "the database cannot answer"),
        }
    }
    Ok(())
}

impl Context {
    /// With the numbers of rows of this database: on SQLite by the statistics of `ANALYZE`, or counted.
    ///
    /// # Errors
    /// [`DbError`] when the database fails.
    pub async fn with_rows_of(mut self, db: &Db) -> Result<Self, DbError> {
        self.rows = row_counts(db).await?;
        Ok(self)
    }
}

/// The number of rows of every table; on PostgreSQL an estimate.
///
/// # Errors
/// [`DbError`] when the database fails.
pub async fn row_counts(db: &Db) -> Result<BTreeMap<String, u64>, DbError> {
    let mut counts = BTreeMap::new();
    for table in tables(db).await? {
        let sql = match db.dialect() {
            Dialect::Sqlite => format!("SELECT count(*) FROM {}", quoted(&table)),
            Dialect::Postgres => {
                format!(
                    "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = to_regclass({})",
                    literal(&quoted(&table), db.dialect())
                )
            }
        };
        let rows = u64::try_from(number(db, sql).await?).unwrap_or(0);
        counts.insert(table, rows);
    }
    Ok(counts)
}

async fn tables(db: &Db) -> Result<Vec<String>, DbError> {
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                            AND sql NOT LIKE 'CREATE VIRTUAL%'"
        }
        Dialect::Postgres => {
            "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND pg_table_is_visible(oid) \
             AND relnamespace <> 'pg_catalog'::regnamespace"
        }
    };
    texts(db, sql.to_owned()).await
}

async fn ask(db: &Db, probe: &Probe) -> Result<Vec<String>, DbError> {
    match probe {
        Probe::Rows { table } => {
            let rows = number(db, format!("SELECT count(*) FROM {}", quoted(table))).await?;
            let keys = keys(db, table, "TRUE").await?;
            Ok(vec![format!("`{table}` has {}{keys}", counted(rows))])
        }
        Probe::Breaking { table, condition, what } => {
            let sql = format!("SELECT count(*) FROM {} WHERE {condition}", quoted(table));
            let rows = number(db, sql).await?;
            let keys = if rows == 0 { String::new() } else { keys(db, table, condition).await? };
            Ok(vec![format!("{} of `{table}` {what}{keys}", counted(rows))])
        }
        Probe::Duplicates { table, columns, condition } => {
            let list = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
            let mut conditions: Vec<String> =
                columns.iter().map(|column| format!("{} IS NOT NULL", quoted(column))).collect();
            conditions.extend(condition.iter().map(|condition| format!("({condition})")));
            let groups = format!(
                "SELECT {list}, count(*) AS entify_count FROM {} WHERE {} GROUP BY {list} HAVING count(*) > 1",
                quoted(table),
                conditions.join(" AND ")
            );
            let rows =
                number(db, format!("SELECT coalesce(sum(entify_count), 0) FROM ({groups}) AS g")).await?;
            let first = format!(
                "SELECT CAST({} AS text) FROM ({groups}) AS g ORDER BY 1 LIMIT {SAMPLES}",
                quoted(&columns[0])
            );
            let values = if rows == 0 { Vec::new() } else { texts(db, first).await? };
            let values = if values.is_empty() { String::new() } else { format!(": {}", values.join(", ")) };
            Ok(vec![format!("{} of `{table}` share a value with another{values}", counted(rows))])
        }
        Probe::Size { table } => size(db, table).await,
    }
}

async fn size(db: &Db, table: &str) -> Result<Vec<String>, DbError> {
    if db.dialect() == Dialect::Sqlite {
        return Ok(Vec::new());
    }
    let sql =
        format!("SELECT pg_total_relation_size(to_regclass({}))", literal(&quoted(table), db.dialect()));
    let bytes = number(db, sql).await?;
    let seconds = bytes.div_euclid(BYTES_PER_SECOND);
    let time = if seconds == 0 { "less than a second".to_owned() } else { format!("about {seconds} s") };
    Ok(vec![format!(
        "`{table}` and its indexes take {:.1} MB: {time} to write them anew",
        bytes as f64 / f64::from(1 << 20)
    )])
}

fn counted(rows: i64) -> String {
    match rows {
        0 => "no row".to_owned(),
        1 => "1 row".to_owned(),
        rows => format!("{rows} rows"),
    }
}

/// The first keys of rows that meet a condition, in brackets; nothing where the table's key is not one column.
async fn keys(db: &Db, table: &str, condition: &str) -> Result<String, DbError> {
    let name = literal(&quoted(table), db.dialect());
    let sql = match db.dialect() {
        Dialect::Sqlite => {
            format!("SELECT name FROM pragma_table_info({}) WHERE pk > 0", literal(table, db.dialect()))
        }
        Dialect::Postgres => format!(
            "SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) \
             WHERE i.indisprimary AND i.indrelid = to_regclass({name})"
        ),
    };
    let key = texts(db, sql).await?;
    let [key] = &key[..] else { return Ok(String::new()) };
    let key = quoted(key);
    let sql = format!(
        "SELECT CAST({key} AS text) FROM {} WHERE {condition} ORDER BY {key} LIMIT {SAMPLES}",
        quoted(table)
    );
    let keys = texts(db, sql).await?;
    Ok(if keys.is_empty() {
        String::new()
    } else {
        format!(" ({} {})", key.trim_matches('"'), keys.join(", "))
    })
}

async fn number(db: &Db, sql: String) -> Result<i64, DbError> {
    let sql = match db.dialect() {
        Dialect::Sqlite => format!("SELECT CAST(({sql}) AS integer)"),
        Dialect::Postgres => format!("SELECT ({sql})::bigint"),
    };
    let rows = read(db, sql, Kind::I64).await?;
    Ok(rows.first().and_then(|text| text.parse().ok()).unwrap_or(0))
}

async fn texts(db: &Db, sql: String) -> Result<Vec<String>, DbError> {
    read(db, sql, Kind::Text).await
}

async fn read(db: &Db, sql: String, kind: Kind) -> Result<Vec<String>, DbError> {
    let layout = Layout::default().with_column(kind);
    let rows = Executor::Pool(db.clone()).read(Statement::new(sql, Values(Vec::new())), &layout).await?;
    Ok(rows.iter().map(|row| row.get(0).to_text()).collect())
}
