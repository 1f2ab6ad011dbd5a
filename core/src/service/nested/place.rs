//! Where in a write a row is: `posts.2`. Rows of one relation are written together, and what is wrong with one is told by the
//! place that it has in what the client sent.

use crate::entity::EntityInfo;
use crate::error::{ApplicationError, Error, FieldError};
use crate::value::{Assignments, Related, ToOneWrite};

/// The place of a row among those that are written together.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its path; empty for the row that all of it is about.
    pub(super) path: String,
    /// References that are given by their relations: the column's name, and the path below the row.
    given: Vec<(&'static str, String)>,
    /// The columns that the row sets, by their names.
    set: Vec<&'static str>,
}

impl Place {
    /// The place of a row with these values.
    pub(super) fn of(path: String, info: &EntityInfo, values: &Assignments) -> Self {
        let given = values.related().map(|related| given(info, related)).unwrap_or_default();
        let created = given.iter().map(|(column, _)| *column);
        let set = values.columns().iter().map(|index| info.columns[index].wire).chain(created).collect();
        Self { path, given, set }
    }

    /// The path of a field of the row.
    pub(super) fn field(&self, field: &str) -> String {
        let (name, rest) = field.split_once('.').unwrap_or((field, ""));
        match self.given.iter().find(|(column, _)| *column == name) {
            Some((_, relation)) => join(&join(&self.path, relation), rest),
            None => join(&self.path, field),
        }
    }
}

/// The references that are given by their relations.
fn given(info: &EntityInfo, related: &Related) -> Vec<(&'static str, String)> {
    let named = |(column, write): &(usize, ToOneWrite)| {
        let column = &info.columns[*column];
        let name = column.relation()?.name;
        let path = match write {
            ToOneWrite::Connect => join(name, "connect"),
            ToOneWrite::Create(_) => name.to_owned(),
        };
        Some((column.wire, path))
    };
    related.to_one.iter().filter_map(named).collect()
}

/// One path below another.
pub(super) fn join(path: &str, below: &str) -> String {
    match (path, below) {
        ("", below) => below.to_owned(),
        (path, "") => path.to_owned(),
        (path, below) => format!("{path}.{below}"),
    }
}

/// The error of rows that are written together, told by their places: `items.1.title` is `posts.4.title`. What is said of a field
/// of all of them is about the first that sets it, and what is about no row of them is about the `whole`.
pub(super) fn at_places(error: Error, places: &[Place], whole: &str) -> Error {
    let place = |field: &str| match split_item(field) {
        Some((position, rest)) => Some(places.get(position)?.field(rest)),
        None => Some(places.iter().find(|place| place.set.contains(&field))?.field(field)),
    };
    at(error, whole, |field| place(field).unwrap_or_else(|| join(whole, field)))
}

/// The error of entries of a list that are written together, as that of the entries: what is said of one is not about a field
/// that the client has sent.
pub(super) fn at_entries(error: Error, places: &[String], whole: &str) -> Error {
    let place = |field: &str| places.get(split_item(field)?.0).cloned();
    at(error, whole, |field| place(field).unwrap_or_else(|| whole.to_owned()))
}

/// `items.1.title` as the position and the field.
fn split_item(field: &str) -> Option<(usize, &str)> {
    let rest = field.strip_prefix("items.")?;
    let (position, rest) = rest.split_once('.').unwrap_or((rest, ""));
    Some((position.parse().ok()?, rest))
}

fn at(error: Error, whole: &str, place: impl Fn(&str) -> String) -> Error {
    if whole.is_empty() && error.fields().is_empty() {
        return error;
    }
    match error {
        Error::BadRequest(_)
        | Error::Unauthenticated
        | Error::Forbidden
        | Error::NotFound(_)
        | Error::VersionMismatch
        | Error::VersionRequired => {
            ApplicationError::new(error.status(), error.code(), error.to_string()).on(whole.to_owned()).into()
        }
        error => error.map_fields(|error| FieldError { field: place(&error.field).into(), ..error }),
    }
}
