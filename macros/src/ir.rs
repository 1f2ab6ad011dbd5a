//! The checked entity: every default resolved, every name final. What the expanders read.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::{Expr, LitStr, Path, Type, Visibility};

use crate::attr::{
    Deprecated, EntityOptions, FieldOptions, Number, OnDelete, RelationNumber, Requirement, SkipField,
    Timestamps,
};
use crate::standard_type::StandardType;
use crate::values::Role;

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
    /// Every declared field's name, so that the declaration counts as read.
    pub declared: Vec<Ident>,
    pub fields: Vec<Field>,
    pub many: Vec<Many>,
    pub indexes: Vec<Vec<Sort>>,
    pub uniques: Vec<Vec<Sort>>,
    pub checks: Vec<LitStr>,
    pub order: Vec<Sort>,
    pub policy: Policy,
    pub admin: Admin,
    /// Where `hooks` is written.
    pub hooks: Option<Span>,
    pub options: EntityOptions,
    /// Values of an action: fields alone, without a table, a key and times.
    pub values: Option<Role>,
    /// Names that the types of fields have in the struct's own scope.
    pub named: HashSet<String>,
}

impl Entity {
    /// The name of a generated struct: `UserModel`. Where a field's type has it, which was reported, another.
    pub fn generated(&self, suffix: &str) -> Ident {
        let name = format_ident!("{}{suffix}", self.ident, span = Span::call_site());
        if self.named.contains(&name.to_string()) { format_ident!("__{name}") } else { name }
    }

    /// The word that begins or names an item in which types of fields are named.
    ///
    /// Of a missing type that is the argument of another, as `One<Missing>`, rustc suggests a parameter for the item, unless the item is
    /// a macro's. So that the error is the same for all items, and shown once, they are items of the user's, in the struct's place. A
    /// missing type that stands alone is an argument in the generated items only: then they are the macro's.
    pub fn written_as(&self, word: &str) -> Ident {
        let stands_alone = |field: &Field| !field.nullable && StandardType::of(&field.scalar).is_none();
        let alone = self.fields.iter().any(|field| field.relation.is_none() && stands_alone(field));
        Ident::new(word, if alone { Span::call_site() } else { self.ident.span() })
    }

    /// The to-many relation that a number is over.
    pub fn many_of(&self, number: &RelationNumber) -> Option<&Many> {
        let name = crate::names::plain(&number.relation);
        self.many.iter().find(|many| many.name == name)
    }

    /// Every rule of the entity and its fields.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        let Policy { read, create, update, delete } = &self.policy;
        let of_fields = self.fields.iter().flat_map(|field| field.read.iter().chain(&field.write));
        [read, create, update, delete].into_iter().chain(of_fields)
    }

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

    /// The fields that the engine adds, in the order of their columns but for `id`, which comes before the declared
    /// ones.
    pub fn engine_fields(&self) -> impl Iterator<Item = EngineField> + Clone + use<> {
        let EntityOptions { ref version, soft_delete, timestamps, .. } = self.options;
        let (version, stamped) = (version.is_some(), timestamps != Some(Timestamps::None));
        let is_row = self.values.is_none();
        EngineField::ALL.into_iter().filter(move |_| is_row).filter(move |field| match field {
            EngineField::Id => true,
            EngineField::CreatedAt | EngineField::UpdatedAt => stamped,
            EngineField::Version => version,
            EngineField::DeletedAt => soft_delete,
        })
    }

    /// Their names.
    pub fn engine_names<'n>(&self) -> impl Iterator<Item = &'n str> + Clone + use<'n> {
        self.engine_fields().map(|field| -> &'n str { field.name() })
    }
}

/// A field that the engine adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineField {
    Id,
    CreatedAt,
    UpdatedAt,
    Version,
    DeletedAt,
}

impl EngineField {
    const ALL: [Self; 5] = [Self::Id, Self::CreatedAt, Self::UpdatedAt, Self::Version, Self::DeletedAt];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::Version => "version",
            Self::DeletedAt => "deleted_at",
        }
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
    pub docs: String,
    /// The type in the model, with `Option`.
    pub ty: Type,
    /// The type without `Option`.
    pub scalar: Type,
    pub nullable: bool,
    pub relation: Option<Relation>,
    pub default: Option<DefaultValue>,
    pub computed: Option<Computed>,
    /// `sequence`: the engine counts.
    pub sequence: Option<Sequence>,
    pub options: FieldOptions,
    /// `policy(read = …)`
    pub read: Option<Rule>,
    /// `policy(write = …)`
    pub write: Option<Rule>,
    /// What the options require of the field's type.
    pub requirements: Vec<Requirement>,
    /// The type's wrappers mean nothing, which was reported.
    pub wrongly_nested: bool,
}

impl Field {
    /// The number over a relation that it is.
    pub fn number(&self) -> Option<&RelationNumber> {
        if let Some(Computed::Number(number)) = &self.computed { Some(number) } else { None }
    }

    /// Whether a create input has it. What is `read_only` is for clients alone, whom the surfaces refuse it.
    pub fn in_input(&self) -> bool {
        self.computed.is_none() && !self.options.skip.create
    }

    /// Whether a patch has it.
    pub fn in_patch(&self) -> bool {
        let FieldOptions { immutable, skip, .. } = &self.options;
        self.computed.is_none() && !immutable && !skip.update
    }

    /// Whether the search finds it by a full-text index.
    pub fn fulltext(&self) -> bool {
        self.options.search.is_some_and(|search| search.has_word)
    }

    /// Whether a create input must give it.
    pub fn required(&self) -> bool {
        !self.nullable && !self.has_default()
    }

    /// Whether the engine gives a new row a value where the input gives none.
    pub fn has_default(&self) -> bool {
        self.default.is_some() || self.sequence.is_some()
    }
}

/// `sequence(per = project)`
#[derive(Debug)]
pub struct Sequence {
    /// The stored field within each of whose values rows are counted: `project_id`.
    pub per: Option<String>,
}

/// What is not stored.
#[derive(Debug)]
pub enum Computed {
    /// `computed(sql = "…")`
    Sql {
        /// As written.
        sql: LitStr,
        /// SQL in turns with the names of fields.
        parts: Vec<String>,
    },
    /// `computed(count(comments))`
    Number(RelationNumber),
}

impl Computed {
    /// The names of fields in the SQL.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        let parts: &[String] = if let Self::Sql { parts, .. } = self { parts } else { &[] };
        parts.iter().skip(1).step_by(2)
    }
}

/// Where a to-one relation points.
#[derive(Debug)]
pub struct Relation {
    pub name: String,
    pub graphql: String,
    pub target: Type,
    pub on_delete: OnDelete,
}

/// A value for new rows.
#[derive(Debug)]
pub enum DefaultValue {
    /// A number, converted to the field's type.
    Number(Number),
    /// A text, converted to the field's type.
    Text(LitStr),
    /// An expression of the field's type.
    Expression(Expr),
    /// `now`: the time of the write.
    Now,
    /// `uuid`: a new random one.
    Uuid,
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
    pub deprecated: Option<Deprecated>,
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
    pub fn policies(&self) -> Vec<&Path> {
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

/// `owner(field)`, `owner(relation.field)`
#[derive(Debug, Clone)]
pub struct Owner {
    /// As written: one field's name, or the names of a way over relations.
    pub written: Vec<Ident>,
    /// The name in the model; of a way, the names as written, joined by dots.
    pub field: String,
}

/// How the admin shows it.
#[derive(Debug, Default)]
pub struct Admin {
    pub label: Option<String>,
    /// The paths over relations in the template of a label, and where it is written.
    pub label_paths: Vec<(Vec<String>, Span)>,
    pub list: Vec<String>,
    pub icon: Option<String>,
    pub group: Option<String>,
    /// The to-many relations of which rows are edited within the form.
    pub inline: Vec<String>,
    /// The parts of the form: headings and the fields under them.
    pub parts: Vec<(String, Vec<String>)>,
}
