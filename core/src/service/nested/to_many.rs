//! What becomes of the rows of to-many relations: those of all rows of a level together.
//!
//! The rows that are named are looked up first: those of another row, or of one that the principal may not read, are as if
//! absent. Then rows are deleted, disconnected, updated, connected and created, in this order, so that a value under a unique
//! rule is free before it is taken again.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::entity::{Condition, ManyInfo, ManyLink, Op};
use crate::error::{Error, FieldError, Result};
use crate::query::Deleted;
use crate::service::Records;
use crate::service::links::Joining;
use crate::service::lookup_key::LookupKey;
use crate::service::nested::place::{at_entries, join};
use crate::service::nested::run::{self, ChangedRow, NewRow};
use crate::service::write::{Command, OnExisting};
use crate::sql::RowScope;
use crate::sql::dml::WriteTarget;
use crate::value::{Assignments, ColumnSet, Record, RowChanges, ToManyWrite, Value};

/// A row whose related rows are written.
#[derive(Debug)]
pub(super) struct Parent {
    pub(super) key: Value,
    pub(super) path: String,
    pub(super) to_many: Vec<(usize, ToManyWrite)>,
}

/// A row that is named by its key.
#[derive(Debug, Clone)]
struct Named {
    /// The key of the row that it is to belong to, or belongs to.
    parent: Value,
    key: Value,
    path: String,
}

/// What becomes of one relation of all rows of a level.
#[derive(Debug, Default)]
struct RelationWrite {
    /// The path of the first, for what is about no row.
    whole: String,
    /// The rows that the relation is of.
    parents: Vec<Value>,
    delete: Vec<Named>,
    disconnect: Vec<Named>,
    update: Vec<(Value, ChangedRow)>,
    connect: Vec<Named>,
    /// For each row of which all related rows are named: those, and the path.
    set: Vec<(Value, Vec<Named>, String)>,
    /// Each with the key of the row that it is to belong to.
    create: Vec<(Value, NewRow)>,
}

/// Writes the related rows of these rows, which are new or not.
pub(super) async fn write(records: &Records<'_>, parents: Vec<Parent>, are_new: bool) -> Result<()> {
    let mut by_relation: BTreeMap<usize, RelationWrite> = BTreeMap::new();
    for Parent { key, path, to_many } in parents {
        for (many, write) in to_many {
            let path = join(&path, records.info.many[many].def.name);
            by_relation.entry(many).or_default().add(&key, path, write);
        }
    }
    for (many, write) in by_relation {
        let many = &records.info.many[many];
        let relation = Relation {
            parent: records.untyped().among(Deleted::Hidden),
            target: records.untyped().of(many.target(), Deleted::Hidden),
            many,
            are_new,
        };
        match many.link() {
            ManyLink::Inverse { column } => Box::pin(relation.write_inverse(column, write)).await?,
            ManyLink::Through { .. } => Box::pin(relation.write_linked(write)).await?,
        }
    }
    Ok(())
}

impl RelationWrite {
    fn add(&mut self, parent: &Value, path: String, write: ToManyWrite) {
        let ToManyWrite { create, connect, disconnect, delete, set, update } = write;
        let named = |list: &str, keys: Vec<Value>| -> Vec<Named> {
            let name = |(position, key)| Named {
                parent: parent.clone(),
                key,
                path: join(&path, &format!("{list}.{position}")),
            };
            keys.into_iter().enumerate().map(name).collect()
        };
        self.delete.extend(named("delete", delete));
        self.disconnect.extend(named("disconnect", disconnect));
        self.connect.extend(named("connect", connect));
        if let Some(keys) = set {
            self.set.push((parent.clone(), named("set", keys), join(&path, "set")));
        }
        for (position, changes) in update.into_iter().enumerate() {
            let path = join(&path, &format!("update.{position}"));
            self.update.push((parent.clone(), ChangedRow { path, changes }));
        }
        for (position, values) in create.into_iter().enumerate() {
            let path = join(&path, &position.to_string());
            self.create.push((parent.clone(), NewRow { path, values }));
        }
        self.parents.push(parent.clone());
        if self.whole.is_empty() {
            self.whole = path;
        }
    }

    /// The rows that must belong to their parents already.
    fn belonging(&self) -> impl Iterator<Item = (&Value, &Value, &str)> {
        let named = self.delete.iter().chain(&self.disconnect);
        let named = named.map(|named| (&named.parent, &named.key, named.path.as_str()));
        let updated = self.update.iter();
        named.chain(updated.map(|(parent, row)| (parent, &row.changes.key, row.path.as_str())))
    }
}

/// One to-many relation of rows of one entity.
struct Relation<'c> {
    parent: Records<'c>,
    target: Records<'c>,
    many: &'static ManyInfo,
    are_new: bool,
}

impl Relation<'_> {
    /// The related rows refer to their row by a column.
    async fn write_inverse(&self, column: usize, mut write: RelationWrite) -> Result<()> {
        let belonging = self.rows_with_parents(column, write.belonging().map(|(_, key, _)| key)).await?;
        check_belonging(&write, |parent, key| belonging.get(key) == Some(parent))?;
        let (surplus, missing) = self.differences_of_rows(column, &write).await?;
        let connect = std::mem::take(&mut write.connect).into_iter().chain(missing).collect();
        self.delete(&write).await?;
        let disconnect: Vec<Named> =
            std::mem::take(&mut write.disconnect).into_iter().chain(surplus).collect();
        self.refer(column, disconnect, |_| Value::Null).await?;
        let update = write.update.into_iter().map(|(_, row)| row).collect();
        run::change(self.target, update, &join(&write.whole, "update")).await?;
        self.refer(column, connect, |named| named.parent.clone()).await?;
        let create = write.create.into_iter().map(|(parent, mut row)| {
            row.values.set(column, parent);
            row
        });
        run::create(self.target, create.collect(), &write.whole).await?;
        Ok(())
    }

    /// The keys of these rows, of those that the principal may read, with those of the rows that they refer to. No one else
    /// changes them before the transaction ends.
    async fn rows_with_parents<'v>(
        &self,
        column: usize,
        keys: impl Iterator<Item = &'v Value>,
    ) -> Result<HashMap<LookupKey, LookupKey>> {
        let keys: Vec<Value> = keys.cloned().collect();
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        self.references(column, &Condition::column(0, Op::In(keys))).await
    }

    async fn references(&self, column: usize, filter: &Condition) -> Result<HashMap<LookupKey, LookupKey>> {
        let Records { ctx, info, .. } = self.target;
        let scope = self.target.row_scope()?;
        let visible = info.columns_visibility(&[column], ctx);
        let scope = RowScope { reader: None, rows: scope.rows.clone().both(visible), ..scope };
        let columns: ColumnSet = [0, column].into_iter().collect();
        let most = ctx.nested_limits().rows + 1;
        let rows = self.target.locked_some(scope, columns, filter, Some(most)).await?;
        let pair = |row: &Record| Some((LookupKey::of(row.key())?, LookupKey::of(row.get(column))?));
        Ok(rows.iter().filter_map(pair).collect())
    }

    /// The rows that a `set` leaves out, and those that it adds.
    async fn differences_of_rows(
        &self,
        column: usize,
        write: &RelationWrite,
    ) -> Result<(Vec<Named>, Vec<Named>)> {
        if write.set.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let parents: Vec<Value> = write.set.iter().map(|(parent, ..)| parent.clone()).collect();
        let current = if self.are_new {
            HashMap::new()
        } else {
            self.lock_parents(&parents).await?;
            self.references(column, &Condition::column(column, Op::In(parents))).await?
        };
        let pairs: Vec<(Value, Value)> =
            current.iter().map(|(key, parent)| (parent.to_value(), key.to_value())).collect();
        let (mut surplus, missing) = self.differences(write, &pairs)?;
        // A row that another takes over is left by none.
        let taken = write.connect.iter().chain(&missing).filter_map(|named| LookupKey::of(&named.key));
        let taken: HashSet<LookupKey> = taken.collect();
        surplus.retain(|named| LookupKey::of(&named.key).is_none_or(|key| !taken.contains(&key)));
        let column = &self.target.info.columns[column];
        match surplus.first() {
            Some(orphan) if !column.nullable => {
                let name = column.wire;
                let message = format!(
                    "would leave rows without `{name}`, which is required; delete them, or connect them elsewhere"
                );
                Err(Error::Validation(vec![FieldError::new(orphan.path.clone(), "required", message)]))
            }
            _ => Ok((surplus, missing)),
        }
    }

    /// Of the current pairs of rows and related rows, those that a `set` leaves out, and those that it adds.
    fn differences(
        &self,
        write: &RelationWrite,
        current: &[(Value, Value)],
    ) -> Result<(Vec<Named>, Vec<Named>)> {
        if write.set.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        let most = self.target.ctx.nested_limits().rows;
        let of_set: HashSet<LookupKey> =
            write.set.iter().filter_map(|(parent, ..)| LookupKey::of(parent)).collect();
        let is_of_set = |(of, _): &&(Value, Value)| LookupKey::of(of).is_some_and(|of| of_set.contains(&of));
        if current.iter().filter(is_of_set).count() > most {
            let message = format!("has more than {most} rows now; connect and disconnect them one by one");
            let path = write.set.first().map(|(_, _, path)| path.clone()).unwrap_or_default();
            return Err(Error::Validation(vec![FieldError::new(path, "too_many", message)]));
        }
        // What goes or is connected by name is not the set's to decide.
        let decided: HashSet<(Option<LookupKey>, Option<LookupKey>)> = write
            .delete
            .iter()
            .chain(&write.disconnect)
            .chain(&write.connect)
            .map(|named| (LookupKey::of(&named.parent), LookupKey::of(&named.key)))
            .collect();
        let (mut surplus, mut missing) = (Vec::new(), Vec::new());
        for (parent, wanted, path) in &write.set {
            let keys: HashSet<LookupKey> =
                wanted.iter().filter_map(|named| LookupKey::of(&named.key)).collect();
            let mut present = HashSet::new();
            for (_, key) in current.iter().filter(|(of, _)| of == parent) {
                let Some(lookup) = LookupKey::of(key) else { continue };
                present.insert(lookup);
                if !keys.contains(&lookup) && !decided.contains(&(LookupKey::of(parent), Some(lookup))) {
                    surplus.push(Named { parent: parent.clone(), key: key.clone(), path: path.clone() });
                }
            }
            let is_missing =
                |named: &&Named| LookupKey::of(&named.key).is_none_or(|key| !present.contains(&key));
            missing.extend(wanted.iter().filter(is_missing).cloned());
        }
        Ok((surplus, missing))
    }

    /// No one else changes the rows, or what they are linked to by this, before the transaction ends.
    async fn lock_parents(&self, keys: &[Value]) -> Result<()> {
        let scope = self.parent.unrestricted_scope();
        let keys = Condition::column(0, Op::In(keys.to_vec()));
        self.parent.locked(scope, ColumnSet::KEY, &keys).await?;
        Ok(())
    }

    async fn delete(&self, write: &RelationWrite) -> Result<()> {
        if write.delete.is_empty() {
            return Ok(());
        }
        let keys: Vec<Value> = write.delete.iter().map(|named| named.key.clone()).collect();
        let paths: Vec<String> = write.delete.iter().map(|named| named.path.clone()).collect();
        let whole = if let [path] = &paths[..] { path.clone() } else { join(&write.whole, "delete") };
        let deleted = self.target.delete_many(&keys).await;
        deleted.map_err(|error| at_entries(error, &paths, &whole))?;
        Ok(())
    }

    /// Lets rows refer to others.
    async fn refer(&self, column: usize, rows: Vec<Named>, to: impl Fn(&Named) -> Value) -> Result<()> {
        let change = |named: &Named| {
            let mut values = Assignments::new();
            values.set(column, to(named));
            RowChanges { key: named.key.clone(), version: None, values }
        };
        let changes = rows.iter().map(change).collect();
        let paths: Vec<String> = rows.iter().map(|named| named.path.clone()).collect();
        let whole = paths.first().cloned().unwrap_or_default();
        let changed = self.target.update_each(changes).await;
        changed.map_err(|error| at_entries(error, &paths, &whole))?;
        Ok(())
    }

    /// The related rows are linked to their row by rows of a joining entity.
    async fn write_linked(&self, mut write: RelationWrite) -> Result<()> {
        let joining = Joining::of(self.parent.info, self.many.index)?;
        let named: Vec<Value> = write.belonging().map(|(_, key, _)| key.clone()).collect();
        let visible = match named.is_empty() {
            true => HashSet::new(),
            false => self.visible(&named).await?,
        };
        let current = self.current_links(joining, &write, named).await?;
        let links: HashMap<(LookupKey, LookupKey), Vec<Value>> = current;
        check_belonging(&write, |parent, key| links.contains_key(&(*parent, *key)) && visible.contains(key))?;
        let pairs: Vec<(Value, Value)> =
            links.keys().map(|(near, far)| (near.to_value(), far.to_value())).collect();
        let (surplus, missing) = self.differences(&write, &pairs)?;
        let unlink: Vec<&Named> = write.delete.iter().chain(&write.disconnect).chain(&surplus).collect();
        self.unlink(joining, &unlink, &links).await?;
        self.delete(&write).await?;
        let update = write.update.drain(..).map(|(_, row)| row).collect();
        run::change(self.target, update, &join(&write.whole, "update")).await?;
        let (near, create): (Vec<Value>, Vec<NewRow>) = write.create.drain(..).unzip();
        let paths: Vec<String> = create.iter().map(|row| row.path.clone()).collect();
        let created = run::create(self.target, create, &write.whole).await?;
        let created = near.into_iter().zip(created).zip(paths);
        let created = created.map(|((parent, mut row), path)| Named { parent, key: row.take(0), path });
        let connect: Vec<Named> = write.connect.into_iter().chain(missing).chain(created).collect();
        self.link(joining, connect, &links).await
    }

    /// Which of these rows the principal may read.
    async fn visible(&self, keys: &[Value]) -> Result<HashSet<LookupKey>> {
        let found = self.target.find_many(0, keys, ColumnSet::KEY).await?;
        Ok(found.iter().filter_map(|row| LookupKey::of(row.key())).collect())
    }

    /// The joining rows between the rows and those that are named, or all where all are to be known; by what they join.
    async fn current_links(
        &self,
        joining: Joining,
        write: &RelationWrite,
        mut named: Vec<Value>,
    ) -> Result<HashMap<(LookupKey, LookupKey), Vec<Value>>> {
        let looks_up = !named.is_empty() || !write.set.is_empty() || !write.connect.is_empty();
        if self.are_new || !looks_up {
            return Ok(HashMap::new());
        }
        if !write.set.is_empty() || !joining.is_unique() {
            self.lock_parents(&write.parents).await?;
        }
        named.extend(write.connect.iter().map(|named| named.key.clone()));
        let mut rows = Vec::new();
        if !write.set.is_empty() {
            let parents = write.set.iter().map(|(parent, ..)| parent.clone()).collect();
            let all = Condition::column(joining.near, Op::In(parents));
            // One more than may be: that there are too many is told.
            let most = self.target.ctx.nested_limits().rows + 1;
            rows.extend(self.parent.links_among(joining, &all, most).await?);
        }
        if !named.is_empty() {
            let near = Condition::column(joining.near, Op::In(write.parents.clone()));
            let between = near.and(Condition::column(joining.far, Op::In(named)));
            rows.extend(self.parent.links_among(joining, &between, usize::MAX).await?);
        }
        let mut links: HashMap<(LookupKey, LookupKey), Vec<Value>> = HashMap::new();
        for row in rows {
            let ends = (LookupKey::of(row.get(joining.near)), LookupKey::of(row.get(joining.far)));
            if let (Some(near), Some(far)) = ends {
                let keys = links.entry((near, far)).or_default();
                if !keys.contains(row.key()) {
                    keys.push(row.key().clone());
                }
            }
        }
        Ok(links)
    }

    async fn unlink(
        &self,
        joining: Joining,
        rows: &[&Named],
        links: &HashMap<(LookupKey, LookupKey), Vec<Value>>,
    ) -> Result<()> {
        let ends = |named: &Named| Some((LookupKey::of(&named.parent)?, LookupKey::of(&named.key)?));
        let keys: Vec<Value> =
            rows.iter().filter_map(|named| links.get(&ends(named)?)).flatten().cloned().collect();
        if keys.is_empty() {
            return Ok(());
        }
        let whole = rows.first().map(|named| named.path.clone()).unwrap_or_default();
        let via = self.target.of(joining.via, Deleted::Hidden);
        let command = Command::Delete { target: WriteTarget::Keys(keys) };
        via.write(command).await.map_err(|error| at_entries(error, &[], &whole))?;
        Ok(())
    }

    async fn link(
        &self,
        joining: Joining,
        rows: Vec<Named>,
        links: &HashMap<(LookupKey, LookupKey), Vec<Value>>,
    ) -> Result<()> {
        let is_linked = |named: &Named| {
            let ends = LookupKey::of(&named.parent).zip(LookupKey::of(&named.key));
            ends.is_some_and(|ends| links.contains_key(&ends))
        };
        let rows: Vec<Named> = rows.into_iter().filter(|named| !is_linked(named)).collect();
        if rows.is_empty() {
            return Ok(());
        }
        let paths: Vec<String> = rows.iter().map(|named| named.path.clone()).collect();
        let whole = paths.first().cloned().unwrap_or_default();
        let rows = rows.into_iter().map(|named| joining.row(&named.parent, named.key)).collect();
        // What another writer links in the meantime is linked, as it should be.
        let on_existing = if self.are_new { OnExisting::Fail } else { joining.on_existing() };
        let command = Command::Create { rows, on_existing, indexed_errors: true };
        let linked = self.target.of(joining.via, Deleted::Hidden).write(command).await;
        linked.map_err(|error| at_entries(error, &paths, &whole))?;
        Ok(())
    }
}

/// Refuses rows that do not belong to the row within which they are named, as if there were none.
fn check_belonging(write: &RelationWrite, belongs: impl Fn(&LookupKey, &LookupKey) -> bool) -> Result<()> {
    let is_absent = |(parent, key, _): &(&Value, &Value, &str)| {
        !LookupKey::of(parent).zip(LookupKey::of(key)).is_some_and(|(parent, key)| belongs(&parent, &key))
    };
    let absent = write.belonging().filter(is_absent);
    let errors: Vec<FieldError> =
        absent.map(|(_, _, path)| FieldError::new(path.to_owned(), "reference", "does not exist")).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::Conflict(errors)) }
}
