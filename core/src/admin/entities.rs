//! An entity as the admin sees it: which columns it shows, edits and calls a row by.

use crate::admin::names;
use crate::entity::{ColumnInfo, ColumnRole, EntityInfo, RelationDef};
use crate::types::{Kind, shorten};
use crate::value::{Record, Value};

/// Columns of a list page when the entity names none.
const LIST_COLUMNS: usize = 6;
/// Characters of a row's label.
const LABEL_LENGTH: usize = 80;

/// The to-one relation of a column.
pub(super) fn relation(column: &ColumnInfo) -> Option<&'static RelationDef> {
    column.field.and_then(|field| field.relation.as_ref())
}

/// The entity that a column's relation leads to.
pub(super) fn target(column: &ColumnInfo) -> Option<&'static EntityInfo> {
    relation(column).map(|relation| (relation.target)().info())
}

/// Whether the admin may show the column's values.
pub(super) fn visible(column: &ColumnInfo) -> bool {
    column.readable && !column.field.is_some_and(|field| field.skip.admin)
}

/// A column by its Rust name; a relation also by its own name.
pub(super) fn named(info: &'static EntityInfo, name: &str) -> Option<&'static ColumnInfo> {
    info.by_name(name).or_else(|| {
        info.columns.iter().find(|column| relation(column).is_some_and(|relation| relation.name == name))
    })
}

/// The columns of the detail page, in order.
pub(super) fn shown(info: &'static EntityInfo) -> impl Iterator<Item = &'static ColumnInfo> {
    info.columns.iter().filter(|column| visible(column))
}

/// The columns of the list page: the ones the entity names, or the first few short ones.
pub(super) fn listed(info: &'static EntityInfo) -> Vec<&'static ColumnInfo> {
    let named = info.def.admin.list.iter().filter_map(|name| named(info, name));
    let chosen = named.filter(|column| visible(column)).collect::<Vec<_>>();
    if !chosen.is_empty() {
        return chosen;
    }
    let label = label(info).map(|column| column.index);
    let first = shown(info).filter(|column| Some(column.index) == label);
    let rest = shown(info)
        .filter(|column| column.role == ColumnRole::Field && Some(column.index) != label && is_short(column));
    let mut columns = first.chain(rest).take(LIST_COLUMNS).collect::<Vec<_>>();
    if columns.is_empty() {
        columns = shown(info).take(LIST_COLUMNS).collect();
    }
    columns
}

fn is_short(column: &ColumnInfo) -> bool {
    let long = matches!(column.kind, Kind::Json | Kind::Bytes | Kind::List(_));
    !long && !column.field.is_some_and(|field| field.multiline)
}

/// The column that names a row: the declared one, or the first text.
pub(super) fn label(info: &'static EntityInfo) -> Option<&'static ColumnInfo> {
    let declared = info.def.admin.label.and_then(|name| named(info, name));
    let text = |column: &&ColumnInfo| column.kind == Kind::Text && is_short(column);
    declared.filter(|column| visible(column)).or_else(|| shown(info).find(text))
}

/// The name of a row: its label, or the entity's name and the key.
pub(super) fn title(info: &'static EntityInfo, record: &Record) -> String {
    let text = label(info).map(|column| record.get(column.index).to_text());
    match text.map(|text| first_line(&text)).filter(|text| !text.is_empty()) {
        Some(text) => text,
        None => numbered(info, record.key()),
    }
}

/// "Invoice #7": a row without a label.
pub(super) fn numbered(info: &EntityInfo, key: &Value) -> String {
    format!("{} #{key}", names::singular(info))
}

fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    shorten(line, LABEL_LENGTH).into_owned()
}

/// The path of the list page.
pub(super) fn path(info: &EntityInfo) -> String {
    format!("/admin/{}", info.def.rest_path)
}

/// The path of a row's page.
pub(super) fn row_path(info: &EntityInfo, key: &Value) -> String {
    format!("/admin/{}/{key}", info.def.rest_path)
}
