//! The static description of an entity, as the derive writes it.
//!
//! Everything here is plain data. Names are final: the derive has applied the defaults, and what is too long for
//! PostgreSQL is shortened, so no reader derives a name again.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use crate::entity::DynHooks;
use crate::entity::declare::{list, pairs, some_text, some_texts, text, texts};
use crate::entity::info::EntityInfo;
use crate::entity::{Action, ActionDef, NumberDef, PolicyDef, Rule};
use crate::types::{FieldType, Kind};
use crate::value::{DeprecatedDef, Value};

/// SQLite's number of a row, which is no column that is listed.
pub(crate) const ROWID: &str = "rowid";

/// One entity: table, columns, relations, policy and surface options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntityDef {
    /// The struct's name: `InvoiceLine`.
    #[serde(deserialize_with = "text")]
    pub name: &'static str,
    /// The struct's doc comment, lines joined by `\n`; empty when there is none.
    #[serde(deserialize_with = "text")]
    pub docs: &'static str,
    /// The table: `invoice_line`.
    #[serde(deserialize_with = "text")]
    pub table: &'static str,
    /// The old table name (`was = "…"`), for migrations.
    #[serde(default, deserialize_with = "some_text")]
    pub was: Option<&'static str>,
    /// The plural in snake_case: `invoice_lines`.
    #[serde(deserialize_with = "text")]
    pub plural: &'static str,
    /// The singular in snake_case: `invoice_line`.
    #[serde(deserialize_with = "text")]
    pub singular: &'static str,
    /// The last segment of the REST path: `invoice-lines`.
    #[serde(deserialize_with = "text")]
    pub rest_path: &'static str,
    /// Names in the GraphQL schema.
    pub graphql: GraphqlNames,
    /// The kind of primary key.
    #[serde(default)]
    pub key: KeyKind,
    /// `key_column`: the key's column, where it is not `id`.
    #[serde(default, deserialize_with = "some_text")]
    pub key_column: Option<&'static str>,
    /// `key_sql`: the key is not stored but computed by this SQL, in which `{name}` is a field or a column; rows are
    /// only read then.
    #[serde(default, deserialize_with = "some_text")]
    pub key_sql: Option<&'static str>,
    /// `timestamps`: whether rows have `created_at` and `updated_at`.
    #[serde(default)]
    pub timestamps: Timestamps,
    /// `external`: the table is made and changed by others, and no migration is made for it.
    #[serde(default)]
    pub external: bool,
    /// Declared stored fields in declared order, to-one relations included.
    #[serde(deserialize_with = "list")]
    pub fields: &'static [FieldDef],
    /// To-many relations, which store nothing.
    #[serde(skip)]
    pub many: &'static [ManyDef],
    /// Secondary indexes over several columns or with a direction.
    #[serde(default, deserialize_with = "list")]
    pub indexes: &'static [IndexDef],
    /// Unique rules over several fields: `unique(a, b)`.
    #[serde(default, deserialize_with = "list")]
    pub uniques: &'static [IndexDef],
    /// Check constraints: `check("…")`.
    #[serde(default, deserialize_with = "list")]
    pub checks: &'static [CheckDef],
    /// The default order; empty means the primary key.
    #[serde(default, deserialize_with = "list")]
    pub order: &'static [SortDef],
    /// Who may read, create, update and delete.
    #[serde(skip)]
    pub policy: PolicyDef,
    /// Surfaces that leave this entity out.
    #[serde(default)]
    pub skip: Skip,
    /// How the admin shows it.
    #[serde(default)]
    pub admin: AdminDef,
    /// `version`: counts the changes of a row, so that a stale change can be refused.
    #[serde(default)]
    pub version: bool,
    /// `version(required)`: a change of one row that names no version is refused.
    #[serde(default)]
    pub version_required: bool,
    /// `soft_delete`: a deleted row is kept, hidden, until it is restored or purged.
    #[serde(default)]
    pub soft_delete: bool,
    /// `history`: every write of a row is recorded with who, when and what.
    #[serde(default)]
    pub history: bool,
    /// `deprecated(…)`: since when and why it should not be used any more, if it should not.
    #[serde(default)]
    pub deprecated: Option<DeprecatedDef>,
    /// One of the framework's own entities, whose table has a reserved name.
    #[serde(default)]
    pub framework: bool,
    /// What an action takes or answers: fields alone, without a table and a key.
    #[serde(default)]
    pub values: Option<ValuesRole>,
    /// The entity's verbs.
    #[serde(skip)]
    pub actions: &'static [ActionDef],
    /// `hooks`: the application's code that runs with its writes.
    #[serde(skip)]
    pub hooks: Option<&'static dyn DynHooks>,
    /// What is computed from the above, once.
    #[serde(skip)]
    pub info: InfoCell,
}

/// What values that are no rows are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ValuesRole {
    /// An action takes them.
    Input,
    /// An action answers them.
    Output,
}

/// The names of one entity in the GraphQL schema.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphqlNames {
    /// The object type, from which `…Connection`, `…Edge`, `…Filter`, `…Order`, `…Input` and `…Patch` follow.
    #[serde(deserialize_with = "text")]
    pub type_name: &'static str,
    /// The lower camel case singular: `invoiceLine`, as in `invoiceLineById`.
    #[serde(deserialize_with = "text")]
    pub one: &'static str,
    /// The lower camel case plural, the connection's root field: `invoiceLines`.
    #[serde(deserialize_with = "text")]
    pub many: &'static str,
    /// The upper camel case plural, as in `createInvoiceLines`: `InvoiceLines`.
    #[serde(deserialize_with = "text")]
    pub many_type: &'static str,
}

/// The kind of primary key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// A 64-bit identity column.
    #[default]
    Identity,
    /// A UUID, version 7, made by the engine.
    Uuid,
}

/// The times that the engine keeps of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Timestamps {
    /// `created_at` and `updated_at`.
    #[default]
    Both,
    /// Neither.
    None,
}

/// One stored field.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FieldDef {
    /// The Rust name of the stored value: `author_id` for `author: One<User>`.
    #[serde(deserialize_with = "text")]
    pub name: &'static str,
    /// The name in REST, imports and exports.
    #[serde(deserialize_with = "text")]
    pub wire: &'static str,
    /// The name in GraphQL.
    #[serde(deserialize_with = "text")]
    pub graphql: &'static str,
    /// The database column.
    #[serde(deserialize_with = "text")]
    pub column: &'static str,
    /// The old column name (`was = "…"`), for migrations.
    #[serde(deserialize_with = "some_text")]
    pub was: Option<&'static str>,
    /// The field's doc comment.
    #[serde(deserialize_with = "text")]
    pub docs: &'static str,
    /// The scalar type.
    #[serde(skip)]
    pub kind: Kind,
    /// Whether NULL is allowed.
    #[serde(skip)]
    pub nullable: bool,
    /// For a to-one relation: where it points.
    #[serde(skip)]
    pub relation: Option<RelationDef>,
    /// The default of a new row.
    #[serde(skip)]
    pub default: Option<DefaultDef>,
    /// `unique`: one row per value.
    pub unique: bool,
    /// `index`: a secondary index on this column.
    pub index: bool,
    /// May be filtered by.
    pub filter: bool,
    /// May be sorted by.
    pub sort: bool,
    /// `aggregate`: groups of rows may be asked for its least and greatest value, its sum and its average.
    pub aggregate: bool,
    /// Takes part in the free-text search.
    pub search: bool,
    /// The free-text search uses a full-text index for it.
    pub fulltext: bool,
    /// `computed(sql = "…")`: not stored but computed for every read. SQL in turns with the Rust names of stored
    /// columns: `["", "price", " * ", "amount", ""]`.
    #[serde(deserialize_with = "some_texts")]
    pub computed: Option<&'static [&'static str]>,
    /// `computed(count(comments))`: not stored but computed of related rows.
    pub number: Option<NumberDef>,
    /// Least length in characters (elements for a list, bytes for `Bytes`). 1 for a text that is not `Option` and says
    /// nothing else.
    pub min_len: Option<u32>,
    /// Greatest length in characters (elements for a list, bytes for `Bytes`).
    pub max_len: Option<u32>,
    /// Least value, inclusive.
    pub min: Option<Bound>,
    /// Greatest value, inclusive.
    pub max: Option<Bound>,
    /// A regular expression the text must match.
    #[serde(deserialize_with = "some_text")]
    pub pattern: Option<&'static str>,
    /// A well-known text format.
    pub format: Option<Format>,
    /// Long text: a text area in forms.
    pub multiline: bool,
    /// `admin(…)`: how the admin shows it.
    pub admin: AdminFieldDef,
    /// Never written by a client.
    pub read_only: bool,
    /// Never shown to a client.
    pub write_only: bool,
    /// Written on create only.
    pub immutable: bool,
    /// `sequence`: the engine numbers new rows.
    pub sequence: Option<SequenceDef>,
    /// `transitions(…)`: the changes of an enum that are valid, as pairs of variants; empty when every change is.
    #[serde(deserialize_with = "pairs")]
    pub transitions: &'static [[&'static str; 2]],
    /// `deprecated(…)`: since when and why it should not be used any more, if it should not.
    pub deprecated: Option<DeprecatedDef>,
    /// Decimal: total digits.
    pub precision: Option<u32>,
    /// Decimal: digits after the point.
    pub scale: Option<u32>,
    /// Surfaces and operations that leave the field out.
    pub skip: SkipField,
    /// `policy(read = …)`: who may read the value, in which rows; it is NULL in others. None for everyone who may
    /// read the row.
    #[serde(skip)]
    pub read: Option<Rule>,
    /// `policy(write = …)`: who may set the value, in which rows. None for everyone who may write the row.
    #[serde(skip)]
    pub write: Option<Rule>,
}

impl FieldDef {
    /// A field of type `T` with every option off.
    #[must_use]
    pub const fn of<T: FieldType>() -> Self {
        Self::plain(T::KIND, T::NULLABLE)
    }

    /// Whether a new row gets a value where none is given.
    #[must_use]
    pub const fn has_default(&self) -> bool {
        self.default.is_some() || self.sequence.is_some()
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
            aggregate: false,
            search: false,
            fulltext: false,
            computed: None,
            number: None,
            min_len: None,
            max_len: None,
            min: None,
            max: None,
            pattern: None,
            format: None,
            multiline: false,
            admin: AdminFieldDef { format: None },
            read_only: false,
            write_only: false,
            immutable: false,
            sequence: None,
            transitions: &[],
            deprecated: None,
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

/// Numbers that the engine gives to new rows: 1, 2, 3 …
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SequenceDef {
    /// The stored field within each of whose values rows are counted; all rows are, where there is none.
    #[serde(default, deserialize_with = "some_text")]
    pub per: Option<&'static str>,
}

/// The value of a new row.
#[derive(Debug, Clone, Copy)]
pub enum DefaultDef {
    /// The same for every row.
    Literal(&'static Value),
    /// Evaluated for each row.
    Expression(fn() -> Value),
    /// `now`: the time of the write, as the field's type holds it.
    Now,
    /// `uuid`: a new random one (version 4, RFC 9562).
    Uuid,
}

impl DefaultDef {
    /// The value for a row that is written at this time, of a field of this type.
    #[must_use]
    pub fn value(self, kind: Kind, now: DateTime<Utc>) -> Value {
        match self {
            Self::Literal(value) => value.clone(),
            Self::Expression(make) => make(),
            Self::Uuid => Value::Uuid(Uuid::new_v4()),
            Self::Now => match kind {
                Kind::Date => Value::Date(now.date_naive()),
                Kind::Time => Value::Time(now.time()),
                _ => Value::DateTime(now),
            },
        }
    }

    /// Whether it is another one for each row, as far as that is known without evaluating it.
    #[must_use]
    pub fn varies(self) -> bool {
        matches!(self, Self::Now | Self::Uuid)
    }
}

/// A bound of a numeric field, exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Bound {
    /// A whole number.
    Int(i64),
    /// Digits with a decimal point, as written: `"0.01"`.
    Decimal(#[serde(deserialize_with = "text")] &'static str),
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Bound::Int(n) => write!(f, "{n}"),
            Bound::Decimal(text) => f.write_str(text),
        }
    }
}

/// A well-known text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// An e-mail address as HTML's `type=email` takes it, if it is one by RFC 5321 too: no dot at an end of what is before
    /// the `@` or beside another, at most 64 characters there.
    Email,
    /// An absolute `http` or `https` URL.
    Url,
    /// Lower-case letters, digits and single hyphens.
    Slug,
}

impl Format {
    /// A regular expression that every text of the format matches: all there is to say of a slug, all but lengths of an
    /// e-mail address, and of a URL its beginning.
    pub(crate) const fn pattern(self) -> &'static str {
        match self {
            // That of HTML's `input type=email` (WHATWG HTML, valid e-mail address), with the dots of RFC 5321.
            Self::Email => concat!(
                r"^[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*",
                r"@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
                r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$"
            ),
            Self::Url => "^https?://",
            Self::Slug => "^[a-z0-9]+(?:-[a-z0-9]+)*$",
        }
    }
}

/// A to-one relation.
#[derive(Debug, Clone, Copy)]
pub struct RelationDef {
    /// The relation's Rust name: `author`.
    pub name: &'static str,
    /// The name in GraphQL.
    pub graphql: &'static str,
    /// The entity it points to.
    pub target: fn() -> &'static EntityDef,
    /// What happens to this row when the target is deleted.
    pub on_delete: OnDelete,
}

/// What happens to a row when the row it points to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// The deletion is refused (the default).
    Restrict,
    /// The row is deleted too.
    Cascade,
    /// The reference becomes NULL.
    SetNull,
}

/// A to-many relation.
#[derive(Debug)]
pub struct ManyDef {
    /// The relation's Rust name: `posts`.
    pub name: &'static str,
    /// The name in GraphQL.
    pub graphql: &'static str,
    /// The doc comment.
    pub docs: &'static str,
    /// The entity of the rows.
    pub target: fn() -> &'static EntityDef,
    /// How the rows are found.
    pub link: Link,
    /// Surfaces that leave the relation out.
    pub skip: SkipField,
    /// Since when and why it should not be used any more, if it should not.
    pub deprecated: Option<DeprecatedDef>,
}

/// How a to-many relation finds its rows.
#[derive(Debug, Clone, Copy)]
pub enum Link {
    /// The target's to-one relation of this name: `inverse = author`.
    Inverse(&'static str),
    /// A joining entity: `through = PostTag`.
    Through {
        /// The joining entity.
        via: fn() -> &'static EntityDef,
        /// Index in its `fields` of the reference to this entity.
        near: usize,
        /// Index in its `fields` of the reference to the target.
        far: usize,
    },
}

/// An index or a unique rule over one or more fields.
#[derive(Debug, Deserialize)]
#[serde(transparent, bound(deserialize = "'de: 'static"))]
pub struct IndexDef {
    /// The fields, in order.
    #[serde(deserialize_with = "list")]
    pub fields: &'static [SortDef],
}

/// A field with a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SortDef {
    /// The stored field's Rust name, or that of a field the engine adds: `id`, `created_at`.
    #[serde(deserialize_with = "text")]
    pub field: &'static str,
    /// Greatest first.
    pub descending: bool,
}

/// A check constraint written by the user.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckDef {
    /// The constraint's name, by its position: `ck_invoice_1`.
    #[serde(skip)]
    pub name: &'static str,
    /// The condition in SQL, valid on both dialects.
    #[serde(deserialize_with = "text")]
    pub sql: &'static str,
}

/// Surfaces that leave an entity out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Skip {
    /// Not in the GraphQL schema.
    pub graphql: bool,
    /// No REST resource.
    pub rest: bool,
    /// Not in the admin.
    pub admin: bool,
}

/// Surfaces and operations that leave a field out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SkipField {
    /// Not in the GraphQL schema.
    pub graphql: bool,
    /// Not in REST.
    pub rest: bool,
    /// Not in the admin.
    pub admin: bool,
    /// Not in create inputs.
    pub create: bool,
    /// Not in updates.
    pub update: bool,
    /// Not in filters.
    pub filter: bool,
}

impl SkipField {
    /// Left out nowhere.
    pub const NONE: Self =
        Self { graphql: false, rest: false, admin: false, create: false, update: false, filter: false };
}

/// How the admin shows a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdminFieldDef {
    /// The form of its values; that of its type when absent.
    pub format: Option<AdminFormat>,
}

/// A form in which the admin shows values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdminFormat {
    /// An amount of a currency, by its code.
    Money(Currency),
    /// How long something takes.
    Duration(DurationUnit),
    /// A number of bytes.
    Bytes,
    /// The day of a point in time.
    Date,
    /// A fraction: 0.25 is 25 %.
    Percent,
    /// A text in Markdown.
    Markdown,
    /// The address of a picture.
    Image,
    /// A colour as in CSS: `#1a7f5a`.
    Color,
    /// A text in a language for machines.
    Code(CodeLanguage),
}

/// The code of a currency: `USD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Currency(pub &'static str);

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text(from).map(Self)
    }
}

/// What a duration is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DurationUnit {
    /// Milliseconds.
    Ms,
    /// Seconds.
    S,
}

/// The language of a text for machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeLanguage {
    /// JSON, which is shown with indents.
    Json,
}

impl AdminFormat {
    /// What it is for, in words.
    #[must_use]
    pub fn needs(self) -> &'static str {
        match self {
            Self::Money(_) | Self::Duration(_) | Self::Bytes | Self::Percent => "numbers",
            Self::Date => "points in time",
            Self::Markdown | Self::Image | Self::Color | Self::Code(_) => "texts",
        }
    }

    /// Whether values of a kind can be shown so.
    #[must_use]
    pub fn suits(self, kind: Kind) -> bool {
        match self {
            Self::Money(_) | Self::Duration(_) | Self::Bytes | Self::Percent => kind.capabilities().numeric,
            Self::Date => kind == Kind::DateTime,
            Self::Markdown | Self::Image | Self::Color | Self::Code(_) => kind == Kind::Text,
        }
    }
}

/// How the admin shows an entity.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AdminDef {
    /// What a row is called in pickers and titles: a field, or a template of fields (`{first_name} {last_name}`). When
    /// absent, the first text that every row has.
    #[serde(deserialize_with = "some_text")]
    pub label: Option<&'static str>,
    /// The columns of the list page; the first few fields when empty.
    #[serde(deserialize_with = "texts")]
    pub list: &'static [&'static str],
    /// A short symbol beside the name.
    #[serde(deserialize_with = "some_text")]
    pub icon: Option<&'static str>,
    /// The heading it is listed under.
    #[serde(deserialize_with = "some_text")]
    pub group: Option<&'static str>,
}

/// Holds what is computed from a definition on first use.
#[derive(Default)]
pub struct InfoCell(OnceLock<EntityInfo>);

/// The info refers to the definition, which holds the cell: printing it would never end.
impl std::fmt::Debug for InfoCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InfoCell")
    }
}

impl InfoCell {
    /// An empty cell.
    #[must_use]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }
}

impl EntityDef {
    /// The rules of the entity and of its fields.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &Rule> {
        let own = Action::ALL.into_iter().map(|action| self.policy.rule(action));
        let own = own.chain(self.actions.iter().map(|action| &action.rule));
        own.chain(self.fields.iter().flat_map(|field| field.read.iter().chain(&field.write)))
    }

    /// Columns, lookups and cached statements of this entity.
    pub fn info(&'static self) -> &'static EntityInfo {
        self.info.0.get_or_init(|| EntityInfo::new(self))
    }

    /// Whether the key is a column of the table: not computed, and not SQLite's number of the row.
    pub(crate) fn has_stored_key(&self) -> bool {
        self.key_sql.is_none() && self.key_column != Some(ROWID)
    }

    /// Whether the change of every single row is recorded or passed to hooks: with `history` or `hooks`.
    pub(crate) fn is_tracked(&self) -> bool {
        self.history || self.hooks.is_some()
    }
}
