//! A migration outside a transaction: one statement, which is done or not, and known to be either after an interruption.

use std::time::Instant;

use crate::db::Dialect;
use crate::db::literal;
use crate::migrate::MigrateError;
use crate::migrate::migrations::MigrationText;
use crate::migrate::runner::session::Session;
use crate::migrate::runner::work::{Stopped, record};
use crate::migrate::runner::{Action, Run, assertion, of_sqlx};
use crate::migrate::script::concurrently::{ConcurrentIndex, IndexAction};
use crate::migrate::script::{Script, ScriptStep};

/// Runs a migration outside a transaction, and records it once it has succeeded.
///
/// A `CREATE INDEX CONCURRENTLY` that ends midway leaves an index that serves nothing and costs every write. It is
/// dropped, at once or by the next run.
pub(super) async fn perform_outside(
    run: &Run,
    session: &mut Session<'_>,
    action: &Action<'_>,
    text: &MigrationText,
) -> Result<(), Stopped> {
    let (entry, begun) = (action.entry(), Instant::now());
    let script =
        Script::parse(&text.sql, session.dialect()).map_err(|problem| entry.failed(problem.reason))?;
    for step in &script.steps {
        match step {
            ScriptStep::Assert(assertion) => assertion::check(session, entry, assertion).await?,
            ScriptStep::Sql { text, lines_before } => {
                let index = script.statements.first().and_then(|one| ConcurrentIndex::parse(one.text));
                if let Some(index) = &index
                    && is_done(run, session, index).await?
                {
                    continue;
                }
                // What works beside others may wait for them as long as it takes; nobody waits behind it.
                let timeout = if index.is_some() { 0 } else { run.settings().lock_timeout.as_millis() };
                session
                    .execute(&format!("SET lock_timeout = {timeout}"))
                    .await
                    .map_err(Stopped::of_runner)?;
                if let Err(error) = session.execute(text).await {
                    let mut stopped = Stopped::of(entry, error, text, *lines_before);
                    if let Some(index) = &index
                        && let Ok(true) = drop_invalid(session, index).await
                        && let MigrateError::Failed { reason, .. } = &mut stopped.error
                    {
                        reason.push_str(&format!(
                            "; the invalid index {} that it left was dropped",
                            index.quoted()
                        ));
                    }
                    return Err(stopped);
                }
            }
            ScriptStep::Rebuild(_) | ScriptStep::Part => {}
        }
    }
    record(session, action, begun).await
}

/// Whether an interrupted run has done it already. What such a run left unfinished is dropped.
async fn is_done(
    run: &Run,
    session: &mut Session<'_>,
    index: &ConcurrentIndex,
) -> Result<bool, MigrateError> {
    let valid = is_valid(session, index).await?;
    match (index.action, valid) {
        (IndexAction::Create, Some(true)) => {
            run.say(&format!("the index {} is there already", index.quoted()));
            Ok(true)
        }
        (IndexAction::Create, Some(false)) => {
            drop_invalid(session, index).await?;
            run.say(&format!(
                "the invalid index {}, which an interrupted run left, was dropped",
                index.quoted()
            ));
            Ok(false)
        }
        (IndexAction::Drop, None) => Ok(true),
        _ => Ok(false),
    }
}

/// Whether the index serves; `None` when there is none.
async fn is_valid(session: &mut Session<'_>, index: &ConcurrentIndex) -> Result<Option<bool>, MigrateError> {
    let name = literal(&index.quoted(), Dialect::Postgres);
    let query =
        format!("SELECT indisvalid AND indisready FROM pg_index WHERE indexrelid = to_regclass({name})");
    let found = session.texts(&query).await.map_err(of_sqlx)?;
    Ok(found.first().map(|valid| valid == "t"))
}

/// Drops the index if it is invalid, and returns whether it was.
async fn drop_invalid(session: &mut Session<'_>, index: &ConcurrentIndex) -> Result<bool, MigrateError> {
    if index.action != IndexAction::Create || is_valid(session, index).await? != Some(false) {
        return Ok(false);
    }
    session.execute("SET lock_timeout = 0").await.map_err(of_sqlx)?;
    let dropped = session.execute(&format!("DROP INDEX CONCURRENTLY IF EXISTS {}", index.quoted())).await;
    dropped.map(|()| true).map_err(of_sqlx)
}
