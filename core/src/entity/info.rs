//! What is computed once from an [`EntityDef`]: its columns with the ones the engine adds, and lookups.

use std::collections::HashMap;

use crate::entity::Rule;
use crate::entity::surface::SurfaceViews;
use crate::entity::{EntityDef, FieldDef, KeyKind, Link, ManyDef, NumberDef, RelationDef, Timestamps};
use crate::types::{Kind, Operator};
use crate::value::{ColumnSet, DeprecatedDef};

/// The columns of an entity and how to find them.
#[derive(Debug)]
pub struct EntityInfo {
    /// The definition this was computed from.
    pub def: &'static EntityDef,
    /// All stored columns: `id`, the declared fields in order, then `created_at`, `updated_at`, `version` and
    /// `deleted_at` where the entity has them.
    #[cfg_attr(not(feature = "unstable"), doc(hidden))]
    pub columns: Vec<ColumnInfo>,
    /// The view of each surface.
    pub(super) views: SurfaceViews,
    /// To-many relations.
    #[cfg_attr(not(feature = "unstable"), doc(hidden))]
    pub many: Vec<ManyInfo>,
    /// The columns with a read policy of their own.
    pub(crate) guarded: Vec<usize>,
    /// The columns that are numbers over relations.
    pub(crate) numbers: ColumnSet,
    by_name: HashMap<&'static str, usize>,
    by_wire: HashMap<&'static str, usize>,
    by_graphql: HashMap<&'static str, usize>,
    /// Words in the SQL of computed fields that read tables: the names of those tables are among them.
    computed_tables: Vec<String>,
    /// The most bytes of each column that an index limits; computed on first use (`query::index_limits`).
    pub(crate) index_limits: std::sync::OnceLock<Vec<Option<usize>>>,
    /// The enums of which indexes hold positions; computed on first use (`query::indexes`).
    pub(crate) ranked: std::sync::OnceLock<ColumnSet>,
}

/// The role of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnRole {
    /// The primary key.
    Key,
    /// A declared field.
    Field,
    /// When the row was created.
    CreatedAt,
    /// When a column last changed.
    UpdatedAt,
    /// How many times the row changed.
    Version,
    /// When the row was deleted; NULL while it is not deleted.
    DeletedAt,
}

/// One stored column.
#[derive(Debug)]
pub struct ColumnInfo {
    /// Position among the entity's columns; `id` is 0.
    pub index: usize,
    /// Its role.
    pub role: ColumnRole,
    /// Rust name.
    pub name: &'static str,
    /// Name in REST, imports and exports.
    pub wire: &'static str,
    /// Name in GraphQL.
    pub graphql: &'static str,
    /// Database column.
    pub column: &'static str,
    /// What it is, for API descriptions.
    pub docs: &'static str,
    /// Scalar type.
    pub kind: Kind,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// The declaration; absent for the columns the engine adds.
    pub field: Option<&'static FieldDef>,
    /// May be filtered by.
    pub filter: bool,
    /// May be sorted by.
    pub sort: bool,
    /// May be read by clients (it is not `write_only`).
    pub readable: bool,
    /// The SQL of a key that is computed, as of [`ColumnInfo::computed`].
    pub(super) key_parts: Option<&'static [&'static str]>,
    /// The compiled `pattern`.
    pub(crate) pattern: Option<regex::Regex>,
}

/// One to-many relation.
#[derive(Debug)]
pub struct ManyInfo {
    /// Position among the entity's to-many relations.
    pub index: usize,
    /// The declaration.
    pub def: &'static ManyDef,
}

impl ManyInfo {
    /// The entity of the related rows.
    #[must_use]
    pub fn target(&self) -> &'static EntityInfo {
        (self.def.target)().info()
    }

    /// Resolves the link to columns.
    #[must_use]
    pub fn link(&self) -> ManyLink {
        match &self.def.link {
            Link::Inverse(relation) => {
                let fields = (self.def.target)().fields;
                let points_here = |field: &FieldDef| field.relation.is_some_and(|to| to.name == *relation);
                // The derive has made rustc check that the target has it.
                ManyLink::Inverse { column: fields.iter().position(points_here).unwrap_or_default() + 1 }
            }
            Link::Through { via, near, far } => {
                ManyLink::Through { via: via().info(), near: near + 1, far: far + 1 }
            }
        }
    }
}

/// A to-many link, resolved.
#[derive(Debug, Clone, Copy)]
pub enum ManyLink {
    /// The target's column that points here.
    Inverse {
        /// Index among the target's columns.
        column: usize,
    },
    /// A joining entity.
    Through {
        /// The joining entity.
        via: &'static EntityInfo,
        /// Its column that points here.
        near: usize,
        /// Its column that points to the target.
        far: usize,
    },
}

impl ColumnInfo {
    /// For a column that the database computes for every read and does not store: SQL in turns with the Rust names of
    /// the columns between.
    #[must_use]
    pub fn computed(&self) -> Option<&'static [&'static str]> {
        self.key_parts.or_else(|| self.field.and_then(|field| field.computed))
    }

    /// The number over a to-many relation that the column is. It is in no statement on the table: whoever reads it adds it.
    #[must_use]
    pub fn number(&self) -> Option<&'static NumberDef> {
        self.field.and_then(|field| field.number.as_ref())
    }

    /// The to-one relation that the column is the reference of.
    #[must_use]
    pub fn relation(&self) -> Option<&'static RelationDef> {
        self.field.and_then(|field| field.relation.as_ref())
    }

    /// The entity that the column refers to.
    #[must_use]
    pub fn target(&self) -> Option<&'static EntityInfo> {
        self.relation().map(|relation| (relation.target)().info())
    }

    /// Who may read the value, in which rows, where that is not everyone who may read the row.
    #[must_use]
    pub fn read_rule(&self) -> Option<&'static Rule> {
        self.field.and_then(|field| field.read.as_ref()).filter(|rule| !rule.is_public())
    }

    /// Who may set the value, in which rows, where that is not everyone who may write the row.
    #[must_use]
    pub fn write_rule(&self) -> Option<&'static Rule> {
        self.field.and_then(|field| field.write.as_ref()).filter(|rule| !rule.is_public())
    }

    /// Since when and why it should not be used any more, if it should not.
    #[must_use]
    pub fn deprecated(&self) -> Option<DeprecatedDef> {
        self.field.and_then(|field| field.deprecated)
    }

    /// Whether a client may read NULL: the value is NULL, or hidden.
    #[must_use]
    pub fn nullable_to_clients(&self) -> bool {
        self.nullable || self.read_rule().is_some()
    }

    /// The operators that a filter may use on the column.
    pub fn operators(&self) -> impl Iterator<Item = Operator> + use<> {
        let operators = self.kind.capabilities().operators.iter().copied();
        operators.chain(self.nullable.then_some(Operator::IsNull))
    }

    /// Whether the table has the column.
    #[must_use]
    pub fn is_stored(&self) -> bool {
        self.computed().is_none() && self.number().is_none()
    }

    /// Whether it holds numbers of the application, to which others can be added: a key counts nothing.
    #[must_use]
    pub fn is_addable(&self) -> bool {
        self.field.is_some()
            && self.is_stored()
            && self.relation().is_none()
            && self.kind.capabilities().numeric
    }

    /// Whether clients may ask for its least and greatest value, its sum and its average (`aggregate`).
    #[must_use]
    pub fn is_measured(&self) -> bool {
        self.readable && self.number().is_none() && self.field.is_some_and(|field| field.aggregate)
    }

    /// Whether rows can be grouped by its values. Of numbers over relations there are no groups.
    #[must_use]
    pub fn is_grouped(&self) -> bool {
        self.kind.capabilities().sortable && self.number().is_none()
    }

    /// Whether the engine numbers new rows in it (`sequence`).
    #[must_use]
    pub fn is_numbered(&self) -> bool {
        self.field.is_some_and(|field| field.sequence.is_some())
    }

    /// Whether the search uses a full-text index for it.
    #[must_use]
    pub fn is_fulltext(&self) -> bool {
        self.field.is_some_and(|field| field.fulltext)
    }

    fn of_field(index: usize, field: &'static FieldDef) -> Self {
        Self {
            index,
            role: ColumnRole::Field,
            name: field.name,
            wire: field.wire,
            graphql: field.graphql,
            column: field.column,
            docs: field.docs,
            kind: field.kind,
            nullable: field.nullable,
            field: Some(field),
            filter: field.filter && !field.skip.filter && !field.write_only,
            sort: field.sort && !field.write_only,
            readable: !field.write_only,
            key_parts: None,
            // The registry refuses a pattern that does not compile.
            pattern: field.pattern.and_then(|pattern| regex::Regex::new(pattern).ok()),
        }
    }

    fn of_engine(
        index: usize,
        role: ColumnRole,
        name: &'static str,
        graphql: &'static str,
        docs: &'static str,
        kind: Kind,
    ) -> Self {
        Self {
            index,
            role,
            name,
            wire: name,
            graphql,
            column: name,
            docs,
            kind,
            nullable: false,
            field: None,
            filter: true,
            sort: true,
            readable: true,
            key_parts: None,
            pattern: None,
        }
    }

    /// The place of a key, where there is none.
    fn nameless(key: Self) -> Self {
        let hidden = Self { filter: false, sort: false, readable: false, ..key };
        Self { name: "", wire: "", graphql: "", column: "", docs: "", ..hidden }
    }

    fn of_timestamps(next: usize) -> [Self; 2] {
        let of = |index, role, name, graphql, docs| {
            Self::of_engine(index, role, name, graphql, docs, Kind::DateTime)
        };
        [
            of(next, ColumnRole::CreatedAt, "created_at", "createdAt", "When the row was created."),
            of(next + 1, ColumnRole::UpdatedAt, "updated_at", "updatedAt", "When the row last changed."),
        ]
    }

    fn of_version(index: usize) -> Self {
        let docs = "Counts the changes of the row, from 1.";
        let column = Self::of_engine(index, ColumnRole::Version, "version", "version", docs, Kind::I64);
        Self { filter: false, sort: false, ..column }
    }

    /// Clients see rows that are not deleted only, so they cannot read it.
    fn of_deleted_at(index: usize) -> Self {
        let docs = "When the row was deleted; a row that is not deleted has none.";
        let role = ColumnRole::DeletedAt;
        let column = Self::of_engine(index, role, "deleted_at", "deletedAt", docs, Kind::DateTime);
        Self { nullable: true, filter: false, sort: false, readable: false, ..column }
    }
}

#[cfg_attr(not(feature = "unstable"), doc(hidden))]
impl EntityInfo {
    pub(super) fn new(def: &'static EntityDef) -> Self {
        let key = match def.key {
            KeyKind::Identity => Kind::I64,
            KeyKind::Uuid => Kind::Uuid,
        };
        let mut columns = Vec::with_capacity(def.fields.len() + 5);
        let id = ColumnInfo::of_engine(0, ColumnRole::Key, "id", "id", "The primary key.", key);
        let key_parts = def.key_sql.map(key_parts);
        columns.push(match def.values {
            None => ColumnInfo { column: def.key_column.unwrap_or("id"), key_parts, ..id },
            // No field: it keeps the positions of the others.
            Some(_) => ColumnInfo::nameless(id),
        });
        for (position, field) in def.fields.iter().enumerate() {
            columns.push(ColumnInfo::of_field(position + 1, field));
        }
        if def.timestamps == Timestamps::Both && def.values.is_none() {
            columns.extend(ColumnInfo::of_timestamps(columns.len()));
        }
        if def.version {
            columns.push(ColumnInfo::of_version(columns.len()));
        }
        if def.soft_delete {
            columns.push(ColumnInfo::of_deleted_at(columns.len()));
        }
        let by = |name: fn(&ColumnInfo) -> &'static str| {
            let named = columns.iter().filter(|column| !name(column).is_empty());
            named.map(|column| (name(column), column.index)).collect::<HashMap<_, _>>()
        };
        Self {
            def,
            by_name: by(|column| column.name),
            by_wire: by(|column| column.wire),
            by_graphql: by(|column| column.graphql),
            views: SurfaceViews::default(),
            guarded: columns
                .iter()
                .filter(|column| column.read_rule().is_some())
                .map(|column| column.index)
                .collect(),
            numbers: columns.iter().filter(|column| column.number().is_some()).map(|c| c.index).collect(),
            computed_tables: computed_tables(&columns),
            index_limits: std::sync::OnceLock::new(),
            ranked: std::sync::OnceLock::new(),
            columns,
            many: def.many.iter().enumerate().map(|(index, def)| ManyInfo { index, def }).collect(),
        }
    }

    /// The tables that a statement on this one may read for computed fields, and other words.
    pub(crate) fn computed_tables(&'static self) -> impl Iterator<Item = &'static str> {
        self.computed_tables.iter().map(String::as_str)
    }

    /// Whether a row may refer to another of the same table.
    pub(crate) fn is_self_referencing(&self) -> bool {
        self.columns.iter().filter_map(ColumnInfo::target).any(|target| std::ptr::eq(target, self))
    }

    /// The primary key.
    #[must_use]
    pub fn key(&self) -> &ColumnInfo {
        &self.columns[0]
    }

    /// Index of `created_at`, where the entity has it.
    #[must_use]
    pub fn created_at(&self) -> Option<usize> {
        (self.def.timestamps == Timestamps::Both && self.def.values.is_none())
            .then(|| self.def.fields.len() + 1)
    }

    /// Index of `updated_at`, where the entity has it.
    #[must_use]
    pub fn updated_at(&self) -> Option<usize> {
        self.created_at().map(|created_at| created_at + 1)
    }

    /// Index of `version`, where the entity has it.
    #[must_use]
    pub fn version(&self) -> Option<usize> {
        self.def.version.then(|| self.updated_at().unwrap_or(self.def.fields.len()) + 1)
    }

    /// Index of `deleted_at`, where the entity has it.
    #[must_use]
    pub fn deleted_at(&self) -> Option<usize> {
        self.def.soft_delete.then(|| self.columns.len() - 1)
    }

    /// A column by its Rust name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&ColumnInfo> {
        self.by_name.get(name).map(|index| &self.columns[*index])
    }

    /// A column by its name in REST.
    #[must_use]
    pub fn by_wire(&self, name: &str) -> Option<&ColumnInfo> {
        self.by_wire.get(name).map(|index| &self.columns[*index])
    }

    /// A column by its name in GraphQL.
    #[must_use]
    pub fn by_graphql(&self, name: &str) -> Option<&ColumnInfo> {
        self.by_graphql.get(name).map(|index| &self.columns[*index])
    }

    /// A column by its database name.
    #[must_use]
    pub fn by_column(&self, name: &str) -> Option<&ColumnInfo> {
        self.columns.iter().find(|column| column.column == name)
    }

    /// Every column that a client may read.
    #[must_use]
    pub fn readable(&self) -> ColumnSet {
        self.columns.iter().filter(|column| column.readable).map(|column| column.index).collect()
    }

    /// Every column.
    #[must_use]
    pub fn all(&self) -> ColumnSet {
        (0..self.columns.len()).collect()
    }

    /// Columns of the free-text search.
    pub fn searched(&self) -> impl Iterator<Item = &ColumnInfo> {
        self.columns.iter().filter(|column| column.field.is_some_and(|field| field.search))
    }
}

/// SQL in turns with the names between its braces.
fn key_parts(sql: &'static str) -> &'static [&'static str] {
    sql.split(['{', '}']).collect::<Vec<_>>().leak()
}

/// The words of computed fields that are more than an expression of the row: what is quoted in them, and what is not as
/// the database reads it.
fn computed_tables(columns: &[ColumnInfo]) -> Vec<String> {
    let mut words = Vec::new();
    for parts in columns.iter().filter_map(ColumnInfo::computed) {
        let sql = parts.iter().step_by(2).copied().collect::<Vec<_>>().join(" ");
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        if sql.to_ascii_lowercase().split(|c| !word(c)).any(|word| word == "select" || word == "table") {
            words.extend(sql.split('"').skip(1).step_by(2).map(str::to_owned));
            words.extend(sql.split(|c| !word(c)).map(str::to_lowercase));
        }
    }
    words.retain(|word| !word.is_empty());
    words.sort_unstable();
    words.dedup();
    words
}
