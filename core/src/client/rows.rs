//! Inputs and patches as REST takes them, models as it answers them.

use serde_json::{Map, Value as Json};

use super::sending::unreadable;
use crate::entity::{ColumnInfo, Entity, EntityInfo, Fields, IntoAssignments as _, Model as _, Surface};
use crate::error::{Error, FieldError, Result};
use crate::types::{JsonStyle, Kind, Password};
use crate::value::{Record, Value};

/// The body of an input or a patch.
pub(super) fn body<T: Fields>(info: &EntityInfo, values: T) -> Map<String, Json> {
    let assignments = values.into_assignments();
    let name = |column: usize| info.columns[column].wire.to_owned();
    let mut body: Map<_, _> =
        assignments.iter().map(|(column, value)| (name(column), json_of(value))).collect();
    let added: Map<_, _> =
        assignments.increments().iter().map(|(column, value)| (name(*column), json_of(value))).collect();
    if !added.is_empty() {
        body.insert("increment".to_owned(), Json::Object(added));
    }
    body
}

/// A cell as REST takes it. A password is sent as it is: the other application hashes it.
pub(super) fn json_of(value: &Value) -> Json {
    if let Value::Password(password) = value {
        return password.plain().map_or(Json::Null, Json::from);
    }
    let mut text = Vec::new();
    value.write_json(JsonStyle::Rest, &mut text);
    // What was written as JSON can be read.
    serde_json::from_slice(&text).unwrap_or_default()
}

/// The model of a row.
///
/// # Errors
/// `ForbiddenFields` for a field that the model requires and the other application does not show.
pub(super) fn model<E: Entity>(row: Json) -> Result<E::Model> {
    let Json::Object(mut row) = row else { return Err(unreadable("a row is no object")) };
    let info = E::def().info();
    let shown = info.on(Surface::Rest).columns();
    let cells = info.columns.iter().map(|column| match shown.contains(column.index) && column.readable {
        true => cell(column, row.remove(column.wire)),
        false => unseen(column),
    });
    E::Model::from_record(Record::new(cells.collect::<Result<_>>()?))
}

fn cell(column: &ColumnInfo, json: Option<Json>) -> Result<Value> {
    match json {
        None | Some(Json::Null) => Ok(Value::Null),
        Some(json) => column
            .kind
            .decode_json(json, JsonStyle::Rest)
            .map_err(|error| unreadable(format_args!("`{}` {}", column.wire, error.message))),
    }
}

/// A field that no row shows. A password is one that nothing verifies.
fn unseen(column: &ColumnInfo) -> Result<Value> {
    match column.kind {
        _ if column.nullable => Ok(Value::Null),
        Kind::Password => Ok(Value::Password(Password::from_hash(String::new()))),
        _ => {
            let message = "is not shown by REST, and its model requires it; declare the field an `Option`";
            Err(Error::ForbiddenFields(vec![FieldError::new(column.wire, "hidden", message)]))
        }
    }
}
