//! One write of many rows that someone has chosen: of all of them, or of none, and then which of them stood in the way.

use std::sync::Arc;

use crate::ctx::Ctx;
use crate::db::Isolation;
use crate::entity::{ActionDef, Condition, Op};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::{Deleted, Direction, ListQuery, Sort};
use crate::service::records::UnboundRecords;
use crate::service::write::{DeletionPreview, ShownDeletion, Walk};
use crate::service::{Act, Expected, Records};
use crate::sql::Select;
use crate::value::{Assignments, ColumnSet, Value};

/// Rows that are written together at most.
pub(crate) const MAX_TOGETHER: usize = 10_000;
/// Rows that are tried one by one, to find those that stand in the way.
const MAX_TRIED: usize = 1_000;

/// What is done to each row.
#[derive(Debug, Clone)]
pub(crate) enum RowWrite {
    /// Fields are set.
    Update(Assignments),
    /// It is deleted. Where what would go with the rows was shown, no more than that goes.
    Delete(Option<ShownDeletion>),
    /// It comes back.
    Restore,
    /// The application's code.
    Act(&'static ActionDef, Assignments),
}

/// What became of a write of many rows.
#[derive(Debug)]
pub(crate) enum WrittenRows {
    /// All are written.
    Done,
    /// None is: these stood in the way, each with the reason.
    Refused {
        rows: Vec<(Value, Error)>,
        /// Whether not every row was tried.
        more: bool,
    },
    /// None is deleted: more would go than was shown.
    Unseen,
}

impl Records<'_> {
    /// The keys of the rows that a query finds, in the order of their keys, `most` and one more at most.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub(crate) async fn keys_of_matching(&self, query: &ListQuery, most: usize) -> Result<Vec<Value>> {
        let scope = self.row_scope()?;
        let order = [Sort::new(0, Direction::Asc)];
        let select = Select {
            order: &order,
            limit: u32::try_from(most.saturating_add(1)).ok(),
            ..self.matching(scope, &query.filter, query.search.as_deref())
        };
        let (statement, layout) = select.page()?;
        let rows = self.scope("list").over(async { self.ctx.executor().read(statement, &layout).await });
        Ok(rows.await?.iter().map(|row| row.key().clone()).collect())
    }

    /// How many rows a query finds, counted up to `most`.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub(crate) async fn count_up_to(&self, query: &ListQuery, most: u32) -> Result<u64> {
        let matching = self.matching(self.row_scope()?, &query.filter, query.search.as_deref());
        let (statement, layout) = matching.count_up_to(most)?;
        let rows = self.scope("count").over(async { self.ctx.executor().read(statement, &layout).await });
        Ok(rows.await?.first().map_or(0, |row| super::lookup_key::unsigned(row.get(0))))
    }

    /// What deleting these rows together would do to others.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub(crate) async fn deletion_preview_of(&self, keys: &[Value]) -> Result<DeletionPreview> {
        self.walk_deletions(keys, Walk::Reading, self.info.def.soft_delete).await
    }

    /// Writes the rows, all of them in one transaction. Where that is refused, each is tried by itself without being kept, to find
    /// those that stand in the way.
    ///
    /// # Errors
    /// `Unauthenticated` and `Forbidden` where the principal may do this to no row at all, those of a write that no single
    /// row is the reason of, and those of the database.
    pub(crate) async fn write_rows(&self, keys: Vec<Value>, write: RowWrite) -> Result<WrittenRows> {
        self.authorize_rows(&write)?;
        if keys.len() > MAX_TOGETHER {
            return Err(Error::QueryTooComplex(
                format!("at most {MAX_TOGETHER} rows are changed together; choose fewer").into(),
            ));
        }
        let unbound = self.unbound();
        let together = Arc::new((keys, write));
        let shared = Arc::clone(&together);
        let run = move |ctx: Ctx| {
            let shared = Arc::clone(&shared);
            async move { Box::pin(write_together(unbound.bind(&ctx), &shared.0, &shared.1)).await }
        };
        let error = match Box::pin(self.ctx.transaction_with_retry(Isolation::default(), run)).await {
            Ok(true) => return Ok(WrittenRows::Done),
            Ok(false) => return Ok(WrittenRows::Unseen),
            Err(error) if error.status() >= 500 => return Err(error),
            Err(error) => error,
        };
        let (keys, write) = &*together;
        let rows = self.standing_in_the_way(keys, write).await?;
        match rows.is_empty() {
            true => Err(error),
            false => Ok(WrittenRows::Refused { rows, more: keys.len() > MAX_TRIED }),
        }
    }

    fn authorize_rows(&self, write: &RowWrite) -> Result<()> {
        match write {
            RowWrite::Update(_) => self.info.authorize(Action::Update, self.ctx),
            RowWrite::Delete(_) | RowWrite::Restore => self.info.authorize(Action::Delete, self.ctx),
            RowWrite::Act(action, _) => self.info.authorize_action(action, self.ctx),
        }
        .map(drop)
    }

    /// The rows that cannot be written, each with the reason, as they are after those before them were written. Nothing is kept.
    ///
    /// # Errors
    /// Those of the database.
    pub(crate) async fn standing_in_the_way(
        &self,
        keys: &[Value],
        write: &RowWrite,
    ) -> Result<Vec<(Value, Error)>> {
        let (unbound, keys) = (self.unbound(), &keys[..keys.len().min(MAX_TRIED)]);
        let try_each = |ctx: Ctx| async move {
            let mut refused = Vec::new();
            for key in keys {
                let (own, write) = (key.clone(), write.clone());
                let one = move |ctx: Ctx| async move { Box::pin(write_one(unbound, &ctx, own, write)).await };
                match ctx.transaction(one).await {
                    Ok(()) => {}
                    Err(error) if error.status() >= 500 => return Err(error),
                    Err(error) => refused.push((key.clone(), error)),
                }
            }
            Ok(refused)
        };
        Box::pin(self.ctx.dry_run(try_each)).await
    }
}

/// Writes all rows; false where more would go with them than was shown.
async fn write_together(records: Records<'_>, keys: &[Value], write: &RowWrite) -> Result<bool> {
    let chosen = Condition::column(0, Op::In(keys.to_vec()));
    let written = match write {
        RowWrite::Update(values) => records.update_at_most(&chosen, values.clone(), None).await?,
        RowWrite::Delete(shown) => {
            if let Some(shown) = shown {
                let rows = records.locked_some(records.row_scope()?, ColumnSet::KEY, &chosen, None).await?;
                if rows.len() == keys.len() {
                    let preview =
                        records.walk_deletions(keys, Walk::Locking, records.info.def.soft_delete).await?;
                    if shown.new_of(&preview.shown) > 0 {
                        return Ok(false);
                    }
                }
            }
            records.delete_at_most(&chosen, None).await?
        }
        RowWrite::Restore => {
            for key in keys {
                restore(records, key).await?;
            }
            return Ok(true);
        }
        RowWrite::Act(action, values) => {
            records.act_on_each(action, keys.to_vec(), values.clone()).await?;
            return Ok(true);
        }
    };
    // None is left out silently.
    match written == keys.len() as u64 {
        true => Ok(true),
        false => Err(records.not_found()),
    }
}

async fn write_one(unbound: UnboundRecords, ctx: &Ctx, key: Value, write: RowWrite) -> Result<()> {
    let records = unbound.bind(ctx);
    match write {
        RowWrite::Update(values) => records.update_known(&key, values).await.map(drop),
        RowWrite::Delete(_) => records.delete_known(&key).await.map(drop),
        RowWrite::Restore => restore(records, &key).await,
        RowWrite::Act(action, values) => {
            let act = Act { action, key: Some(key), expected: Expected::Any, values };
            records.act(act).await.map(drop)
        }
    }
}

/// Restoring a row brings those back that were deleted with it, which may be among the chosen ones.
async fn restore(records: Records<'_>, key: &Value) -> Result<()> {
    match records.among(Deleted::Hidden).find(key, ColumnSet::KEY).await? {
        Some(_) => Ok(()),
        None => records.restore(key).await.map(drop),
    }
}
