//! Errors of the database, in terms of the entity's fields.

use std::collections::HashSet;

use crate::ctx::Ctx;
use crate::db::DbError;
use crate::entity::{ColumnInfo, Condition, EntityDef, EntityInfo, Op, names};
use crate::error::{Error, FieldError};
use crate::policy::{Action, refused};
use crate::service::Records;
use crate::service::lookup_key::LookupKey;
use crate::service::unique::{self, RowBatch};
use crate::service::write::hidden_row;
use crate::sql::{by_column, is_last_key_taken};
use crate::value::{ColumnSet, Value};

/// The error for new rows. With the rows' positions, errors name the row.
pub(crate) async fn of_rows(
    ctx: &Ctx,
    info: &'static EntityInfo,
    rows: RowBatch<'_>,
    positions: Option<&[usize]>,
    error: DbError,
) -> Error {
    let Some(positions) = positions else {
        let values: Vec<_> = rows.rows.iter().flat_map(|row| rows.columns.iter().zip(row)).collect();
        return of_values(ctx, info, &values, error).await;
    };
    match error {
        DbError::Unique(constraint) => {
            let columns = unique::violated(info, &constraint);
            let duplicate = duplicate(ctx, info, rows, &columns).await;
            let conflict = match duplicate {
                Some(row) if may_be_hidden(info, ctx) => {
                    let value = |column: usize| rows.values(column).nth(row);
                    let within_input = rows.first_duplicate(&columns).is_some_and(|(_, later)| later == row);
                    if within_input {
                        unique_violation(&columns)
                    } else {
                        visible_unique_violation(ctx, info, &columns, value).await
                    }
                }
                None if may_be_hidden(info, ctx) => hidden_row(info, ctx),
                _ => unique_violation(&columns),
            };
            match duplicate {
                Some(row) => conflict.at(positions[row]),
                None => conflict,
            }
        }
        DbError::ForeignKey(name) => {
            let dangling = dangling_references_in_rows(ctx, info, rows, name.as_deref()).await;
            match dangling.is_empty() {
                true => Error::from(DbError::ForeignKey(name)),
                false => Error::Conflict(
                    dangling.into_iter().map(|(row, error)| error.at(positions[row])).collect(),
                ),
            }
        }
        error => of_values(ctx, info, &[], error).await,
    }
}

/// The first row that is a duplicate, of a row in the table or in the input.
async fn duplicate(
    ctx: &Ctx,
    info: &'static EntityInfo,
    rows: RowBatch<'_>,
    columns: &[&ColumnInfo],
) -> Option<usize> {
    if columns.is_empty() {
        return None;
    }
    let existing = rows.first_existing(ctx, info, columns).await.ok().flatten();
    existing.or_else(|| rows.first_duplicate(columns).map(|(_, later)| later))
}

/// Every dangling reference, by row; only of the foreign key of that name where the database reports it.
async fn dangling_references_in_rows(
    ctx: &Ctx,
    info: &EntityInfo,
    rows: RowBatch<'_>,
    name: Option<&str>,
) -> Vec<(usize, FieldError)> {
    let mut errors = Vec::new();
    for column in info.columns.iter().filter(|column| rows.columns.contains(column.index)) {
        let Some(target) = column.target() else {
            continue;
        };
        if name.is_some_and(|name| foreign_key(info.def, column).as_deref() != Some(name)) {
            continue;
        }
        let keys: Vec<Value> = rows.values(column.index).filter(|value| !value.is_null()).cloned().collect();
        let (statement, layout) = by_column(target, ctx.db().dialect(), ColumnSet::KEY, 0, &keys);
        let Ok(found) = ctx.engine().read(statement, &layout).await else { continue };
        let mut found: HashSet<LookupKey> = found.iter().filter_map(|row| LookupKey::of(row.key())).collect();
        if std::ptr::eq(target, info) {
            // A row may refer to another of the same statement.
            found.extend(rows.values(0).filter_map(LookupKey::of));
        }
        for (row, value) in rows.values(column.index).enumerate() {
            if LookupKey::of(value).is_some_and(|key| !found.contains(&key)) {
                errors.push((row, dangling_reference(column)));
            }
        }
    }
    errors.sort_by_key(|(row, _)| *row);
    errors
}

/// The error for a row's values.
pub(crate) async fn of_values(
    ctx: &Ctx,
    info: &'static EntityInfo,
    values: &[(usize, &Value)],
    error: DbError,
) -> Error {
    match error {
        DbError::Unique(constraint) => {
            let columns = unique::violated(info, &constraint);
            let value = |column| values.iter().find(|(index, _)| *index == column).map(|(_, value)| *value);
            if may_be_hidden(info, ctx) {
                visible_unique_violation(ctx, info, &columns, value).await
            } else {
                unique_violation(&columns)
            }
        }
        DbError::ForeignKey(Some(name)) => match foreign_key_column(info, &name) {
            Some(column) => Error::Conflict(vec![dangling_reference(column)]),
            None => Error::from(DbError::ForeignKey(Some(name))),
        },
        // SQLite does not report which reference: search for dangling ones.
        DbError::ForeignKey(None) => {
            let dangling = dangling_references(ctx, info, values).await;
            if dangling.is_empty() {
                Error::from(DbError::ForeignKey(None))
            } else {
                Error::Conflict(dangling)
            }
        }
        DbError::RowSecurity(_) => {
            refused(ctx, format_args!("a row of {}: row-level security", info.def.name))
        }
        DbError::Check(name) => Error::Validation(vec![check_violation(info, name.as_deref())]),
        DbError::NotNull(name) => Error::Validation(vec![not_null_violation(info, name.as_deref())]),
        DbError::OutOfRange => {
            Error::Validation(vec![FieldError::new("", "range", "a number or a time is out of range")])
        }
        DbError::KeysExhausted => keys_exhausted(info),
        DbError::Full(message) => {
            let (statement, layout) = is_last_key_taken(info);
            let taken = ctx.engine().read(statement, &layout).await.is_ok_and(|rows| !rows.is_empty());
            if taken { keys_exhausted(info) } else { DbError::Full(message).into() }
        }
        error => error.into(),
    }
}

fn keys_exhausted(info: &EntityInfo) -> Error {
    let message = "there are no more keys: the greatest one is taken";
    Error::Conflict(vec![FieldError::new(info.key().wire, "exhausted", message)])
}

/// The error for a deletion.
pub(crate) fn of_delete(error: DbError) -> Error {
    match error {
        DbError::ForeignKey(_) => referenced(),
        error => error.into(),
    }
}

/// The error for a deletion of a row to which other rows refer.
pub(crate) fn referenced() -> Error {
    Error::Conflict(vec![FieldError::new(
        "",
        "referenced",
        "other rows still point to this one; remove or change them first",
    )])
}

/// Whether a conflict must be examined before it is reported: the conflicting row, or its value, may be hidden from the
/// principal.
pub(crate) fn may_be_hidden(info: &EntityInfo, ctx: &Ctx) -> bool {
    let hidden = |column: &&ColumnInfo| info.column_visibility(column.index, ctx).is_some();
    !info.permitted(Action::Read, ctx).is_always()
        || (!info.guarded.is_empty() && unique::rules(info).iter().flatten().any(hidden))
}

/// The error for unique values of a row that the principal may read; or else one that reveals nothing of the row.
async fn visible_unique_violation<'v>(
    ctx: &Ctx,
    info: &'static EntityInfo,
    columns: &[&ColumnInfo],
    value: impl Fn(usize) -> Option<&'v Value>,
) -> Error {
    let same = columns.iter().map(|column| {
        let value = value(column.index)?;
        Some(Condition::column(column.index, Op::Eq(value.clone())))
    });
    let same: Option<Vec<Condition>> = same.collect();
    let visible = match same.filter(|same| !same.is_empty()) {
        // Not all of the values are known here.
        None => Ok(false),
        Some(same) => {
            let columns: Vec<usize> = columns.iter().map(|column| column.index).collect();
            let visible_rows = info.columns_visibility(&columns, ctx);
            Records::new(ctx, info).readable_exists(&Condition::All(same).both(visible_rows)).await
        }
    };
    if visible.unwrap_or(false) { unique_violation(columns) } else { hidden_row(info, ctx) }
}

fn unique_violation(columns: &[&ColumnInfo]) -> Error {
    let message = match columns.len() {
        1 => "is taken already",
        _ => "a row with these values exists already",
    };
    if columns.is_empty() {
        return Error::Conflict(vec![FieldError::new("", "unique", message)]);
    }
    Error::Conflict(columns.iter().map(|column| FieldError::new(column.wire, "unique", message)).collect())
}

fn foreign_key_column<'i>(info: &'i EntityInfo, name: &str) -> Option<&'i ColumnInfo> {
    info.columns.iter().find(|column| foreign_key(info.def, column).as_deref() == Some(name))
}

pub(crate) fn dangling_reference(column: &ColumnInfo) -> FieldError {
    FieldError::new(column.wire, "reference", "does not exist")
}

async fn dangling_references(ctx: &Ctx, info: &EntityInfo, values: &[(usize, &Value)]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (index, value) in values {
        let column = &info.columns[*index];
        let Some(target) = column.target() else {
            continue;
        };
        if value.is_null() {
            continue;
        }
        let (statement, layout) =
            by_column(target, ctx.db().dialect(), ColumnSet::KEY, 0, std::slice::from_ref(*value));
        if ctx.engine().read(statement, &layout).await.is_ok_and(|rows| rows.is_empty()) {
            errors.push(dangling_reference(column));
        }
    }
    errors
}

fn check_violation(info: &EntityInfo, name: Option<&str>) -> FieldError {
    let column = name.and_then(|name| {
        info.columns.iter().find(|column| names::check(info.def.table, column.column) == name)
    });
    match column {
        Some(column) => FieldError::new(column.wire, "check", "is not allowed"),
        None => FieldError::new("", "check", "these values are not allowed together"),
    }
}

fn not_null_violation(info: &EntityInfo, name: Option<&str>) -> FieldError {
    let column = name.and_then(|name| info.by_column(name));
    FieldError::new(column.map_or("", |column| column.wire), "required", "is required")
}

fn foreign_key(def: &EntityDef, column: &ColumnInfo) -> Option<String> {
    Some(names::foreign_key(def.table, column.column, column.target()?.def.table))
}
