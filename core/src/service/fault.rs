//! What the database refused, in terms of the entity's fields.

use crate::ctx::Ctx;
use crate::db::{Constraint, DbError};
use crate::entity::{ColumnInfo, ColumnSet, EntityDef, EntityInfo, IndexDef, names};
use crate::error::{Error, FieldError};
use crate::query::by_column;
use crate::value::Value;

/// The refusal of a row's values.
pub(crate) async fn of_values(
    ctx: &Ctx,
    info: &'static EntityInfo,
    values: &[(usize, Value)],
    fault: DbError,
) -> Error {
    match fault {
        DbError::Unique(constraint) => taken(info, &constraint),
        DbError::ForeignKey(Some(name)) => match referencing(info, &name) {
            Some(column) => Error::Conflict(vec![missing(column)]),
            None => Error::from(DbError::ForeignKey(Some(name))),
        },
        // SQLite does not say which reference: look for the ones that lead nowhere.
        DbError::ForeignKey(None) => {
            let missing = missing_targets(ctx, info, values).await;
            if missing.is_empty() { Error::from(DbError::ForeignKey(None)) } else { Error::Conflict(missing) }
        }
        DbError::Check(name) => Error::Validation(vec![broken_check(info, name.as_deref())]),
        DbError::NotNull(name) => Error::Validation(vec![absent(info, name.as_deref())]),
        DbError::OutOfRange => {
            Error::Validation(vec![FieldError::new("", "range", "a number or a time is out of range")])
        }
        fault => fault.into(),
    }
}

/// The refusal of a removal.
pub(crate) fn of_removal(fault: DbError) -> Error {
    match fault {
        DbError::ForeignKey(_) => Error::Conflict(vec![FieldError::new(
            "",
            "referenced",
            "other rows still point to this one; remove or change them first",
        )]),
        fault => fault.into(),
    }
}

fn taken(info: &EntityInfo, broken: &Constraint) -> Error {
    let columns: Vec<&ColumnInfo> = match broken {
        Constraint::Columns(names) => names.iter().filter_map(|name| info.by_column(name)).collect(),
        Constraint::Name(name) if *name == names::primary_key(info.def.table) => vec![info.key()],
        Constraint::Name(name) => uniques(info)
            .into_iter()
            .find(|(unique, _)| unique == name)
            .map(|(_, columns)| columns)
            .unwrap_or_default(),
    };
    let message = match columns.len() {
        1 => "is taken already",
        _ => "a row with these values exists already",
    };
    if columns.is_empty() {
        return Error::Conflict(vec![FieldError::new("", "unique", message)]);
    }
    Error::Conflict(columns.iter().map(|column| FieldError::new(column.wire, "unique", message)).collect())
}

fn referencing<'i>(info: &'i EntityInfo, name: &str) -> Option<&'i ColumnInfo> {
    info.columns.iter().find(|column| foreign_key(info.def, column).as_deref() == Some(name))
}

fn missing(column: &ColumnInfo) -> FieldError {
    FieldError::new(column.wire, "reference", "does not exist")
}

async fn missing_targets(ctx: &Ctx, info: &EntityInfo, values: &[(usize, Value)]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (index, value) in values {
        let column = &info.columns[*index];
        let Some(relation) = column.field.and_then(|field| field.relation.as_ref()) else {
            continue;
        };
        if value.is_null() {
            continue;
        }
        let target = (relation.target)().info();
        let (statement, layout) =
            by_column(target, ctx.db().dialect(), ColumnSet::KEY, 0, std::slice::from_ref(value));
        if ctx.executor().read(statement, &layout).await.is_ok_and(|rows| rows.is_empty()) {
            errors.push(missing(column));
        }
    }
    errors
}

fn broken_check(info: &EntityInfo, name: Option<&str>) -> FieldError {
    let column = name.and_then(|name| {
        info.columns.iter().find(|column| names::check(info.def.table, column.column) == name)
    });
    match column {
        Some(column) => FieldError::new(column.wire, "check", "is not allowed"),
        None => FieldError::new("", "check", "these values are not allowed together"),
    }
}

fn absent(info: &EntityInfo, name: Option<&str>) -> FieldError {
    let column = name.and_then(|name| info.by_column(name));
    FieldError::new(column.map_or("", |column| column.wire), "required", "is required")
}

fn foreign_key(def: &EntityDef, column: &ColumnInfo) -> Option<String> {
    let relation = column.field?.relation.as_ref()?;
    Some(names::foreign_key(def.table, column.column, (relation.target)().table))
}

/// Every unique rule beside the primary key, by name, with its columns.
fn uniques(info: &EntityInfo) -> Vec<(String, Vec<&ColumnInfo>)> {
    let name = |columns: &[&ColumnInfo]| {
        names::unique(info.def.table, &columns.iter().map(|column| column.column).collect::<Vec<_>>())
    };
    let single = info.columns.iter().filter(|column| column.field.is_some_and(|field| field.unique));
    let single = single.map(|column| vec![column]);
    let several = info.def.uniques.iter().map(|rule| columns_of(info, rule));
    single.chain(several).map(|columns| (name(&columns), columns)).collect()
}

fn columns_of<'i>(info: &'i EntityInfo, rule: &IndexDef) -> Vec<&'i ColumnInfo> {
    rule.fields.iter().filter_map(|part| info.by_name(part.field)).collect()
}
