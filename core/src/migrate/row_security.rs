//! Row-level security of PostgreSQL: migrations that make the policies of `policy/rls.rs`, and whether a database has
//! them.
//!
//! What the migrations have made so far is kept as `row_security.json` beside `schema.json`, so that a further one
//! holds the tables whose rules changed and no others. Each policy carries the rules that it was made from as its
//! comment, by which a database tells at the start that it is behind the entities.

use std::path::{Path, PathBuf};

use sea_query::Values;
use serde::{Deserialize, Serialize};

use crate::db::{Db, DbError, Dialect, Executor, Layout, Statement, bind_list, literal, quoted};
use crate::entity::{EntityDef, EntityInfo, Registry};
use crate::migrate::make::{checked_name, next_version, write_file};
use crate::migrate::{MigrateError, Schema, files, make};
use crate::sql::row_security::{self, RowPolicy};
use crate::types::Kind;
use crate::value::Value;

/// The policies that the migrations beside it have made.
const KEPT: &str = "row_security.json";

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeRowSecurity {
    /// The migration: `20240131120000_row_security`.
    pub name: String,
    /// Tables whose policies it makes.
    pub secured: Vec<String>,
    /// Tables whose policies it takes away.
    pub released: Vec<String>,
    /// What the policies let pass although a rule in Rust may not: one line each.
    pub wider: Vec<String>,
    /// The files written.
    pub files: Vec<PathBuf>,
}

/// Policies by table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    tables: Vec<Secured>,
}

/// The policies of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Secured {
    name: String,
    policies: Vec<RowPolicy>,
}

/// Writes the migration from the policies that earlier ones have made to those of the entities, for PostgreSQL, as
/// `<folder>/postgres/<timestamp>_<name>.up.sql` and `.down.sql`. `None` when nothing changed.
///
/// # Errors
/// [`MigrateError::RowSecurity`] when the folder is not for PostgreSQL or its tables are behind the entities;
/// [`MigrateError::Io`] and [`MigrateError::File`] when it cannot be used.
pub fn make_row_security(
    folder: impl AsRef<Path>,
    name: Option<&str>,
    registry: &Registry,
) -> Result<Option<MadeRowSecurity>, MigrateError> {
    let folder = folder.as_ref();
    check_tables(folder, registry)?;
    let folder = folder.join(Dialect::Postgres.name());
    let (old, new) = (Kept::read(&folder)?, Kept::wanted(registry));
    let (gone, come) = (old.but(&new), new.but(&old));
    if gone.tables.is_empty() && come.tables.is_empty() {
        return Ok(None);
    }
    let last = files::read(&folder)?.last().map_or(0, |files| files.version);
    let name = format!("{}_{}", next_version(last), checked_name(name.unwrap_or("row_security"))?);
    let files = [
        (format!("{name}.up.sql"), script(&gone, &come)),
        (format!("{name}.down.sql"), script(&come, &gone)),
        new.file(),
    ];
    let files = files.iter().map(|(file, text)| write_file(&folder, file, text)).collect::<Result<_, _>>()?;
    let released = gone.tables.iter().filter(|table| new.table(&table.name).is_none());
    Ok(Some(MadeRowSecurity {
        name,
        secured: come.tables.iter().map(|table| table.name.clone()).collect(),
        released: released.map(|table| table.name.clone()).collect(),
        wider: come.tables.iter().flat_map(Secured::wider).collect(),
        files,
    }))
}

/// Policies stand on tables, so those come first.
fn check_tables(folder: &Path, registry: &Registry) -> Result<(), MigrateError> {
    if !folder.join(Dialect::Postgres.name()).is_dir() {
        return Err(MigrateError::RowSecurity(format!(
            "row-level security is PostgreSQL's, and {} has no migrations for it; make the folder `postgres` there, \
             then `migrate make`, then `migrate make --rls`",
            folder.display()
        )));
    }
    match make::is_behind(folder, Dialect::Postgres, registry)? {
        false => Ok(()),
        true => Err(MigrateError::RowSecurity(
            "the entities have changed since the last migration of their tables; run `migrate make` first"
                .to_owned(),
        )),
    }
}

/// Whether migrations make policies, and other ones than those of the entities.
pub(crate) fn is_outdated(folder: &Path, registry: &Registry) -> Result<bool, MigrateError> {
    let old = Kept::read(&folder.join(Dialect::Postgres.name()))?;
    Ok(!old.tables.is_empty() && old != Kept::wanted(registry))
}

/// The statements that give the tables of these entities their policies.
#[cfg(all(feature = "testing", feature = "postgres"))]
pub(crate) fn secure_statements(entities: impl IntoIterator<Item = &'static EntityInfo>) -> Vec<String> {
    entities.into_iter().flat_map(|info| Secured::of(info).statements()).collect()
}

/// The application's entities and the framework's.
fn entities(registry: &Registry) -> impl Iterator<Item = &'static EntityInfo> + '_ {
    let framework = crate::auth::entities().into_iter().chain(crate::history::entities());
    let unlisted = framework
        .map(EntityDef::info)
        .filter(|own| registry.iter().all(|info| info.def.table != own.def.table));
    registry.iter().chain(unlisted)
}

impl Kept {
    fn wanted(registry: &Registry) -> Self {
        let mut tables: Vec<Secured> = entities(registry).map(Secured::of).collect();
        // By name, so that two branches that add tables merge.
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        Self { tables }
    }

    /// The policies kept in a folder of migrations; none before the first.
    pub(super) fn read(folder: &Path) -> Result<Self, MigrateError> {
        let path = folder.join(KEPT);
        match std::fs::read_to_string(&path) {
            Ok(text) => serde_json::from_str(&text).map_err(|error| {
                MigrateError::file(
                    path,
                    format!("does not hold policies ({error}); restore it from version control"),
                )
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(MigrateError::io(path, &error)),
        }
    }

    /// Where it is kept, and how.
    pub(super) fn file(&self) -> (String, String) {
        (KEPT.to_owned(), serde_json::to_string_pretty(self).unwrap_or_default() + "\n")
    }

    fn table(&self, name: &str) -> Option<&Secured> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// What is not the same in the other.
    fn but(&self, other: &Self) -> Self {
        let differs = |table: &&Secured| other.table(&table.name) != Some(*table);
        Self { tables: self.tables.iter().filter(differs).cloned().collect() }
    }

    /// Those of the tables of a schema.
    pub(super) fn among(&self, schema: &Schema) -> Self {
        let within = |table: &&Secured| schema.table(&table.name).is_some();
        Self { tables: self.tables.iter().filter(within).cloned().collect() }
    }

    /// Those of other tables than a schema has; `None` when that is all of them.
    pub(super) fn without(&self, schema: &Schema) -> Option<Self> {
        let gone = self.among(schema);
        (!gone.tables.is_empty()).then(|| self.but(&gone))
    }

    /// The statements that make them, on tables that have none.
    pub(super) fn statements(&self) -> Vec<String> {
        self.tables.iter().flat_map(Secured::statements).collect()
    }
}

impl Secured {
    fn of(info: &'static EntityInfo) -> Self {
        Self { name: info.def.table.to_owned(), policies: row_security::policies(info) }
    }

    fn statements(&self) -> Vec<String> {
        let table = quoted(&self.name);
        let mut statements = vec![
            format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            // Also for the role that the table belongs to, which is often the one that serves.
            format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
        ];
        for policy in &self.policies {
            let RowPolicy { name, command, using, check, rule, wider } = policy;
            let mut sql = String::new();
            for rule in wider {
                sql.push_str(&format!(
                    "-- wider than the rule `{rule}`, a part of which is decided in Rust: there every row passes\n"
                ));
            }
            sql.push_str(&format!("CREATE POLICY {} ON {table} FOR {command}", quoted(name)));
            for (word, rows) in [("USING", using), ("WITH CHECK", check)] {
                if let Some(rows) = rows {
                    sql.push_str(&format!(" {word} (\n  {rows}\n)"));
                }
            }
            statements.push(sql);
            statements.push(format!(
                "COMMENT ON POLICY {} ON {table} IS {}",
                quoted(name),
                literal(rule, Dialect::Postgres)
            ));
        }
        statements
    }

    fn release(&self) -> Vec<String> {
        let table = quoted(&self.name);
        let dropped =
            self.policies.iter().map(|policy| format!("DROP POLICY {} ON {table}", quoted(&policy.name)));
        let off = ["NO FORCE", "DISABLE"].map(|how| format!("ALTER TABLE {table} {how} ROW LEVEL SECURITY"));
        dropped.chain(off).collect()
    }

    fn wider(&self) -> Vec<String> {
        let line = |policy: &RowPolicy| {
            format!("{} of `{}` lets more rows pass than {}", policy.command, self.name, policy.rule)
        };
        self.policies.iter().filter(|policy| !policy.wider.is_empty()).map(line).collect()
    }
}

/// Takes the policies of some tables away and gives some theirs.
fn script(gone: &Kept, come: &Kept) -> String {
    let mut blocks: Vec<Vec<String>> = gone.tables.iter().map(Secured::release).collect();
    blocks.extend(come.tables.iter().map(Secured::statements));
    let block = |statements: Vec<String>| statements.join(";\n") + ";\n";
    blocks.into_iter().map(block).collect::<Vec<_>>().join("\n")
}

/// Whether the wall stands as the settings say. Answers what is to be told to the operator and does no harm.
///
/// # Errors
/// [`DbError::Config`] when row-level security is asked for and would not be there, or is there and not asked for, so
/// that tables would seem empty.
pub(crate) async fn examine(db: &Db, registry: &Registry) -> Result<Vec<String>, DbError> {
    if db.dialect() != Dialect::Postgres {
        return Ok(Vec::new());
    }
    let walls = match walls(db, registry).await {
        Ok(walls) => walls,
        // Other engines that speak PostgreSQL's protocol may not know what is asked. Without the setting it matters to
        // no one.
        Err(_) if !db.row_security() => return Ok(Vec::new()),
        Err(fault) => return Err(fault),
    };
    let (active, inactive): (Vec<_>, Vec<_>) = walls.into_iter().partition(|(_, active)| *active);
    let names = |tables: &[(String, bool)]| {
        tables.iter().map(|(table, _)| format!("`{table}`")).collect::<Vec<_>>().join(", ")
    };
    if !db.row_security() {
        return match active.is_empty() {
            true => Ok(Vec::new()),
            false => Err(DbError::Config(format!(
                "{} have row-level security, which shows nothing to a server that does not say who asks; set \
                 `DATABASE_RLS=true`, or take the migration back that made it",
                names(&active)
            ))),
        };
    }
    if bypasses(db).await? {
        return Err(DbError::Config(
            "`DATABASE_RLS` is set, but the database's user is a superuser or has BYPASSRLS, so row-level security does \
             not hold for it; connect as a role without"
                .to_owned(),
        ));
    }
    if !inactive.is_empty() {
        return Err(DbError::Config(format!(
            "`DATABASE_RLS` is set, but {} have no row-level security; make it with `migrate make --rls` and \
             `migrate up`",
            names(&inactive)
        )));
    }
    outdated(db, registry).await
}

/// Whether each table has row-level security that holds for this connection's user.
async fn walls(db: &Db, registry: &Registry) -> Result<Vec<(String, bool)>, DbError> {
    let sql = "SELECT t.name, coalesce(row_security_active(to_regclass(quote_ident(t.name))::oid), false) \
               FROM unnest($1) AS t(name)";
    let rows = asked(db, sql, entities(registry), &[Kind::Text, Kind::Bool]).await?;
    Ok(rows.into_iter().map(|row| (row[0].to_text(), row[1] == Value::Bool(true))).collect())
}

async fn bypasses(db: &Db) -> Result<bool, DbError> {
    let sql = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    let layout = Layout::default().with_column(Kind::Bool);
    let rows = Executor::Pool(db.clone()).read(Statement::plain(sql), &layout).await?;
    Ok(rows.first().is_some_and(|row| *row.get(0) == Value::Bool(true)))
}

/// The policies that were made from other rules than the entities have now. One without a comment is left in peace: a
/// restored backup may have lost it.
async fn outdated(db: &Db, registry: &Registry) -> Result<Vec<String>, DbError> {
    let sql = "SELECT t.name, p.polname::text, obj_description(p.oid, 'pg_policy') FROM unnest($1) AS t(name) \
               JOIN pg_policy p ON p.polrelid = to_regclass(quote_ident(t.name)) ORDER BY 1, 2";
    let rows = asked(db, sql, entities(registry), &[Kind::Text; 3]).await?;
    let wanted = Kept::wanted(registry);
    let lines = rows.iter().filter_map(|row| {
        let [table, name, Value::Text(made_from)] = row.as_slice() else { return None };
        let mut policies = wanted.table(&table.to_text())?.policies.iter();
        let rule = &policies.find(|policy| policy.name == name.to_text())?.rule;
        let differs = rule != made_from;
        differs.then(|| {
            format!("the policy `{name}` of `{table}` was made of `{made_from}`, which is `{rule}` now")
        })
    });
    Ok(lines.collect())
}

async fn asked(
    db: &Db,
    sql: &str,
    entities: impl Iterator<Item = &'static EntityInfo>,
    kinds: &[Kind],
) -> Result<Vec<Vec<Value>>, DbError> {
    let tables: Vec<Value> = entities.map(|info| Value::Text(info.def.table.to_owned())).collect();
    let layout = kinds.iter().fold(Layout::default(), |layout, kind| layout.with_column(*kind));
    let statement = Statement::new(sql, Values(vec![bind_list(&tables, Kind::Text, Dialect::Postgres)]));
    let rows = Executor::Pool(db.clone()).read(statement, &layout).await?;
    Ok(rows.into_iter().map(|row| row.values().to_vec()).collect())
}
