//! Limits that differ between the databases are one limit, with its field.

use entify::db::{Dialect, Executor, Statement};
use entify::prelude::*;
use entify::testing::each_database;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

#[derive(Entity)]
#[entity(policy = public, unique(left, right), unique(short, long), order = -sorted)]
pub struct Page {
    #[entity(unique)]
    code: Option<String>,
    #[entity(index)]
    path: Option<String>,
    #[entity(unique)]
    digest: Option<Bytes>,
    left: Option<String>,
    right: Option<String>,
    #[entity(max_len = 10)]
    short: Option<String>,
    long: Option<String>,
    sorted: Option<String>,
    free: Option<String>,
}

/// Text that does not compress, of so many bytes.
fn noise(runner: &mut TestRunner, bytes: usize) -> String {
    let letters = proptest::collection::vec(proptest::char::range('!', '~'), bytes);
    String::from_iter(letters.new_tree(runner).expect("letters").current())
}

#[each_database(entify::entities![Page])]
async fn a_value_in_an_index_is_limited_alike(ctx: Ctx) {
    let pages = PageService::new(&ctx);
    let mut runner = TestRunner::deterministic();
    let set = |field: &str, text: String| {
        let mut input = PageInput::new();
        match field {
            "code" => input.code = Some(text),
            "path" => input.path = Some(text),
            "digest" => input.digest = Some(text.into_bytes().into()),
            "left" => input.left = Some(text),
            "long" => (input.long, input.short) = (Some(text), Some("é".repeat(10))),
            "sorted" => input.sorted = Some(text),
            _ => input.free = Some(text),
        }
        input
    };
    let fields =
        [("code", 2681), ("path", 2681), ("digest", 2681), ("left", 1337), ("long", 2634), ("sorted", 2657)];
    for (field, most) in fields {
        let full = pages.create(set(field, noise(&mut runner, most))).await;
        let id = full.unwrap_or_else(|error| panic!("{field}: {error}")).id;
        let refused = pages.create(set(field, noise(&mut runner, most + 1))).await.expect_err(field);
        assert_eq!(refused.code(), "VALIDATION_FAILED", "{field}: {refused}");
        assert_eq!((&*refused.fields()[0].field, refused.fields()[0].code), (field, "too_long"), "{refused}");
        // Characters of more bytes count as their bytes.
        let wide = "é".repeat(most / 2 + 1);
        assert!(pages.create(set(field, wide)).await.is_err(), "{field}");
        pages.delete(id).await.expect("deleted");
    }
    // Both columns of one index at their limit, one after the other.
    let both = PageInput { left: Some(noise(&mut runner, 1337)), ..PageInput::new() };
    let made = pages.create(both).await.expect("a page");
    let patch = PagePatch { right: Change::Set(Some(noise(&mut runner, 1337))), ..PagePatch::default() };
    pages.update(made.id, patch).await.expect("both");
    pages.create(set("free", noise(&mut runner, 100_000))).await.expect("what is in no index is not limited");
}

#[each_database(entify::entities![Page])]
async fn keys_at_their_end_are_one_clear_error(ctx: Ctx) {
    let pages = PageService::new(&ctx);
    pages.create(PageInput::new()).await.expect("a page");
    let sql = match ctx.db().dialect() {
        Dialect::Postgres => "SELECT setval(pg_get_serial_sequence('page', 'id'), 9223372036854775807)",
        Dialect::Sqlite => "UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'page'",
    };
    Executor::Pool(ctx.db().clone()).execute(Statement::plain(sql)).await.expect("by hand");
    for refused in [
        pages.create(PageInput::new()).await.map(drop),
        pages.create_many(vec![PageInput::new(), PageInput::new()]).await.map(drop),
    ] {
        let refused = refused.expect_err("no more keys");
        assert_eq!(refused.code(), "CONFLICT", "{refused}");
        assert_eq!((&*refused.fields()[0].field, refused.fields()[0].code), ("id", "exhausted"));
    }
    assert_eq!(pages.count(Filter::all()).await, Ok(1));
}

#[each_database(entify::entities![Page])]
async fn what_one_database_does_not_store_is_refused_by_both(ctx: Ctx) {
    let pages = PageService::new(&ctx);
    let nul = PageInput { free: Some("a\0b".to_owned()), ..PageInput::new() };
    let refused = pages.create(nul).await.expect_err("NUL");
    assert_eq!((&*refused.fields()[0].field, refused.fields()[0].code), ("free", "nul"));
    // More values than either takes as parameters of one statement.
    let many: Vec<PageInput> = (0..9_000).map(|_| PageInput::new()).collect();
    assert_eq!(pages.create_many(many).await.map(|made| made.len()), Ok(9_000));
}
