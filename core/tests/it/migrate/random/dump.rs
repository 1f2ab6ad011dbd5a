//! A schema as lines of text, read from the catalog of a database.

use entify::db::{Db, Dialect, Executor, Layout, Statement};
use entify::types::Kind;
use sea_query::Values;

/// Each query answers lines.
const POSTGRES: [&str; 5] = [
    "SELECT format('column %s.%s %s%s default %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), \
     CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, pg_get_expr(d.adbin, d.adrelid), \
     coalesce((SELECT collname::text FROM pg_collation WHERE oid = a.attcollation), '') || a.attidentity::text || a.attgenerated::text) \
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND \
     d.adnum = a.attnum WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT \
     a.attisdropped",
    "SELECT format('constraint %s %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated) FROM \
     pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
    "SELECT format('index %s %s', pg_get_indexdef(indexrelid), indisvalid) FROM pg_index i JOIN pg_class c ON c.oid = \
     i.indexrelid WHERE c.relnamespace = 'public'::regnamespace",
    "SELECT format('%s %s', relkind, relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN \
     ('v', 'S', 'm', 'r')",
    "SELECT format('function %s', proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace UNION ALL SELECT \
     format('trigger %s', tgname) FROM pg_trigger WHERE NOT tgisinternal",
];

const SQLITE: [&str; 4] = [
    "SELECT 'column ' || m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || coalesce(c.dflt_value, \
     'none') || ' ' || c.pk FROM sqlite_master m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT \
     LIKE 'sqlite%' AND m.name NOT LIKE 'ft|_%|_data' ESCAPE '|'",
    "SELECT 'reference ' || m.name || ' ' || f.\"from\" || ' ' || f.\"table\" || ' ' || f.\"to\" || ' ' || f.on_delete FROM \
     sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'",
    "SELECT 'index ' || m.name || ' ' || CASE WHEN i.origin = 'c' THEN i.name ELSE '' END || ' ' || i.\"unique\" || i.partial || i.origin || ' ' || (SELECT \
     group_concat(coalesce(x.name, '') || x.\"desc\" || x.coll, ', ') FROM pragma_index_xinfo(i.name) x WHERE x.key) FROM \
     sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table' AND m.name NOT LIKE 'ft|_%' ESCAPE '|'",
    "SELECT type || ' ' || name || ' ' || CASE WHEN type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' THEN '' ELSE coalesce(sql, '') END \
     FROM sqlite_master WHERE type <> 'index'",
];

async fn texts(db: &Db, sql: &str) -> Vec<String> {
    let layout = Layout::default().with_column(Kind::Text);
    let rows =
        Executor::Pool(db.clone()).read(Statement::new(sql, Values(Vec::new())), &layout).await.unwrap();
    rows.iter().map(|row| row.get(0).to_text()).collect()
}

/// The lines, sorted.
pub(super) async fn dump(db: &Db) -> Vec<String> {
    let queries: &[&str] = match db.dialect() {
        Dialect::Sqlite => &SQLITE,
        Dialect::Postgres => &POSTGRES,
    };
    let mut lines = Vec::new();
    for sql in queries {
        lines.extend(texts(db, sql).await);
    }
    if db.dialect() == Dialect::Sqlite {
        let tables =
            "SELECT name || ' ' || sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CHECK%'";
        for sql in texts(db, tables).await {
            let (name, rest) = sql.split_once(' ').unwrap();
            lines.extend(checks(rest).into_iter().map(|check| format!("check {name} {check}")));
        }
    }
    lines.retain(|line| {
        !line.contains("entify_") && !line.contains("_pkey")
            || line.contains("entify_decimal")
            || line.contains("entify_search")
    });
    lines.retain(|line| {
        ["account", "token", "session", "history", "attempt", "migrations", "progress"]
            .iter()
            .all(|own| !line.contains(&format!("entify_{own}")))
    });
    lines.sort();
    lines
}

/// The named checks of a CREATE TABLE: their names and conditions.
fn checks(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(at) = rest.find("CHECK (") {
        let before = &rest[..at];
        let name = before.rsplit("CONSTRAINT ").next().unwrap_or_default().trim();
        let mut depth = 0;
        let body = &rest[at + 6..];
        let end = body
            .char_indices()
            .find(|(_, c)| {
                depth += match c {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                depth == 0
            })
            .map_or(body.len(), |(end, _)| end + 1);
        found.push(format!("{name} {}", &body[..end]));
        rest = &body[end..];
    }
    found
}
