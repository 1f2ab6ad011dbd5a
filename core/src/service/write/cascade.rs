//! Cascades: changes of the rows that refer to deleted ones, where those are recorded or passed to hooks.
//!
//! The database applies `on_delete` itself, and notifies no one. So before rows are deleted, those that are deleted with
//! them (`cascade`) are read, level by level: rows of entities with `hooks` or `history`, whose hooks run and which are
//! recorded as in any deletion, and the keys of other rows as far as they lead to such. The database still deletes them,
//! all in the one statement that deletes the first ones, so that rows which refer to each other can be deleted together.
//! Rows that lose their reference (`set_null`) are updated as any row.
//!
//! Entities that no such row refers to never come here. Soft deletions do all of this step by step, in `soft_delete`.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::entity::{Action, Dependent, EntityInfo, OnDelete, RowChange};
use crate::error::Result;
use crate::query::Deleted;
use crate::service::Records;
use crate::service::lookup_key::LookupKey;
use crate::service::write::authorize::Grant;
use crate::service::write::referring::ReferringRows;
use crate::service::write::{WriteOutcome, keys_of};
use crate::sql::dml::WriteTarget;
use crate::value::{Assignments, ColumnSet, Value};

/// Rows that are deleted by a cascade.
#[derive(Debug, Default)]
pub(super) struct CascadeSet {
    /// By table.
    keys: HashMap<&'static str, HashSet<LookupKey>>,
    /// Those whose hooks run after the deletion.
    deleted: Vec<(&'static EntityInfo, Vec<RowChange>)>,
}

impl CascadeSet {
    /// Adds the row; false when it is in the set already.
    pub(super) fn add(&mut self, info: &EntityInfo, key: &Value) -> bool {
        LookupKey::of(key).is_some_and(|key| self.keys.entry(info.def.table).or_default().insert(key))
    }

    /// The keys of an entity's rows.
    #[cfg(feature = "admin")]
    pub(super) fn keys(&self, info: &EntityInfo) -> Vec<Value> {
        self.keys.get(info.def.table).into_iter().flatten().map(|key| key.to_value()).collect()
    }

    fn contains(&self, info: &EntityInfo, key: &Value) -> bool {
        let keys = self.keys.get(info.def.table);
        keys.is_some_and(|keys| LookupKey::of(key).is_some_and(|key| keys.contains(&key)))
    }
}

impl Records<'_> {
    /// The references to rows of this entity that must be followed before such rows are deleted. A context without
    /// entities has none, and leaves them all to the database.
    pub(super) fn dependents(&self) -> &[Dependent] {
        self.ctx.entities().map_or(&[], |entities| entities.dependents(self.info))
    }

    /// Deletes locked rows, after the changes of rows that refer to them.
    pub(super) async fn remove_with_dependents(
        &self,
        keys: Vec<Value>,
        among: Deleted,
    ) -> Result<WriteOutcome> {
        let target = WriteTarget::Keys(keys.clone());
        let cascading = match self.dependents().is_empty() {
            true => CascadeSet::default(),
            false => self.collect(keys).await?,
        };
        let outcome = self.remove(&target, among, None).await?;
        for (info, changes) in cascading.deleted {
            self.of(info, Deleted::Included).notify(changes).await?;
        }
        Ok(outcome)
    }

    /// Collects the rows that are deleted with these, and sets the references of others to NULL.
    async fn collect(&self, keys: Vec<Value>) -> Result<CascadeSet> {
        let mut cascading = CascadeSet::default();
        for key in &keys {
            cascading.add(self.info, key);
        }
        let mut pending = VecDeque::from([(self.info, keys)]);
        let mut setting_null = Vec::new();
        while let Some((info, keys)) = pending.pop_front() {
            for dependent in self.of(info, Deleted::Included).dependents() {
                let Dependent { from, column, on_delete } = *dependent;
                match on_delete {
                    OnDelete::Cascade => {
                        let from = self.of(from, Deleted::Included);
                        let found = from.collect_referring(column, &keys, &mut cascading).await?;
                        if !found.is_empty() {
                            pending.push_back((from.info, found));
                        }
                    }
                    OnDelete::SetNull => setting_null.push((from, column, keys.clone())),
                    OnDelete::Restrict => {}
                }
            }
        }
        // Only now is it known which of them are deleted too.
        for (from, column, keys) in setting_null {
            self.of(from, Deleted::Hidden).set_null(column, &keys, &cascading).await?;
        }
        Ok(cascading)
    }

    /// Collects the rows that are deleted because they refer to one of the keys; returns their keys.
    async fn collect_referring(
        &self,
        column: usize,
        keys: &[Value],
        cascading: &mut CascadeSet,
    ) -> Result<Vec<Value>> {
        let is_tracked = self.info.def.is_tracked();
        let columns = if is_tracked { self.info.all() } else { ColumnSet::KEY };
        let mut found = Vec::new();
        let mut referring = ReferringRows::to(column, keys);
        while let Some(mut rows) = referring.next(self, columns).await? {
            rows.retain(|row| cascading.add(self.info, row.key()));
            found.extend(keys_of(&rows));
            if is_tracked {
                self.before_delete(&rows).await?;
                let changes: Vec<_> = rows.into_iter().map(RowChange::Deleted).collect();
                self.record(&changes).await?;
                if self.info.def.hooks.is_some() {
                    cascading.deleted.push((self.info, changes));
                }
            }
        }
        Ok(found)
    }

    /// Sets the reference to one of the keys to NULL in rows that are not deleted, except those in the cascade.
    pub(super) async fn set_null(&self, column: usize, keys: &[Value], cascading: &CascadeSet) -> Result<()> {
        let grant = Grant::unrestricted(Action::Update);
        let mut referring = ReferringRows::to(column, keys);
        while let Some(mut rows) = referring.next(self, self.info.all()).await? {
            rows.retain(|row| !cascading.contains(self.info, row.key()));
            let mut changes = Assignments::new();
            changes.set(column, Value::Null);
            let planned = self.before_update(rows, changes, &grant).await?;
            // Boxed: an update may cause others.
            Box::pin(self.run_planned(planned, &grant)).await?;
        }
        Ok(())
    }
}
