//! Migrations in Rust, for what SQL cannot say: rows are changed in batches, and a run that is interrupted goes on.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};

use sea_query::Values;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ctx::Ctx;
use crate::db::{Isolation, Layout, Statement, literal};
use crate::error::{Error, Result};
use crate::types::Kind;
use crate::value::Value;

/// Where batches stand. The table exists while a data migration runs or is interrupted.
pub(super) const CURSORS: &str = "_entify_migration_cursors";

type Work = Arc<dyn Fn(DataMigration) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// A migration in Rust, as an application declares it.
#[derive(Clone)]
pub(crate) struct DataStep {
    /// `20261127120000_fill_slugs`
    pub(crate) name: String,
    pub(crate) up: Work,
    pub(crate) down: Option<Work>,
}

impl fmt::Debug for DataStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataStep").field("name", &self.name).finish_non_exhaustive()
    }
}

impl DataStep {
    pub(crate) fn new<F, Fut>(name: impl Into<String>, up: F) -> Self
    where
        F: Fn(DataMigration) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self { name: name.into(), up: Arc::new(move |migration| Box::pin(up(migration))), down: None }
    }

    pub(crate) fn with_down<F, Fut>(self, down: F) -> Self
    where
        F: Fn(DataMigration) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        Self { down: Some(Arc::new(move |migration| Box::pin(down(migration)))), ..self }
    }
}

/// A data migration that runs: what `App::data_migration` passes to its function.
///
/// The tables are as the migrations before it have left them, which may not be what the entities of today need: write SQL
/// ([`execute`](Self::execute)) for columns that a later migration changes.
///
/// A process that ends in the middle leaves the migration unrecorded, and the next run calls the function again:
/// [`batches`](Self::batches) then go on where they were. Whatever else the function does is done again.
#[derive(Debug, Clone)]
pub struct DataMigration {
    ctx: Ctx,
    version: i64,
    /// How many times batches were begun.
    begun: Arc<AtomicI32>,
    /// The batches that are done, for who tells of the progress.
    done: Arc<AtomicU64>,
}

/// Where the batches of a migration stand.
enum Position {
    Start,
    After(String),
    Done,
}

impl DataMigration {
    pub(super) fn new(ctx: &Ctx, version: i64, done: &Arc<AtomicU64>) -> Self {
        Self { ctx: ctx.clone(), version, begun: Arc::default(), done: Arc::clone(done) }
    }

    /// The context of the system, outside a transaction.
    #[must_use]
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Runs `batch` until it returns `None`. Each call is a transaction, with the context of which it works, and gets what
    /// the one before it returned: the last key that it has done, say. That is stored in the same transaction, so that each batch is
    /// done once, however often the process is stopped. A conflict with others runs a batch again.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # use entify::migrate::DataMigration;
    /// # async fn fill(migration: DataMigration) -> entify::Result<()> {
    /// migration
    ///     .batches(|ctx, _: Option<()>| async move {
    ///         let fill = "UPDATE post SET slug = lower(title) WHERE id IN \
    ///                     (SELECT id FROM post WHERE slug IS NULL LIMIT 1000)";
    ///         let changed = DataMigration::execute(&ctx, fill).await?;
    ///         Ok((changed > 0).then_some(()))
    ///     })
    ///     .await
    /// # }
    /// ```
    ///
    /// # Errors
    /// What a batch returns; those before it are kept.
    pub async fn batches<C, F, Fut>(&self, batch: F) -> Result<()>
    where
        C: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(Ctx, Option<C>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<C>>> + Send + 'static,
    {
        let (version, part) = (self.version, self.begun.fetch_add(1, Ordering::Relaxed));
        let batch = Arc::new(batch);
        let mut position = self.position(part).await?;
        loop {
            let after = match position {
                Position::Done => return Ok(()),
                Position::Start => None,
                Position::After(text) => Some(text),
            };
            let batch = Arc::clone(&batch);
            let one = move |ctx: Ctx| {
                let (batch, after) = (Arc::clone(&batch), after.clone());
                async move {
                    let after = after.map(|text| serde_json::from_str(&text)).transpose();
                    let next = batch(ctx.clone(), after.map_err(Error::internal)?).await?;
                    let next = next.map(|next| serde_json::to_string(&next)).transpose();
                    let next = next.map_err(Error::internal)?;
                    store(&ctx, version, part, next.as_deref()).await?;
                    Ok(next)
                }
            };
            let next = self.ctx.transaction_with_retry(Isolation::default(), one).await?;
            self.done.fetch_add(1, Ordering::Relaxed);
            position = next.map_or(Position::Done, Position::After);
        }
    }

    /// Runs a statement of SQL, and returns how many rows it has changed.
    ///
    /// # Errors
    /// What the database reports.
    pub async fn execute(ctx: &Ctx, sql: &str) -> Result<u64> {
        let statement = Statement::new(sql, Values(Vec::new())).once();
        ctx.engine().execute(statement).await.map_err(|error| {
            tracing::error!(%error, "the SQL of a data migration failed");
            Error::from(error)
        })
    }

    async fn position(&self, part: i32) -> Result<Position> {
        let query = format!(
            "SELECT cursor IS NULL, coalesce(cursor, '') FROM {CURSORS} WHERE version = {} AND part = {part}",
            self.version
        );
        let layout = Layout::default().with_column(Kind::Bool).with_column(Kind::Text);
        let statement = Statement::new(query, Values(Vec::new())).once();
        let rows = self.ctx.engine().read(statement, &layout).await?;
        Ok(match rows.first().map(|row| (row.get(0), row.get(1))) {
            None => Position::Start,
            Some((Value::Bool(false), Value::Text(cursor))) => Position::After(cursor.clone()),
            Some(_) => Position::Done,
        })
    }
}

/// The table of cursors.
pub(super) fn create_cursors() -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {CURSORS} (version BIGINT NOT NULL, part INTEGER NOT NULL, cursor TEXT, \
         PRIMARY KEY (version, part))"
    )
}

async fn store(ctx: &Ctx, version: i64, part: i32, cursor: Option<&str>) -> Result<()> {
    let cursor = cursor.map_or("NULL".to_owned(), |cursor| literal(cursor, ctx.db().dialect()));
    let sql = format!(
        "INSERT INTO {CURSORS} (version, part, cursor) VALUES ({version}, {part}, {cursor}) \
         ON CONFLICT (version, part) DO UPDATE SET cursor = excluded.cursor"
    );
    DataMigration::execute(ctx, &sql).await.map(drop)
}
