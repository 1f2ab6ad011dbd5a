//! How the derive writes an entity: its plain data as one text, and beside it the parts that are code.
//!
//! A text costs rustc nothing. The same data as struct literals in a `static` was a quarter of what an entity cost to
//! compile: every literal, path and slice of it is checked, borrow-checked and interpreted, for every option of every
//! field of every entity. The derive has checked what it writes; it is read on first use.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use serde::{Deserialize, Deserializer};

use crate::entity::DynHooks;
use crate::entity::fields::{self, Fields};
use crate::entity::names;
use crate::entity::{
    Actions, CheckDef, DefaultDef, DynPolicy, Entity, EntityDef, FieldDef, ManyDef, NumberFilter, OnDelete,
    PolicyDef, Reference, RelationDef, Rule, SkipField, ToManyRows, Values,
};
use crate::types::Kind;
use crate::value::{Deprecation, Value};

/// An entity as declared. Declarations refer to each other, so that rustc can follow relations when it evaluates checks.
pub struct Declaration {
    /// The plain data: a `DeclarationJson`.
    pub json: &'static str,
    /// The entity's name.
    pub name: &'static str,
    /// Where it is declared. With the name it tells entities apart.
    pub place: &'static str,
    /// A hash of the name and the line: rustc is slow in comparing texts.
    pub hash: u64,
    /// Whether all of it was understood. Otherwise an error was reported, and it must not be blamed for what it lacks.
    pub is_whole: bool,
    /// The names of its fields, with spaces between them; those of to-many relations are not among them.
    pub names: &'static str,
    /// Of those the stored ones that may hold a principal's subject.
    pub subjects: &'static str,
    /// To-one relations.
    pub references: &'static [Reference],
    /// To-many relations.
    pub many: &'static [ToManyRows],
    /// Values of new rows that are no literals, by the field's index.
    pub defaults: &'static [DefaultFn],
    /// The conditions of numbers over relations, by the field's index.
    pub number_filters: &'static [(usize, NumberFilter)],
    /// The policy types that rules refer to by index.
    pub policies: &'static [&'static dyn DynPolicy],
    /// The application's code that runs with its writes.
    pub hooks: Option<&'static dyn DynHooks>,
    /// Its actions.
    pub actions: Option<&'static Actions>,
    /// The function that returns the definition.
    pub def: EntityDefFn,
    /// The definition, once it is read.
    pub once: OnceLock<EntityDef>,
}

impl fmt::Debug for Declaration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Declaration").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The function that returns the definition of a relation's target.
pub type EntityDefFn = fn() -> &'static EntityDef;

/// A field by its index, and the function that makes its default.
pub type DefaultFn = (usize, fn() -> Value);

/// A declaration of `E`, by its plain data, its name and place, the names of its fields and its subjects, and its parts that are
/// code.
#[must_use]
pub const fn declare<E: Entity>(
    json: &'static str,
    [name, place, names, subjects]: [&'static str; 4],
    hash: u64,
    is_whole: bool,
    defaults: &'static [DefaultFn],
    policies: &'static [&'static dyn DynPolicy],
    hooks: Option<&'static dyn DynHooks>,
) -> Declaration {
    Declaration {
        json,
        name,
        place,
        hash,
        is_whole,
        names,
        subjects,
        references: E::REFERENCES,
        many: E::MANY,
        defaults,
        number_filters: E::NUMBER_FILTERS,
        policies,
        hooks,
        actions: Some(E::ACTIONS),
        def: E::def,
        once: OnceLock::new(),
    }
}

/// As [`declare`], of values that are no rows.
#[must_use]
pub const fn declare_values<V: Values>(
    json: &'static str,
    [name, place, names, subjects]: [&'static str; 4],
    hash: u64,
    is_whole: bool,
    defaults: &'static [DefaultFn],
) -> Declaration {
    Declaration {
        json,
        name,
        place,
        hash,
        is_whole,
        names,
        subjects,
        references: V::REFERENCES,
        many: &[],
        defaults,
        number_filters: &[],
        policies: &[],
        hooks: None,
        actions: None,
        def: V::described,
        once: OnceLock::new(),
    }
}

impl Declaration {
    /// The definition; `M` is the entity's model, whose fields' types are those of the definition.
    pub(super) fn read<M: Fields>(&'static self) -> &'static EntityDef {
        self.once.get_or_init(|| self.parse().complete(self, &fields::kinds::<M>()))
    }

    /// As [`Declaration::read`], of values that are no rows, by the types of their fields: they have no key before them.
    #[doc(hidden)]
    pub fn read_values<V: Fields>(&'static self) -> &'static EntityDef {
        self.once.get_or_init(|| {
            let key = (Kind::I64, false);
            let types: Vec<_> = std::iter::once(key).chain(fields::kinds::<V>()).collect();
            self.parse().complete(self, &types)
        })
    }

    fn parse(&self) -> DeclarationJson {
        serde_json::from_str(self.json).unwrap_or_else(|error| {
            panic!("`entify` and `entify-macros` are of different versions: {error} in {}", self.json)
        })
    }
}

/// The JSON of a declaration. What is left out is empty or off.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "'de: 'static"))]
struct DeclarationJson {
    /// The plain data of the definition.
    entity: EntityDef,
    /// The rules of reading, creating, updating and deleting.
    policy: [RuleJson; 4],
    /// The rules of single fields, by their index: of reading, of writing.
    #[serde(default)]
    rules: Vec<(usize, Option<RuleJson>, Option<RuleJson>)>,
    /// Defaults that are literals, by the field's index.
    #[serde(default)]
    defaults: Vec<(usize, LiteralJson)>,
    /// To-one relations, in the order of the declaration's targets.
    #[serde(default)]
    relations: Vec<RelationJson>,
    /// To-many relations.
    #[serde(default)]
    many: Vec<ToManyJson>,
}

/// A literal, read by the field's type.
#[derive(Debug, Deserialize)]
enum LiteralJson {
    Bool(bool),
    Number(String),
    Text(String),
    Now,
    Uuid,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RelationJson {
    #[serde(deserialize_with = "text")]
    graphql: &'static str,
    on_delete: OnDelete,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToManyJson {
    #[serde(deserialize_with = "text")]
    graphql: &'static str,
    #[serde(default, deserialize_with = "text")]
    docs: &'static str,
    #[serde(default)]
    skip: SkipField,
    #[serde(default)]
    deprecated: Option<Deprecation>,
}

/// A [`Rule`].
#[derive(Debug, Deserialize)]
pub(super) enum RuleJson {
    Public,
    Authenticated,
    Nobody,
    #[serde(deserialize_with = "text")]
    Role(&'static str),
    #[serde(deserialize_with = "text")]
    Owner(&'static str),
    /// By its index among the declaration's policies.
    Custom(usize),
    Any(Vec<RuleJson>),
    All(Vec<RuleJson>),
    Not(Box<RuleJson>),
}

impl DeclarationJson {
    /// The definition; the first of the types is the key's.
    fn complete(self, declaration: &Declaration, types: &[(Kind, bool)]) -> EntityDef {
        let policies = declaration.policies;
        let mut fields = self.entity.fields.to_vec();
        for (field, (kind, nullable)) in fields.iter_mut().zip(types.iter().skip(1)) {
            field.complete(*kind, *nullable);
        }
        for (relation, reference) in self.relations.into_iter().zip(declaration.references) {
            let RelationJson { graphql, on_delete } = relation;
            let Reference { name, field, key, target } = *reference;
            fields[field].kind = key;
            fields[field].relation = Some(RelationDef { name, graphql, target: target.def, on_delete });
        }
        for (field, literal) in self.defaults {
            fields[field].default = Some(literal.default(&fields[field].kind));
        }
        for (field, make) in declaration.defaults {
            fields[*field].default = Some(DefaultDef::Expression(*make));
        }
        for (field, filter) in declaration.number_filters {
            if let Some(number) = &mut fields[*field].number {
                number.filter = Some(*filter);
            }
        }
        for (field, read, write) in self.rules {
            fields[field].read = read.map(|rule| rule.rule(policies));
            fields[field].write = write.map(|rule| rule.rule(policies));
        }
        let many = self.many.into_iter().zip(declaration.many).map(|(many, rows)| {
            let ToManyJson { graphql, docs, skip, deprecated } = many;
            let ToManyRows { name, target, .. } = *rows;
            let link = rows.link(declaration);
            ManyDef { name, graphql, docs, target: target.def, link, skip, deprecated }
        });
        let [read, create, update, delete] = self.policy.map(|rule| rule.rule(policies));
        let table = names::identifier(self.entity.table);
        let checks = self.entity.checks.iter().enumerate().map(|(position, check)| CheckDef {
            name: names::numbered_check(table, position + 1).leak(),
            sql: check.sql,
        });
        EntityDef {
            table,
            checks: checks.collect::<Vec<_>>().leak(),
            fields: fields.leak(),
            many: many.collect::<Vec<_>>().leak(),
            policy: PolicyDef { read, create, update, delete },
            hooks: declaration.hooks,
            actions: declaration.actions.map_or(&[], Actions::complete),
            ..self.entity
        }
    }
}

impl RuleJson {
    pub(super) fn rule(self, policies: &[&'static dyn DynPolicy]) -> Rule {
        let each =
            |rules: Vec<Self>| &*rules.into_iter().map(|rule| rule.rule(policies)).collect::<Vec<_>>().leak();
        match self {
            Self::Public => Rule::Public,
            Self::Authenticated => Rule::Authenticated,
            Self::Nobody => Rule::Nobody,
            Self::Role(role) => Rule::Role(role),
            Self::Owner(field) => Rule::Owner(field),
            Self::Custom(position) => Rule::Custom(policies[position]),
            Self::Any(rules) => Rule::Any(each(rules)),
            Self::All(rules) => Rule::All(each(rules)),
            Self::Not(rule) => Rule::Not(Box::leak(Box::new(rule.rule(policies)))),
        }
    }
}

impl LiteralJson {
    fn default(self, kind: &Kind) -> DefaultDef {
        match self {
            Self::Now => DefaultDef::Now,
            Self::Uuid => DefaultDef::Uuid,
            literal => DefaultDef::Literal(Box::leak(Box::new(literal.value(kind)))),
        }
    }

    /// The value as a field of this type holds it. The derive has checked that it fits.
    fn value(self, kind: &Kind) -> Value {
        fn parsed<T: FromStr>(digits: &str, value: impl FnOnce(T) -> Value) -> Value {
            digits.parse().map_or(Value::Null, value)
        }
        match self {
            Self::Bool(value) => Value::Bool(value),
            Self::Text(text) => Value::Text(text),
            Self::Now | Self::Uuid => Value::Null,
            Self::Number(digits) => match kind {
                Kind::I16 | Kind::I32 | Kind::I64 => parsed(&digits, Value::Int),
                Kind::F32 => parsed(&digits, Value::Float32),
                Kind::F64 => parsed(&digits, Value::Float),
                Kind::Decimal => parsed(&digits, Value::Decimal),
                Kind::Bool
                | Kind::Text
                | Kind::Uuid
                | Kind::Date
                | Kind::Time
                | Kind::DateTime
                | Kind::Json
                | Kind::Bytes
                | Kind::Password
                | Kind::Enum(_)
                | Kind::List(_) => Value::Null,
            },
        }
    }
}

impl FieldDef {
    /// Adds what the text leaves out: the type, and the names that equal the field's name.
    fn complete(&mut self, kind: Kind, nullable: bool) {
        self.kind = kind;
        self.nullable = nullable;
        // A text that must be there is not empty, unless the declaration says so.
        let has_rule = kind == Kind::Text && !nullable && self.computed.is_none() && self.number.is_none();
        self.min_len = self.min_len.or(has_rule.then_some(1)).filter(|least| *least > 0);
        for name in [&mut self.wire, &mut self.graphql, &mut self.column] {
            if name.is_empty() {
                *name = self.name;
            }
        }
        self.column = names::identifier(self.column);
    }
}

// A definition lives as long as the program, and so do its parts.

/// Reads a text.
pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<&'static str, D::Error> {
    String::deserialize(from).map(|text| &*text.leak())
}

/// Reads a text that may be left out.
pub(super) fn some_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'static str>, D::Error> {
    text(from).map(Some)
}

/// Reads a list.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<&'static [T], D::Error> {
    Vec::deserialize(from).map(|list| &*list.leak())
}

/// Reads a list of texts.
pub(super) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<&'static [&'static str], D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    Ok(texts.into_iter().map(|text| &*text.leak()).collect::<Vec<_>>().leak())
}

/// Reads a list of pairs of texts.
pub(super) fn pairs<'de, D>(from: D) -> Result<&'static [[&'static str; 2]], D::Error>
where
    D: Deserializer<'de>,
{
    let pairs = Vec::<[String; 2]>::deserialize(from)?;
    Ok(pairs.into_iter().map(|pair| pair.map(|text| &*text.leak())).collect::<Vec<_>>().leak())
}

/// Reads a list of texts that may be left out.
pub(super) fn some_texts<'de, D>(from: D) -> Result<Option<&'static [&'static str]>, D::Error>
where
    D: Deserializer<'de>,
{
    texts(from).map(Some)
}
