//! A schema as lines of text, read from the catalog.

use sea_query::Values;

use crate::db::{Db, DbError, Dialect, Executor, Layout, Statement};
use crate::types::Kind;

/// Each query answers lines. Tables of the runner and the framework are left out.
const POSTGRES: [&str; 6] = [
    "SELECT format('column %s.%s %s%s default %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), \
     CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, coalesce(pg_get_expr(d.adbin, d.adrelid), 'none'), \
     coalesce((SELECT collname::text FROM pg_collation WHERE oid = a.attcollation), '') || a.attidentity::text || \
     a.attgenerated::text) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = \
     c.oid AND d.adnum = a.attnum WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace AND \
     a.attnum > 0 AND NOT a.attisdropped",
    "SELECT format('constraint %s of %s: %s%s', conname, conrelid::regclass, pg_get_constraintdef(oid), CASE WHEN convalidated \
     THEN '' ELSE ', not validated' END) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype <> 'n'",
    "SELECT format('index %s%s', pg_get_indexdef(indexrelid), CASE WHEN indisvalid THEN '' ELSE ', invalid' END) FROM pg_index i \
     JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = current_schema()::regnamespace",
    "SELECT format('%s %s', CASE relkind WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' WHEN 'm' THEN 'materialized view' ELSE 'table' END, relname) FROM pg_class WHERE \
     relnamespace = current_schema()::regnamespace AND relkind IN ('v', 'S', 'm', 'r', 'p')",
    "SELECT format('function %s: %s', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace",
    "SELECT format('trigger %s', pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT \
     format('policy %s of %s: %s %s %s %s', polname, polrelid::regclass, polcmd, polpermissive, pg_get_expr(polqual, polrelid), \
     pg_get_expr(polwithcheck, polrelid)) FROM pg_policy",
];

const SQLITE: [&str; 4] = [
    "SELECT 'column ' || m.name || '.' || c.name || ' ' || c.type || CASE WHEN c.\"notnull\" THEN ' not null' ELSE '' END || \
     ' default ' || coalesce(c.dflt_value, 'none') || CASE WHEN c.pk THEN ' key' ELSE '' END FROM sqlite_master m, \
     pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%'",
    "SELECT 'reference ' || m.name || '.' || f.\"from\" || ' to ' || f.\"table\" || '.' || coalesce(f.\"to\", '') || ' on delete ' \
     || f.on_delete FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
    "SELECT 'index of ' || m.name || ' ' || CASE WHEN i.origin = 'c' THEN i.name ELSE '' END || ' ' || i.\"unique\" || \
     i.partial || i.origin || ' ' || (SELECT group_concat(coalesce(x.name, '') || x.\"desc\" || x.coll, ', ') FROM \
     pragma_index_xinfo(i.name) x WHERE x.key) FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' AND \
     m.sql NOT LIKE 'CREATE VIRTUAL%'",
    "SELECT type || ' ' || name || CASE WHEN type IN ('trigger', 'view') THEN ': ' || sql ELSE '' END FROM sqlite_master \
     WHERE type <> 'index' AND name NOT LIKE 'sqlite|_%' ESCAPE '|'",
];

/// The lines, sorted.
pub(super) async fn schema(db: &Db) -> Result<Vec<String>, DbError> {
    let queries: &[&str] = match db.dialect() {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    };
    let mut lines = Vec::new();
    for sql in queries {
        let rows = texts(db, (*sql).to_owned(), 1).await?;
        lines.extend(rows.into_iter().filter_map(|mut row| row.remove(0)));
    }
    if db.dialect() == Dialect::Sqlite {
        lines.extend(super::rows::checks(db).await?);
    }
    lines.retain(|line| !line.contains("_entify_migrations"));
    lines.sort();
    Ok(lines)
}

/// The lines with every constraint as if it were validated.
pub(super) fn as_valid(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| line.replace(" NOT VALID, not validated", "")).collect()
}

/// The cells of a query as texts.
pub(super) async fn texts(db: &Db, sql: String, columns: usize) -> Result<Vec<Vec<Option<String>>>, DbError> {
    let layout = (0..columns).fold(Layout::default(), |layout, _| layout.with_column(Kind::Text));
    let rows = Executor::Pool(db.clone()).read(Statement::new(sql, Values(Vec::new())), &layout).await?;
    let cells = |row: &crate::value::Record| {
        row.values().iter().map(|value| (!value.is_null()).then(|| value.to_text())).collect()
    };
    Ok(rows.iter().map(cells).collect())
}

pub(super) async fn execute(db: &Db, sql: String) -> Result<(), DbError> {
    Executor::Pool(db.clone()).execute(Statement::new(sql, Values(Vec::new()))).await?;
    Ok(())
}
