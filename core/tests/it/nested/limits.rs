//! What is too deep or too much.

use entify::prelude::*;
use entify::testing::each_database;
use serde_json::{Value as Json, json};

use super::*;

/// Writers who edit books of writers who edit books, so many levels.
fn tower(levels: usize) -> Json {
    let mut tower = json!({"name": "top"});
    for level in 0..levels {
        tower = match level % 2 {
            0 => json!({"title": format!("t{level}"), "writer": {"create": tower}}),
            _ => json!({"name": format!("n{level}"), "edited": {"create": [tower]}}),
        };
    }
    tower
}

#[each_database(library())]
async fn no_write_is_deeper_than_the_limit(ctx: Ctx) {
    let deep = create::<Writer>(&ctx, tower(8)).await.expect("eight levels");
    assert!(deep > 0);
    let before = (counts(&ctx).await, ctx.db().statements());
    for levels in [10, 16, 18, 100] {
        let error = create::<Writer>(&ctx, tower(levels)).await.expect_err("too deep");
        assert_eq!(error.code(), "VALIDATION_FAILED");
        assert!(error.fields().iter().any(|error| error.code == "too_deep"), "{error:?}");
        assert!(error.fields().len() < 4);
    }
    assert_eq!(before.0, counts(&ctx).await);
}

#[each_database(library())]
async fn no_write_has_more_rows_than_the_limit(ctx: Ctx) {
    let books = |many: usize| json!((0..many).map(|n| json!({"title": format!("t{n}")})).collect::<Vec<_>>());
    let before = ctx.db().statements();
    for input in [
        json!({"name": "Ada", "books": {"create": books(1_000)}}),
        json!({"name": "Ada", "books": {"connect": (0..1_000).collect::<Vec<_>>()}}),
        json!({"name": "Ada", "books": {"create": books(500), "set": (0..500).collect::<Vec<_>>()}}),
    ] {
        let error = create::<Writer>(&ctx, input).await.expect_err("too many");
        assert!(error.fields().iter().any(|error| error.code == "too_many"), "{error:?}");
        assert_eq!(error.fields().iter().filter(|error| error.code == "too_many").count(), 1);
    }
    assert_eq!(ctx.db().statements(), before, "nothing has run");
    let ada =
        create::<Writer>(&ctx, json!({"name": "Ada", "books": {"create": books(999)}})).await.expect("rows");
    let eve = create::<Writer>(&ctx, json!({"name": "Eve"})).await.expect("a writer");
    let all: Vec<_> = (1..=999).collect();
    update::<Writer>(&ctx, eve, json!({"edited": {"connect": all}})).await.expect("as many are changed");
    let edit = |id: &i64| json!({"id": id, "input": {"title": format!("u{id}"), "pages": id}});
    let edits: Vec<_> = all.iter().map(edit).collect();
    update::<Writer>(&ctx, ada, json!({"books": {"update": edits}}))
        .await
        .expect("each to values of its own");
    let more = json!({"books": {"create": [{"title": "a"}, {"title": "b"}]}});
    update::<Writer>(&ctx, ada, more).await.expect("two more");
    let error =
        update::<Writer>(&ctx, ada, json!({"books": {"set": []}})).await.expect_err("too many to look at");
    assert_eq!(broken(&error), ("VALIDATION_FAILED", vec![("books.set", "too_many")]));
}
