//! The attribute language: every option of every context, one entry each. What is read of a declaration is kept as
//! written, with the span of each option, not yet interpreted.
//!
//! The position of an entry is its position in messages that list the options.

#[macro_use]
mod table;
mod admin_format;
mod computed;
mod deprecated;
mod number;
mod read;
mod sequence;
mod transitions;
mod value;
mod words;

pub use admin_format::AdminFormat;
pub use computed::{Computed, NumberFunction, RelationNumber};
pub use deprecated::{Deprecated, expand_deprecation};
pub use number::{Count, Number};
pub use read::{Nested, read, read_all, read_named};
pub use sequence::Sequence;
pub use table::{Applies, Once, Options, Requirement, resolve};
pub use transitions::Transitions;
pub use value::{
    Choice, ColumnFlag, Condition, EntityPath, Expression, FieldName, FieldNames, Flag, Keyed, Label, Order,
    Policy, Search, Sorts, Text, Versions, WordList,
};
pub use words::{Color, Format, Key, OnDelete, Skip, SkipField, Timestamps, Words};

use table::Repeated;

resolved_options! {
    /// `#[entity(…)]` on a struct.
    EntityAttrs => EntityOptions, LoweredEntityAttrs on "a struct", or FieldAttrs on "a field";
    table: Once<Text> => lowered,
    was: Once<Text> => member,
    plural: Once<Text> => lowered,
    key: Once<Choice<Key>> => member,
    key_column: Once<Text> => member,
    key_sql: Once<Text> => member,
    timestamps: Once<Choice<Timestamps>> => member,
    external: Once<Flag> => member,
    policy: Once<Policy> => lowered,
    index: Repeated<Sorts> => lowered,
    unique: Repeated<FieldNames> => lowered,
    check: Repeated<Condition> => lowered,
    order: Once<Order> => lowered,
    skip: Once<WordList<Skip>> => member,
    rest: Once<Nested<RestAttrs>> => lowered,
    graphql: Once<Nested<GraphqlAttrs>> => lowered,
    admin: Once<Nested<AdminAttrs>> => lowered,
    version: Once<Versions> => member,
    soft_delete: Once<Flag> => member,
    history: Once<Flag> => member,
    hooks: Once<Flag> => lowered,
    deprecated: Once<Nested<DeprecatedAttrs>> => member,
}

options! {
    /// `rest(…)` on a struct.
    RestAttrs on "`rest(…)`";
    path: Once<Text>,
}

options! {
    /// `graphql(…)` on a struct.
    GraphqlAttrs on "`graphql(…)`";
    name: Once<Text>,
}

options! {
    /// `admin(…)` on a struct.
    AdminAttrs on "`admin(…)`";
    label: Once<Label>,
    list: Once<FieldNames>,
    icon: Once<Text>,
    group: Once<Text>,
}

options! {
    /// `admin(…)` on a field.
    AdminFieldAttrs on "`admin(…)` of a field";
    format: Once<AdminFormat>,
}

const NOT_STORED: &str = "it is not stored";
const NOT_WRITTEN: &str = "it is never written";
const READ_ONLY: &str = "a `read_only` field is never written";
const HIDDEN: &str = "it would reveal what must not be shown";

// Each entry decides everything that a field's option must decide (`table::FieldRule`): an empty list says that nothing
// is required or contradicted.
field_options! {
    /// `#[entity(…)]` on a field.
    FieldAttrs => FieldOptions, LoweredFieldAttrs on "a field", or EntityAttrs on "the struct";
    unique: Once<ColumnFlag> => member {
        applies: Column,
        requires: [Sortable],
        computed: [unique: NOT_STORED],
        excludes: [index: "`unique` makes an index already"],
    }
    index: Once<ColumnFlag> => member {
        applies: Column,
        requires: [Sortable],
        computed: [index: NOT_STORED],
        excludes: [],
    }
    filter: Once<Flag> => member {
        applies: Column,
        requires: [],
        computed: [],
        excludes: [skip(filter): "remove one of them"],
    }
    sort: Once<Flag> => member {
        applies: Column,
        requires: [Sortable],
        computed: [],
        excludes: [],
    }
    aggregate: Once<Flag> => member {
        applies: Value,
        requires: [Comparable],
        computed: [],
        excludes: [write_only: HIDDEN],
    }
    search: Once<Search> => member {
        applies: Value,
        requires: [Text],
        computed: [search(fulltext): NOT_STORED],
        excludes: [],
    }
    default: Once<Expression> => lowered {
        applies: Value,
        requires: [],
        computed: [default: NOT_WRITTEN],
        excludes: [],
    }
    min_len: Once<Count> => member {
        applies: Value,
        requires: [Length],
        computed: [min_len: NOT_WRITTEN],
        excludes: [],
    }
    max_len: Once<Count> => member {
        applies: Value,
        requires: [Length],
        computed: [max_len: NOT_WRITTEN],
        excludes: [],
    }
    min: Once<Number> => member {
        applies: Value,
        requires: [Numeric],
        computed: [min: NOT_WRITTEN],
        excludes: [],
    }
    max: Once<Number> => member {
        applies: Value,
        requires: [Numeric],
        computed: [max: NOT_WRITTEN],
        excludes: [],
    }
    pattern: Once<Text> => member {
        applies: Value,
        requires: [Text],
        computed: [pattern: NOT_WRITTEN],
        excludes: [],
    }
    format: Once<Choice<Format>> => member {
        applies: Value,
        requires: [Text],
        computed: [format: NOT_WRITTEN],
        excludes: [],
    }
    multiline: Once<Flag> => member {
        applies: Value,
        requires: [Text],
        computed: [],
        excludes: [],
    }
    read_only: Once<Flag> => member {
        applies: Column,
        requires: [],
        computed: [read_only: "it is never written anyway"],
        excludes: [
            write_only: "no one could use the field",
            immutable: READ_ONLY,
            skip(create): READ_ONLY,
            skip(update): READ_ONLY
        ],
    }
    write_only: Once<Flag> => member {
        applies: Column,
        requires: [],
        computed: [write_only: "no one could use the field"],
        excludes: [filter: HIDDEN, sort: HIDDEN, search: HIDDEN],
    }
    immutable: Once<Flag> => member {
        applies: Column,
        requires: [],
        computed: [immutable: NOT_WRITTEN],
        excludes: [skip(update): "an `immutable` field is in no update"],
    }
    admin: Once<Nested<AdminFieldAttrs>> => member {
        applies: Value,
        requires: [],
        computed: [],
        excludes: [write_only: HIDDEN],
    }
    skip: Once<WordList<SkipField>> => member {
        applies: Any,
        requires: [],
        computed: [skip(create): NOT_WRITTEN, skip(update): NOT_WRITTEN],
        excludes: [],
    }
    rename: Once<Text> => lowered {
        applies: Any,
        requires: [],
        computed: [],
        excludes: [],
    }
    deprecated: Once<Nested<DeprecatedAttrs>> => member {
        applies: Any,
        requires: [],
        computed: [],
        excludes: [],
    }
    column: Once<Text> => lowered {
        applies: Column,
        requires: [],
        computed: [column: NOT_STORED],
        excludes: [],
    }
    was: Once<Text> => member {
        applies: Column,
        requires: [],
        computed: [was: NOT_STORED],
        excludes: [],
    }
    on_delete: Once<Choice<OnDelete>> => lowered {
        applies: ToOne,
        requires: [],
        computed: [],
        excludes: [],
    }
    inverse: Once<FieldName> => lowered {
        applies: ToMany,
        requires: [],
        computed: [],
        excludes: [],
    }
    through: Once<EntityPath> => lowered {
        applies: ToMany,
        requires: [],
        computed: [],
        excludes: [],
    }
    sequence: Once<Sequence> => lowered {
        applies: Value,
        requires: [Whole],
        computed: [sequence: NOT_WRITTEN],
        excludes: [
            default: "the engine counts",
            skip(create): "no client sets it anyway",
            skip(update): "no client sets it anyway"
        ],
    }
    transitions: Once<Transitions> => member {
        applies: Value,
        requires: [Enum],
        computed: [transitions: NOT_WRITTEN],
        excludes: [immutable: "an `immutable` field never changes"],
    }
    precision: Once<Count> => member {
        applies: Value,
        requires: [Decimal],
        computed: [precision: "it is not stored; `scale` rounds it"],
        excludes: [],
    }
    scale: Once<Count> => member {
        applies: Value,
        requires: [Decimal],
        computed: [],
        excludes: [],
    }
    computed: Once<Computed> => lowered {
        applies: Value,
        requires: [],
        computed: [],
        excludes: [],
    }
    policy: Once<Policy> => lowered {
        applies: Column,
        requires: [],
        computed: [],
        excludes: [],
    }
}

options! {
    /// `computed(…)` on a field.
    ComputedAttrs on "`computed(…)`";
    sql: Once<Text>,
}

options! {
    /// `#[entity(…)]` on the input or the output of an action.
    ValuesAttrs on "an input or output of an action", or EntityAttrs on "an entity";
    graphql: Once<Nested<GraphqlAttrs>>,
}

options! {
    /// `#[action(…)]` on a function of `#[entify::actions]`.
    ActionAttrs on "an action", or EntityAttrs on "an entity";
    policy: Once<Policy>,
    confirm: Once<Flag>,
    collection: Once<Flag>,
    read: Once<Flag>,
    deprecated: Once<Nested<DeprecatedAttrs>>,
}

options! {
    /// `deprecated(…)` on whatever has it.
    DeprecatedAttrs on "`deprecated(…)`";
    since: Once<Text>,
    note: Once<Text>,
    sunset: Once<Text>,
}

options! {
    /// `#[entity(…)]` on an enum.
    EnumAttrs on "an enum", or VariantAttrs on "a variant";
    ordered: Once<Flag>,
}

options! {
    /// `#[entity(…)]` on a variant.
    VariantAttrs on "a variant";
    rename: Once<Text>,
    was: Once<Text>,
    color: Once<Choice<Color>>,
    deprecated: Once<Nested<DeprecatedAttrs>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The options that the first columns of a table of the derive's documentation name: `filter` and `sort` of
    /// `` | `filter`, `sort` | … | ``, and those within parentheses.
    fn documented(section: &str) -> Vec<(String, String)> {
        let docs = include_str!("lib.rs");
        let after = docs.split_once(&format!("/// # {section}\n")).expect("the section").1;
        let rows = after
            .lines()
            .skip_while(|line| !line.starts_with("/// | `"))
            .take_while(|line| line.starts_with("/// |"));
        let column = |row: &str| row.replace("\\|", "/").split('|').nth(1).unwrap_or_default().to_owned();
        let columns: Vec<String> = rows.map(column).collect();
        let spans = columns.iter().flat_map(|column| column.split('`').skip(1).step_by(2));
        let name =
            |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        spans.map(|span| (name(span), span.to_owned())).collect()
    }

    fn assert_documented(section: &str, options: &[&str]) {
        let documented = documented(section);
        let missing: Vec<_> =
            options.iter().filter(|name| documented.iter().all(|(known, _)| known != *name)).collect();
        assert!(missing.is_empty(), "no row in `{section}` of lib.rs: {missing:?}");
        let unknown: Vec<_> =
            documented.iter().filter(|(name, _)| !options.contains(&name.as_str())).collect();
        assert!(unknown.is_empty(), "rows in `{section}` of lib.rs without an option: {unknown:?}");
    }

    #[test]
    fn every_option_is_documented_and_no_other() {
        assert_documented("Options of the struct", EntityAttrs::NAMES);
        assert_documented("Options of a field", FieldAttrs::NAMES);
        assert_documented("Options of an action", ActionAttrs::NAMES);
    }

    #[test]
    fn every_option_in_parentheses_is_documented_and_no_other() {
        for (section, outer, options) in [
            ("Options of the struct", "rest", RestAttrs::NAMES),
            ("Options of the struct", "graphql", GraphqlAttrs::NAMES),
            ("Options of the struct", "admin", AdminAttrs::NAMES),
            ("Options of a field", "admin", AdminFieldAttrs::NAMES),
            ("Options of a field", "computed", ComputedAttrs::NAMES),
            ("Options of the struct", "deprecated", DeprecatedAttrs::NAMES),
            ("Options of a field", "deprecated", DeprecatedAttrs::NAMES),
            ("Options of an action", "deprecated", DeprecatedAttrs::NAMES),
        ] {
            let documented = documented(section);
            let (_, span) = documented.iter().find(|(name, _)| name == outer).expect("a row");
            let inner =
                span.strip_prefix(outer).and_then(|rest| rest.strip_prefix('(')).expect("parentheses");
            let inner =
                syn::parse_str::<syn::ExprCall>(&format!("f({}", inner.replace('…', ""))).expect("options");
            let names: Vec<String> = inner
                .args
                .iter()
                .map(|option| match option {
                    syn::Expr::Assign(pair) => quote::quote!(#pair).to_string(),
                    other => quote::quote!(#other).to_string(),
                })
                .map(|text| text.split([' ', '(']).next().unwrap_or_default().to_owned())
                .collect();
            assert_eq!(names, options, "`{outer}(…)` in lib.rs");
        }
    }

    #[test]
    fn messages_about_types_name_the_options_that_ask_for_them() {
        for requirement in Requirement::ALL {
            let asking = FieldAttrs::RULES.iter().filter(|rule| rule.requires.contains(&requirement));
            let mut asking: Vec<&str> = asking.map(|rule| rule.name).collect();
            let (options, _) = requirement.description();
            let mut named: Vec<&str> = options.split('`').skip(1).step_by(2).collect();
            asking.sort_unstable();
            named.sort_unstable();
            assert_eq!(asking, named, "{requirement:?}");
        }
    }

    #[test]
    fn what_computed_refuses_is_said_by_the_option_itself() {
        for rule in FieldAttrs::RULES {
            for part in rule.computed {
                let name = part.option.split('(').next();
                assert_eq!(name, Some(rule.name), "`{}` in the entry of `{}`", part.option, rule.name);
            }
        }
    }
}
