//! Names that a target does not take, or that two things have: all are told at once, with both places and the way out.

use entify::entity::{EntityDef, Registry};
use entify::migrate::{MigrateError, make};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};

/// Everything that an application says of these entities, one thing a line.
fn problems(entities: &[&'static EntityDef]) -> Vec<String> {
    match App::new(entities.iter().copied()).registry() {
        Ok(_) => Vec::new(),
        Err(error) => error.to_string().lines().map(str::to_owned).collect(),
    }
}

mod sql {
    use super::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct Order {
        #[entity(index)]
        item_status: String,
        #[entity(unique)]
        item_number: i64,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct OrderItem {
        #[entity(index)]
        status: String,
        #[entity(unique)]
        number: i64,
    }

    /// Takes the name of an index, of a full-text table's shadow and of a sequence.
    #[derive(Entity)]
    #[entity(policy = public, table = "ix_order_item_status")]
    pub(crate) struct Odd {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct Page {
        #[entity(search(fulltext))]
        body: String,
    }

    #[derive(Entity)]
    #[entity(policy = public, table = "Ft_Page_Data")]
    pub(crate) struct PageData {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct PageIdSeq {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public, table = "t1")]
    pub(crate) struct Aliased {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public, table = "pg_class")]
    pub(crate) struct Catalog {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public, table = "Sqlite_things")]
    pub(crate) struct SqliteThing {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public, table = "json_each")]
    pub(crate) struct Function {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public, table = "PAGE")]
    pub(crate) struct Sheet {
        text: String,
    }

    /// Two rules and two indexes, each pair with one name.
    #[derive(Entity)]
    #[entity(policy = public, unique(a, b_c), unique(a_b, c))]
    pub(crate) struct Pair {
        a: i64,
        b_c: i64,
        a_b: i64,
        c: i64,
    }
}

#[test]
fn two_indexes_of_one_name_are_told_with_both_places() {
    let said = problems(&entities![sql::Order, sql::OrderItem]);
    insta::assert_snapshot!(said.join("\n"), @r#"
    the unique rule over `item_number` of `Order` and the unique rule over `number` of `OrderItem` are both called `uq_order_item_number`; change one by `table = "…"` or `column = "…"` on a field
    the index over `item_status` of `Order` and the index over `status` of `OrderItem` are both called `ix_order_item_status`; change one by `table = "…"` or `column = "…"` on a field
    "#);
}

#[test]
fn tables_indexes_sequences_and_shadow_tables_are_one_set_of_names() {
    let said =
        problems(&entities![sql::Order, sql::Odd, sql::Page, sql::PageData, sql::PageIdSeq, sql::Sheet]);
    insta::assert_snapshot!(said.join("\n"), @r#"
    the table of `Page` and the table of `Sheet` are both called `PAGE`; change one by `table = "…"`
    the index over `item_status` of `Order` and the table of `Odd` are both called `ix_order_item_status`; change one by `table = "…"` or `column = "…"` on a field
    a table of the full-text index of `Page` and the table of `PageData` are both called `Ft_Page_Data`; change one by `table = "…"`
    the sequence of the key of `Page` and the table of `PageIdSeq` are both called `page_id_seq`; change one by `table = "…"`
    "#);
}

#[test]
fn tables_that_a_database_or_the_engine_reads_otherwise_are_refused() {
    let said = problems(&entities![sql::Aliased, sql::Catalog, sql::SqliteThing, sql::Function]);
    insta::assert_snapshot!(said.join("\n"), @r#"
    the table of `Aliased` is called `t1`, but the engine's statements call tables `t0`, `t1` and so on; change it by `table = "…"`
    the table of `Catalog` is called `pg_class`, but PostgreSQL takes tables that start with `pg_` for its own; change it by `table = "…"`
    the table of `SqliteThing` is called `Sqlite_things`, but SQLite keeps tables that start with `sqlite_` for itself; change it by `table = "…"`
    the table of `Function` is called `json_each`, which is a function that the engine reads as a table on SQLite; change it by `table = "…"`
    "#);
}

#[test]
fn two_unique_rules_of_one_name_are_told_and_none_is_dropped() {
    let said = problems(&entities![sql::Pair]);
    insta::assert_snapshot!(said.join("\n"), @r#"the unique rule over `a`, `b_c` of `Pair` and the unique rule over `a_b`, `c` of `Pair` are both called `uq_pair_a_b_c`; change one by `table = "…"` or `column = "…"` on a field"#);
}

#[test]
fn making_a_migration_tells_it_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = Registry::new(&entities![sql::Order, sql::OrderItem]).expect("a registry");
    let refused = make(folder.path(), None, &registry).expect_err("two indexes of one name");
    assert!(matches!(&refused, MigrateError::Names(_)), "{refused}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 0, "nothing is written");
}

// --- names that are long --------------------------------------------------------------------------

const LONG: &str = "a_table_and_its_columns_with_names_as_long_as_only_generated_code_has_them";

#[derive(Entity)]
#[entity(policy = public, check("1 = 1"), check("2 = 2"), index(a_column_with_a_name_as_long_as_only_generated_code_has_it_one))]
pub struct ATableAndItsColumnsWithNamesAsLongAsOnlyGeneratedCodeHasThem {
    #[entity(unique)]
    a_column_with_a_name_as_long_as_only_generated_code_has_it_one: String,
    #[entity(unique, filter)]
    a_column_with_a_name_as_long_as_only_generated_code_has_it_number_two: String,
    #[entity(filter)]
    a_column_with_a_name_as_long_as_only_generated_code_has_it_number_three: String,
}

#[test]
fn long_names_are_shortened_with_a_digest() {
    let def = ATableAndItsColumnsWithNamesAsLongAsOnlyGeneratedCodeHasThem::def();
    assert_eq!(def.singular, LONG);
    assert_eq!(def.table, "a_table_and_its_columns_with_names_as_long_as_only_gen_9a401c21");
    let columns = def.fields.iter().map(|field| field.column);
    let names: Vec<_> = columns.chain(def.checks.iter().map(|check| check.name)).collect();
    assert!(names.iter().all(|name| name.len() <= 63), "{names:?}");
    let different: std::collections::BTreeSet<_> = names.iter().collect();
    assert_eq!(different.len(), 5, "{names:?}");
    assert_eq!(problems(&[def]), [""; 0]);
}

#[each_database(entities![ATableAndItsColumnsWithNamesAsLongAsOnlyGeneratedCodeHasThem])]
async fn rows_of_long_names_are_kept_and_found(ctx: Ctx) -> entify::Result<()> {
    let service = ATableAndItsColumnsWithNamesAsLongAsOnlyGeneratedCodeHasThemService::new(&ctx);
    let input = || ATableAndItsColumnsWithNamesAsLongAsOnlyGeneratedCodeHasThemInput::new("a", "b", "c");
    service.create(input()).await?;
    let Err(entify::Error::Conflict(errors)) = service.create(input()).await else {
        panic!("a second row of the same values");
    };
    assert!(errors[0].field.contains("_as_only_generated_code_has_it_"), "{errors:?}");
    Ok(())
}

// --- two directions of the same columns -----------------------------------------------------------

#[derive(Entity)]
#[entity(policy = public, index(a, b), index(a, -b))]
pub struct Both {
    a: i64,
    b: i64,
}

#[test]
fn an_index_in_another_direction_has_a_name_of_its_own() {
    let schema = entify::migrate::DatabaseSchema::of(&[Both::def()], entify::db::Dialect::Sqlite);
    let names: Vec<_> = schema.tables[0].indexes.iter().map(|index| index.name.as_str()).collect();
    assert_eq!(names, ["ix_both_a_b", "ix_both_a_b_6a590c21"]);
}

#[each_database(entities![Both])]
async fn it_is_made(test: TestDb) {
    assert!(BothService::new(&test.ctx()).create(BothInput::new(1, 2)).await.is_ok());
}

// --- surfaces -------------------------------------------------------------------------------------

#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod surfaces {
    use super::*;

    pub(crate) mod other {
        use super::*;

        #[derive(EntityEnum)]
        pub enum Status {
            Shut,
        }

        #[derive(Entity)]
        #[entity(policy = public, graphql(name = "OtherBook"), table = "other_book", plural = "other_books")]
        pub(crate) struct Book {
            status: Status,
        }
    }

    #[derive(EntityEnum)]
    pub enum Status {
        Open,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct Book {
        #[entity(filter)]
        status: Status,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct BookPage {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct BookEdge {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub(crate) struct Problem {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public, plural = "nodes")]
    pub(crate) struct Knot {
        text: String,
    }

    #[derive(Entity)]
    #[entity(policy = public, plural = "session")]
    pub(crate) struct Sitting {
        #[entity(rename = "version_")]
        text: String,
        _again: bool,
    }
}

#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
#[test]
fn schemas_and_operations_of_openapi_differ() {
    let said =
        problems(&entities![surfaces::Book, surfaces::BookPage, surfaces::Problem, surfaces::other::Book]);
    let said: Vec<_> = said.into_iter().filter(|line| line.contains("OpenAPI")).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    an OpenAPI schema of `Book` (table `book`) and an OpenAPI schema of `BookPage` are both called `BookPage`; change one by another name of the struct or `skip(rest)`
    a schema that every OpenAPI document has and an OpenAPI schema of `Problem` are both called `Problem`; change one by another name of the struct or `skip(rest)`
    an OpenAPI schema of `Book` (table `book`) and an OpenAPI schema of `Book` (table `other_book`) are both called `Book`; change one by another name of the struct or `skip(rest)`
    "#);
}

#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
#[test]
fn types_and_root_fields_of_graphql_differ() {
    let said =
        problems(&entities![surfaces::Book, surfaces::BookEdge, surfaces::Knot, surfaces::other::Book]);
    let said: Vec<_> = said.into_iter().filter(|line| !line.contains("OpenAPI")).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    a type that belongs to the GraphQL type of `Book` (table `book`) and the GraphQL type of `BookEdge` are both called `BookEdge`; change one by `graphql(name = "…")`
    the enum `Status` of `Book` (table `book`) and the enum `Status` of `Book` (table `other_book`) are both called `Status`; change one by another name of the enum
    a query of `Knot` and a query of every schema are both called `nodes`; change one by `plural = "…"` or `graphql(name = "…")`
    "#);
}

#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
#[test]
fn the_admin_keeps_its_own_names() {
    insta::assert_snapshot!(problems(&entities![surfaces::Sitting]).join("\n"), @r#"
    the path of `Sitting` is called `session`, which the admin uses itself; change it by `rest(path = "…")` or `plural = "…"`
    the field `_again` of `Sitting` is called `_again`, which forms of the admin use themselves; change it by `rename = "…"` on the field
    "#);
}
