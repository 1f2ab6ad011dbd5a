//! What deleting a row would do, found without doing it: the way of `cascade` and `soft_delete`, down to the last level.
//!
//! Only rows that the principal may read are followed and named. How much is read is bounded; beyond that, numbers are
//! the least they can be.

use std::collections::VecDeque;

use crate::entity::{Condition, EntityInfo, OnDelete, Op};
use crate::error::Result;
use crate::policy::Action;
use crate::query::{Deleted, Direction, Sort};
use crate::service::Records;
use crate::service::write::cascade::CascadeSet;
use crate::service::write::confirmed::ShownDeletion;
use crate::service::write::keys_of;
use crate::value::{ColumnSet, Value};

/// Rows that are followed, of all entities together.
const MAX_ROWS: usize = 10_000;
/// Rows that are counted of those that stand in the way or stay.
const COUNTED: usize = 1_000;
/// Rows that are named of each effect.
const NAMED: usize = 20;

/// What happens to rows because another one is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// They stand in the way: nothing is deleted while they are there.
    Blocks,
    /// They are deleted too.
    Deleted,
    /// They lose the reference.
    Unlinked,
    /// They stay as they are, and refer to a row that is deleted softly.
    Kept,
}

/// What happens to the rows that refer to deleted ones by one column.
#[derive(Debug)]
pub(crate) struct DeletionEffect {
    /// The entity of the rows.
    pub(crate) from: &'static EntityInfo,
    /// The column by which they refer.
    pub(crate) column: usize,
    /// What happens to them.
    pub(crate) outcome: Outcome,
    /// How many there are.
    pub(crate) count: u64,
    /// Whether there are more than were counted.
    pub(crate) more: bool,
    /// The keys of the first of them.
    pub(crate) keys: Vec<Value>,
}

/// What deleting a row would do to others.
#[derive(Debug, Default)]
pub(crate) struct DeletionPreview {
    /// What stands in the way first, then what is deleted, nearest first, then the rest.
    pub(crate) effects: Vec<DeletionEffect>,
    /// Whether there may be rows besides that the principal may not read.
    pub(crate) hidden: bool,
    /// Whether there are more rows than were followed.
    pub(crate) more: bool,
    /// The rows that are deleted or lose a reference, to be compared with what a deletion would do later.
    pub(crate) shown: ShownDeletion,
}

/// How the rows are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::service) enum Walk {
    /// They are read.
    Reading,
    /// Those that are deleted are locked, level by level, so that none is missed that comes to refer to them meanwhile.
    Locking,
}

/// Rows that refer to deleted ones and are not deleted themselves.
struct Remaining {
    from: &'static EntityInfo,
    column: usize,
    outcome: Outcome,
    to: Vec<Value>,
}

impl Records<'_> {
    /// What deleting the row would do to others.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub(crate) async fn deletion_preview(&self, key: &Value) -> Result<DeletionPreview> {
        self.walk_deletion(key, Walk::Reading, self.info.def.soft_delete).await
    }

    /// What deleting the row for good would do to others, deleted softly before or not.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub(crate) async fn purge_preview(&self, key: &Value) -> Result<DeletionPreview> {
        self.walk_deletion(key, Walk::Reading, false).await
    }

    /// As [`Records::deletion_preview`]. To lock rows, the row itself must be locked already.
    pub(super) async fn walk_deletion(&self, key: &Value, walk: Walk, soft: bool) -> Result<DeletionPreview> {
        self.walk_deletions(std::slice::from_ref(key), walk, soft).await
    }

    /// As [`Records::walk_deletion`], of rows that are deleted together.
    pub(in crate::service) async fn walk_deletions(
        &self,
        keys: &[Value],
        walk: Walk,
        soft: bool,
    ) -> Result<DeletionPreview> {
        let mut preview = DeletionPreview::default();
        let mut deleted = CascadeSet::default();
        for key in keys {
            deleted.add(self.info, key);
        }
        let mut pending = VecDeque::from([(self.info, keys.to_vec())]);
        let mut remaining: Vec<Remaining> = Vec::new();
        let mut left = MAX_ROWS;
        while let Some((info, keys)) = pending.pop_front() {
            for (from, column, on_delete) in self.of(info, Deleted::Hidden).referring()? {
                let shown = from.column_visibility(column, self.ctx).is_none();
                preview.hidden |= !shown || !from.permits_every_row(Action::Read, self.ctx);
                if !shown || !from.permits(Action::Read, self.ctx) {
                    continue;
                }
                let outcome = outcome(from, on_delete, soft);
                if outcome != Outcome::Deleted {
                    remain(&mut remaining, Remaining { from, column, outcome, to: keys.clone() });
                    continue;
                }
                let referring = Condition::column(column, Op::In(keys.clone()));
                let mut found =
                    self.affected(from, soft).keys(&referring, left.saturating_add(1), walk).await?;
                preview.more |= found.len() > left;
                found.truncate(left);
                found.retain(|key| deleted.add(from, key));
                left -= found.len();
                preview.add(from, column, outcome, (found.len(), false), &found);
                if !found.is_empty() {
                    pending.push_back((from, found));
                }
            }
        }
        preview.add_remaining((self, soft), remaining, &deleted, left).await?;
        preview.effects.sort_by_key(|effect| effect.outcome);
        Ok(preview)
    }

    /// The rows that are concerned: deletion for good reaches those that are deleted softly too.
    fn affected(&self, from: &'static EntityInfo, soft: bool) -> Self {
        self.of(from, if soft { Deleted::Hidden } else { Deleted::Included })
    }

    /// The keys of the first rows that match and that the principal may read.
    async fn keys(&self, filter: &Condition, limit: usize, walk: Walk) -> Result<Vec<Value>> {
        let scope = self.row_scope()?;
        if walk == Walk::Locking {
            return Ok(keys_of(&self.locked_some(scope, ColumnSet::KEY, filter, Some(limit)).await?));
        }
        let order = [Sort::new(0, Direction::Asc)];
        let mut select = self.matching(scope, filter, None);
        select.order = &order;
        select.limit = u32::try_from(limit).ok();
        let (statement, layout) = select.page()?;
        Ok(keys_of(&self.ctx.executor().read(statement, &layout).await?))
    }
}

fn outcome(from: &EntityInfo, on_delete: OnDelete, soft: bool) -> Outcome {
    match on_delete {
        OnDelete::Restrict => Outcome::Blocks,
        OnDelete::SetNull => Outcome::Unlinked,
        // A soft deletion takes along what can come back with it.
        OnDelete::Cascade if soft && !from.def.soft_delete => Outcome::Kept,
        OnDelete::Cascade => Outcome::Deleted,
    }
}

impl DeletionPreview {
    /// Adds the rows that are not deleted themselves; of those that lose a reference up to `left` are told apart.
    async fn add_remaining(
        &mut self,
        (records, soft): (&Records<'_>, bool),
        remaining: Vec<Remaining>,
        deleted: &CascadeSet,
        mut left: usize,
    ) -> Result<()> {
        for Remaining { from, column, outcome, to } in remaining {
            let also_deleted = Condition::column(0, Op::NotIn(deleted.keys(from)));
            let referring = Condition::column(column, Op::In(to)).and(also_deleted);
            let records = records.affected(from, soft);
            let wanted = match outcome {
                Outcome::Unlinked => NAMED.max(left.saturating_add(1)),
                _ => COUNTED + 1,
            };
            let keys = records.keys(&referring, wanted, Walk::Reading).await?;
            let more = keys.len() >= wanted;
            let count = if more { wanted - 1 } else { keys.len() };
            if outcome == Outcome::Unlinked && keys.len() > left {
                self.shown.is_partial();
            }
            self.add(from, column, outcome, (count, more), &keys[..keys.len().min(NAMED.max(left))]);
            if outcome == Outcome::Unlinked {
                left = left.saturating_sub(keys.len());
            }
        }
        if self.more {
            self.shown.is_partial();
        }
        Ok(())
    }

    /// Adds rows; those of one entity and column are one effect, on whatever level they are.
    fn add(
        &mut self,
        from: &'static EntityInfo,
        column: usize,
        outcome: Outcome,
        (count, more): (usize, bool),
        keys: &[Value],
    ) {
        let count = count as u64;
        if count == 0 {
            return;
        }
        if matches!(outcome, Outcome::Deleted | Outcome::Unlinked) {
            keys.iter().for_each(|key| self.shown.add(from, key, outcome));
        }
        let same = |effect: &&mut DeletionEffect| {
            std::ptr::eq(effect.from, from) && effect.column == column && effect.outcome == outcome
        };
        match self.effects.iter_mut().find(same) {
            Some(effect) => {
                effect.count += count;
                effect.more |= more;
                let room = NAMED.saturating_sub(effect.keys.len());
                effect.keys.extend(keys.iter().take(room).cloned());
            }
            None => {
                let keys = keys.iter().take(NAMED).cloned().collect();
                self.effects.push(DeletionEffect { from, column, outcome, count, more, keys });
            }
        }
    }
}

fn remain(all: &mut Vec<Remaining>, more: Remaining) {
    let same = |known: &&mut Remaining| {
        std::ptr::eq(known.from, more.from) && known.column == more.column && known.outcome == more.outcome
    };
    match all.iter_mut().find(same) {
        Some(known) => known.to.extend(more.to),
        None => all.push(more),
    }
}
