//! Every difference between the entities, the files of the migrations and the live database.

use std::collections::BTreeSet;
use std::path::Path;

use crate::db::{Db, DbError, Dialect, quoted};
use crate::entity::{EntityDef, Registry};
use crate::migrate::live::difference::{Facts, Part, Subject};
use crate::migrate::live::{LiveSchema, created, external, read};
use crate::migrate::{DatabaseSchema, ddl, framework, row_security, schema_check};

/// What differs, in lines for people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What the entities need and the database has not, or has in another way; each with the way out.
    pub differences: Vec<String>,
    /// What the database has beside.
    pub notes: Vec<String>,
}

/// The way out of a difference.
const MAKE: &str = "the entities have changed since the last migration: `migrate make`, then `migrate up`";
const MAKE_ONLY: &str = "write it with `migrate make`; the database has it already";
const APPLY: &str = "apply it with `migrate up`";
const BY_HAND: &str = "no migration did that: undo it by hand, or change the entity and run `migrate make`";

/// Compares the database with what the entities need, and both with the schema stored beside the migrations in this
/// folder, which tells what the way out is. `pending`: migrations are not applied yet.
///
/// # Errors
/// The [`DbError`] of the database; also of one in which nothing can be created, not even for a moment.
pub async fn compare(
    db: &Db,
    registry: &Registry,
    folder: &Path,
    pending: bool,
) -> Result<Comparison, DbError> {
    let dialect = db.dialect();
    let own = framework::entities().filter(|own| registry.iter().all(|info| info.def.table != own.table));
    let defs: Vec<&'static EntityDef> = registry.iter().map(|info| info.def).chain(own).collect();
    let made: Vec<&'static EntityDef> = defs.iter().copied().filter(|def| def.has_stored_key()).collect();
    let mut statements = ddl::create(&DatabaseSchema::of(&made, dialect), dialect);
    if db.row_security() && dialect == Dialect::Postgres {
        let secured = row_security::secure_statements(defs.iter().map(|def| def.info()));
        statements.extend(secured.into_iter().flat_map(outside_temporary));
    }
    let mut needed = created(db, statements).await?;
    let external = |name: &String| defs.iter().any(|def| def.external && def.table == name);
    needed.tables.retain(|table| !external(&table.name));
    let filed = match filed(folder, dialect) {
        Some(schema) => created(db, ddl::create(&schema, dialect)).await.ok(),
        None => None,
    };
    let live = read(db, None).await?;
    // Its migrations were not run here: their status says so.
    let is_framework = |table: &str| framework::TABLES.contains(&table);
    if !live.tables.iter().any(|table| is_framework(&table.name)) {
        needed.tables.retain(|table| !is_framework(&table.name));
    }
    let sides = Sides {
        needed: Facts::of(&needed),
        live: Facts::of(&live),
        filed: filed.as_ref().map(Facts::of),
        pending,
        row_security: db.row_security(),
    };
    let mut comparison = Comparison::default();
    sides.missing_and_other(&mut comparison);
    sides.beside(&needed, &live, &defs, &mut comparison);
    let external: Vec<&'static EntityDef> = defs.iter().copied().filter(|def| def.external).collect();
    if !external.is_empty() {
        let missing = schema_check::missing_columns(db, registry).await?.into_iter();
        comparison.differences.extend(missing.filter(|line| line.contains("`external`")));
        comparison.differences.extend(external.iter().flat_map(|def| external::differences(def, &live)));
    }
    Ok(comparison)
}

/// A function is looked up outside of the temporary schema, so it is made there; with the rest it is taken back.
fn outside_temporary(sql: String) -> Vec<String> {
    if !sql.starts_with("CREATE OR REPLACE FUNCTION") {
        return vec![sql];
    }
    let path = |to: &str| format!("SELECT set_config('search_path', {to}, true)");
    vec![
        // Its tables need not be there.
        "SELECT set_config('check_function_bodies', 'off', true)".to_owned(),
        path("regexp_replace(current_setting('search_path'), '^pg_temp, ', '')"),
        sql,
        path("'pg_temp, ' || current_setting('search_path')"),
    ]
}

/// The schema that the migrations of the folder result in.
fn filed(folder: &Path, dialect: Dialect) -> Option<DatabaseSchema> {
    let text = std::fs::read_to_string(folder.join(dialect.name()).join("schema.json")).ok()?;
    serde_json::from_str(&text).ok()
}

fn is_framework(subject: &Subject) -> bool {
    framework::TABLES.contains(&subject.table.as_str())
}

/// The way out where PostgreSQL could not finish what it began.
fn unfinished(subject: &Subject, live: &str, needed: &str) -> Option<String> {
    let name = quoted(&subject.name);
    match live.strip_prefix(needed)? {
        " invalid" => Some(format!("finish it by hand: `REINDEX INDEX CONCURRENTLY {name}`")),
        " not valid" => Some(format!(
            "finish it by hand: `ALTER TABLE {} VALIDATE CONSTRAINT {name}`",
            quoted(&subject.table)
        )),
        _ => None,
    }
}

struct Sides {
    needed: Facts,
    live: Facts,
    filed: Option<Facts>,
    pending: bool,
    row_security: bool,
}

impl Sides {
    fn missing_and_other(&self, comparison: &mut Comparison) {
        let mut absent = BTreeSet::new();
        for (subject, needed) in &self.needed.0 {
            let live = self.live.0.get(subject);
            if absent.contains(&subject.table) {
                continue;
            }
            if live == Some(needed) {
                comparison.differences.extend(self.unfiled(subject, needed));
                continue;
            }
            // Without row-level security there are no policies: one line says it.
            let secured =
                || Subject { part: Part::RowSecurity, name: String::new(), table: subject.table.clone() };
            if subject.part == Part::Policy && !self.live.0.contains_key(&secured()) {
                continue;
            }
            let way_out = self.way_out(subject, needed);
            let line = match live {
                None if subject.part == Part::Table => {
                    absent.insert(subject.table.clone());
                    format!("there is no table `{}`; {way_out}", subject.table)
                }
                None => match self.renamed(subject, needed) {
                    Some(other) => {
                        format!(
                            "{subject} is named `{}`, by which no error of it is told apart; {way_out}",
                            other.name
                        )
                    }
                    None => format!(
                        "the table `{}` has no {}: {needed}; {way_out}",
                        subject.table,
                        subject.thing()
                    ),
                },
                Some(live) => {
                    let way_out = unfinished(subject, live, needed).unwrap_or_else(|| way_out.to_owned());
                    format!("{subject} is `{live}`, not `{needed}`; {way_out}")
                }
            };
            comparison.differences.push(line);
        }
    }

    /// What entities and database agree on, and no migration makes.
    fn unfiled(&self, subject: &Subject, needed: &str) -> Option<String> {
        let is_other = is_framework(subject) || matches!(subject.part, Part::RowSecurity | Part::Policy);
        let filed = self.filed.as_ref().filter(|_| !is_other)?;
        match filed.0.get(subject) {
            Some(filed) if filed == needed => None,
            Some(filed) => {
                Some(format!("{subject} is `{needed}`, and `{filed}` by the migrations; {MAKE_ONLY}"))
            }
            // One line for what belongs to the table.
            None if subject.part != Part::Table && !filed.has_table(&subject.table) => None,
            None => Some(format!("no migration makes {subject}; {MAKE_ONLY}")),
        }
    }

    /// One of the same kind and content under another name.
    fn renamed(&self, subject: &Subject, needed: &str) -> Option<&Subject> {
        if matches!(subject.part, Part::Column | Part::Table) {
            return None;
        }
        let alike = |(other, said): &(&Subject, &String)| {
            other.table == subject.table
                && other.part == subject.part
                && said.as_str() == needed
                && !self.needed.0.contains_key(*other)
        };
        self.live.0.iter().find(alike).map(|(other, _)| other)
    }

    fn way_out(&self, subject: &Subject, needed: &str) -> &'static str {
        let is_filed = match &self.filed {
            _ if is_framework(subject) => true,
            // Policies are filed beside, and compared by their own command.
            _ if matches!(subject.part, Part::RowSecurity | Part::Policy) => {
                return "make it with `migrate make --rls` and `migrate up`";
            }
            Some(filed) => filed.0.get(subject).is_some_and(|filed| filed == needed),
            None => false,
        };
        match (is_filed, self.pending) {
            (true, true) => APPLY,
            (true, false) => BY_HAND,
            (false, _) => MAKE,
        }
    }

    /// What the database has and no entity needs: a newer version of the program may.
    fn beside(
        &self,
        needed: &LiveSchema,
        live: &LiveSchema,
        defs: &[&'static EntityDef],
        comparison: &mut Comparison,
    ) {
        let declared = |name: &str| defs.iter().any(|def| def.table == name) || needed.table(name).is_some();
        let extra = live.tables.iter().filter(|table| !declared(&table.name));
        let extra: Vec<String> =
            extra.map(|table| format!("{} `{}`", table.kind.name(), table.name)).collect();
        if !extra.is_empty() {
            comparison.notes.push(format!("no entity declares the {}", extra.join(", ")));
        }
        for (subject, said) in &self.live.0 {
            if self.needed.0.contains_key(subject) || needed.table(&subject.table).is_none() {
                continue;
            }
            if matches!(subject.part, Part::RowSecurity | Part::Policy) && !self.row_security {
                continue;
            }
            let required = subject.part == Part::Column
                && said.contains(" not null")
                && !said.contains(" default ")
                && !said.contains(" generated ");
            match required {
                true => comparison.differences.push(format!(
                    "{subject} is `{said}`, and no field is stored in it: no row can be inserted; declare the field, or give \
                     the column a default by hand"
                )),
                false if self.filed.as_ref().is_some_and(|filed| filed.0.contains_key(subject)) => comparison
                    .notes
                    .push(format!("no entity declares {subject} any more: `migrate make` takes it away")),
                false => comparison.notes.push(format!("no entity declares {subject}: {said}")),
            }
        }
    }
}
