//! A schema that is created for a moment, to be read as the database itself writes it.

use std::sync::{Arc, OnceLock};

use crate::db::{Db, DbError, DbOptions, Dialect, Executor, Statement};
use crate::error::Error;
use crate::migrate::live::{LiveSchema, postgres, sqlite};

/// The schema that these statements create on an empty database of this one's dialect. Nothing is left of it.
///
/// On PostgreSQL they run in a transaction of this database that is rolled back, on temporary tables: no table that is
/// there is touched or locked. SQLite creates it in memory.
///
/// # Errors
/// The [`DbError`] of the database: of one that may not be written to, and of the statement that fails.
pub async fn created(db: &Db, statements: Vec<String>) -> Result<LiveSchema, DbError> {
    match db.dialect() {
        Dialect::Postgres => created_in_transaction(db, statements).await,
        Dialect::Sqlite => {
            let memory = Db::connect(&DbOptions::new("sqlite::memory:")).await?;
            let executor = Executor::Pool(memory.clone());
            run(&executor, statements).await?;
            let schema = sqlite::read(&executor).await?;
            memory.close().await;
            Ok(schema)
        }
    }
}

async fn created_in_transaction(db: &Db, mut statements: Vec<String>) -> Result<LiveSchema, DbError> {
    // Names are first looked up among the temporary tables; what a condition of the application's calls is where it was.
    let path = "SELECT set_config('search_path', 'pg_temp, ' || current_setting('search_path'), true)";
    statements.insert(0, path.to_owned());
    let read = Arc::new(OnceLock::new());
    let result = read.clone();
    let rolled_back = Executor::Pool(db.clone())
        .transaction(move |transaction| async move {
            let executor = Executor::Transaction(transaction);
            let schema = match run(&executor, statements).await {
                Ok(()) => postgres::read(&executor, postgres::Namespace::Temporary).await,
                Err(error) => Err(error),
            };
            let _ = result.set(schema);
            Err::<(), _>(Error::bad_request("rolled back"))
        })
        .await;
    match Arc::try_unwrap(read).ok().and_then(OnceLock::into_inner) {
        Some(schema) => schema,
        None => Err(DbError::Other(format!("the transaction did not begin: {rolled_back:?}"))),
    }
}

async fn run(executor: &Executor, statements: Vec<String>) -> Result<(), DbError> {
    for sql in statements {
        executor.execute(Statement::plain(sql).once()).await?;
    }
    Ok(())
}
