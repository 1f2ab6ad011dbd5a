//! Reads SQLite: its pragmas, and its statements where the pragmas are silent.

use serde::Deserialize;

use crate::db::{DbError, Dialect, Executor};
use crate::migrate::live::sqlite_ddl::{TableText, read_index, read_table};
use crate::migrate::live::{
    LiveColumn, LiveIndex, LiveSchema, LiveTable, LiveTrigger, RowSecurity, TableKind, rows,
};
use crate::migrate::runner;

/// Tables and views with their statements; not what SQLite or the module of a virtual table made for itself.
const TABLES: &str = "SELECT json_object('name', m.name, 'kind', CASE WHEN l.type = 'virtual' THEN 'virtual' ELSE m.type END, \
     'sql', m.sql) FROM sqlite_master m JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name \
     WHERE m.type IN ('table', 'view') AND l.type <> 'shadow' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name";

/// `hidden` is 2 for a virtual generated column, 3 for a stored one, 1 for a hidden one of a virtual table.
const COLUMNS: &str = "SELECT json_object('table', m.name, 'name', c.name, 'type', c.type, 'not_null', c.\"notnull\", \
     'default', c.dflt_value, 'hidden', c.hidden) FROM sqlite_master m, pragma_table_xinfo(m.name) c \
     WHERE m.type IN ('table', 'view') AND c.hidden <> 1 ORDER BY m.name, c.cid";

const INDEXES: &str = "SELECT json_object('table', m.name, 'name', i.name, 'unique', i.\"unique\", 'sql', s.sql) \
     FROM sqlite_master m, pragma_index_list(m.name) i JOIN sqlite_master s ON s.type = 'index' AND s.name = i.name \
     WHERE m.type = 'table' AND i.origin = 'c' ORDER BY m.name, i.name";

const TRIGGERS: &str = "SELECT json_object('table', tbl_name, 'name', name, 'sql', sql) FROM sqlite_master WHERE type = 'trigger' ORDER BY name";

#[derive(Deserialize)]
struct TableRow {
    name: String,
    kind: String,
    sql: Option<String>,
}

#[derive(Deserialize)]
struct ColumnRow {
    table: String,
    name: String,
    #[serde(rename = "type")]
    sql_type: String,
    not_null: i64,
    default: Option<String>,
    hidden: i64,
}

#[derive(Deserialize)]
struct IndexRow {
    table: String,
    name: String,
    unique: i64,
    sql: Option<String>,
}

#[derive(Deserialize)]
struct TriggerRow {
    table: String,
    #[serde(flatten)]
    trigger: LiveTrigger,
}

pub(super) async fn read(executor: &Executor) -> Result<LiveSchema, DbError> {
    let mut tables: Vec<LiveTable> = Vec::new();
    let mut texts: Vec<TableText> = Vec::new();
    for row in rows::<TableRow>(executor, TABLES).await? {
        if row.name == runner::TABLE {
            continue;
        }
        let (table, text) = table(row);
        tables.push(table);
        texts.push(text);
    }
    let position = |tables: &[LiveTable], name: &str| tables.iter().position(|table| table.name == name);
    for row in rows::<ColumnRow>(executor, COLUMNS).await? {
        if let Some(at) = position(&tables, &row.table) {
            let column = column(row, &texts[at]);
            tables[at].columns.push(column);
        }
    }
    for row in rows::<IndexRow>(executor, INDEXES).await? {
        if let Some(at) = position(&tables, &row.table) {
            tables[at].indexes.push(index(row));
        }
    }
    for TriggerRow { table, trigger } in rows(executor, TRIGGERS).await? {
        if let Some(at) = position(&tables, &table) {
            tables[at].triggers.push(trigger);
        }
    }
    refer_to_keys(&mut tables);
    Ok(LiveSchema { dialect: Dialect::Sqlite, tables, enums: Vec::new() })
}

fn table(row: TableRow) -> (LiveTable, TableText) {
    let kind = match row.kind.as_str() {
        "view" => TableKind::View,
        "virtual" => TableKind::Virtual,
        _ => TableKind::Table,
    };
    let sql = row.sql.unwrap_or_default();
    let mut text = if kind == TableKind::Table { read_table(&sql) } else { TableText::default() };
    let table = LiveTable {
        name: row.name,
        kind,
        comment: None,
        definition: (kind != TableKind::Table).then_some(sql),
        strict: text.strict,
        without_rowid: text.without_rowid,
        columns: Vec::new(),
        primary_key: text.primary_key.take(),
        uniques: std::mem::take(&mut text.uniques),
        foreign_keys: std::mem::take(&mut text.foreign_keys),
        checks: std::mem::take(&mut text.checks),
        others: Vec::new(),
        indexes: Vec::new(),
        triggers: Vec::new(),
        row_security: RowSecurity::default(),
    };
    (table, text)
}

fn column(row: ColumnRow, text: &TableText) -> LiveColumn {
    let said = text.columns.iter().find(|column| column.name.eq_ignore_ascii_case(&row.name));
    LiveColumn {
        sql_type: row.sql_type.clone(),
        base_type: row.sql_type,
        collation: said.and_then(|column| column.collation.clone()),
        generated: said.and_then(|column| column.generated.clone()),
        virtual_generated: row.hidden == 2,
        not_null: row.not_null != 0,
        default: row.default,
        name: row.name,
        ..LiveColumn::default()
    }
}

fn index(row: IndexRow) -> LiveIndex {
    let text = read_index(row.sql.as_deref().unwrap_or_default());
    LiveIndex {
        name: row.name,
        method: "btree".to_owned(),
        unique: row.unique != 0,
        parts: text.parts,
        included: Vec::new(),
        condition: text.condition,
        valid: true,
    }
}

/// A reference that names no column refers to the key; names are the same in upper and lower case, and are written as
/// the tables write them.
fn refer_to_keys(tables: &mut [LiveTable]) {
    let known: Vec<(String, Vec<String>, Vec<String>)> = tables
        .iter()
        .map(|table| {
            let key = table.primary_key.as_ref().map(|key| key.columns.clone()).unwrap_or_default();
            (table.name.clone(), key, table.columns.iter().map(|column| column.name.clone()).collect())
        })
        .collect();
    let spelled = |names: &[String], name: &mut String| {
        if let Some(known) = names.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            name.clone_from(known);
        }
    };
    for (at, table) in tables.iter_mut().enumerate() {
        let own = &known[at].2;
        let key = table.primary_key.iter_mut().flat_map(|key| &mut key.columns);
        let uniques = table.uniques.iter_mut().flat_map(|unique| &mut unique.columns);
        let indexed = table.indexes.iter_mut().flat_map(|index| &mut index.parts);
        let indexed = indexed.filter_map(|part| part.column.as_mut());
        key.chain(uniques).chain(indexed).for_each(|name| spelled(own, name));
        for reference in &mut table.foreign_keys {
            reference.columns.iter_mut().for_each(|name| spelled(own, name));
            let target = known.iter().find(|(name, ..)| name.eq_ignore_ascii_case(&reference.table));
            let Some((name, key, columns)) = target else { continue };
            reference.table.clone_from(name);
            if reference.referred.is_empty() {
                reference.referred.clone_from(key);
            }
            reference.referred.iter_mut().for_each(|name| spelled(columns, name));
        }
    }
}
