//! The connection on which migrations run, the same for both databases: statements are texts, and so are their rows.

#[cfg(feature = "postgres")]
use sqlx::PgConnection;
#[cfg(feature = "sqlite")]
use sqlx::SqliteConnection;
use sqlx::{AssertSqlSafe, Column as _, Error, Row as _};

use crate::db::Dialect;

/// A connection. PostgreSQL answers the simple protocol in texts, and SQLite makes texts of what it is asked for.
pub(super) enum Session<'c> {
    #[cfg(feature = "sqlite")]
    Sqlite(&'c mut SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(&'c mut PgConnection),
}

/// A row, its columns by name.
pub(super) type TextRow = Vec<(String, Option<String>)>;

impl Session<'_> {
    pub(super) fn dialect(&self) -> Dialect {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs statements for their effect.
    pub(super) async fn execute(&mut self, sql: &str) -> Result<(), Error> {
        let statements = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => statements.execute(&mut **connection).await.map(drop),
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => statements.execute(&mut **connection).await.map(drop),
        }
    }

    /// Runs a query and reads its rows as texts.
    pub(super) async fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>, Error> {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => {
                let rows = query.fetch_all(&mut **connection).await?;
                rows.iter()
                    .map(|row| {
                        let cell = |column: &sqlx::sqlite::SqliteColumn| {
                            // Unchecked: SQLite converts numbers to texts. Bytes that are none are not shown.
                            let text = match row.try_get_unchecked::<Option<String>, _>(column.ordinal()) {
                                Err(Error::ColumnDecode { .. }) => Ok(Some("…".to_owned())),
                                text => text,
                            };
                            Ok((column.name().to_owned(), text?))
                        };
                        row.columns().iter().map(cell).collect()
                    })
                    .collect()
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => {
                let rows = query.fetch_all(&mut **connection).await?;
                rows.iter()
                    .map(|row| {
                        let cell = |column: &sqlx::postgres::PgColumn| {
                            let value = row.try_get_raw(column.ordinal())?;
                            let text = value.as_str().map(str::to_owned).ok();
                            Ok((column.name().to_owned(), text))
                        };
                        row.columns().iter().map(cell).collect()
                    })
                    .collect()
            }
        }
    }

    /// The first column of the rows.
    pub(super) async fn texts(&mut self, sql: &str) -> Result<Vec<String>, Error> {
        let rows = self.rows(sql).await?;
        Ok(rows.into_iter().filter_map(|row| row.into_iter().next()?.1).collect())
    }

    /// Whether a query answers true.
    pub(super) async fn holds(&mut self, sql: &str) -> Result<bool, Error> {
        let answer = self.texts(sql).await?;
        Ok(answer.first().is_some_and(|text| ["t", "true", "1"].contains(&text.as_str())))
    }
}

/// The code of the database's error: `55P03`.
pub(super) fn code(error: &Error) -> Option<String> {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).map(std::borrow::Cow::into_owned)
}

/// An error as the operator reads it, with the line of the file where PostgreSQL tells the place.
pub(super) fn reason(error: &Error, text: &str, lines_before: usize) -> String {
    let Some(of_database) = error.as_database_error() else { return error.to_string() };
    let message = of_database.message().to_owned();
    #[cfg(feature = "postgres")]
    if let Some(postgres) = of_database.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        let detail = postgres.detail().map(|detail| format!(" ({detail})")).unwrap_or_default();
        if let Some(sqlx::postgres::PgErrorPosition::Original(at)) = postgres.position() {
            let before = text.chars().take(at.saturating_sub(1)).filter(|c| *c == '\n').count();
            return format!("line {}: {message}{detail}", lines_before + before + 1);
        }
        return format!("{message}{detail}");
    }
    message
}
