//! Databases that are made for a proof and removed after it.

use crate::db::{Db, DbError, DbOptions};

/// A database that holds nothing.
#[derive(Debug)]
pub struct Scratch {
    url: String,
    /// The server's URL and the database's name; none on SQLite, where it is in memory.
    server: Option<(String, String)>,
}

impl Scratch {
    /// One in memory, of SQLite.
    #[must_use]
    pub fn sqlite() -> Self {
        Self { url: "sqlite::memory:".to_owned(), server: None }
    }

    /// A new database on the server of this URL, whose user must be allowed to create databases.
    ///
    /// # Errors
    /// [`DbError`] when the server cannot be reached or refuses.
    #[cfg(feature = "postgres")]
    pub async fn postgres(url: &str) -> Result<Self, DbError> {
        let mut digits = [0_u8; 8];
        getrandom::fill(&mut digits).map_err(|error| DbError::Other(error.to_string()))?;
        let name = format!("entify_verify_{:016x}", u64::from_be_bytes(digits));
        execute(url, &format!("CREATE DATABASE {name}")).await?;
        Ok(Self { url: with_database(url, &name), server: Some((url.to_owned(), name)) })
    }

    /// A second one of the same kind.
    #[cfg(feature = "postgres")]
    pub(super) async fn another(&self) -> Result<Self, DbError> {
        match &self.server {
            Some((url, _)) => Self::postgres(url).await,
            None => Ok(Self::sqlite()),
        }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    pub(super) async fn open(&self) -> Result<Db, DbError> {
        let mut options = DbOptions::new(&self.url);
        options.max_connections = 2;
        Db::connect(&options).await
    }

    /// Removes it.
    ///
    /// # Errors
    /// [`DbError`] when the server cannot be reached.
    pub async fn remove(self) -> Result<(), DbError> {
        #[cfg(feature = "postgres")]
        if let Some((url, name)) = &self.server {
            execute(url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        }
        Ok(())
    }
}

/// On a connection of its own: these cannot run in a transaction.
#[cfg(feature = "postgres")]
async fn execute(url: &str, sql: &str) -> Result<(), DbError> {
    use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
    let mut connection = sqlx::PgConnection::connect(url).await?;
    connection.execute(AssertSqlSafe(sql.to_owned())).await?;
    connection.close().await?;
    Ok(())
}

/// The URL with another database.
#[cfg(feature = "postgres")]
fn with_database(url: &str, name: &str) -> String {
    let (before, query) = match url.split_once('?') {
        Some((before, query)) => (before, format!("?{query}")),
        None => (url, String::new()),
    };
    let authority = before.split_once("://").map_or(0, |(scheme, _)| scheme.len() + 3);
    let base = before[authority..].find('/').map_or(before, |slash| &before[..authority + slash]);
    format!("{base}/{name}{query}")
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_to_another_database_of_the_same_server() {
        assert_eq!(
            with_database("postgres://u:p@h:5432/app?sslmode=require", "x"),
            "postgres://u:p@h:5432/x?sslmode=require"
        );
        assert_eq!(with_database("postgres://h", "x"), "postgres://h/x");
        assert_eq!(with_database("postgres:///app?host=/tmp", "x"), "postgres:///x?host=/tmp");
    }
}
