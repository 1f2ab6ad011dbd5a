//! The names of the entities' tables in SQL: which may be, and which are given twice.
//!
//! Both databases are asked of every entity, so that a declaration is good for either. PostgreSQL keeps tables, indexes
//! and the sequences of counted keys in one set of names, and the constraints of each table in another; SQLite keeps
//! tables, the shadow tables of full-text indexes and other indexes in one, whatever their case.

use crate::db::Dialect;
use crate::entity::names::{self, Namespace};
use crate::entity::{ColumnInfo, EntityInfo, Registry, RegistryError, RegistryProblem};
use crate::migrate::{Table, framework};

/// Checks the names that the tables of these entities need.
///
/// # Errors
/// [`RegistryError`] with every name that is no name in SQL, or is given twice.
pub(crate) fn check(registry: &Registry) -> Result<(), RegistryError> {
    RegistryError::unless_none(name_problems(registry))
}

/// What is wrong with the names in SQL.
pub(crate) fn name_problems(registry: &Registry) -> Vec<RegistryProblem> {
    let mut relations = Namespace::spelt(names::folded);
    for table in framework::TABLES {
        relations.reserve(table, "a table of the framework");
    }
    let mut problems = Vec::new();
    let mut tables: Vec<String> = Vec::new();
    for info in registry.iter().filter(|info| !framework::TABLES.contains(&info.def.table)) {
        let folded = names::folded(info.def.table);
        // That two entities have one table the registry says itself; all else of them is shared then too.
        if tables.contains(&folded) {
            continue;
        }
        tables.push(folded);
        let entity = registry.label(info);
        problems.extend(unfit(&entity, info));
        // What belongs to a table of others has the names that they gave it.
        if info.def.external {
            continue;
        }
        let table = Table::of(info, Dialect::Postgres);
        take_relations(&entity, info, &table, &mut relations);
        problems.extend(shared_constraints(&entity, info, &table));
    }
    problems.extend(relations.problems());
    problems
}

/// The table and the columns whose names one of the databases does not take.
fn unfit(entity: &str, info: &'static EntityInfo) -> Vec<RegistryProblem> {
    let mut found = Namespace::spelt(names::folded);
    if let Some(reason) = names::table_refusal(info.def.table) {
        found.refuse(info.def.table, &format!("the table of {entity}"), reason, names::TABLE);
    }
    let has_fulltext = info.searched().any(ColumnInfo::is_fulltext);
    let index = names::folded(&names::fulltext(info.def.table));
    for column in info.columns.iter().filter(|column| column.is_stored()) {
        let bearer = format!("the column {}", fields(entity, info, &[column.column]));
        if let Some(reason) = names::column_refusal(column.column, column.is_fulltext()) {
            found.refuse(column.column, &bearer, reason, names::COLUMN);
        } else if has_fulltext && names::folded(column.column) == index {
            let reason = "but the full-text table of SQLite has a column of that name";
            found.refuse(column.column, &bearer, reason, names::COLUMN);
        }
        found.take(column.column, bearer, names::COLUMN);
    }
    found.problems()
}

/// Takes what stands beside each other in a database: the table, its indexes, and what belongs to them.
fn take_relations(entity: &str, info: &'static EntityInfo, table: &Table, relations: &mut Namespace) {
    let of = |what: &str, columns: &[&str]| format!("the {what} over {}", fields(entity, info, columns));
    relations.take(&table.name, format!("the table of {entity}"), names::TABLE);
    relations.take(&table.primary_key.name, format!("the primary key of {entity}"), names::TABLE);
    if table.primary_key.identity {
        let bearer = format!("the sequence of the key of {entity}");
        relations.take(&names::key_sequence(&table.name), bearer, names::TABLE);
    }
    for unique in &table.uniques {
        let columns: Vec<&str> = unique.columns.iter().map(String::as_str).collect();
        relations.take(&unique.name, of("unique rule", &columns), names::TABLE_OR_COLUMN);
    }
    for index in &table.indexes {
        let columns: Vec<&str> = index.columns.iter().map(|column| column.name.as_str()).collect();
        relations.take(&index.name, of("index", &columns), names::TABLE_OR_COLUMN);
    }
    if let Some(index) = &table.fulltext {
        relations.take(&index.name, format!("the full-text index of {entity}"), names::TABLE);
        let keys = (!table.primary_key.identity).then(|| names::fulltext_keys(&table.name));
        for name in names::shadow_tables(&index.name).chain(keys) {
            relations.take(&name, format!("a table of the full-text index of {entity}"), names::TABLE);
        }
    }
}

/// Constraints of one table with one name. Those that are indexes too are among the relations.
fn shared_constraints(entity: &str, info: &'static EntityInfo, table: &Table) -> Vec<RegistryProblem> {
    let mut constraints = Namespace::new();
    for key in &table.foreign_keys {
        let bearer = format!("the foreign key {}", fields(entity, info, &[&key.column]));
        constraints.take(&key.name, bearer, names::COLUMN);
    }
    for check in &table.checks {
        let bearer = format!("the check `{}` of {entity}", check.sql);
        constraints.take(&check.name, bearer, names::COLUMN);
    }
    constraints.problems()
}

/// The fields of these columns: "`status` of `Order`".
fn fields(entity: &str, info: &'static EntityInfo, columns: &[&str]) -> String {
    let name = |column: &&str| info.by_column(column).map_or("", |column| column.name);
    let names: Vec<String> = columns.iter().map(|column| format!("`{}`", name(column))).collect();
    format!("{} of {entity}", names.join(", "))
}
