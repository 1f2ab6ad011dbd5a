//! What becomes of the rows that refer to removed ones, where that is recorded or told.
//!
//! The database does by itself what `on_delete` says, and tells no one. So before rows are removed, those that go with
//! them (`cascade`) are found, level by level: rows of entities with `hooks` or `history`, which are told and recorded
//! as any deletion, and the keys of other rows as far as they lead to such. The database still removes them, all in
//! the one statement that removes the first ones: rows that stand in each other's way can go together. Rows that
//! lose their reference (`set_null`) are updated as any row.
//!
//! Entities that no such row refers to never come here. Soft deletions do all of this step by step: see
//! [`living`](super::living).

use std::collections::{HashMap, HashSet, VecDeque};

use crate::entity::RowChange;
use crate::entity::{Condition, Op};
use crate::entity::{Dependent, EntityInfo, OnDelete};
use crate::error::Result;
use crate::policy::Action;
use crate::query::Deleted;
use crate::service::key::Key;
use crate::service::write::{Grant, Written, keys_of, tracked};
use crate::service::{Records, history};
use crate::sql::dml::Target;
use crate::value::ColumnSet;
use crate::value::{Assignments, Record, Value};

/// Rows that one statement finds, and keys that it looks for.
const AT_ONCE: usize = 1_000;

/// Rows that go with those that are removed.
#[derive(Debug, Default)]
pub(super) struct Doomed {
    /// By table.
    keys: HashMap<&'static str, HashSet<Key>>,
    /// Those whose hooks are told once they are gone.
    told: Vec<(&'static EntityInfo, Vec<RowChange>)>,
}

impl Doomed {
    /// Adds the row; false when it was among them.
    fn add(&mut self, info: &EntityInfo, key: &Value) -> bool {
        Key::of(key).is_some_and(|key| self.keys.entry(info.def.table).or_default().insert(key))
    }

    fn contains(&self, info: &EntityInfo, key: &Value) -> bool {
        let keys = self.keys.get(info.def.table);
        keys.is_some_and(|keys| Key::of(key).is_some_and(|key| keys.contains(&key)))
    }
}

impl Records<'_> {
    /// The references to rows of this entity that must be followed before such rows go. A context that knows no
    /// entities knows none, and leaves them all to the database.
    pub(super) fn dependents(&self) -> &[Dependent] {
        self.ctx.entities().map_or(&[], |entities| entities.dependents(self.info))
    }

    /// Removes rows on which others depend, for good, if they may be reached. Inside a transaction.
    pub(super) async fn remove_with_dependents(
        &self,
        target: &Target,
        among: Deleted,
        grant: &Grant,
    ) -> Result<Written> {
        let rows = self.of(self.info, among).reached(target, grant).await?;
        let written = self.remove_following(keys_of(&rows), among).await?;
        let rows = if matches!(target, Target::Where(_)) { Vec::new() } else { written.rows };
        Ok(Written { rows, count: written.count })
    }

    /// Removes locked rows, after what that means for others.
    pub(super) async fn remove_following(&self, keys: Vec<Value>, among: Deleted) -> Result<Written> {
        let target = Target::Keys(keys.clone());
        let doomed = match self.dependents().is_empty() {
            true => Doomed::default(),
            false => self.doom(keys).await?,
        };
        let written = self.remove(&target, among, None).await?;
        for (info, changes) in doomed.told {
            self.of(info, Deleted::Included).notify(changes).await?;
        }
        Ok(written)
    }

    /// Finds what goes with these rows, and lets go of what does not.
    async fn doom(&self, keys: Vec<Value>) -> Result<Doomed> {
        let mut doomed = Doomed::default();
        for key in &keys {
            doomed.add(self.info, key);
        }
        let mut waiting = VecDeque::from([(self.info, keys)]);
        let mut loosening = Vec::new();
        while let Some((info, keys)) = waiting.pop_front() {
            for dependent in self.of(info, Deleted::Included).dependents() {
                let Dependent { from, column, on_delete } = *dependent;
                match on_delete {
                    OnDelete::Cascade => {
                        let from = self.of(from, Deleted::Included);
                        let going = from.going(column, &keys, &mut doomed).await?;
                        if !going.is_empty() {
                            waiting.push_back((from.info, going));
                        }
                    }
                    OnDelete::SetNull => loosening.push((from, column, keys.clone())),
                    OnDelete::Restrict => {}
                }
            }
        }
        // Only now is it known which of them go all the same.
        for (from, column, keys) in loosening {
            self.of(from, Deleted::Hidden).loosen(column, &keys, &doomed).await?;
        }
        Ok(doomed)
    }

    /// The rows that go because they refer to one of the keys: answers their keys.
    async fn going(&self, column: usize, keys: &[Value], doomed: &mut Doomed) -> Result<Vec<Value>> {
        let is_tracked = self.info.def.is_tracked();
        let columns = if is_tracked { self.info.all() } else { ColumnSet::KEY };
        let mut going = Vec::new();
        let mut chunks = Chunks::of(column, keys);
        while let Some(mut rows) = chunks.next(self, columns).await? {
            rows.retain(|row| doomed.add(self.info, row.key()));
            going.extend(keys_of(&rows));
            if is_tracked {
                self.before_delete(&rows).await?;
                let changes: Vec<_> = rows.into_iter().map(RowChange::Deleted).collect();
                if self.info.def.history {
                    history::record(self.ctx, self.info, &changes).await?;
                }
                if self.info.def.hooks.is_some() {
                    doomed.told.push((self.info, changes));
                }
            }
        }
        Ok(going)
    }

    /// Takes the reference to one of the keys away from living rows, but for those that go.
    pub(super) async fn loosen(&self, column: usize, keys: &[Value], doomed: &Doomed) -> Result<()> {
        let mut chunks = Chunks::of(column, keys);
        while let Some(mut rows) = chunks.next(self, self.info.all()).await? {
            rows.retain(|row| !doomed.contains(self.info, row.key()));
            let mut none = Assignments::new();
            none.set(column, Value::Null);
            let changes = self.update_tracked(rows, none, &Grant::open(Action::Update)).await?;
            self.tell(changes).await?;
        }
        Ok(())
    }

    /// Hides the living rows that refer to one of the keys; answers their keys.
    pub(super) async fn hide_referring(
        &self,
        column: usize,
        keys: &[Value],
        now: &Value,
    ) -> Result<Vec<Value>> {
        let mut hidden = Vec::new();
        let mut chunks = Chunks::of(column, keys);
        while let Some(rows) = chunks.next(self, self.info.all()).await? {
            self.before_delete(&rows).await?;
            let target = Target::Keys(keys_of(&rows));
            let rows = self.hide_one_kind(&target, None, now, self.info.all()).await?;
            hidden.extend(keys_of(&rows));
            self.tell(rows.into_iter().map(RowChange::Deleted).collect()).await?;
        }
        Ok(hidden)
    }

    /// Records and tells that rows came back with another one.
    pub(super) async fn tell_restored(&self, before: Vec<Record>, after: Vec<Record>) -> Result<()> {
        if self.info.def.is_tracked() {
            self.tell(tracked::restored(before, after)).await?;
        }
        Ok(())
    }
}

/// The rows that refer to one of many keys, locked, some at a time. What is done to the rows between one time and the
/// next does not matter: each is met once.
struct Chunks<'k> {
    column: usize,
    keys: std::slice::Chunks<'k, Value>,
    /// The keys that are looked for, and the last row that was found.
    now: Option<(&'k [Value], Option<Value>)>,
}

impl<'k> Chunks<'k> {
    fn of(column: usize, keys: &'k [Value]) -> Self {
        let mut keys = keys.chunks(AT_ONCE);
        let now = keys.next().map(|first| (first, None));
        Self { column, keys, now }
    }

    /// Some more rows; none when there are no more.
    async fn next(&mut self, records: &Records<'_>, columns: ColumnSet) -> Result<Option<Vec<Record>>> {
        while let Some((keys, last)) = self.now.take() {
            let pointing = Condition::column(self.column, Op::In(keys.to_vec()));
            let further = match last {
                Some(last) => pointing.and(Condition::column(0, Op::Gt(last))),
                None => pointing,
            };
            let rows = records.locked_some(records.whole(), columns, &further, Some(AT_ONCE)).await?;
            self.now = match rows.last() {
                Some(last) if rows.len() == AT_ONCE => Some((keys, Some(last.key().clone()))),
                _ => self.keys.next().map(|next| (next, None)),
            };
            if !rows.is_empty() {
                return Ok(Some(rows));
            }
        }
        Ok(None)
    }
}
