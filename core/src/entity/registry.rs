//! The entities of an application, checked against each other.

use std::collections::HashMap;
use std::sync::Arc;

use crate::ctx::Ctx;
use crate::entity::{EntityDef, EntityInfo, Link, OnDelete};

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

/// Why a list of entities cannot be served.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RegistryError {
    /// Two entities claim the same name on one surface.
    #[error(
        "`{first}` and `{second}` share the {what} `{name}`; give one of them another (`table`, `plural`, \
         `rest(path = …)` or `graphql(name = …)`)"
    )]
    Shared {
        /// The entity listed first.
        first: &'static str,
        /// The entity listed second.
        second: &'static str,
        /// What they share: "table", "REST path", "GraphQL type".
        what: &'static str,
        /// The shared name.
        name: &'static str,
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

impl Registry {
    /// Checks the list and keeps it.
    ///
    /// # Errors
    /// [`RegistryError`] when names collide or a relation leads out of the list.
    pub fn new(entities: &[&'static EntityDef]) -> Result<Self, RegistryError> {
        check_names(entities)?;
        check_tables(entities)?;
        check_targets(entities)?;
        check_patterns(entities)?;
        let entities: Arc<[_]> = entities.iter().map(|def| def.info()).collect();
        let mut registry = Self { entities, dependents: Arc::default() };
        registry.dependents = Arc::new(registry.find_dependents());
        Ok(registry)
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

    /// The entity with this Rust name, table, singular, plural or REST path.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&'static EntityInfo> {
        self.iter().find(|info| {
            let def = info.def;
            [def.name, def.table, def.singular, def.plural, def.rest_path].contains(&name)
        })
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
        self.data()
    }
}

fn check_names(entities: &[&'static EntityDef]) -> Result<(), RegistryError> {
    type NameOf = fn(&EntityDef) -> &'static str;
    let names: [(&'static str, NameOf); 4] = [
        ("table", |def| def.table),
        ("REST path", |def| def.rest_path),
        ("GraphQL type", |def| def.graphql.type_name),
        ("GraphQL field", |def| def.graphql.many),
    ];
    for (what, name_of) in names {
        let mut taken: HashMap<&'static str, &'static str> = HashMap::new();
        for def in entities {
            let name = name_of(def);
            if let Some(first) = taken.insert(name, def.name) {
                return Err(RegistryError::Shared { first, second: def.name, what, name });
            }
        }
    }
    Ok(())
}

/// The framework's own entities may be listed, to be related to; their table names are reserved all the same.
fn check_tables(entities: &[&'static EntityDef]) -> Result<(), RegistryError> {
    let reserved = |table: &str| {
        let table = table.trim_start_matches('_').as_bytes();
        table.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED.as_bytes()))
    };
    match entities.iter().find(|def| reserved(def.table) && !def.framework) {
        None => Ok(()),
        Some(def) => Err(RegistryError::Reserved { entity: def.name, table: def.table }),
    }
}

fn check_targets(entities: &[&'static EntityDef]) -> Result<(), RegistryError> {
    let listed = |target: &'static EntityDef| entities.iter().any(|def| std::ptr::eq(*def, target));
    for def in entities {
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
                return Err(RegistryError::Unlisted { entity: def.name, relation, target: target.name });
            }
        }
    }
    Ok(())
}

fn check_patterns(entities: &[&'static EntityDef]) -> Result<(), RegistryError> {
    for def in entities {
        for field in def.fields {
            if let Some(Err(error)) = field.pattern.map(regex::Regex::new) {
                let reason = error.to_string();
                return Err(RegistryError::Pattern { entity: def.name, field: field.name, reason });
            }
        }
    }
    Ok(())
}
