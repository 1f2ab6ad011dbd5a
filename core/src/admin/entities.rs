//! An entity as the admin sees it: which columns it shows, edits and calls a row by.

use crate::admin::names;
use crate::entity::{ColumnInfo, ColumnRole, EntityInfo, Surface};
use crate::types::{Kind, shorten};
use crate::value::{Record, Value};

/// Columns of a list page when the entity names none.
const MAX_LIST_COLUMNS: usize = 6;
/// Characters of a row's label.
const MAX_LABEL_LENGTH: usize = 80;

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

fn is_readable(info: &'static EntityInfo, column: &ColumnInfo) -> bool {
    info.on(Surface::Admin).columns().contains(column.index)
}

/// The columns of the list page: the ones the entity names, or the first few short ones.
pub(super) fn listed(info: &'static EntityInfo) -> Vec<&'static ColumnInfo> {
    let named = info.def.admin.list.iter().filter_map(|name| named(info, name));
    let chosen = named.filter(|column| is_readable(info, column)).collect::<Vec<_>>();
    if !chosen.is_empty() {
        return chosen;
    }
    let label = label(info).map(|column| column.index);
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

/// The column that names a row: the declared one, or the first text.
pub(super) fn label(info: &'static EntityInfo) -> Option<&'static ColumnInfo> {
    let declared = info.def.admin.label.and_then(|name| named(info, name));
    let text = |column: &&ColumnInfo| column.kind == Kind::Text && is_short(column);
    declared.filter(|column| is_readable(info, column)).or_else(|| readable(info).iter().copied().find(text))
}

/// The name of a row: its label, or the entity's name and the key.
pub(super) fn title(info: &'static EntityInfo, record: &Record) -> String {
    let text = label(info).map(|column| record.get(column.index).to_text());
    match text.map(|text| first_line(&text)).filter(|text| is_visible(text)) {
        Some(text) => text,
        None => title_by_key(info, record.key()),
    }
}

/// "Invoice #7": a row without a label.
pub(super) fn title_by_key(info: &EntityInfo, key: &Value) -> String {
    format!("{} #{key}", names::singular(info))
}

/// Whether a text shows anything: a link of blanks, or of letters without a width, cannot be seen.
pub(super) fn is_visible(text: &str) -> bool {
    let shows_nothing = |letter: char| {
        let without_width = matches!(letter, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{2800}' | '\u{3164}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}');
        letter.is_whitespace() || letter.is_control() || without_width
    };
    !text.chars().all(shows_nothing)
}

fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    shorten(line, MAX_LABEL_LENGTH).into_owned()
}

/// The path of the list page, inside the application.
pub(super) fn path(info: &EntityInfo) -> String {
    format!("/admin/{}", info.def.rest_path)
}
