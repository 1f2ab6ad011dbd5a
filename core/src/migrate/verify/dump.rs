//! A schema as lines of text.

use sea_query::Values;

use crate::db::{Db, DbError, Dialect, Executor, Layout, Statement};
use crate::migrate::live;
use crate::types::Kind;

/// What no table has: functions and sequences, whichever a migration has left.
const BESIDE: &str = "SELECT format('the function `%s`: %s', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = \
     current_schema()::regnamespace UNION ALL SELECT format('the sequence `%s`', relname) FROM pg_class WHERE relnamespace = \
     current_schema()::regnamespace AND relkind = 'S'";

/// The lines.
pub(super) async fn schema(db: &Db) -> Result<Vec<String>, DbError> {
    let mut lines = live::lines(&live::read(db, None).await?);
    if db.dialect() == Dialect::Postgres {
        let rows = texts(db, BESIDE.to_owned(), 1).await?;
        lines.extend(rows.into_iter().filter_map(|mut row| row.remove(0)));
    }
    Ok(lines)
}

/// The lines with every constraint as if it were validated.
pub(super) fn as_valid(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| line.strip_suffix(live::NOT_VALID).unwrap_or(line).to_owned()).collect()
}

/// The cells of a query as texts.
pub(super) async fn texts(db: &Db, sql: String, columns: usize) -> Result<Vec<Vec<Option<String>>>, DbError> {
    let layout = (0..columns).fold(Layout::default(), |layout, _| layout.with_column(Kind::Text));
    let rows = Executor::Pool(db.clone()).read(Statement::new(sql, Values(Vec::new())), &layout).await?;
    let cells = |row: &crate::value::Record| {
        row.values().iter().map(|value| (!value.is_null()).then(|| value.to_text())).collect()
    };
    Ok(rows.iter().map(cells).collect())
}

pub(super) async fn execute(db: &Db, sql: String) -> Result<(), DbError> {
    Executor::Pool(db.clone()).execute(Statement::new(sql, Values(Vec::new()))).await?;
    Ok(())
}
