//! What an entity needs of a table that others made: that it can be read and written as it is. Names of constraints,
//! lengths, collations and indexes are theirs.

use crate::entity::{EntityDef, EntityInfo, OnDelete};
use crate::migrate::live::{LiveSchema, LiveTable, ReferentialAction};

/// What the entity says of the table and is not so, beside missing columns and other types.
pub(super) fn differences(def: &'static EntityDef, live: &LiveSchema) -> Vec<String> {
    let named = |table: &&LiveTable| live.same_name(&table.name, def.table);
    let Some(table) = live.tables.iter().find(named) else { return Vec::new() };
    let info = def.info();
    let mut lines = Vec::new();
    let mut add =
        |what: String| lines.push(format!("{what}; change the entity, or write it anew with `inspect`"));
    let key = info.key().column;
    for column in info.columns.iter().filter(|column| column.is_stored()) {
        let found = table.columns.iter().find(|found| live.same_name(&found.name, column.column));
        let Some(found) = found else { continue };
        let required = found.not_null || table.is_in_key(&found.name);
        let part = format!("the column `{}` of `{}`", column.column, def.table);
        match (column.nullable, required) {
            (false, false) => {
                add(format!("{part} may be NULL, and the field `{}` is no `Option`", column.name));
            }
            (true, true) => {
                add(format!("{part} is not null, and the field `{}` is an `Option`", column.name));
            }
            _ => {}
        }
    }
    let uniques = info.def.fields.iter().filter(|field| field.unique).map(|field| vec![field.column]);
    let several = info.def.uniques.iter().map(|unique| {
        let columns = unique.fields.iter().filter_map(|sort| info.by_name(sort.field));
        columns.map(|column| column.column).collect::<Vec<_>>()
    });
    for columns in uniques.chain(several).chain([vec![key]]) {
        let is_stored = columns != [key] || def.has_stored_key();
        if !table.kind.is_view() && is_stored && !table.is_unique(&columns) {
            add(format!("no rule of `{}` makes ({}) unique", def.table, columns.join(", ")));
        }
    }
    for line in references(info, table, live) {
        add(line);
    }
    lines
}

fn references(info: &'static EntityInfo, table: &LiveTable, live: &LiveSchema) -> Vec<String> {
    let mut lines = Vec::new();
    for column in &info.columns {
        let (Some(relation), Some(target)) = (column.relation(), column.target()) else { continue };
        let found = table.foreign_keys.iter().find(|key| {
            matches!(key.columns.as_slice(), [only] if live.same_name(only, column.column))
                && live.same_name(&key.table, target.def.table)
        });
        let part = format!("`{}` of `{}`", column.column, info.def.table);
        match found {
            None => lines.push(format!("no foreign key leads from {part} to `{}`", target.def.table)),
            Some(key) if on_delete(key.on_delete) != relation.on_delete => lines.push(format!(
                "the foreign key from {part} is `on delete {}`, which is not the field's `on_delete`",
                key.on_delete.sql()
            )),
            Some(_) => {}
        }
    }
    lines
}

/// What an entity says of such a reference.
pub(in crate::migrate) fn on_delete(action: ReferentialAction) -> OnDelete {
    match action {
        ReferentialAction::Cascade => OnDelete::Cascade,
        ReferentialAction::SetNull => OnDelete::SetNull,
        // A default that is set is a reference to another row: none of ours, and refused before it comes to that.
        ReferentialAction::NoAction | ReferentialAction::Restrict | ReferentialAction::SetDefault => {
            OnDelete::Restrict
        }
    }
}
