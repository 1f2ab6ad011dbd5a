//! The entities of an application, checked against each other.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::Utc;

use crate::ctx::Ctx;
use crate::entity::names::{self, Namespace};
use crate::entity::{ActionDef, EntityDef, EntityInfo, FieldDef, Link, OnDelete, Rule};
use crate::types::Kind;
use crate::value::Value;

/// The prefix of the framework's own tables.
const RESERVED: &str = "entify_";

/// The entities an application lists, in the order listed.
#[derive(Debug, Clone)]
pub struct Registry {
    entities: Arc<[&'static EntityInfo]>,
    /// By table.
    dependents: Arc<HashMap<&'static str, Vec<Dependent>>>,
}

/// A reference that is followed when its target rows are deleted: the changes of the referring rows are
/// recorded or passed to hooks, or those of rows that refer to them in turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dependent {
    /// The entity that refers.
    pub(crate) from: &'static EntityInfo,
    /// Its column.
    pub(crate) column: usize,
    /// What happens to its rows.
    pub(crate) on_delete: OnDelete,
}

/// Why a list of entities cannot be served: everything that is wrong with it. Displayed on one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryError {
    problems: Vec<RegistryProblem>,
}

/// One thing that is wrong with a list of entities.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegistryProblem {
    /// Two things have one name where names must differ.
    #[error("{first} and {second} are both called `{name}`; change one by {way_out}")]
    Shared {
        /// What had the name first: "the index of `Order.status`".
        first: String,
        /// What has it too.
        second: String,
        /// The shared name.
        name: String,
        /// How to give another.
        way_out: String,
    },
    /// A name that its language does not take.
    #[error("{bearer} is called `{name}`, {reason}; change it by {way_out}")]
    Unfit {
        /// What has the name.
        bearer: String,
        /// The name.
        name: String,
        /// Why it cannot be one.
        reason: String,
        /// How to give another.
        way_out: String,
    },
    /// A table's name belongs to the framework.
    #[error(
        "`{entity}` has the table `{table}`, but tables that start with `entify_` are the framework's own; give it \
         another: `table = \"…\"`"
    )]
    Reserved {
        /// The entity.
        entity: &'static str,
        /// Its table.
        table: &'static str,
    },
    /// A relation leads to an entity that is not listed.
    #[error("`{entity}.{relation}` leads to `{target}`, which is not listed; add it to `entities![…]`")]
    Unlisted {
        /// The entity that declares the relation.
        entity: &'static str,
        /// The relation.
        relation: &'static str,
        /// The entity that is missing.
        target: &'static str,
    },
    /// The default of a text is empty, which the text must not be.
    #[error("the default of `{entity}.{field}` is empty, which the field must not be; say so: `min_len = 0`")]
    EmptyDefault {
        /// The entity.
        entity: &'static str,
        /// The field.
        field: &'static str,
    },
    /// The way that a rule names leads to no field that holds a subject.
    #[error("`owner({path})` of `{entity}`: {reason}")]
    Owner {
        /// The entity that declares the rule.
        entity: &'static str,
        /// The way, as it is declared.
        path: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A format of the admin that the field's type cannot have.
    #[error("`admin(format = …)` of `{entity}.{field}` is for {needs}; use another format, or leave it out")]
    AdminFormat {
        /// The entity.
        entity: &'static str,
        /// The field.
        field: &'static str,
        /// What it is for.
        needs: &'static str,
    },
    /// A `pattern` is not a regular expression.
    #[error("the `pattern` of `{entity}.{field}` is not a regular expression: {reason}")]
    Pattern {
        /// The entity.
        entity: &'static str,
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

impl RegistryError {
    /// Fails unless nothing is wrong. What is found twice is said once.
    pub(crate) fn unless_none(problems: impl IntoIterator<Item = RegistryProblem>) -> Result<(), Self> {
        let mut different: Vec<RegistryProblem> = Vec::new();
        for problem in problems {
            if !different.contains(&problem) {
                different.push(problem);
            }
        }
        if different.is_empty() { Ok(()) } else { Err(Self { problems: different }) }
    }

    /// Everything that is wrong, at least one thing.
    #[must_use]
    pub fn problems(&self) -> &[RegistryProblem] {
        &self.problems
    }
}

impl std::fmt::Display for RegistryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, problem) in self.problems.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for RegistryError {}

impl Registry {
    /// Checks the list and keeps it. What each target makes of the names is checked where the target is: by
    /// [`migrate::make`](crate::migrate::make), by the surfaces, and all at once by the registry of an `App`.
    ///
    /// # Errors
    /// [`RegistryError`] when names collide or a relation leads out of the list.
    pub fn new(entities: &[&'static EntityDef]) -> Result<Self, RegistryError> {
        let (registry, problems) = Self::examined(entities);
        RegistryError::unless_none(problems)?;
        Ok(registry)
    }

    /// The list, and what is wrong with it. With any problem it is good for looking for more of them only.
    pub(crate) fn examined(entities: &[&'static EntityDef]) -> (Self, Vec<RegistryProblem>) {
        let mut problems = shared_names(entities);
        problems.extend(reserved_tables(entities));
        problems.extend(unlisted_targets(entities));
        problems.extend(broken_owner_paths(entities));
        for described in [entities, &values_of_actions(entities)] {
            problems.extend(broken_patterns(described));
            problems.extend(unfit_formats(described));
            problems.extend(empty_defaults(described));
        }
        let entities: Arc<[_]> = entities.iter().map(|def| def.info()).collect();
        let mut registry = Self { entities, dependents: Arc::default() };
        registry.dependents = Arc::new(registry.find_dependents());
        (registry, problems)
    }

    /// The references to rows of `target` that are followed when such rows are deleted. Most entities have none.
    pub(crate) fn dependents(&self, target: &EntityInfo) -> &[Dependent] {
        self.dependents.get(target.def.table).map_or(&[], Vec::as_slice)
    }

    fn find_dependents(&self) -> HashMap<&'static str, Vec<Dependent>> {
        let mut found: HashMap<&'static str, Vec<Dependent>> = HashMap::new();
        // An entity without history may lead to one with it through a third: repeat until nothing more is found.
        loop {
            let before: usize = found.values().map(Vec::len).sum();
            for target in self.iter() {
                let followed = self.references(target).filter_map(|(from, column)| {
                    let on_delete = from.columns[column].relation()?.on_delete;
                    let leads_on = on_delete == OnDelete::Cascade && found.contains_key(from.def.table);
                    let is_followed = on_delete != OnDelete::Restrict && from.def.is_tracked() || leads_on;
                    is_followed.then_some(Dependent { from, column, on_delete })
                });
                let followed: Vec<_> = followed.collect();
                if !followed.is_empty() {
                    found.insert(target.def.table, followed);
                }
            }
            if found.values().map(Vec::len).sum::<usize>() == before {
                return found;
            }
        }
    }

    /// The entities, in the order listed.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &'static EntityInfo> + '_ {
        self.entities.iter().copied()
    }

    /// What an entity is called in messages: `User`, with its table where another one has the same name in Rust.
    pub(crate) fn label(&self, info: &EntityInfo) -> String {
        let def = info.def;
        match self.iter().filter(|other| other.def.name == def.name).count() {
            0 | 1 => format!("`{}`", def.name),
            _ => format!("`{}` (table `{}`)", def.name, def.table),
        }
    }

    /// The entity with this Rust name, or else with this table, REST path, singular or plural: one entity's table may be
    /// another's plural.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static EntityInfo> {
        type NameOf = fn(&EntityDef) -> &'static str;
        let kinds: [NameOf; 5] =
            [|def| def.name, |def| def.table, |def| def.rest_path, |def| def.singular, |def| def.plural];
        kinds.into_iter().find_map(|name_of| self.iter().find(|info| name_of(info.def) == name))
    }

    /// Entities whose to-one relations point to `target`, with the column's index.
    #[cfg_attr(not(feature = "unstable"), doc(hidden))]
    pub fn references(
        &self,
        target: &'static EntityInfo,
    ) -> impl Iterator<Item = (&'static EntityInfo, usize)> + '_ {
        self.iter().flat_map(move |info| {
            info.columns.iter().filter_map(move |column| {
                let relation = column.relation()?;
                std::ptr::eq((relation.target)(), target.def).then_some((info, column.index))
            })
        })
    }
}

impl Ctx {
    /// The same context, which knows the entities of the application. The contexts of an `App` and of a test database
    /// do; where rows are deleted, the rows that refer to them are found by it. Without, what the database does to those
    /// is neither recorded nor passed to hooks, and nothing can be deleted softly.
    #[must_use]
    pub fn with_entities(&self, entities: Registry) -> Self {
        self.with_data(entities)
    }

    /// The entities of the application, where the context knows them.
    pub(crate) fn entities(&self) -> Option<&Registry> {
        self.data_opt()
    }
}

/// The names by which the framework itself tells entities apart.
fn shared_names(entities: &[&'static EntityDef]) -> Vec<RegistryProblem> {
    let mut tables = Namespace::spelt(names::folded);
    let mut paths = Namespace::new();
    for def in entities {
        tables.take(def.table, format!("the table of `{}`", def.name), names::TABLE);
        paths.take(def.rest_path, format!("the path of `{}`", def.name), names::PATH);
    }
    tables.problems().into_iter().chain(paths.problems()).collect()
}

/// The framework's own entities may be listed, to be related to; their table names are reserved all the same.
/// Formats of the admin that the types of their fields cannot have.
fn unfit_formats(entities: &[&'static EntityDef]) -> Vec<RegistryProblem> {
    let unfit = |def: &'static EntityDef| {
        def.fields.iter().filter_map(move |field| {
            let format = field.admin.format.filter(|format| !format.suits(field.kind))?;
            Some(RegistryProblem::AdminFormat { entity: def.name, field: field.name, needs: format.needs() })
        })
    };
    entities.iter().flat_map(|def| unfit(def)).collect()
}

fn reserved_tables(entities: &[&'static EntityDef]) -> impl Iterator<Item = RegistryProblem> {
    let reserved = |table: &str| {
        let table = table.trim_start_matches('_').as_bytes();
        table.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED.as_bytes()))
    };
    let taken = entities.iter().filter(move |def| reserved(def.table) && !def.framework);
    taken.map(|def| RegistryProblem::Reserved { entity: def.name, table: def.table })
}

/// What actions take and answer that is no row, each once.
fn values_of_actions(entities: &[&'static EntityDef]) -> Vec<&'static EntityDef> {
    let mut values: Vec<&'static EntityDef> = Vec::new();
    for def in entities.iter().flat_map(|def| def.actions).flat_map(ActionDef::values) {
        if !values.iter().any(|known| std::ptr::eq(*known, def)) {
            values.push(def);
        }
    }
    values
}

fn unlisted_targets(entities: &[&'static EntityDef]) -> Vec<RegistryProblem> {
    let listed = |target: &'static EntityDef| entities.iter().any(|def| std::ptr::eq(*def, target));
    let mut problems = Vec::new();
    for def in entities.iter().chain(&values_of_actions(entities)) {
        let to_one =
            def.fields.iter().filter_map(|field| field.relation.as_ref().map(|r| (r.name, r.target)));
        let to_many = def.many.iter().map(|many| (many.name, many.target));
        let through = def.many.iter().filter_map(|many| match many.link {
            Link::Through { via, .. } => Some((many.name, via)),
            Link::Inverse(_) => None,
        });
        for (relation, target) in to_one.chain(to_many).chain(through) {
            let target = target();
            if !listed(target) {
                let target = target.name;
                problems.push(RegistryProblem::Unlisted { entity: def.name, relation, target });
            }
        }
        for action in def.actions {
            let answered = action.output.of.map(|of| of()).filter(|of| of.values.is_none() && !listed(of));
            problems.extend(answered.map(|of| RegistryProblem::Unlisted {
                entity: def.name,
                relation: action.name,
                target: of.name,
            }));
        }
    }
    problems
}

/// The derive has checked the fields of the entity itself.
fn broken_owner_paths(entities: &[&'static EntityDef]) -> Vec<RegistryProblem> {
    let mut problems = Vec::new();
    for def in entities {
        for path in def.rules().flat_map(Rule::owners) {
            if let Err(reason) = def.info().owner_path(path) {
                let problem = RegistryProblem::Owner { entity: def.name, path, reason };
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
        }
    }
    problems
}

fn empty_defaults(entities: &[&'static EntityDef]) -> impl Iterator<Item = RegistryProblem> {
    let is_empty = |field: &&FieldDef| {
        field.kind == Kind::Text
            && field.min_len.is_some()
            && field
                .default
                .is_some_and(|default| default.value(field.kind, Utc::now()) == Value::Text(String::new()))
    };
    entities.iter().flat_map(move |def| {
        def.fields
            .iter()
            .filter(is_empty)
            .map(|field| RegistryProblem::EmptyDefault { entity: def.name, field: field.name })
    })
}

fn broken_patterns(entities: &[&'static EntityDef]) -> Vec<RegistryProblem> {
    let mut problems = Vec::new();
    for def in entities {
        for field in def.fields {
            if let Some(Err(error)) = field.pattern.map(regex::Regex::new) {
                let reason = error.to_string();
                problems.push(RegistryProblem::Pattern { entity: def.name, field: field.name, reason });
            }
        }
    }
    problems
}
