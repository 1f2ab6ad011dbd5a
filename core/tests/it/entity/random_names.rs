//! Random declarations with hostile names: each is refused with a named pair and the way out, or is served: its DDL runs
//! on both databases, its SDL follows the specification's grammar, and no schema of OpenAPI overwrites another.

use std::collections::{BTreeMap, BTreeSet};

use entify::db::{Dialect, Executor, Statement};
use entify::entity::{
    AdminDef, ColumnInfo, EntityDef, FieldDef, GraphqlNames, IndexDef, InfoCell, KeyKind, OnDelete, Registry,
    Skip, SortDef, Timestamps,
};
use entify::migrate::{DatabaseSchema, ddl};
use entify::policy::{PolicyDef, Rule};
use entify::prelude::*;
use entify::query::ListQuery;
use entify::service::Records;
use entify::testing::{TestDb, each_database};
use entify::value::{Assignments, Value};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sea_query::Values;

use crate::migrate::entities::{field, reference};
use crate::support::openapi;

/// Struct, table, plural in snake case, GraphQL type and plural there.
const ENTITIES: [(&str, &str, &str, &str, &str); 20] = [
    ("Order", "order", "orders", "Order", "orders"),
    ("OrderItem", "order_item", "order_items", "OrderItem", "orderItems"),
    ("Select", "select", "selects", "Select", "selects"),
    ("User", "user", "users", "User", "users"),
    ("UserId", "user_id_seq", "user_ids", "UserId", "userIds"),
    ("Page", "page", "pages", "Page", "pages"),
    ("PageData", "ft_page_data", "page_data_list", "PageData", "pageDataList"),
    ("PageKeys", "FT_PAGE_KEYS", "page_keys_list", "PageKeys", "pageKeysList"),
    ("PageEdge", "ix_order_item_status", "page_edges", "PageEdge", "pageEdges"),
    ("Book", "book", "books", "Book", "books"),
    ("BookPage", "book_page", "book_pages", "BookPage", "bookPages"),
    ("Problem", "problem", "problems", "Problem", "problems"),
    ("A", "a", "as", "A", "as"),
    ("AList", "a_list", "a_lists", "AList", "aLists"),
    ("Knot", "knot", "nodes", "Knot", "nodes"),
    ("Größe", "größe", "größen", "Größe", "größen"),
    ("T1", "t1", "t1s", "T1", "t1s"),
    ("JsonEach", "json_each", "json_eaches", "JsonEach", "jsonEaches"),
    ("PgClass", "pg_class", "pg_classes", "PgClass", "pgClasses"),
    ("Long", "a_table_with_a_name_of_just_the_sixty_three_bytes_that_are_kept", "longs", "Long", "longs"),
];

/// Column and REST name, and the name in GraphQL.
const FIELDS: [(&str, &str); 26] = [
    ("status", "status"),
    ("item_status", "itemStatus"),
    ("a", "a"),
    ("A", "A"),
    ("a_b", "aB"),
    ("b", "b"),
    ("b_c", "bC"),
    ("c", "c"),
    ("order", "order"),
    ("group", "group"),
    ("select", "select"),
    ("xmin", "xmin"),
    ("ctid", "ctid"),
    ("oid", "oid"),
    ("rowid", "rowid"),
    ("_rowid_", "rowid"),
    ("rank", "rank"),
    ("and", "and"),
    ("not", "not"),
    ("größe", "größe"),
    ("_2fa", "2fa"),
    ("limit", "limit"),
    ("sort", "sort"),
    ("q", "q"),
    ("ft_page", "ftPage"),
    ("a_column_with_a_name_of_fifty_four_bytes_or_so_in_total", "longOne"),
];

#[derive(Debug, Clone)]
struct Column {
    name: usize,
    unique: bool,
    index: bool,
    filter: bool,
    fulltext: bool,
}

#[derive(Debug, Clone)]
struct Declared {
    name: usize,
    uuid: bool,
    soft_delete: bool,
    columns: Vec<Column>,
    unique: bool,
    to_first: bool,
}

fn column() -> impl Strategy<Value = Column> {
    let name = prop_oneof![3 => 0..11_usize, 1 => 0..FIELDS.len()];
    let flags = [0.2, 0.3, 0.5, 0.2].map(prop::bool::weighted);
    (name, flags).prop_map(|(name, [unique, index, filter, fulltext])| Column {
        name,
        unique,
        index: index && !unique,
        filter: filter || unique || index,
        fulltext,
    })
}

fn declared() -> impl Strategy<Value = Declared> {
    let name = prop_oneof![3 => 0..10_usize, 1 => 0..ENTITIES.len()];
    let columns = prop::collection::vec(column(), 1..4);
    let flags = [0.3, 0.2, 0.3, 0.2].map(prop::bool::weighted);
    (name, columns, flags).prop_map(|(name, mut columns, [uuid, soft_delete, unique, to_first])| {
        // What the derive refuses in one declaration is no question of the registry: each name once.
        let mut seen = BTreeSet::new();
        columns.retain(|column| seen.insert(column.name));
        Declared { name, uuid, soft_delete, columns, unique, to_first }
    })
}

/// The definitions, of which some may refer to the first.
fn define(all: &[Declared]) -> Vec<&'static EntityDef> {
    let mut defs: Vec<&'static EntityDef> = Vec::new();
    for entity in all {
        let (name, table, plural, type_name, many) = ENTITIES[entity.name];
        let mut fields: Vec<FieldDef> = entity.columns.iter().map(field_of).collect();
        let unique: &'static [IndexDef] = match fields.as_slice() {
            [a, b, ..] if entity.unique => {
                let parts = [a, b].map(|field| SortDef { field: field.name, descending: false });
                vec![IndexDef { fields: parts.to_vec().leak() }].leak()
            }
            _ => &[],
        };
        if let Some(first) = defs.first().filter(|_| entity.to_first) {
            fields.push(reference_to(first));
        }
        let key = if entity.uuid { KeyKind::Uuid } else { KeyKind::Identity };
        defs.push(Box::leak(Box::new(EntityDef {
            name,
            docs: "",
            table,
            was: None,
            deprecated: None,
            plural,
            singular: table,
            rest_path: plural,
            graphql: GraphqlNames { type_name, one: type_name, many, many_type: plural },
            key,
            key_column: None,
            key_sql: None,
            timestamps: Timestamps::Both,
            external: false,
            fields: fields.leak(),
            many: &[],
            indexes: &[],
            uniques: unique,
            checks: &[],
            order: &[],
            policy: PolicyDef::all(Rule::Public),
            skip: Skip::default(),
            admin: AdminDef::default(),
            version: false,
            version_required: false,
            soft_delete: entity.soft_delete,
            history: false,
            framework: false,
            hooks: None,
            values: None,
            actions: &[],
            info: InfoCell::new(),
        })));
    }
    defs
}

fn field_of(column: &Column) -> FieldDef {
    let (name, graphql) = FIELDS[column.name];
    let Column { unique, index, filter, fulltext, .. } = *column;
    let search = fulltext;
    FieldDef {
        graphql,
        unique,
        index,
        filter,
        sort: filter,
        fulltext,
        search,
        ..field::<Option<String>>(name)
    }
}

/// A function without captures for each definition there may be.
fn reference_to(first: &'static EntityDef) -> FieldDef {
    use std::sync::Mutex;
    static FIRST: Mutex<Option<&'static EntityDef>> = Mutex::new(None);
    *FIRST.lock().unwrap() = Some(first);
    let target = || FIRST.lock().unwrap().expect("a definition");
    match first.key {
        KeyKind::Uuid => reference::<Option<Uuid>>("first_id", target, OnDelete::SetNull),
        KeyKind::Identity => reference::<Option<i64>>("first_id", target, OnDelete::SetNull),
    }
}

fn runner() -> TestRunner {
    TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[11; 32]))
}

/// Each line names both, or the one and why, and the way out.
fn assert_told(error: &str) {
    let told = "^.*`.+`.* (are both called|is called) `.+`.*; change (one|it) by .+$";
    let told = regex::Regex::new(told).expect("a pattern");
    for line in error.lines() {
        assert!(told.is_match(line), "{line}");
    }
}

const NONE: &[&EntityDef] = &[];

/// The tests that define entities run one after the other: where a reference leads is one variable for all.
static DEFINING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[each_database(NONE)]
async fn a_declaration_is_refused_by_name_or_served(test: TestDb) {
    let _defining = DEFINING.lock().await;
    let mut runner = runner();
    let (mut served, mut refused) = (0, 0);
    while served < 30 || refused < 100 {
        let all = prop::collection::vec(declared(), 1..4).new_tree(&mut runner).expect("a tree").current();
        let defs = define(&all);
        let registry = match App::new(defs.iter().copied()).registry() {
            Ok(registry) => registry,
            Err(error) => {
                assert_told(&error.to_string());
                refused += 1;
                continue;
            }
        };
        served += 1;
        let context = || format!("{all:#?}");
        runs(&test, &defs, &registry, context).await;
        check_sdl(&entify::graphql::sdl(&registry).expect("a schema"));
        check_openapi(&registry, defs.len());
    }
}

/// The tables are made, written, read, searched and dropped.
async fn runs(test: &TestDb, defs: &[&'static EntityDef], registry: &Registry, context: impl Fn() -> String) {
    let dialect = test.db().dialect();
    // A database for each: connections keep the plans of statements on tables of the same name.
    let test = match dialect {
        Dialect::Sqlite => TestDb::sqlite(defs).await,
        Dialect::Postgres => TestDb::postgres(defs).await.expect("the database that the test has"),
    };
    let ctx = test.ctx().with_entities(registry.clone());
    for info in defs.iter().map(|def| def.info()) {
        let records = Records::new(&ctx, info);
        let mut values = Assignments::new();
        let own = |column: &&ColumnInfo| column.field.is_some() && column.relation().is_none();
        for column in info.columns.iter().filter(own) {
            values.set(column.index, Value::Text("some words".to_owned()));
        }
        let made = records.create(values).await.unwrap_or_else(|error| panic!("{error:?}: {}", context()));
        let mut list = ListQuery::new(info.all());
        list.search = info.searched().next().map(|_| "words".to_owned());
        let page = records.list(&list).await.unwrap_or_else(|error| panic!("{error:?}: {}", context()));
        assert_eq!(page.items.len(), 1, "{}", context());
        let found = records.get_many(&[made.key().clone()], info.all()).await.expect("rows");
        assert_eq!(found.into_iter().flatten().count(), 1, "{}", context());
    }
    let executor = Executor::Pool(test.db().clone());
    for sql in ddl::drop(&DatabaseSchema::of(defs, dialect), dialect) {
        let dropped = executor.execute(Statement::new(sql.as_str(), Values(Vec::new()))).await;
        assert!(dropped.is_ok(), "{dropped:?} in\n{sql}\nof {}", context());
    }
    test.db().close().await;
}

/// Names by the grammar of the specification (section 2.1.9), none twice, none of introspection's.
fn check_sdl(sdl: &str) {
    let name = regex::Regex::new("^[A-Za-z_][A-Za-z0-9_]*$").expect("a pattern");
    let fits = |text: &str| name.is_match(text) && !text.starts_with("__");
    let mut types = BTreeSet::new();
    let mut parts = BTreeSet::new();
    for line in without_descriptions(sdl) {
        if !line.starts_with(' ') {
            parts.clear();
        }
        let words: Vec<&str> =
            line.split([' ', '(', ':', '@', '{']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            ["type" | "input" | "enum" | "interface" | "scalar", name, ..] if !line.starts_with(' ') => {
                assert!(fits(name) && types.insert((*name).to_owned()), "{line}");
            }
            [name, ..] if line.starts_with(' ') => {
                assert!(fits(name) && parts.insert((*name).to_owned()), "{line} in\n{sdl}");
            }
            _ => {}
        }
    }
    assert!(types.len() > 10, "{types:?}");
}

fn without_descriptions(sdl: &str) -> impl Iterator<Item = &str> {
    let mut within = false;
    sdl.lines().filter(move |line| {
        let quotes = line.matches("\"\"\"").count();
        let is_description = within || quotes > 0;
        within ^= quotes % 2 == 1;
        // Arguments on lines of their own are further in.
        let is_part = line.starts_with("  ") && !line.starts_with("   ") && !line.starts_with("  )");
        !is_description && (is_part || line.starts_with(|c: char| c.is_ascii_lowercase()))
    })
}

/// Twelve schemas for each entity, one more where it has numbers or can be upserted, and three for all, every reference leads somewhere, and nothing is there twice.
fn check_openapi(registry: &Registry, entities: usize) {
    let text = entify::rest::spec(registry, "API", "1").expect("a document");
    let document = openapi::read(&text);
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let is_optional = |name: &&String| name.ends_with("Increment") || name.ends_with("BatchUpsert");
    let optional = schemas.keys().filter(is_optional).count();
    assert_eq!(schemas.len() - optional, 12 * entities + 3, "{:?}", schemas.keys());
    for part in text.split("#/components/schemas/").skip(1) {
        let name = part.split('"').next().expect("a name");
        assert!(schemas.contains_key(name), "{name}");
    }
    let mut ids = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        assert!(path.is_ascii());
        for (method, operation) in methods.as_object().expect("methods") {
            let id = operation["operationId"].as_str().expect("an id");
            assert_eq!(ids.insert(id.to_owned(), path.clone()), None, "{method} {path}");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let names: Vec<_> =
                parameters.iter().map(|one| (one["in"].to_string(), one["name"].to_string())).collect();
            let different: BTreeSet<_> = names.iter().collect();
            assert_eq!(different.len(), names.len(), "{names:?}");
        }
    }
    // Of each entity, of those that are deleted softly, and the batch over all of them.
    let of_deleted =
        ids.values().filter(|path| path.ends_with("/restore") || path.ends_with("/purge")).count();
    assert_eq!(ids.len() - of_deleted, 11 * entities + 1);
}
