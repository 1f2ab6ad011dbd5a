//! How the derive writes an entity: its plain data as one text, and what only code can say beside it.
//!
//! A text costs rustc nothing. The same data as struct literals in a `static` was a quarter of what an entity cost to
//! compile: every literal, path and slice of it is checked, borrow-checked and interpreted, for every option of every
//! field of every entity. The derive has checked what it writes; it is read on first use.

use std::sync::OnceLock;

use serde::{Deserialize, Deserializer};

use crate::entity::fields::{self, Fields};
use crate::entity::{EntityDef, FieldDef, ManyDef, RelationDef, SkipField};
use crate::hooks::DynHooks;
use crate::policy::{PolicyDef, Rule};
use crate::types::{FieldType, Kind};
use crate::value::Value;

/// An entity as declared.
#[derive(Debug)]
pub struct Declaration {
    /// The plain data of its [`EntityDef`], in JSON. What is left out is empty or off.
    pub text: &'static str,
    /// What only code can say of a field, by its index.
    pub fields: &'static [(usize, FieldCode)],
    /// To-many relations.
    pub many: &'static [ManyDef],
    /// Who may read, create, update and delete.
    pub policy: PolicyDef,
    /// The application's code that runs with its writes.
    pub hooks: Option<&'static dyn DynHooks>,
    /// What was read.
    pub def: DefCell,
}

/// What only code can say of a field; see [`FieldDef`].
#[derive(Debug)]
pub enum FieldCode {
    /// Where it points.
    Relation(RelationDef),
    /// The value of a new row.
    Default(fn() -> Value),
    /// `policy(read = …)`
    Read(Rule),
    /// `policy(write = …)`
    Write(Rule),
}

/// Holds what was read of a declaration.
#[derive(Debug, Default)]
pub struct DefCell(OnceLock<EntityDef>);

impl DefCell {
    /// An empty cell.
    #[must_use]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }
}

impl Declaration {
    /// The definition; `M` is the entity's model, whose fields' types are those of the definition.
    pub fn read<M: Fields>(&'static self) -> &'static EntityDef {
        self.def.0.get_or_init(|| {
            let def = self.parse();
            let mut fields = def.fields.to_vec();
            // The model's first column is the key.
            let kinds = fields::kinds::<M>().into_iter().skip(1);
            for (field, (kind, nullable)) in fields.iter_mut().zip(kinds) {
                field.complete(kind, nullable);
            }
            for (field, code) in self.fields {
                fields[*field].add(code);
            }
            EntityDef {
                fields: fields.leak(),
                many: self.many,
                policy: self.policy,
                hooks: self.hooks,
                ..def
            }
        })
    }

    fn parse(&self) -> EntityDef {
        serde_json::from_str(self.text).unwrap_or_else(|error| {
            panic!("`entify` and `entify-macros` are of different versions: {error} in {}", self.text)
        })
    }
}

impl FieldDef {
    /// Adds what the text leaves out: the type, and names that are the field's own.
    fn complete(&mut self, kind: Kind, nullable: bool) {
        self.kind = kind;
        self.nullable = nullable;
        for name in [&mut self.wire, &mut self.graphql, &mut self.column] {
            if name.is_empty() {
                *name = self.name;
            }
        }
    }

    fn add(&mut self, code: &FieldCode) {
        match code {
            FieldCode::Relation(relation) => self.relation = Some(*relation),
            FieldCode::Default(value) => self.default = Some(*value),
            FieldCode::Read(rule) => self.read = Some(*rule),
            FieldCode::Write(rule) => self.write = Some(*rule),
        }
    }

    /// A field of type `T` with every option off.
    #[must_use]
    pub const fn of<T: FieldType>() -> Self {
        Self::plain(T::KIND, T::NULLABLE)
    }

    const fn plain(kind: Kind, nullable: bool) -> Self {
        Self {
            name: "",
            wire: "",
            graphql: "",
            column: "",
            was: None,
            docs: "",
            kind,
            nullable,
            relation: None,
            default: None,
            unique: false,
            index: false,
            filter: false,
            sort: false,
            search: false,
            fulltext: false,
            computed: None,
            min_len: None,
            max_len: None,
            min: None,
            max: None,
            pattern: None,
            format: None,
            multiline: false,
            read_only: false,
            write_only: false,
            immutable: false,
            precision: None,
            scale: None,
            skip: SkipField::NONE,
            read: None,
            write: None,
        }
    }
}

impl Default for FieldDef {
    fn default() -> Self {
        Self::plain(Kind::Bool, false)
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

/// Reads a list of texts that may be left out.
pub(super) fn some_texts<'de, D>(from: D) -> Result<Option<&'static [&'static str]>, D::Error>
where
    D: Deserializer<'de>,
{
    texts(from).map(Some)
}
