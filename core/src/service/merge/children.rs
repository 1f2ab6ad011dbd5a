//! Related rows that are changed or deleted together with a row, by who has seen them before.

use std::collections::HashMap;

use crate::entity::{Condition, EntityInfo, ManyInfo, ManyLink, Op};
use crate::error::{Error, FieldError, Result};
use crate::query::Deleted;
use crate::service::lookup_key::LookupKey;
use crate::service::merge::{SeenRow, conflicts, digest};
use crate::service::{LastChange, Records};
use crate::sql::RowScope;
use crate::value::{Assignments, ColumnSet, Record, RowChanges, Value};

/// What a client was shown of the rows of a to-many relation that it changes and deletes.
#[derive(Debug, Clone)]
pub(crate) struct SeenRelated {
    /// The relation.
    pub(crate) many: usize,
    /// Of each row among the changes, in their order.
    pub(crate) updated: Vec<SeenRow>,
    /// Of each row among the deletions, in their order.
    pub(crate) deleted: Vec<SeenRow>,
}

/// A related row that others have changed too.
#[derive(Debug)]
pub(crate) struct RelatedConflict {
    /// The relation.
    pub(crate) many: usize,
    /// The row as it is now.
    pub(crate) row: Record,
    /// The columns that both have changed; of a row that was to be deleted, those that others have changed.
    pub(crate) columns: Vec<usize>,
    /// Who has changed them, as far as it is known.
    pub(crate) changes: Vec<LastChange>,
}

/// What is left to be written of the rows of a relation, by the positions that they had.
#[derive(Debug)]
pub(super) struct Left {
    name: &'static str,
    updated: Vec<usize>,
    deleted: Vec<usize>,
}

impl Records<'_> {
    /// Leaves out of the related rows what was not touched, and finds what others have changed too. The rows are locked.
    pub(super) async fn compare_related(
        &self,
        key: &Value,
        values: &mut Assignments,
        seen: &[SeenRelated],
    ) -> Result<(Vec<RelatedConflict>, Vec<Left>)> {
        let (mut found, mut left) = (Vec::new(), Vec::new());
        for seen in seen {
            self.drop_absent_links(key, seen.many, values).await?;
            left.push(self.compare_rows(key, values, seen, &mut found).await?);
        }
        if let Some(mut related) = values.take_related() {
            related.to_many.retain(|(_, write)| !write.is_empty());
            if !related.to_many.is_empty() || !related.to_one.is_empty() {
                *values.related_mut() = *related;
            }
        }
        Ok((found, left))
    }

    /// What is not linked any more need not be unlinked.
    async fn drop_absent_links(&self, key: &Value, many: usize, values: &mut Assignments) -> Result<()> {
        let disconnect = std::mem::take(&mut values.related_mut().many(many).disconnect);
        if !disconnect.is_empty() {
            let linked = self.linked_among(many, key, disconnect).await?;
            values.related_mut().many(many).disconnect = linked;
        }
        Ok(())
    }

    async fn compare_rows(
        &self,
        key: &Value,
        values: &mut Assignments,
        seen: &SeenRelated,
        found: &mut Vec<RelatedConflict>,
    ) -> Result<Left> {
        let many = &self.info.many[seen.many];
        let write = values.related_mut().many(many.index);
        let (updates, deletes) = (std::mem::take(&mut write.update), std::mem::take(&mut write.delete));
        let records = self.untyped().of(many.target(), Deleted::Hidden);
        let keys = updates.iter().map(|row| &row.key).chain(&deletes).cloned().collect::<Vec<_>>();
        let rows = records.locked_by_key(&keys).await?;
        // Those of another row are left to be refused.
        let belongs = |row: &Record| match many.link() {
            ManyLink::Inverse { column } => row.get(column) == key,
            ManyLink::Through { .. } => false,
        };
        let mut left = Left { name: many.def.name, updated: Vec::new(), deleted: Vec::new() };
        for (position, mut changes) in updates.into_iter().enumerate() {
            let row = LookupKey::of(&changes.key).and_then(|key| rows.get(&key));
            if let Some(row) = row.filter(|row| belongs(row)) {
                let shown = seen.updated.get(position).cloned().unwrap_or_default();
                found.extend(records.touched(many, row, &shown, &mut changes).await?);
                if changes.values.is_empty() && changes.values.errors().is_empty() {
                    continue;
                }
            }
            left.updated.push(position);
            values.related_mut().many(many.index).update.push(changes);
        }
        for (position, key) in deletes.into_iter().enumerate() {
            // What is not there any more need not be deleted.
            let Some(row) = LookupKey::of(&key).and_then(|key| rows.get(&key)) else { continue };
            let shown = seen.deleted.get(position).filter(|_| belongs(row));
            let columns = shown.map(|shown| shown.changed_in(row)).unwrap_or_default();
            if !columns.is_empty() {
                let changes = records.last_changes(row, &columns).await?;
                found.push(RelatedConflict { many: many.index, row: row.clone(), columns, changes });
            }
            left.deleted.push(position);
            values.related_mut().many(many.index).delete.push(key);
        }
        Ok(left)
    }

    /// The rows with these keys that the principal may read, as it may read them. No one else changes them before the
    /// transaction ends.
    async fn locked_by_key(&self, keys: &[Value]) -> Result<HashMap<LookupKey, Record>> {
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let of_keys = Condition::column(0, Op::In(keys.to_vec()));
        let scope = RowScope { reader: None, ..self.row_scope()? };
        self.locked(scope, ColumnSet::KEY, &of_keys).await?;
        let rows = self.find_many(0, keys, self.info.all()).await?;
        Ok(rows.into_iter().filter_map(|row| Some((LookupKey::of(row.key())?, row))).collect())
    }

    /// Leaves only what was touched of the changes of a row, which then are for the version that was compared.
    async fn touched(
        &self,
        many: &ManyInfo,
        row: &Record,
        shown: &SeenRow,
        changes: &mut RowChanges,
    ) -> Result<Option<RelatedConflict>> {
        shown.leave_touched(&mut changes.values);
        let columns = conflicts(row, shown, &mut changes.values);
        changes.version = version(self.info, row);
        if columns.is_empty() {
            return Ok(None);
        }
        let changes = self.last_changes(row, &columns).await?;
        Ok(Some(RelatedConflict { many: many.index, row: row.clone(), columns, changes }))
    }
}

impl SeenRow {
    /// Takes out of the values what the client was shown and has not touched.
    pub(super) fn leave_touched(&self, values: &mut Assignments) {
        let untouched = |(column, value): (usize, &Value)| {
            self.showed(column, value).unwrap_or_default().then_some(column)
        };
        for column in values.iter().filter_map(untouched).collect::<Vec<_>>() {
            values.take(column);
        }
    }

    /// The columns that are not as the client was shown them.
    fn changed_in(&self, row: &Record) -> Vec<usize> {
        let changed = |(column, seen): &&(usize, super::ValueDigest)| *seen != digest(row.get(*column));
        self.0.iter().filter(changed).map(|(column, _)| *column).collect()
    }
}

fn version(info: &EntityInfo, row: &Record) -> Option<i64> {
    match info.version().map(|column| row.get(column)) {
        Some(Value::Int(version)) => Some(*version),
        _ => None,
    }
}

/// The error of what was left, about the rows by the positions that they had before.
pub(super) fn at_positions(error: Error, left: &[Left]) -> Error {
    error.map_fields(|error| match positioned(&error.field, left) {
        Some(field) => FieldError { field: field.into(), ..error },
        None => error,
    })
}

fn positioned(field: &str, left: &[Left]) -> Option<String> {
    left.iter().find_map(|left| {
        let rest = field.strip_prefix(left.name)?.strip_prefix('.')?;
        let (list, rest) = rest.split_once('.')?;
        let positions = match list {
            "update" => &left.updated,
            "delete" => &left.deleted,
            _ => return None,
        };
        let (position, rest) = match rest.split_once('.') {
            Some((position, rest)) => (position, format!(".{rest}")),
            None => (rest, String::new()),
        };
        let position = positions.get(position.parse::<usize>().ok()?)?;
        Some(format!("{}.{list}.{position}{rest}", left.name))
    })
}

#[cfg(test)]
mod tests {
    use super::{Left, positioned};

    #[test]
    fn errors_are_about_the_positions_of_before() {
        let left = [Left { name: "lines", updated: vec![2, 5], deleted: vec![1] }];
        let told = |field: &str| positioned(field, &left);
        assert_eq!(told("lines.update.1.amount").as_deref(), Some("lines.update.5.amount"));
        assert_eq!(told("lines.update.0").as_deref(), Some("lines.update.2"));
        assert_eq!(told("lines.delete.0").as_deref(), Some("lines.delete.1"));
        assert_eq!(told("lines.0.amount"), None, "new rows keep their positions");
        assert_eq!(told("lines_more.update.0"), None);
        assert_eq!(told("lines.update.7.amount"), None);
    }
}
