//! Reads PostgreSQL's catalogs.

use std::collections::HashMap;

use serde::Deserialize;

use crate::db::{DbError, Dialect, Executor};
use crate::migrate::live::{
    IndexPart, LiveCheck, LiveColumn, LiveEnum, LiveForeignKey, LiveIndex, LiveKey, LivePolicy, LiveSchema,
    LiveTable, LiveTrigger, LiveUnique, ReferentialAction, RowSecurity, TableKind, rows,
};
use crate::migrate::runner;

/// Which tables are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Namespace {
    /// Those that a name without a schema finds.
    Visible,
    /// The temporary ones of this connection.
    Temporary,
}

impl Namespace {
    /// The condition on `pg_class c`.
    fn tables(self) -> &'static str {
        match self {
            Self::Visible => {
                "c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_table_is_visible(c.oid) AND c.relpersistence <> 't' \
                 AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) \
                 AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid \
                 AND d.deptype = 'e')"
            }
            Self::Temporary => "c.relkind = 'r' AND c.relnamespace = pg_my_temp_schema()",
        }
    }
}

const TABLES: &str = "SELECT to_jsonb(q) FROM (SELECT c.oid::bigint, c.relname::text AS name, c.relkind AS kind, \
     obj_description(c.oid, 'pg_class') AS comment, \
     CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) \
     WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS definition, \
     c.relrowsecurity AS row_security, c.relforcerowsecurity AS forced FROM pg_class c WHERE {tables} \
     ORDER BY c.relname COLLATE \"C\") q";

const COLUMNS: &str = "SELECT to_jsonb(q) FROM (SELECT c.oid::bigint AS \"table\", a.attname::text AS name, \
     format_type(a.atttypid, a.atttypmod) AS sql_type, \
     CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(a.atttypid, a.atttypmod) END \
     AS base_type, \
     (SELECT e.typname::text FROM pg_type e WHERE e.typtype = 'e' AND e.oid IN (t.oid, t.typbasetype, t.typelem)) AS enum_type, \
     (SELECT l.collname::text FROM pg_collation l WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation) \
     AS collation, a.attnotnull OR t.typnotnull AS not_null, \
     CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, d.adrelid) END AS \"default\", \
     nullif(a.attidentity, '') AS identity, \
     a.attidentity = '' AND EXISTS (SELECT 1 FROM pg_depend s WHERE s.refclassid = 'pg_class'::regclass \
     AND s.refobjid = c.oid AND s.refobjsubid = a.attnum AND s.classid = 'pg_class'::regclass AND s.deptype = 'a' \
     AND (SELECT relkind FROM pg_class WHERE oid = s.objid) = 'S') AS serial, \
     CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS generated, \
     a.attgenerated = 'v' AS virtual_generated, col_description(c.oid, a.attnum) AS comment \
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     JOIN pg_type t ON t.oid = a.atttypid \
     LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE {tables} ORDER BY c.oid, a.attnum) q";

const CONSTRAINTS: &str = "SELECT to_jsonb(q) FROM (SELECT c.oid::bigint AS \"table\", k.conname::text AS name, \
     k.contype AS kind, coalesce((SELECT array_agg(a.attname::text ORDER BY n.at) \
     FROM unnest(k.conkey) WITH ORDINALITY AS n(attnum, at) \
     JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.attnum), '{}') AS columns, \
     (SELECT relname::text FROM pg_class WHERE oid = k.confrelid) AS target, \
     coalesce((SELECT array_agg(a.attname::text ORDER BY n.at) FROM unnest(k.confkey) WITH ORDINALITY AS n(attnum, at) \
     JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.attnum), '{}') AS referred, \
     k.confdeltype AS on_delete, k.confupdtype AS on_update, k.condeferrable AS \"deferrable\", \
     k.condeferred AS \"deferred\", k.convalidated AS validated, pg_get_expr(k.conbin, k.conrelid) AS condition, \
     pg_get_constraintdef(k.oid) AS definition FROM pg_class c JOIN pg_constraint k ON k.conrelid = c.oid \
     WHERE {tables} AND k.contype IN ('p', 'u', 'c', 'f', 'x') ORDER BY c.oid, k.conname COLLATE \"C\") q";

/// Bit 1 of `indoption` is descending, bit 2 NULLs first, as they are by default where the order is descending.
const INDEXES: &str = "SELECT to_jsonb(q) FROM (SELECT c.oid::bigint AS \"table\", n.relname::text AS name, \
     m.amname::text AS method, i.indisunique AS \"unique\", i.indisvalid AND i.indisready AS valid, \
     pg_get_expr(i.indpred, i.indrelid) AS condition, \
     (SELECT jsonb_agg(jsonb_build_object('column', a.attname, \
     'sql', pg_get_indexdef(i.indexrelid, p.at::int, false), \
     'descending', (i.indoption[p.at - 1] & 1) = 1, \
     'nulls_moved', m.amcanorder_ AND ((i.indoption[p.at - 1] & 1) = 1) <> ((i.indoption[p.at - 1] & 2) = 2), \
     'collation', (SELECT l.collname FROM pg_collation l WHERE l.oid = i.indcollation[p.at - 1] \
     AND l.oid IS DISTINCT FROM coalesce(a.attcollation, 'pg_catalog.default'::regcollation::oid)), \
     'operator_class', (SELECT o.opcname FROM pg_opclass o WHERE o.oid = i.indclass[p.at - 1] AND NOT o.opcdefault)) \
     ORDER BY p.at) FROM unnest(i.indkey) WITH ORDINALITY AS p(attnum, at) \
     LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.attnum AND p.attnum <> 0 \
     WHERE p.at <= i.indnkeyatts) AS parts, \
     coalesce((SELECT array_agg(a.attname::text ORDER BY p.at) FROM unnest(i.indkey) WITH ORDINALITY AS p(attnum, at) \
     JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.attnum WHERE p.at > i.indnkeyatts), '{}') AS included \
     FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class n ON n.oid = i.indexrelid \
     JOIN (SELECT oid, amname, amname = 'btree' AS amcanorder_ FROM pg_am) m ON m.oid = n.relam \
     WHERE {tables} AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid \
     AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')) \
     ORDER BY c.oid, n.relname COLLATE \"C\") q";

const TRIGGERS: &str = "SELECT to_jsonb(q) FROM (SELECT c.oid::bigint AS \"table\", t.tgname::text AS name, \
     pg_get_triggerdef(t.oid) AS sql FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid \
     WHERE {tables} AND NOT t.tgisinternal ORDER BY c.oid, t.tgname COLLATE \"C\") q";

const POLICIES: &str = "SELECT to_jsonb(q) FROM (SELECT c.oid::bigint AS \"table\", p.polname::text AS name, \
     CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' \
     ELSE 'all' END AS command, NOT p.polpermissive AS restrictive, \
     (SELECT array_agg(CASE r.role WHEN 0 THEN 'public' ELSE pg_get_userbyid(r.role)::text END ORDER BY r.role) \
     FROM unnest(p.polroles) AS r(role)) AS roles, pg_get_expr(p.polqual, p.polrelid) AS using, \
     pg_get_expr(p.polwithcheck, p.polrelid) AS \"check\", obj_description(p.oid, 'pg_policy') AS comment \
     FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid WHERE {tables} ORDER BY c.oid, p.polname COLLATE \"C\") q";

const ENUMS: &str = "SELECT to_jsonb(q) FROM (SELECT t.typname::text AS name, obj_description(t.oid, 'pg_type') AS comment, \
     (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) AS values \
     FROM pg_type t WHERE t.typtype = 'e' AND pg_type_is_visible(t.oid) AND NOT EXISTS (SELECT 1 FROM pg_depend d \
     WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e') ORDER BY t.typname COLLATE \"C\") q";

#[derive(Deserialize)]
struct TableRow {
    oid: i64,
    name: String,
    kind: String,
    comment: Option<String>,
    definition: Option<String>,
    row_security: bool,
    forced: bool,
}

/// What belongs to a table.
#[derive(Deserialize)]
struct Of<T> {
    table: i64,
    #[serde(flatten)]
    item: T,
}

#[derive(Deserialize)]
struct ConstraintRow {
    name: String,
    kind: String,
    columns: Vec<String>,
    target: Option<String>,
    referred: Vec<String>,
    on_delete: String,
    on_update: String,
    deferrable: bool,
    deferred: bool,
    validated: bool,
    condition: Option<String>,
    definition: String,
}

#[derive(Deserialize)]
struct IndexRow {
    name: String,
    method: String,
    unique: bool,
    valid: bool,
    condition: Option<String>,
    parts: Vec<IndexPart>,
    included: Vec<String>,
}

pub(super) async fn read(executor: &Executor, namespace: Namespace) -> Result<LiveSchema, DbError> {
    let of_tables = |sql: &str| sql.replace("{tables}", namespace.tables());
    let mut tables: Vec<LiveTable> = Vec::new();
    let mut positions: HashMap<i64, usize> = HashMap::new();
    for row in rows::<TableRow>(executor, &of_tables(TABLES)).await? {
        if row.name != runner::TABLE {
            positions.insert(row.oid, tables.len());
            tables.push(table(row));
        }
    }
    let at = |table: i64| positions.get(&table).copied();
    for Of { table, item } in rows::<Of<LiveColumn>>(executor, &of_tables(COLUMNS)).await? {
        if let Some(at) = at(table) {
            tables[at].columns.push(item);
        }
    }
    for Of { table, item } in rows::<Of<ConstraintRow>>(executor, &of_tables(CONSTRAINTS)).await? {
        if let Some(at) = at(table) {
            add_constraint(&mut tables[at], item);
        }
    }
    for Of { table, item } in rows::<Of<IndexRow>>(executor, &of_tables(INDEXES)).await? {
        if let Some(at) = at(table) {
            tables[at].indexes.push(index(item));
        }
    }
    for Of { table, item } in rows::<Of<LiveTrigger>>(executor, &of_tables(TRIGGERS)).await? {
        if let Some(at) = at(table) {
            tables[at].triggers.push(item);
        }
    }
    for Of { table, item } in rows::<Of<LivePolicy>>(executor, &of_tables(POLICIES)).await? {
        if let Some(at) = at(table) {
            tables[at].row_security.policies.push(item);
        }
    }
    let enums = match namespace {
        Namespace::Visible => rows::<LiveEnum>(executor, ENUMS).await?,
        Namespace::Temporary => Vec::new(),
    };
    Ok(LiveSchema { dialect: Dialect::Postgres, tables, enums })
}

fn table(row: TableRow) -> LiveTable {
    let kind = match row.kind.as_str() {
        "p" => TableKind::Partitioned,
        "v" => TableKind::View,
        "m" => TableKind::MaterializedView,
        "f" => TableKind::Foreign,
        _ => TableKind::Table,
    };
    LiveTable {
        name: row.name,
        kind,
        comment: row.comment,
        definition: row.definition,
        strict: false,
        without_rowid: false,
        columns: Vec::new(),
        primary_key: None,
        uniques: Vec::new(),
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        others: Vec::new(),
        indexes: Vec::new(),
        triggers: Vec::new(),
        row_security: RowSecurity { enabled: row.row_security, forced: row.forced, policies: Vec::new() },
    }
}

fn add_constraint(table: &mut LiveTable, row: ConstraintRow) {
    let name = Some(row.name);
    match row.kind.as_str() {
        "p" => {
            table.primary_key = Some(LiveKey { name, columns: row.columns, autoincrement: false });
        }
        "u" => {
            // `UNIQUE NULLS NOT DISTINCT (a, b) DEFERRABLE`: what is not the word and the columns.
            let beside = row.definition.trim_start_matches("UNIQUE");
            let (before, after) = (beside.split('(').next(), beside.rsplit(')').next());
            let options = [before.unwrap_or_default().trim(), after.unwrap_or_default().trim()].join(" ");
            let options = options.trim().to_lowercase();
            table.uniques.push(LiveUnique { name, columns: row.columns, options });
        }
        "c" => {
            let sql = row.condition.unwrap_or(row.definition);
            table.checks.push(LiveCheck { name, sql, validated: row.validated });
        }
        "f" => table.foreign_keys.push(LiveForeignKey {
            name,
            columns: row.columns,
            table: row.target.unwrap_or_default(),
            referred: row.referred,
            on_delete: action(&row.on_delete),
            on_update: action(&row.on_update),
            deferrable: row.deferrable,
            initially_deferred: row.deferred,
            validated: row.validated,
        }),
        _ => table.others.push(LiveCheck { name, sql: row.definition, validated: row.validated }),
    }
}

fn action(code: &str) -> ReferentialAction {
    match code {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

fn index(row: IndexRow) -> LiveIndex {
    LiveIndex {
        name: row.name,
        method: row.method,
        unique: row.unique,
        parts: row.parts,
        included: row.included,
        condition: row.condition,
        valid: row.valid,
    }
}
