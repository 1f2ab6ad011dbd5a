//! Running a write with related rows, in its transaction.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;

use crate::ctx::Ctx;
use crate::db::Isolation;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::query::Deleted;
use crate::service::Records;
use crate::service::nested::check;
use crate::service::nested::place::{Place, at_places, join};
use crate::service::nested::to_many::{self, Parent};
use crate::service::write::{Command, OnExisting, WriteOutcome};
use crate::sql::by_column;
use crate::sql::dml::WriteTarget;
use crate::value::{Assignments, Record, Related, RowChanges, ToOneWrite, Value};

type MaybeRelated = Option<Box<Related>>;

/// A new row with its related rows.
#[derive(Debug)]
pub(super) struct NewRow {
    pub(super) path: String,
    pub(super) values: Assignments,
}

/// Changes of a row with its related rows.
#[derive(Debug)]
pub(super) struct ChangedRow {
    pub(super) path: String,
    pub(super) changes: RowChanges,
}

impl Records<'_> {
    /// Runs a command whose rows have related rows: all of it, or nothing.
    ///
    /// A type of its own: it writes as others do, who would else contain themselves.
    pub(in crate::service) fn write_related(&self, command: Command) -> BoxFuture<'_, Result<WriteOutcome>> {
        Box::pin(async move {
            self.authorize(&command).map_err(|error| of_root(error, self.info, &command))?;
            check::command(self.ctx, self.info, &command)?;
            let unbound = self.unbound();
            let run = move |ctx: Ctx| {
                let command = command.clone();
                async move { Box::pin(run(unbound.bind(&ctx), command)).await }
            };
            self.ctx.transaction_with_retry(Isolation::default(), run).await
        })
    }

    /// Creates the related rows of a row that has just been created, in the transaction of this context.
    pub(super) async fn write_children(&self, key: &Value, mut values: Assignments) -> Result<()> {
        check::children(self.ctx, self.info, &values)?;
        let Some(related) = values.take_related() else { return Ok(()) };
        let parent = Parent { key: key.clone(), path: String::new(), to_many: related.to_many };
        to_many::write(self, vec![parent], true).await
    }
}

/// The error of a command as a whole, about the fields of its rows as they were given.
fn of_root(error: Error, info: &EntityInfo, command: &Command) -> Error {
    let row = |(position, values)| Place::of(format!("items.{position}"), info, values);
    match command {
        Command::Create { rows, indexed_errors: true, .. } => {
            at_places(error, &rows.iter().enumerate().map(row).collect::<Vec<_>>(), "")
        }
        Command::Create { rows, .. } => {
            let places = rows.iter().map(|values| Place::of(String::new(), info, values));
            at_places(error, &places.collect::<Vec<_>>(), "")
        }
        Command::Update { values, .. } => at_places(error, &[Place::of(String::new(), info, values)], ""),
        _ => error,
    }
}

async fn run(records: Records<'_>, command: Command) -> Result<WriteOutcome> {
    let rows = match command {
        Command::Create { rows, on_existing, indexed_errors } => {
            let path = |position| if indexed_errors { format!("items.{position}") } else { String::new() };
            let nodes = rows.into_iter().enumerate();
            let nodes = nodes.map(|(position, values)| NewRow { path: path(position), values }).collect();
            write_new(records, nodes, on_existing, indexed_errors, "").await?
        }
        Command::Update { target: WriteTarget::Key(key), values } => {
            vec![change_one(records, RowChanges { key, version: None, values }).await?]
        }
        Command::Update { target: WriteTarget::AtVersion(key, version), values } => {
            vec![change_one(records, RowChanges { key, version: Some(version), values }).await?]
        }
        Command::UpdateEach { rows } => {
            let row = |(position, changes)| ChangedRow { path: format!("items.{position}"), changes };
            change(records, rows.into_iter().enumerate().map(row).collect(), "").await?
        }
        _ => return Err(Error::internal("a write of rows without keys has related rows")),
    };
    // Related rows may have changed what is computed of them, and hooks the rows themselves.
    let keys: Vec<Value> = rows.iter().map(|row| row.key().clone()).collect();
    let (statement, layout) = by_column(records.info, records.dialect(), records.info.all(), 0, &keys);
    let now = records.ctx.engine().write(statement, &layout).await?;
    let mut now = records.in_key_order(&keys, now).unwrap_or(rows);
    records.with_numbers(&mut now).await?;
    let rows = records.masked(now).await;
    Ok(WriteOutcome { count: rows.len() as u64, rows })
}

/// Creates rows with their related rows. What is about none of them is about the `whole`.
pub(super) fn create<'w>(
    records: Records<'w>,
    rows: Vec<NewRow>,
    whole: &'w str,
) -> BoxFuture<'w, Result<Vec<Record>>> {
    Box::pin(async move {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        write_new(records.untyped(), rows, OnExisting::Fail, true, whole).await
    })
}

async fn write_new(
    records: Records<'_>,
    rows: Vec<NewRow>,
    on_existing: OnExisting,
    indexed_errors: bool,
    whole: &str,
) -> Result<Vec<Record>> {
    let is_new = matches!(on_existing, OnExisting::Fail);
    let (mut places, mut values, mut related) = (Vec::new(), Vec::new(), Vec::new());
    for NewRow { path, values: mut row } in rows {
        places.push(Place::of(path, records.info, &row));
        related.push(row.take_related());
        values.push(row);
    }
    create_references(&records, &mut values, &mut related, &places).await?;
    let command = Command::Create { rows: values, on_existing, indexed_errors };
    let written = records.write(command).await.map_err(|error| match indexed_errors {
        true => at_places(error, &places, whole),
        // Only one row: what is said is about it.
        false => at_places(error.at(0), &places, whole),
    })?;
    to_many::write(&records, parents(&written.rows, places, related), is_new).await?;
    Ok(written.rows)
}

/// Changes one row as the command of one row does.
async fn change_one(records: Records<'_>, row: RowChanges) -> Result<Record> {
    let RowChanges { key, version, values } = row;
    let places = vec![Place::of(String::new(), records.info, &values)];
    let mut values = vec![values];
    let mut related = vec![values[0].take_related()];
    create_references(&records, &mut values, &mut related, &places).await?;
    let target = match version {
        Some(version) => WriteTarget::AtVersion(key, version),
        None => WriteTarget::Key(key),
    };
    let values = values.pop().unwrap_or_default();
    let written = records.write(Command::Update { target, values }).await;
    let written = written.map_err(|error| at_places(error.at(0), &places, ""))?;
    let row = written.rows.first().cloned().ok_or_else(|| records.not_found())?;
    to_many::write(&records, parents(&written.rows, places, related), false).await?;
    Ok(row)
}

/// Changes rows with their related rows, by their keys.
pub(super) fn change<'w>(
    records: Records<'w>,
    rows: Vec<ChangedRow>,
    whole: &'w str,
) -> BoxFuture<'w, Result<Vec<Record>>> {
    Box::pin(async move {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        write_changed(records.untyped(), rows, whole).await
    })
}

async fn write_changed(records: Records<'_>, rows: Vec<ChangedRow>, whole: &str) -> Result<Vec<Record>> {
    let (mut places, mut values, mut related) = (Vec::new(), Vec::new(), Vec::new());
    let mut keys = Vec::new();
    for ChangedRow { path, changes: RowChanges { key, version, values: mut row } } in rows {
        places.push(Place::of(path, records.info, &row));
        related.push(row.take_related());
        values.push(row);
        keys.push((key, version));
    }
    create_references(&records, &mut values, &mut related, &places).await?;
    let changes = keys.into_iter().zip(values);
    let changes = changes.map(|((key, version), values)| RowChanges { key, version, values }).collect();
    let written = records.update_each(changes).await.map_err(|error| at_places(error, &places, whole))?;
    to_many::write(&records, parents(&written, places, related), false).await?;
    Ok(written)
}

/// Creates the rows that these are to refer to, those of one relation together, and sets the references.
async fn create_references(
    records: &Records<'_>,
    values: &mut [Assignments],
    related: &mut [MaybeRelated],
    places: &[Place],
) -> Result<()> {
    let mut by_column: BTreeMap<usize, Vec<(usize, Assignments)>> = BTreeMap::new();
    for (row, of_row) in related.iter_mut().enumerate() {
        let to_one = of_row.as_mut().map(|related| std::mem::take(&mut related.to_one)).unwrap_or_default();
        for (column, write) in to_one {
            if let ToOneWrite::Create(new) = write {
                by_column.entry(column).or_default().push((row, new));
            }
        }
    }
    for (column, new) in by_column {
        let info = &records.info.columns[column];
        let (Some(relation), Some(target)) = (info.relation(), info.target()) else { continue };
        let path = |row: usize| join(&places[row].path, relation.name);
        let whole = new.first().map(|(row, _)| path(*row)).unwrap_or_default();
        let (rows, new): (Vec<usize>, Vec<NewRow>) =
            new.into_iter().map(|(row, values)| (row, NewRow { path: path(row), values })).unzip();
        let created = create(records.of(target, Deleted::Hidden), new, &whole).await?;
        for (row, mut created) in rows.into_iter().zip(created) {
            values[row].set(column, created.take(0));
        }
    }
    Ok(())
}

/// The rows with what is to become of their to-many relations.
fn parents(rows: &[Record], places: Vec<Place>, related: Vec<MaybeRelated>) -> Vec<Parent> {
    let parent = |((row, place), related): ((&Record, Place), MaybeRelated)| {
        let to_many = related?.to_many;
        Some(Parent { key: row.key().clone(), path: place.path, to_many })
    };
    rows.iter().zip(places).zip(related).filter_map(parent).collect()
}
