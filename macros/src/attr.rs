//! What was written: the options of structs, fields and variants, with the place of each, undecided.

mod options;
mod value;

use darling::FromMeta;

pub use options::{Checked, Options, read, read_all};
pub use value::{Choice, Flag, Keyed, Name, Names, Number, Policy, Search, Sorts, Target, Text, Value};

/// An option of a struct that may be absent.
type Optional<T> = Option<Keyed<T>>;

/// `#[entity(…)]` on a struct.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub struct EntityAttrs {
    pub table: Optional<Text>,
    pub plural: Optional<Text>,
    pub key: Optional<Choice>,
    pub policy: Optional<Policy>,
    #[darling(multiple)]
    pub index: Vec<Keyed<Sorts>>,
    #[darling(multiple)]
    pub unique: Vec<Keyed<Names>>,
    #[darling(multiple)]
    pub check: Vec<Keyed<Text>>,
    pub order: Optional<Sorts>,
    pub skip: Optional<Names>,
    pub rest: Optional<Checked<RestAttrs>>,
    pub graphql: Optional<Checked<GraphqlAttrs>>,
    pub admin: Optional<Checked<AdminAttrs>>,
    pub version: Optional<Flag>,
    pub soft_delete: Optional<Flag>,
    pub history: Optional<Flag>,
    pub hooks: Optional<Flag>,
}

impl Options for EntityAttrs {
    const PLACE: &'static str = "a struct";
    const NAMES: &'static [&'static str] = &[
        "table",
        "plural",
        "key",
        "policy",
        "index",
        "unique",
        "check",
        "order",
        "skip",
        "rest",
        "graphql",
        "admin",
        "version",
        "soft_delete",
        "history",
        "hooks",
    ];
    const REPEATABLE: &'static [&'static str] = &["index", "unique", "check"];
    const ELSEWHERE: &'static [(&'static str, &'static [&'static str])] = &[("a field", FieldAttrs::NAMES)];
}

/// `rest(…)` on a struct.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub struct RestAttrs {
    pub path: Optional<Text>,
}

impl Options for RestAttrs {
    const PLACE: &'static str = "`rest(…)`";
    const NAMES: &'static [&'static str] = &["path"];
}

/// `graphql(…)` on a struct.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub struct GraphqlAttrs {
    pub name: Optional<Text>,
}

impl Options for GraphqlAttrs {
    const PLACE: &'static str = "`graphql(…)`";
    const NAMES: &'static [&'static str] = &["name"];
}

/// `admin(…)` on a struct.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub struct AdminAttrs {
    pub label: Optional<Name>,
    pub list: Optional<Names>,
    pub icon: Optional<Text>,
    pub group: Optional<Text>,
}

impl Options for AdminAttrs {
    const PLACE: &'static str = "`admin(…)`";
    const NAMES: &'static [&'static str] = &["label", "list", "icon", "group"];
}

/// `#[entity(…)]` on a field.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub struct FieldAttrs {
    pub unique: Optional<Flag>,
    pub index: Optional<Flag>,
    pub filter: Optional<Flag>,
    pub sort: Optional<Flag>,
    pub search: Optional<Search>,
    pub default: Optional<Value>,
    pub min_len: Optional<Number>,
    pub max_len: Optional<Number>,
    pub min: Optional<Number>,
    pub max: Optional<Number>,
    pub pattern: Optional<Text>,
    pub format: Optional<Choice>,
    pub multiline: Optional<Flag>,
    pub read_only: Optional<Flag>,
    pub write_only: Optional<Flag>,
    pub immutable: Optional<Flag>,
    pub skip: Optional<Names>,
    pub rename: Optional<Text>,
    pub column: Optional<Text>,
    pub was: Optional<Text>,
    pub on_delete: Optional<Choice>,
    pub inverse: Optional<Name>,
    pub through: Optional<Target>,
    pub precision: Optional<Number>,
    pub scale: Optional<Number>,
    pub computed: Optional<Checked<ComputedAttrs>>,
    pub policy: Optional<Policy>,
}

impl Options for FieldAttrs {
    const PLACE: &'static str = "a field";
    const NAMES: &'static [&'static str] = &[
        "unique",
        "index",
        "filter",
        "sort",
        "search",
        "default",
        "min_len",
        "max_len",
        "min",
        "max",
        "pattern",
        "format",
        "multiline",
        "read_only",
        "write_only",
        "immutable",
        "skip",
        "rename",
        "column",
        "was",
        "on_delete",
        "inverse",
        "through",
        "precision",
        "scale",
        "computed",
        "policy",
    ];
    const ELSEWHERE: &'static [(&'static str, &'static [&'static str])] =
        &[("the struct", EntityAttrs::NAMES)];
}

/// `computed(…)` on a field.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub struct ComputedAttrs {
    pub sql: Optional<Text>,
}

impl Options for ComputedAttrs {
    const PLACE: &'static str = "`computed(…)`";
    const NAMES: &'static [&'static str] = &["sql"];
}

/// `#[entity(…)]` on an enum.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub struct EnumAttrs {}

impl Options for EnumAttrs {
    const PLACE: &'static str = "an enum";
    const NAMES: &'static [&'static str] = &[];
    const ELSEWHERE: &'static [(&'static str, &'static [&'static str])] =
        &[("a variant", VariantAttrs::NAMES)];
}

/// `#[entity(…)]` on a variant.
#[derive(Debug, Default, FromMeta)]
#[darling(default)]
pub struct VariantAttrs {
    pub rename: Optional<Text>,
}

impl Options for VariantAttrs {
    const PLACE: &'static str = "a variant";
    const NAMES: &'static [&'static str] = &["rename"];
}
