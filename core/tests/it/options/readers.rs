//! Every option has a reader: a declaration with it makes another table, schema or document than the one without.
//!
//! What an option does is tested in its own file; here is that none is taken and then forgotten.

use std::collections::BTreeSet;

use entify::db::Dialect;
use entify::entity::{EntityDef, Registry};
use entify::migrate::{DatabaseSchema, ddl};

/// Declarations that differ from the first by one option each: options of the struct, of a text, of a number and of a
/// relation.
macro_rules! things {
    ($($option:ident: [$($entity:tt)*] [$($text:tt)*] [$($price:tt)*] [$($parent:tt)*];)*) => {
        $(mod $option {
            use entify::prelude::*;

            #[derive(Entity)]
            #[entity($($entity)*)]
            pub(super) struct Thing {
                #[entity($($text)*)]
                text: String,
                #[entity($($price)*)]
                price: Decimal,
                #[entity($($parent)*)]
                parent: Option<One<Thing>>,
            }
        })*

        /// Each with the option's name.
        fn things() -> Vec<(&'static str, &'static EntityDef)> {
            use entify::entity::Entity as _;
            vec![$((stringify!($option), $option::Thing::def())),*]
        }
    };
}

things! {
    none: [policy = public] [] [] [];
    table: [policy = public, table = "stuff"] [] [] [];
    plural: [policy = public, plural = "stuff"] [] [] [];
    key: [policy = public, key = uuid] [] [] [];
    key_column: [policy = public, key_column = "number"] [] [] [];
    timestamps: [policy = public, timestamps = none] [] [] [];
    policy: [policy(read = public, write = role("staff"))] [] [] [];
    policy_of_field: [policy = public] [policy(read = role("staff"))] [] [];
    index: [policy = public, index(text, price)] [] [] [];
    index_of_field: [policy = public] [index] [] [];
    unique: [policy = public, unique(text, price)] [] [] [];
    unique_of_field: [policy = public] [unique] [] [];
    check: [policy = public, check("price > 0")] [] [] [];
    order: [policy = public, order = -price] [] [] [];
    skip: [policy = public, skip(graphql)] [] [] [];
    skip_of_field: [policy = public] [skip(rest)] [] [];
    path: [policy = public, rest(path = "stuff")] [] [] [];
    name: [policy = public, graphql(name = "Stuff")] [] [] [];
    version: [policy = public, version] [] [] [];
    version_required: [policy = public, version(required)] [] [] [];
    soft_delete: [policy = public, soft_delete] [] [] [];
    filter: [policy = public] [filter] [] [];
    sort: [policy = public] [sort] [] [];
    aggregate: [policy = public] [] [aggregate] [];
    search: [policy = public] [search] [] [];
    search_fulltext: [policy = public] [search(fulltext)] [] [];
    default: [policy = public] [default = "x"] [] [];
    min_len: [policy = public] [min_len = 2] [] [];
    max_len: [policy = public] [max_len = 9] [] [];
    min: [policy = public] [] [min = 1] [];
    max: [policy = public] [] [max = 9] [];
    pattern: [policy = public] [pattern = "^a+$"] [] [];
    format: [policy = public] [format = email] [] [];
    read_only: [policy = public] [] [] [read_only];
    write_only: [policy = public] [write_only] [] [];
    immutable: [policy = public] [immutable] [] [];
    rename: [policy = public] [rename = "words"] [] [];
    column: [policy = public] [column = "words"] [] [];
    on_delete: [policy = public] [] [] [on_delete = cascade];
    precision: [policy = public] [] [precision = 9, scale = 2] [];
    scale: [policy = public] [] [scale = 2] [];
    computed: [policy = public] [] [computed(sql = "1")] [];
}

mod many {
    use entify::prelude::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(super) struct Thing {
        text: String,
        price: Decimal,
        parent: Option<One<Thing>>,
        #[entity(inverse = parent)]
        children: Many<Thing>,
    }
}

/// Options of which nothing is seen in a description: what they do is tested in these files.
const ELSEWHERE: [(&str, &str); 25] = [
    ("confirm", include_str!("../actions/declared.rs")),
    ("collection", include_str!("../actions/declared.rs")),
    ("read", include_str!("../actions/declared.rs")),
    ("deprecated", include_str!("../actions/declared.rs")),
    ("since", include_str!("../actions/declared.rs")),
    ("note", include_str!("../actions/declared.rs")),
    ("sunset", include_str!("deprecated.rs")),
    ("sequence", include_str!("sequence.rs")),
    ("transitions", include_str!("transitions.rs")),
    ("external", include_str!("external.rs")),
    ("key_sql", include_str!("external.rs")),
    ("admin", include_str!("admin.rs")),
    ("label", include_str!("admin.rs")),
    ("list", include_str!("admin.rs")),
    ("icon", include_str!("admin.rs")),
    ("group", include_str!("admin.rs")),
    ("multiline", include_str!("multiline.rs")),
    ("history", include_str!("history.rs")),
    ("hooks", include_str!("hooks.rs")),
    ("through", include_str!("through.rs")),
    ("inverse", include_str!("inverse.rs")),
    ("was", include_str!("was.rs")),
    ("inline", include_str!("../admin/inline.rs")),
    ("color", include_str!("../admin/formats.rs")),
    ("ordered", include_str!("ordered.rs")),
];

/// Options that hold others, which are seen by those.
const OUTER: [&str; 3] = ["rest", "graphql", "sql"];

/// What follows from a declaration: tables on both databases, the GraphQL schema, the OpenAPI document.
fn descriptions(def: &'static EntityDef) -> [String; 4] {
    let registry = Registry::new(&[def]).expect("a registry");
    let [sqlite, postgres] = [Dialect::Sqlite, Dialect::Postgres]
        .map(|dialect| ddl::create(&DatabaseSchema::of(&[def], dialect), dialect).join("\n"));
    let sdl = entify::graphql::sdl(&registry).expect("a schema");
    [sqlite, postgres, sdl, entify::rest::spec(&registry, "API", "1").expect("a document")]
}

#[test]
fn every_option_changes_what_is_described() {
    let things = things();
    let without = descriptions(things[0].1);
    for (option, def) in &things[1..] {
        assert_ne!(descriptions(def), without, "nobody reads `{option}`");
    }
    use entify::entity::Entity as _;
    assert_ne!(descriptions(many::Thing::def()), without);
    // `precision` beside the `scale` that it needs.
    let of = |option: &str| things.iter().find(|(name, _)| *name == option).map(|(_, def)| descriptions(def));
    assert_ne!(of("precision"), of("scale"));
}

#[test]
fn no_option_is_left_out_here() {
    let table = include_str!("../../../../macros/src/attr.rs");
    let entry = regex::Regex::new(r"(?m)^    (\w+): (?:Once|Repeated)<").expect("a pattern");
    let options: BTreeSet<&str> = entry.captures_iter(table).map(|found| found.extract::<1>().1[0]).collect();
    assert!(options.len() > 40, "{options:?}");
    let mut seen: BTreeSet<&str> = things().into_iter().map(|(name, _)| name).chain(OUTER).collect();
    for (option, file) in ELSEWHERE {
        assert!(file.contains("#[each_database(") || file.contains("#[test]"), "`{option}` has no test");
        seen.insert(option);
    }
    let missing: Vec<_> = options.difference(&seen).collect();
    assert!(missing.is_empty(), "no declaration here has these options: {missing:?}");
}
