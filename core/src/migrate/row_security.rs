//! Row-level security of PostgreSQL: migrations that create the policies of `sql/row_security.rs`, and whether a database
//! has them.
//!
//! The policies that the migrations have created so far are stored as `row_security.json` beside `schema.json`, so that a
//! further one holds the tables whose rules changed and no others. Each policy has the rule that it was created from as
//! its comment, by which the start of the server detects policies that are behind the entities.

use std::path::{Path, PathBuf};

use sea_query::Values;
use serde::{Deserialize, Serialize};

use crate::db::{Db, DbError, Dialect, Executor, Layout, Statement, bind_list, literal, quoted};
use crate::entity::{EntityDef, EntityInfo, Registry};
use crate::migrate::diff::Diff;
use crate::migrate::make::{checked_name, next_version, write_file};
use crate::migrate::plan::{Op, Stage, Step};
use crate::migrate::{MigrateError, files, framework, make};
use crate::sql::row_security::{self, RowFunction, RowPolicy};
use crate::types::Kind;
use crate::value::Value;

/// The file with the policies that the migrations beside it have created.
const POLICIES_FILE: &str = "row_security.json";

/// A migration of row-level security that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRlsMigration {
    /// The migration: `20240131120000_row_security`.
    pub name: String,
    /// Tables whose policies it creates.
    pub secured: Vec<String>,
    /// Tables whose policies it drops.
    pub released: Vec<String>,
    /// Policies that accept more rows than their rule, a part of which is decided in Rust: one line each.
    pub wider: Vec<String>,
    /// The files written.
    pub files: Vec<PathBuf>,
}

/// Policies by table, as the migrations of a folder have created them, or as the entities need them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicySnapshot {
    tables: Vec<TablePolicies>,
}

/// The policies of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TablePolicies {
    name: String,
    policies: Vec<RowPolicy>,
    /// What the policies call.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    functions: Vec<RowFunction>,
}

/// Writes the migration from the policies that earlier ones have created to those of the entities, for PostgreSQL, as
/// `<folder>/postgres/<timestamp>_<name>.up.sql` and `.down.sql`. `None` when nothing changed.
///
/// # Errors
/// [`MigrateError::RowSecurity`] when the folder is not for PostgreSQL or its tables are behind the entities;
/// [`MigrateError::Io`] and [`MigrateError::File`] when it cannot be used.
pub fn make_row_security(
    folder: impl AsRef<Path>,
    name: Option<&str>,
    registry: &Registry,
) -> Result<Option<NewRlsMigration>, MigrateError> {
    let folder = folder.as_ref();
    check_tables(folder, registry)?;
    let folder = folder.join(Dialect::Postgres.name());
    let (old, new) = (PolicySnapshot::read(&folder)?, PolicySnapshot::expected(registry));
    let (removed, added) = (old.differing_from(&new), new.differing_from(&old));
    if removed.tables.is_empty() && added.tables.is_empty() {
        return Ok(None);
    }
    let last = files::read(&folder)?.last().map_or(0, |files| files.version);
    let name = format!("{}_{}", next_version(last), checked_name(name.unwrap_or("row_security"))?);
    let files = [
        (format!("{name}.up.sql"), script(&removed, &added)),
        (format!("{name}.down.sql"), script(&added, &removed)),
        new.file(),
    ];
    let files = files.iter().map(|(file, text)| write_file(&folder, file, text)).collect::<Result<_, _>>()?;
    let released = removed.tables.iter().filter(|table| new.table(&table.name).is_none());
    Ok(Some(NewRlsMigration {
        name,
        secured: added.tables.iter().map(|table| table.name.clone()).collect(),
        released: released.map(|table| table.name.clone()).collect(),
        wider: added.tables.iter().flat_map(TablePolicies::wider).collect(),
        files,
    }))
}

/// Policies belong to tables, so the migrations of the tables come first.
fn check_tables(folder: &Path, registry: &Registry) -> Result<(), MigrateError> {
    if !folder.join(Dialect::Postgres.name()).is_dir() {
        return Err(MigrateError::RowSecurity(format!(
            "row-level security is PostgreSQL's, and {} has no migrations for it; make the folder `postgres` there, \
             then `migrate make`, then `migrate make --rls`",
            folder.display()
        )));
    }
    match make::has_changes(folder, Dialect::Postgres, registry)? {
        false => Ok(()),
        true => Err(MigrateError::RowSecurity(
            "the entities have changed since the last migration of their tables; run `migrate make` first"
                .to_owned(),
        )),
    }
}

/// Whether the migrations create policies that are not those of the entities any more.
pub(crate) fn is_outdated(folder: &Path, registry: &Registry) -> Result<bool, MigrateError> {
    let old = PolicySnapshot::read(&folder.join(Dialect::Postgres.name()))?;
    Ok(!old.tables.is_empty() && old != PolicySnapshot::expected(registry))
}

/// The statements that give the tables of these entities their policies.
pub(crate) fn secure_statements(entities: impl IntoIterator<Item = &'static EntityInfo>) -> Vec<String> {
    entities.into_iter().flat_map(|info| TablePolicies::of(info).statements()).collect()
}

/// The application's entities and the framework's.
fn entities(registry: &Registry) -> impl Iterator<Item = &'static EntityInfo> + '_ {
    let unlisted = framework::entities()
        .map(EntityDef::info)
        .filter(|framework| registry.iter().all(|info| info.def.table != framework.def.table));
    registry.iter().chain(unlisted)
}

impl PolicySnapshot {
    fn expected(registry: &Registry) -> Self {
        let mut tables: Vec<TablePolicies> = entities(registry).map(TablePolicies::of).collect();
        // By name, so that two branches that add tables merge.
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        Self { tables }
    }

    /// The policies stored in a folder of migrations; none before the first migration.
    pub(super) fn read(folder: &Path) -> Result<Self, MigrateError> {
        let path = folder.join(POLICIES_FILE);
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

    /// The name and the text of its file.
    pub(super) fn file(&self) -> (String, String) {
        (POLICIES_FILE.to_owned(), serde_json::to_string_pretty(self).unwrap_or_default() + "\n")
    }

    fn table(&self, name: &str) -> Option<&TablePolicies> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// The tables whose policies differ in the other.
    fn differing_from(&self, other: &Self) -> Self {
        let differs = |table: &&TablePolicies| other.table(&table.name) != Some(*table);
        Self { tables: self.tables.iter().filter(differs).cloned().collect() }
    }
}

/// What a change of tables means to their policies, where the migrations have created any.
///
/// A column that a policy reads can neither be dropped nor get another type, so what may stand in the way goes before the
/// change and comes back after it.
#[derive(Debug, Default)]
pub(super) struct PolicyChange {
    before: PolicySnapshot,
    after: PolicySnapshot,
    /// Those that go with their tables.
    dropped: PolicySnapshot,
    /// What the file beside the migrations is to hold.
    snapshot: Option<PolicySnapshot>,
}

impl PolicyChange {
    pub(super) fn of(folder: &Path, registry: &Registry, diff: &Diff) -> Result<Self, MigrateError> {
        let old = PolicySnapshot::read(folder)?;
        if old.tables.is_empty() {
            return Ok(Self::default());
        }
        let new = PolicySnapshot::expected(registry);
        let altered = |policies: &TablePolicies| {
            diff.altered.iter().any(|table| {
                let names = [&table.before.name, &table.after.name];
                names.iter().any(|name| **name == policies.name || policies.reads(name))
            })
        };
        let dropped = |table: &TablePolicies| diff.dropped.table(&table.name).is_some();
        let stays = |table: &&TablePolicies, other: &PolicySnapshot| {
            other.table(&table.name) == Some(*table) && !altered(table)
        };
        let before = old.tables.iter().filter(|table| !dropped(table) && !stays(table, &new));
        let after = new.tables.iter().filter(|table| !stays(table, &old));
        Ok(Self {
            before: PolicySnapshot { tables: before.cloned().collect() },
            after: PolicySnapshot { tables: after.cloned().collect() },
            dropped: PolicySnapshot {
                tables: old.tables.iter().filter(|table| dropped(table)).cloned().collect(),
            },
            snapshot: (old != new).then_some(new),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.before.tables.is_empty() && self.after.tables.is_empty()
    }

    /// The policies that accept more rows than their rule, one line each.
    pub(super) fn wider(&self) -> impl Iterator<Item = String> + '_ {
        self.after.tables.iter().flat_map(TablePolicies::wider)
    }

    /// A table that comes back has its policies again.
    pub(super) fn restore_dropped(&self, ops: &mut Vec<Op>) {
        if !self.dropped.tables.is_empty() {
            ops.insert(0, Op::of(Stage::Change, Vec::new(), self.dropped.create_steps()));
        }
    }

    /// Puts the operations on policies before and after others.
    pub(super) fn surround(&self, ops: &mut Vec<Op>) {
        let op = |up, down| Op::of(Stage::Change, up, down);
        if !self.before.tables.is_empty() {
            ops.insert(0, op(self.before.drop_steps(), self.before.create_steps()));
        }
        if !self.after.tables.is_empty() {
            ops.push(op(self.after.create_steps(), self.after.drop_steps()));
        }
    }

    /// The name and the text of the file with the policies, when they are others.
    pub(super) fn file(&self) -> Option<(String, String)> {
        self.snapshot.as_ref().map(PolicySnapshot::file)
    }
}

impl PolicySnapshot {
    fn create_steps(&self) -> Vec<Step> {
        self.steps("its policies", TablePolicies::statements)
    }

    fn drop_steps(&self) -> Vec<Step> {
        self.steps("its policies are made anew", TablePolicies::drop_statements)
    }

    fn steps(&self, what: &str, statements: fn(&TablePolicies) -> Vec<String>) -> Vec<Step> {
        let of = |table: &TablePolicies| {
            let comment = format!("{}: {what}", table.name);
            statements(table).into_iter().map(move |sql| Step::new(comment.clone(), sql))
        };
        self.tables.iter().flat_map(of).collect()
    }
}

impl TablePolicies {
    fn of(info: &'static EntityInfo) -> Self {
        Self {
            name: info.def.table.to_owned(),
            policies: row_security::policies(info),
            functions: row_security::functions(info),
        }
    }

    fn statements(&self) -> Vec<String> {
        let table = quoted(&self.name);
        let mut statements = vec![
            format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            // Also for the table's owner, which is often the role that the server connects as.
            format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
        ];
        statements.extend(self.functions.iter().map(create_function));
        for policy in &self.policies {
            let RowPolicy { name, command, using, check, rule, wider } = policy;
            let mut sql = String::new();
            for rule in wider {
                sql.push_str(&format!(
                    "-- wider than the rule `{rule}`, a part of which is decided in Rust: there every row is accepted\n"
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

    /// Whether one of them reads a table.
    fn reads(&self, table: &str) -> bool {
        let name = quoted(table);
        let mut conditions = self.policies.iter().flat_map(|policy| [&policy.using, &policy.check]);
        conditions.any(|rows| rows.as_ref().is_some_and(|rows| rows.contains(&name)))
            || self.functions.iter().any(|function| function.body.contains(&name))
    }

    fn drop_statements(&self) -> Vec<String> {
        let table = quoted(&self.name);
        let dropped =
            self.policies.iter().map(|policy| format!("DROP POLICY {} ON {table}", quoted(&policy.name)));
        let off = ["NO FORCE", "DISABLE"].map(|how| format!("ALTER TABLE {table} {how} ROW LEVEL SECURITY"));
        let functions = self
            .functions
            .iter()
            .map(|function| format!("DROP FUNCTION {}({})", quoted(&function.name), function.argument));
        dropped.chain(off).chain(functions).collect()
    }

    fn wider(&self) -> Vec<String> {
        let line = |policy: &RowPolicy| {
            format!("{} of `{}` accepts more rows than {}", policy.command, self.name, policy.rule)
        };
        self.policies.iter().filter(|policy| !policy.wider.is_empty()).map(line).collect()
    }
}

/// It acts for the engine while it runs, and for whoever it ran for afterwards.
fn create_function(function: &RowFunction) -> String {
    let RowFunction { name, argument, body } = function;
    format!(
        "CREATE OR REPLACE FUNCTION {}({argument}) RETURNS boolean LANGUAGE sql STABLE\n  SET entify.system = 'on'\n  AS \
         $$ {body} $$",
        quoted(name)
    )
}

/// Drops the policies of some tables and creates those of others.
fn script(removed: &PolicySnapshot, added: &PolicySnapshot) -> String {
    let mut blocks: Vec<Vec<String>> = removed.tables.iter().map(TablePolicies::drop_statements).collect();
    blocks.extend(added.tables.iter().map(TablePolicies::statements));
    let block = |statements: Vec<String>| statements.join(";\n") + ";\n";
    blocks.into_iter().map(block).collect::<Vec<_>>().join("\n")
}

/// Checks that row-level security is as the settings say. Returns warnings for the operator.
///
/// # Errors
/// [`DbError::Config`] when row-level security is set and would not hold, or holds and is not set, so
/// that tables would seem empty.
pub(crate) async fn inspect_row_security(db: &Db, registry: &Registry) -> Result<Vec<String>, DbError> {
    if db.dialect() != Dialect::Postgres {
        return Ok(Vec::new());
    }
    let tables = match row_security_by_table(db, registry).await {
        Ok(tables) => tables,
        // Other engines that speak PostgreSQL's protocol may not know these catalogs. Without the setting that does
        // not matter.
        Err(_) if !db.row_security() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let (active, inactive): (Vec<_>, Vec<_>) = tables.into_iter().partition(|(_, active)| *active);
    let names = |tables: &[(String, bool)]| {
        tables.iter().map(|(table, _)| format!("`{table}`")).collect::<Vec<_>>().join(", ")
    };
    if !db.row_security() {
        return match active.is_empty() {
            true => Ok(Vec::new()),
            false => Err(DbError::Config(format!(
                "{} have row-level security, which hides every row from a server that does not set the principal; set \
                 `DATABASE_RLS=true`, or revert the migration that enabled it",
                names(&active)
            ))),
        };
    }
    if bypasses_row_security(db).await? {
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
    outdated_policies(db, registry).await
}

/// For each table, whether row-level security is active for this connection's user.
async fn row_security_by_table(db: &Db, registry: &Registry) -> Result<Vec<(String, bool)>, DbError> {
    let sql = "SELECT t.name, coalesce(row_security_active(to_regclass(quote_ident(t.name))::oid), false) \
               FROM unnest($1) AS t(name)";
    let rows = query_tables(db, sql, entities(registry), &[Kind::Text, Kind::Bool]).await?;
    Ok(rows.into_iter().map(|row| (row[0].to_text(), row[1] == Value::Bool(true))).collect())
}

async fn bypasses_row_security(db: &Db) -> Result<bool, DbError> {
    let sql = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    let layout = Layout::default().with_column(Kind::Bool);
    let rows = Executor::Pool(db.clone()).read(Statement::plain(sql), &layout).await?;
    Ok(rows.first().is_some_and(|row| *row.get(0) == Value::Bool(true)))
}

/// The policies that were created from other rules than the entities have now. One without a comment is skipped: a
/// restored backup may have lost it.
async fn outdated_policies(db: &Db, registry: &Registry) -> Result<Vec<String>, DbError> {
    let sql = "SELECT t.name, p.polname::text, obj_description(p.oid, 'pg_policy') FROM unnest($1) AS t(name) \
               JOIN pg_policy p ON p.polrelid = to_regclass(quote_ident(t.name)) ORDER BY 1, 2";
    let rows = query_tables(db, sql, entities(registry), &[Kind::Text; 3]).await?;
    let expected = PolicySnapshot::expected(registry);
    let lines = rows.iter().filter_map(|row| {
        let [table, name, Value::Text(created_from)] = row.as_slice() else { return None };
        let mut policies = expected.table(&table.to_text())?.policies.iter();
        let rule = &policies.find(|policy| policy.name == name.to_text())?.rule;
        let differs = rule != created_from;
        differs.then(|| {
            format!("the policy `{name}` of `{table}` was created from the rule `{created_from}`, which is `{rule}` now")
        })
    });
    Ok(lines.collect())
}

/// Runs a query whose parameter is the names of the entities' tables.
async fn query_tables(
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
