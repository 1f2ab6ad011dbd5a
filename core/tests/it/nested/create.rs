//! New rows with new and existing rows.

use entify::prelude::*;
use entify::testing::each_database;
use serde_json::json;

use super::*;

#[each_database(library())]
async fn a_tree_is_made_in_one_write(ctx: Ctx) {
    let shelf = create::<Shelf>(&ctx, json!({"label": "old"})).await.expect("a shelf");
    let writer = create::<Writer>(
        &ctx,
        json!({"name": "Ada", "books": {"create": [
            {"title": "a", "chapters": {"create": [{"heading": "one"}, {"heading": "two"}]}},
            {"title": "b", "shelves": {"connect": [shelf], "create": [{"label": "new"}]},
             "editor": {"create": {"name": "Eve"}}},
            {"title": "c", "editor": {"create": {"name": "Bob"}}, "chapters": {"create": [{"heading": "three"}]}},
        ]}}),
    )
    .await
    .expect("a writer");
    assert_eq!(books_of(&ctx, writer).await, ["a [one two] ()", "b [] (old new)", "c [three] ()"]);
    assert_eq!(counts(&ctx).await, [3, 3, 3, 0, 2, 2]);
    let books = BookService::new(&ctx);
    let b = books.one(Book::title().eq("b")).await.expect("a book");
    let eve = WriterService::new(&ctx).one(Writer::name().eq("Eve")).await.expect("an editor");
    assert_eq!(b.editor_id, Some(eve.id));
    assert_eq!(books.history(b.id, PageArgs::default()).await.expect("a history").items.len(), 1);

    // From below: the row that it refers to, with others of its own.
    let book = create::<Book>(
        &ctx,
        json!({"title": "d", "writer": {"create": {"name": "Joy", "books": {"connect": [b.id]}}},
               "editor": {"connect": writer}}),
    )
    .await
    .expect("a book");
    let d = books.get(Id::new(book)).await.expect("the book");
    let b = books.get(b.id).await.expect("the book");
    assert_eq!((b.writer_id, b.version, d.editor_id), (d.writer_id, 2, Some(Id::new(writer))));
}

#[each_database(library())]
async fn a_level_is_written_by_the_same_statements_however_many_rows(ctx: Ctx) {
    async fn statements(ctx: &Ctx, name: &str, many: usize) -> u64 {
        let chapters =
            || json!({"create": (0..3).map(|n| json!({"heading": format!("h{n}")})).collect::<Vec<_>>()});
        let book = |n: usize| {
            json!({"title": format!("{name}{n}"), "pages": n, "chapters": chapters(),
                   "editor": {"create": {"name": format!("{name} editor {n}")}},
                   "shelves": {"create": [{"label": format!("{name} shelf {n}")}]}})
        };
        let books: Vec<_> = (0..many).map(book).collect();
        let before = ctx.db().statements();
        let writer =
            create::<Writer>(ctx, json!({"name": name, "books": {"create": books}})).await.expect("a tree");
        let statements = ctx.db().statements() - before;
        assert_eq!(books_of(ctx, writer).await.len(), many);
        statements
    }
    let few = statements(&ctx, "few", 10).await;
    let many = statements(&ctx, "many", 100).await;
    assert_eq!(few, many, "a level costs the same for 100 rows as for 10");
    assert!(many <= 30, "{many}");
}

#[each_database(library())]
async fn every_broken_rule_is_told_by_its_place_before_anything_runs(ctx: Ctx) {
    let before = ctx.db().statements();
    let error = create::<Writer>(
        &ctx,
        json!({"name": "", "nick": 1, "books": {"create": [
            {"title": "fine"},
            {"pages": -1, "editor": {"create": {}}},
            {"title": "x".repeat(41), "chapters": {"create": [{"heading": "one"}, {"heading": "", "book_id": 7}]},
             "shelves": {"connect": ["x"], "replace": []}, "writer_id": 9},
        ]}}),
    )
    .await
    .expect_err("broken rules");
    let (code, mut fields) = broken(&error);
    fields.sort_unstable();
    assert_eq!(code, "VALIDATION_FAILED");
    let expected = [
        ("books.1.editor.name", "required"),
        ("books.1.pages", "too_small"),
        ("books.1.title", "required"),
        ("books.2.chapters.1.book_id", "repeated"),
        ("books.2.chapters.1.heading", "too_short"),
        ("books.2.shelves.connect.0", "type"),
        ("books.2.shelves.replace", "unknown_field"),
        ("books.2.title", "too_long"),
        ("books.2.writer_id", "repeated"),
        ("name", "too_short"),
        ("nick", "unknown_field"),
    ];
    assert_eq!(fields, expected);
    assert_eq!(ctx.db().statements(), before, "nothing has run");
}

#[each_database(library())]
async fn a_reference_is_given_once(ctx: Ctx) {
    let ada = create::<Writer>(&ctx, json!({"name": "Ada"})).await.expect("a writer");
    for (input, field, code) in [
        (json!({"title": "a"}), "writer_id", "required"),
        (json!({"title": "a", "writer_id": ada, "writer": {"connect": ada}}), "writer", "repeated"),
        (json!({"title": "a", "writer": {}}), "writer", "one_of"),
        (json!({"title": "a", "writer": null}), "writer", "type"),
        (json!({"title": "a", "writer": {"connect": ada, "create": null}}), "writer", "one_of"),
        (json!({"title": "a", "chapters": null}), "chapters", "type"),
        (json!({"title": "a", "chapters": {"create": null}}), "chapters.create", "type"),
        (json!({"title": "a", "writer": {"connect": ada, "create": {"name": "Eve"}}}), "writer", "one_of"),
        (json!({"title": "a", "writer": 7}), "writer", "type"),
        (json!({"title": "a", "writer": {"create": 7}}), "writer.create", "type"),
        (json!({"title": "a", "writer": {"connect": "x"}}), "writer.connect", "type"),
    ] {
        let error = create::<Book>(&ctx, input.clone()).await.expect_err("broken rules");
        let (_, fields) = broken(&error);
        assert!(fields.contains(&(field, code)), "{input}: {fields:?}");
    }
}

#[each_database(library())]
async fn nothing_is_kept_when_a_level_fails(ctx: Ctx) {
    create::<Writer>(&ctx, json!({"name": "Ada", "books": {"create": [{"title": "taken"}]}}))
        .await
        .expect("a tree");
    create::<Shelf>(&ctx, json!({"label": "taken"})).await.expect("a shelf");
    let before = counts(&ctx).await;
    let book = |title: &str, editor: &str, label: &str| {
        json!({"title": title, "editor": {"create": {"name": editor}},
               "chapters": {"create": [{"heading": "h"}]}, "shelves": {"create": [{"label": label}]}})
    };
    for (name, books, place, code) in [
        ("Ada", json!([book("a", "Eve", "s")]), "name", "unique"),
        ("Bob", json!([book("a", "Eve", "s"), book("b", "Ada", "t")]), "books.1.editor.name", "unique"),
        ("Bob", json!([book("a", "Eve", "s"), book("taken", "Joy", "t")]), "books.1.title", "unique"),
        ("Bob", json!([book("a", "Eve", "s"), book("a", "Joy", "t")]), "books.1.title", "unique"),
        (
            "Bob",
            json!([book("a", "Eve", "s"), book("b", "Joy", "taken")]),
            "books.1.shelves.0.label",
            "unique",
        ),
        (
            "Bob",
            json!([{"title": "a", "shelves": {"connect": [1, 99]}}]),
            "books.0.shelves.connect.1",
            "reference",
        ),
        ("Bob", json!([{"title": "a", "editor": {"connect": 99}}]), "books.0.editor.connect", "reference"),
        (
            "Bob",
            json!([{"title": "a"}, {"title": "b", "chapters": {"update": [{"id": 1, "input": {}}]}}]),
            "books.1.chapters.update.0",
            "reference",
        ),
    ] {
        let error = create::<Writer>(&ctx, json!({"name": name, "books": {"create": books}})).await;
        let error = error.expect_err("a conflict");
        assert_eq!(broken(&error), ("CONFLICT", vec![(place, code)]));
        assert_eq!(counts(&ctx).await, before, "{place}");
    }
    let error = create::<Writer>(&ctx, json!({"name": "Bob", "books": {"connect": [1, 99]}})).await;
    assert_eq!(broken(&error.expect_err("absent")), ("CONFLICT", vec![("books.connect.1", "reference")]));
    assert_eq!(counts(&ctx).await, before);
}

#[each_database(library())]
async fn many_rows_with_related_rows_are_one_write(ctx: Ctx) {
    let writers = Records::new(&ctx, Writer::def().info());
    let inputs =
        ["a", "b"].map(|name| input::<Writer>(json!({"name": name, "books": {"create": [{"title": name}]}})));
    let made = writers.create_many(inputs.to_vec()).await.expect("writers");
    assert_eq!(books_of(&ctx, key(&made[1])).await, ["b [] ()"]);
    let again = ["c", "b"].map(|name| {
        input::<Writer>(json!({"name": format!("{name}2"), "books": {"create": [{"title": name}]}}))
    });
    let error = writers.create_many(again.to_vec()).await.expect_err("taken");
    assert_eq!(broken(&error), ("CONFLICT", vec![("items.1.books.0.title", "unique")]));
    assert_eq!(counts(&ctx).await[..2], [2, 2]);

    // A row that exists already is the one whose related rows are written.
    let name = Writer::def().info().by_name("name").expect("a column").index;
    let values = input::<Writer>(json!({"name": "a", "books": {"create": [{"title": "c"}]}}));
    let row = writers.upsert(&[name], values).await.expect("an upsert");
    assert_eq!(key(&row), key(&made[0]));
    assert_eq!(books_of(&ctx, key(&row)).await, ["a [] ()", "c [] ()"]);
}
