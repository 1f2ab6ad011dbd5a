//! The migrations of an application's folder, looked at as one history.

use std::collections::BTreeSet;
use std::path::Path;

use crate::db::Dialect;
use crate::entity::{EntityDef, Registry};
use crate::migrate::declared::unused_names;
use crate::migrate::files::{self, MigrationFiles};
use crate::migrate::lint::{Code, Context, Finding, MigrationText, files as lint_files, was_unused};
use crate::migrate::make::stored_schema;
use crate::migrate::{MigrateError, framework};

/// Which migrations of a folder are looked at. Those before them say what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// Those after this version.
    After(i64),
    /// Those of these versions, which are not applied yet.
    Pending(BTreeSet<i64>),
}

impl Which {
    fn includes(&self, version: i64) -> bool {
        match self {
            Self::All => true,
            Self::After(last) => version > *last,
            Self::Pending(versions) => versions.contains(&version),
        }
    }
}

/// What is found in the migrations of `<folder>/<dialect>`, of which nothing need be there. `context` has what a database says of itself: numbers of rows,
/// the last version applied. With a registry, also the `was` of its entities that name nothing any more.
///
/// # Errors
/// [`MigrateError::Io`] and [`MigrateError::File`] when the folder does not hold migrations.
pub fn folder(
    folder: &Path,
    dialect: Dialect,
    which: &Which,
    mut context: Context,
    registry: Option<&Registry>,
) -> Result<Vec<Finding>, MigrateError> {
    let folder = folder.join(dialect.name());
    let (mut looked_at, mut before) = (Vec::new(), Vec::new());
    for migration in files::read(&folder)? {
        if which.includes(migration.version) { looked_at.push(migration) } else { before.push(migration) }
    }
    for embedded in framework::embedded(dialect) {
        context = context.after(dialect, embedded.up);
    }
    for migration in &before {
        context = context.after(dialect, &migration.up);
    }
    let names: Vec<String> = looked_at.iter().map(|migration| file_name(dialect, migration)).collect();
    let texts: Vec<MigrationText<'_>> = looked_at
        .iter()
        .zip(&names)
        .map(|(migration, name)| MigrationText { name, sql: &migration.up })
        .collect();
    let mut findings = lint_files(dialect, &texts, &context);
    if let Some(registry) = registry {
        findings.extend(unused(&folder, registry, &looked_at)?);
    }
    Ok(findings)
}

/// What is known when all migrations of `<folder>/<dialect>` are applied.
///
/// # Errors
/// As [`folder`].
pub fn context(folder: &Path, dialect: Dialect) -> Result<Context, MigrateError> {
    let framework = framework::embedded(dialect).iter();
    let context = framework.fold(Context::new(), |context, embedded| context.after(dialect, embedded.up));
    let migrations = files::read(&folder.join(dialect.name()))?;
    Ok(migrations.iter().fold(context, |context, migration| context.after(dialect, &migration.up)))
}

fn file_name(dialect: Dialect, migration: &MigrationFiles) -> String {
    format!("{}/{}_{}.up.sql", dialect.name(), migration.version, migration.name)
}

/// Old names that neither the stored schema nor a migration that is looked at has.
fn unused(
    folder: &Path,
    registry: &Registry,
    looked_at: &[MigrationFiles],
) -> Result<Vec<Finding>, MigrateError> {
    let Some(schema) = stored_schema(folder)? else { return Ok(Vec::new()) };
    let entities: Vec<&'static EntityDef> =
        registry.iter().map(|info| info.def).filter(|def| !framework::TABLES.contains(&def.table)).collect();
    let lines = unused_names(&entities, &schema).into_iter().filter(|line| {
        let was = line.split('"').nth(1).unwrap_or_default();
        let quoted = [format!("\"{was}\""), format!("'{was}'")];
        !looked_at.iter().any(|migration| quoted.iter().any(|name| migration.up.contains(name)))
    });
    Ok(lines.map(was_unused).collect())
}

/// The findings of both databases, of which the second has only what the first has not: they are about the entities.
#[must_use]
pub fn joined(first: Vec<Finding>, second: Vec<Finding>) -> Vec<Finding> {
    let mut all = first;
    for finding in second {
        if finding.code != Code::WasUnused || all.iter().all(|other| other.message != finding.message) {
            all.push(finding);
        }
    }
    all
}
