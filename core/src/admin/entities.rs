//! An entity as the admin sees it: which columns it shows, edits and calls a row by.

use crate::admin::label::Label;
use crate::admin::names;
use crate::entity::{ColumnInfo, ColumnRole, EntityInfo, Surface};
use crate::types::Kind;
use crate::value::Value;

/// Columns of a list page when the entity names none.
const MAX_LIST_COLUMNS: usize = 6;

/// A column by its Rust name; a relation also by its own name.
pub(super) fn named(info: &'static EntityInfo, name: &str) -> Option<&'static ColumnInfo> {
    info.by_name(name).or_else(|| {
        info.columns.iter().find(|column| column.relation().is_some_and(|relation| relation.name == name))
    })
}

/// The columns that the admin may show, in order.
pub(super) fn readable(info: &'static EntityInfo) -> &'static [&'static ColumnInfo] {
    info.on(Surface::Admin).readable()
}

/// Whether the admin may show the column.
pub(super) fn is_readable(info: &'static EntityInfo, column: &ColumnInfo) -> bool {
    info.on(Surface::Admin).columns().contains(column.index)
}

/// The columns of the list page: the ones the entity names, or the first few short ones.
pub(super) fn listed(info: &'static EntityInfo) -> Vec<&'static ColumnInfo> {
    let named = info.def.admin.list.iter().filter_map(|name| named(info, name));
    let chosen = named.filter(|column| is_readable(info, column)).collect::<Vec<_>>();
    if !chosen.is_empty() {
        return chosen;
    }
    let label = Label::of(info).only().map(|column| column.index);
    let readable = || readable(info).iter().copied();
    let first = readable().filter(|column| Some(column.index) == label);
    let rest = readable()
        .filter(|column| column.role == ColumnRole::Field && Some(column.index) != label && is_short(column));
    let mut columns = first.chain(rest).take(MAX_LIST_COLUMNS).collect::<Vec<_>>();
    if columns.is_empty() {
        columns = readable().take(MAX_LIST_COLUMNS).collect();
    }
    columns
}

fn is_short(column: &ColumnInfo) -> bool {
    !column.kind.capabilities().long && !column.field.is_some_and(|field| field.multiline)
}

/// The column that names rows where none is declared: the first text that every row has.
pub(super) fn first_text(info: &'static EntityInfo) -> Option<&'static ColumnInfo> {
    let text = |column: &&ColumnInfo| column.kind == Kind::Text && !column.nullable && is_short(column);
    readable(info).iter().copied().find(text)
}

/// "Invoice #7": a row without a label.
pub(super) fn title_by_key(info: &EntityInfo, key: &Value) -> String {
    format!("{} #{key}", names::singular(info))
}

/// The path of the list page, inside the application.
pub(super) fn path(info: &EntityInfo) -> String {
    format!("/admin/{}", info.def.rest_path)
}
