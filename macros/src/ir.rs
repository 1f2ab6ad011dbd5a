//! The checked entity: every default resolved, every name final. What the expanders read.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, LitStr, Path, Type, Visibility};

use crate::attr::Number;

/// One entity.
#[derive(Debug)]
pub struct Entity {
    /// Path of the runtime's private module: `::entify::__private`.
    pub runtime: TokenStream,
    pub ident: Ident,
    pub visibility: Visibility,
    pub docs: String,
    pub table: String,
    pub singular: String,
    pub plural: String,
    pub rest_path: String,
    pub graphql: GraphqlNames,
    pub key: Key,
    /// Every declared field's name, so that the declaration counts as read.
    pub declared: Vec<Ident>,
    pub fields: Vec<Field>,
    pub many: Vec<Many>,
    pub indexes: Vec<Vec<Sort>>,
    pub uniques: Vec<Vec<Sort>>,
    pub checks: Vec<LitStr>,
    pub order: Vec<Sort>,
    pub policy: Policy,
    pub skip: Skip,
    pub admin: Admin,
    /// Counts the changes of a row.
    pub version: bool,
    /// Deleted rows are kept, hidden.
    pub soft_delete: bool,
    pub history: bool,
    /// Where `hooks` is written.
    pub hooks: Option<Span>,
}

impl Entity {
    /// Every rule of the entity and its fields.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        let Policy { read, create, update, delete } = &self.policy;
        let of_fields = self.fields.iter().flat_map(|field| field.read.iter().chain(&field.write));
        [read, create, update, delete].into_iter().chain(of_fields)
    }
}

impl Entity {
    /// Every policy type that a rule names, once.
    pub fn policies(&self) -> Vec<&Path> {
        let mut policies = Vec::new();
        for policy in self.rules().flat_map(Rule::policies) {
            if !policies.contains(&policy) {
                policies.push(policy);
            }
        }
        policies
    }

    /// The fields that the engine adds, in the order of their columns but for `id`, which comes before the declared ones.
    pub fn engine_fields<'n>(&self) -> impl Iterator<Item = &'n str> + Clone + use<'n> {
        let optional = [("version", self.version), ("deleted_at", self.soft_delete)];
        let optional = optional.into_iter().filter(|(_, on)| *on).map(|(name, _)| name);
        ["id", "created_at", "updated_at"].into_iter().chain(optional)
    }
}

/// Names in the GraphQL schema.
#[derive(Debug)]
pub struct GraphqlNames {
    pub type_name: String,
    pub one: String,
    pub many: String,
    pub many_type: String,
}

/// The kind of primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Identity,
    Uuid,
}

/// A stored field.
#[derive(Debug)]
pub struct Field {
    /// The field as declared: `author`.
    pub declared: Ident,
    /// The field in the model: `author_id` for `author: One<User>`.
    pub ident: Ident,
    pub name: String,
    pub wire: String,
    pub graphql: String,
    pub column: String,
    pub was: Option<String>,
    pub docs: String,
    /// The type in the model, with `Option`.
    pub ty: Type,
    /// The type without `Option`.
    pub scalar: Type,
    pub nullable: bool,
    pub relation: Option<Relation>,
    pub default: Option<DefaultValue>,
    pub unique: bool,
    pub index: bool,
    pub filter: bool,
    pub sort: bool,
    pub search: bool,
    pub fulltext: bool,
    pub computed: Option<Computed>,
    pub min_len: Option<u32>,
    pub max_len: Option<u32>,
    pub min: Option<Number>,
    pub max: Option<Number>,
    pub pattern: Option<LitStr>,
    pub format: Option<Format>,
    pub multiline: bool,
    pub read_only: bool,
    pub write_only: bool,
    pub immutable: bool,
    pub precision: Option<u32>,
    pub scale: Option<u32>,
    pub skip: SkipField,
    /// `policy(read = …)`
    pub read: Option<Rule>,
    /// `policy(write = …)`
    pub write: Option<Rule>,
    /// What the field's type must be able to do.
    pub needs: Vec<Need>,
    /// The type's wrappers mean nothing, which was reported.
    pub misused: bool,
}

impl Field {
    /// Whether a create input has it.
    pub fn in_input(&self) -> bool {
        self.computed.is_none() && !self.read_only && !self.skip.create
    }

    /// Whether a patch has it.
    pub fn in_patch(&self) -> bool {
        self.computed.is_none() && !self.read_only && !self.immutable && !self.skip.update
    }

    /// Whether a create input must give it.
    pub fn required(&self) -> bool {
        !self.nullable && self.default.is_none()
    }
}

/// `computed(sql = "…")`
#[derive(Debug)]
pub struct Computed {
    /// As written.
    pub sql: LitStr,
    /// SQL in turns with the names of fields.
    pub parts: Vec<String>,
}

/// What an option asks of a field's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Text,
    Length,
    Numeric,
    Decimal,
    Sortable,
}

/// Where a to-one relation points.
#[derive(Debug)]
pub struct Relation {
    pub name: String,
    pub graphql: String,
    pub target: Type,
    pub on_delete: OnDelete,
}

/// What happens here when the target goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

/// A value for new rows.
#[derive(Debug)]
pub enum DefaultValue {
    /// A number, converted to the field's type.
    Number(Number),
    /// A text, converted to the field's type.
    Text(LitStr),
    /// An expression of the field's type.
    Value(Expr),
}

/// A text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Email,
    Url,
    Slug,
}

/// A to-many relation.
#[derive(Debug)]
pub struct Many {
    pub ident: Ident,
    pub name: String,
    pub graphql: String,
    pub docs: String,
    pub target: Type,
    pub link: Link,
    pub skip: SkipField,
}

/// How a to-many relation finds its rows.
#[derive(Debug)]
pub enum Link {
    /// By a to-one relation of the target.
    Inverse(Ident),
    /// By a joining entity.
    Through(Path),
    /// Not known, because the declaration is wrong.
    Broken,
}

/// A field with a direction.
#[derive(Debug)]
pub struct Sort {
    pub field: String,
    pub descending: bool,
}

/// Rules by action.
#[derive(Debug)]
pub struct Policy {
    pub read: Rule,
    pub create: Rule,
    pub update: Rule,
    pub delete: Rule,
}

/// A policy expression.
#[derive(Debug, Clone)]
pub enum Rule {
    Public,
    Authenticated,
    Nobody,
    Role(LitStr),
    /// The stored field that names the owner.
    Owner(Owner),
    /// A type with `impl Policy`.
    Custom(Path),
    Any(Vec<Rule>),
    All(Vec<Rule>),
    Not(Box<Rule>),
}

impl Rule {
    /// The policy types it names, here and further in.
    fn policies(&self) -> Vec<&Path> {
        match self {
            Self::Custom(policy) => vec![policy],
            Self::Any(rules) | Self::All(rules) => rules.iter().flat_map(Self::policies).collect(),
            Self::Not(rule) => rule.policies(),
            Self::Public | Self::Authenticated | Self::Nobody | Self::Role(_) | Self::Owner(_) => Vec::new(),
        }
    }

    /// The fields that `owner(…)` names, here and further in.
    pub fn owners(&self) -> Vec<&Owner> {
        match self {
            Self::Owner(owner) => vec![owner],
            Self::Any(rules) | Self::All(rules) => rules.iter().flat_map(Self::owners).collect(),
            Self::Not(rule) => rule.owners(),
            Self::Public | Self::Authenticated | Self::Nobody | Self::Role(_) | Self::Custom(_) => Vec::new(),
        }
    }
}

/// `owner(field)`
#[derive(Debug, Clone)]
pub struct Owner {
    /// As written.
    pub written: Ident,
    /// The name in the model.
    pub field: String,
}

/// Surfaces that leave the entity out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Skip {
    pub graphql: bool,
    pub rest: bool,
    pub admin: bool,
}

/// Surfaces and operations that leave a field out.
#[derive(Debug, Clone, Copy, Default)]
pub struct SkipField {
    pub graphql: bool,
    pub rest: bool,
    pub admin: bool,
    pub create: bool,
    pub update: bool,
    pub filter: bool,
}

/// How the admin shows it.
#[derive(Debug, Default)]
pub struct Admin {
    pub label: Option<String>,
    pub list: Vec<String>,
    pub icon: Option<String>,
    pub group: Option<String>,
}
