//! Changes of rows with changes of related rows.

use entify::prelude::*;
use entify::testing::each_database;
use serde_json::json;

use super::*;

/// A writer with the books a, b, c and d, edited by another, and the keys of all.
async fn writer_with_books(ctx: &Ctx) -> (i64, i64, Vec<i64>) {
    let books: Vec<_> = ["a", "b", "c", "d"].map(|title| json!({"title": title})).to_vec();
    let ada =
        create::<Writer>(ctx, json!({"name": "Ada", "books": {"create": books}})).await.expect("a writer");
    let eve = create::<Writer>(ctx, json!({"name": "Eve"})).await.expect("a writer");
    let query = Query::default().order(Book::id().asc());
    let books = BookService::new(ctx).list(query).await.expect("books");
    (ada, eve, books.items.iter().map(|book| book.id.get()).collect())
}

async fn titles_edited_by(ctx: &Ctx, editor: i64) -> String {
    let query = Query::filter(Book::editor().eq(Id::new(editor))).order(Book::title().asc());
    let books = BookService::new(ctx).list(query).await.expect("books");
    books.items.iter().map(|book| book.title.as_str()).collect()
}

#[each_database(library())]
async fn rows_that_refer_to_it_are_connected_and_disconnected(ctx: Ctx) {
    let (_, eve, books) = writer_with_books(&ctx).await;
    update::<Writer>(&ctx, eve, json!({"edited": {"connect": [books[0], books[1]]}}))
        .await
        .expect("a change");
    assert_eq!(titles_edited_by(&ctx, eve).await, "ab");
    let change = json!({"edited": {"connect": [books[2]], "disconnect": [books[0]]}});
    update::<Writer>(&ctx, eve, change).await.expect("a change");
    assert_eq!(titles_edited_by(&ctx, eve).await, "bc");
    update::<Writer>(&ctx, eve, json!({"edited": {"set": [books[3], books[2]]}})).await.expect("a change");
    assert_eq!(titles_edited_by(&ctx, eve).await, "cd");
    let book = BookService::new(&ctx).get(Id::new(books[2])).await.expect("a book");
    assert_eq!(book.version, 2, "what stays as it is is not changed");
    let change = json!({"name": "Eva", "edited": {
        "delete": [books[3]], "update": [{"id": books[2], "expected_version": 2, "input": {"title": "z", "increment": {"pages": 3}}}],
        "create": [{"title": "d", "writer": {"create": {"name": "Bob"}}}]}});
    let row = update::<Writer>(&ctx, eve, change).await.expect("a change");
    assert_eq!(*row.get(1), Value::Text("Eva".to_owned()));
    assert_eq!(titles_edited_by(&ctx, eve).await, "dz");
    let book = BookService::new(&ctx).get(Id::new(books[2])).await.expect("a book");
    assert_eq!((book.pages, book.version), (3, 3));
    update::<Writer>(&ctx, eve, json!({"edited": {"set": []}})).await.expect("a change");
    assert_eq!(titles_edited_by(&ctx, eve).await, "");
}

#[each_database(library())]
async fn linked_rows_are_connected_and_disconnected(ctx: Ctx) {
    let (ada, _, books) = writer_with_books(&ctx).await;
    let change = json!({"shelves": {"create": [{"label": "r"}, {"label": "s"}, {"label": "t"}]}});
    update::<Book>(&ctx, books[0], change).await.expect("a change");
    update::<Book>(&ctx, books[0], json!({"shelves": {"connect": [1]}})).await.expect("linked already");
    let change = json!({"books": {"update": [
        {"id": books[0], "input": {"shelves": {"disconnect": [1], "update": [{"id": 2, "input": {"label": "u"}}]}}},
        {"id": books[1], "input": {"shelves": {"set": [1, 3]}}},
        {"id": books[2], "input": {"shelves": {"connect": [1, 3], "create": [{"label": "v"}]}}},
    ]}});
    update::<Writer>(&ctx, ada, change).await.expect("a change");
    assert_eq!(books_of(&ctx, ada).await, ["a [] (u t)", "b [] (r t)", "c [] (r t v)", "d [] ()"]);
    let change = json!({"books": {"update": [
        {"id": books[1], "input": {"shelves": {"set": [3]}}},
        {"id": books[0], "input": {"shelves": {"delete": [2]}}},
        {"id": books[2], "input": {"shelves": {"set": []}}},
    ]}});
    update::<Writer>(&ctx, ada, change).await.expect("a change");
    assert_eq!(books_of(&ctx, ada).await, ["a [] (t)", "b [] (t)", "c [] ()", "d [] ()"]);
    assert_eq!(ShelfService::new(&ctx).count(Filter::all()).await, Ok(3));
}

#[each_database(library())]
async fn all_rows_of_a_level_are_changed_by_the_same_statements(ctx: Ctx) {
    let books: Vec<_> = (0..60).map(|n| json!({"title": format!("t{n}")})).collect();
    let ada =
        create::<Writer>(&ctx, json!({"name": "Ada", "books": {"create": books}})).await.expect("a writer");
    let eve = create::<Writer>(&ctx, json!({"name": "Eve"})).await.expect("a writer");
    let mut all = Vec::new();
    for (from, to) in [(1, 6), (6, 60)] {
        let book = |id: i64| {
            json!({"id": id, "input": {"title": format!("u{id}"), "editor": {"connect": eve},
                   "chapters": {"create": [{"heading": format!("h{id}")}]},
                   "shelves": {"create": [{"label": format!("s{id}")}]}}})
        };
        let change = json!({"books": {"update": (from..to).map(book).collect::<Vec<_>>()}});
        let before = ctx.db().statements();
        update::<Writer>(&ctx, ada, change).await.expect("a change");
        let again = |id: i64| {
            json!({"id": id, "input": {"chapters": {"update": [{"id": id, "input": {"heading": format!("i{id}")}}]},
                   "shelves": {"set": [], "create": [{"label": format!("v{id}")}]}}})
        };
        let change = json!({"books": {"update": (from..to).map(again).collect::<Vec<_>>()}});
        update::<Writer>(&ctx, ada, change).await.expect("a change");
        all.push(ctx.db().statements() - before);
    }
    assert_eq!(all[0], all[1], "as many for 54 rows as for 5");
    assert!(all[0] <= 70, "{all:?}");
    assert_eq!(books_of(&ctx, ada).await[1], "u2 [i2] (v2)");
    let book = BookService::new(&ctx).one(Book::title().eq("u7")).await.expect("a book");
    assert_eq!(book.editor_id, Some(Id::new(eve)));
}

#[each_database(library())]
async fn a_row_of_another_is_as_if_absent(ctx: Ctx) {
    let (ada, eve, books) = writer_with_books(&ctx).await;
    let before = (counts(&ctx).await, books_of(&ctx, ada).await);
    for absent in [books[0], 99] {
        for (change, place) in [
            (json!({"books": {"delete": [absent]}}), "books.delete.0"),
            (json!({"books": {"update": [{"id": absent, "input": {"title": "x"}}]}}), "books.update.0"),
            (json!({"edited": {"disconnect": [absent]}}), "edited.disconnect.0"),
            (
                json!({"name": "x", "edited": {"delete": [absent], "create": [{"title": "x", "writer_id": ada}]}}),
                "edited.delete.0",
            ),
        ] {
            let error = update::<Writer>(&ctx, eve, change.clone()).await.expect_err("absent");
            assert_eq!(broken(&error), ("CONFLICT", vec![(place, "reference")]), "{change}");
            assert_eq!(error.fields()[0].message, "does not exist");
        }
    }
    let shelf = create::<Shelf>(&ctx, json!({"label": "s", "books": {"connect": [books[0]]}}))
        .await
        .expect("a shelf");
    for absent in [shelf, 99] {
        for list in ["disconnect", "delete"] {
            let error = update::<Book>(&ctx, books[1], json!({"shelves": {(list): [absent]}})).await;
            let place = format!("shelves.{list}.0");
            assert_eq!(
                broken(&error.expect_err("absent")),
                ("CONFLICT", vec![(place.as_str(), "reference")])
            );
        }
        let change = json!({"shelves": {"update": [{"id": absent, "input": {"label": "x"}}]}});
        let error = update::<Book>(&ctx, books[1], change).await.expect_err("absent");
        assert_eq!(broken(&error), ("CONFLICT", vec![("shelves.update.0", "reference")]));
    }
    ShelfService::new(&ctx).delete(Id::new(shelf)).await.expect("a shelf");
    assert_eq!((counts(&ctx).await, books_of(&ctx, ada).await), before);
}

#[each_database(library())]
async fn a_required_or_immutable_reference_is_kept(ctx: Ctx) {
    let (ada, eve, books) = writer_with_books(&ctx).await;
    let chapters = json!({"chapters": {"create": [{"heading": "h"}]}});
    update::<Book>(&ctx, books[0], chapters).await.expect("a chapter");
    for (change, place, code) in [
        (json!({"books": {"disconnect": [books[0]]}}), "books.disconnect", "required"),
        (json!({"books": {"set": [books[0]]}}), "books.set", "required"),
    ] {
        let error = update::<Writer>(&ctx, ada, change).await.expect_err("required");
        assert_eq!(broken(&error), ("VALIDATION_FAILED", vec![(place, code)]));
    }
    for list in ["connect", "disconnect", "set"] {
        let error =
            update::<Book>(&ctx, books[1], json!({"chapters": {(list): [1]}})).await.expect_err("immutable");
        let place = format!("chapters.{list}");
        assert_eq!(broken(&error), ("VALIDATION_FAILED", vec![(place.as_str(), "immutable")]));
    }
    // None is left without, so it is as good as any.
    let change = json!({"books": {"set": books}});
    update::<Writer>(&ctx, ada, change).await.expect("the same rows");
    let change = json!({"books": {"set": [books[1], books[2]]}});
    update::<Writer>(&ctx, eve, change).await.expect("rows of another");
    assert_eq!(books_of(&ctx, eve).await.len(), 2);
}

#[each_database(library())]
async fn rows_change_hands_in_one_write(ctx: Ctx) {
    let (_, _, books) = writer_with_books(&ctx).await;
    let chapter = |text: &str| json!({"heading": text, "lines": {"create": [{"text": format!("{text}1")}, {"text": format!("{text}2")}]}});
    let chapters = json!({"chapters": {"create": [chapter("a"), chapter("b")]}});
    update::<Book>(&ctx, books[0], chapters).await.expect("chapters");
    let sets = |a: &[i64], b: &[i64]| json!({"chapters": {"update": [{"id": 1, "input": {"lines": {"set": a}}}, {"id": 2, "input": {"lines": {"set": b}}}]}});
    update::<Book>(&ctx, books[0], sets(&[3, 1], &[2, 4])).await.expect("a swap");
    let lines = LineService::new(&ctx);
    let of = async |chapter: i64| {
        let query = Query::filter(Line::chapter().eq(Id::new(chapter))).order(Line::id().asc());
        let lines = lines.list(query).await.expect("lines").items;
        lines.iter().map(|line| line.id.get()).collect::<Vec<_>>()
    };
    assert_eq!((of(1).await, of(2).await), (vec![1, 3], vec![2, 4]));
    let error = update::<Book>(&ctx, books[0], sets(&[3], &[2, 4])).await.expect_err("left by all");
    assert_eq!(broken(&error), ("VALIDATION_FAILED", vec![("chapters.update.0.lines.set", "required")]));
}

#[each_database(library())]
async fn a_row_is_named_once(ctx: Ctx) {
    let (ada, eve, books) = writer_with_books(&ctx).await;
    let [a, b] = [books[0], books[1]];
    let edit = |id: i64| json!({"id": id, "input": {"pages": 1}});
    for (change, place) in [
        (json!({"books": {"update": [edit(a), edit(a)]}}), "books.update.1"),
        (json!({"books": {"delete": [a], "update": [edit(a)]}}), "books.update.0"),
        (json!({"books": {"connect": [a], "delete": [a]}}), "books.connect.0"),
        (json!({"books": {"set": [a, b, a]}}), "books.set.2"),
        (json!({"books": {"update": [edit(a)]}, "edited": {"connect": [b, a]}}), "edited.connect.1"),
        (
            json!({"books": {"update": [{"id": a, "input": {"editor": {"create": {"name": "x", "edited": {"connect": [a]}}}}}]}}),
            "books.update.0.editor.edited.connect.0",
        ),
        (
            json!({"books": {"update": [{"id": a, "input": {"shelves": {"connect": [1, 1]}}}]}}),
            "books.update.0.shelves.connect.1",
        ),
        (
            json!({"books": {"update": [{"id": a, "input": {"shelves": {"connect": [1]}}},
                                     {"id": b, "input": {"shelves": {"delete": [1]}}}]}}),
            "books.update.1.shelves.delete.0",
        ),
        (
            json!({"books": {"delete": [a], "create": [{"title": "x", "shelves": {"create": [{"label": "x", "books": {"connect": [a]}}]}}]}}),
            "books.0.shelves.0.books.connect.0",
        ),
    ] {
        let before = ctx.db().statements();
        let error = update::<Writer>(&ctx, ada, change.clone()).await.expect_err("twice");
        assert_eq!(broken(&error), ("VALIDATION_FAILED", vec![(place, "repeated")]), "{change}");
        assert_eq!(ctx.db().statements(), before);
    }
    // The row itself.
    let change = json!({"writer": {"create": {"name": "x", "books": {"connect": [a]}}}});
    let error = update::<Book>(&ctx, a, change).await.expect_err("itself");
    assert_eq!(broken(&error), ("VALIDATION_FAILED", vec![("writer.books.connect.0", "repeated")]));
    // A link is a row of its own: many rows may be linked to one.
    let shelf = create::<Shelf>(&ctx, json!({"label": "s"})).await.expect("a shelf");
    let link = |id: i64| json!({"id": id, "input": {"shelves": {"connect": [shelf]}}});
    update::<Writer>(&ctx, ada, json!({"books": {"update": [link(a), link(b)]}})).await.expect("links");
    assert_eq!(counts(&ctx).await, [2, 4, 0, 0, 1, 2]);
    let _ = eve;
}

#[each_database(library())]
async fn versions_and_rules_of_related_rows_hold(ctx: Ctx) {
    let (ada, _, books) = writer_with_books(&ctx).await;
    let edit = |input: Json| json!({"books": {"update": [{"id": books[1], "input": {}}, input]}});
    let stale = edit(json!({"id": books[0], "expected_version": 7, "input": {"pages": 1}}));
    let error = update::<Writer>(&ctx, ada, stale).await.expect_err("stale");
    assert_eq!(error.code(), "VERSION_MISMATCH");
    assert_eq!(error.fields()[0].field, "books.update.1");
    for (input, fields, code) in [
        (
            json!({"id": books[0], "input": {"title": "", "pages": -1}}),
            vec![("books.update.1.title", "too_short"), ("books.update.1.pages", "too_small")],
            "VALIDATION_FAILED",
        ),
        (
            json!({"id": books[0], "input": {"title": "b"}}),
            vec![("books.update.1.title", "unique")],
            "CONFLICT",
        ),
        (
            json!({"id": books[0], "input": {"increment": {"pages": -1}}}),
            vec![("books.update.1.pages", "too_small")],
            "VALIDATION_FAILED",
        ),
        (
            json!({"id": books[0], "input": {"writer_id": 99}}),
            vec![("books.update.1.writer_id", "reference")],
            "CONFLICT",
        ),
        (
            json!({"id": books[0], "input": {"writer": {"connect": 99}}}),
            vec![("books.update.1.writer.connect", "reference")],
            "CONFLICT",
        ),
        (json!({"id": books[0]}), vec![("books.update.1.input", "required")], "VALIDATION_FAILED"),
    ] {
        let error = update::<Writer>(&ctx, ada, edit(input)).await.expect_err("broken rules");
        assert_eq!(broken(&error), (code, fields));
    }
    let history =
        BookService::new(&ctx).history(Id::new(books[0]), PageArgs::default()).await.expect("a history");
    assert_eq!(history.items.len(), 1, "nothing was changed");
    let edit = edit(json!({"id": books[0], "expected_version": 1, "input": {"pages": 2}}));
    update::<Writer>(&ctx, ada, edit).await.expect("a change");
    let history =
        BookService::new(&ctx).history(Id::new(books[0]), PageArgs::default()).await.expect("a history");
    assert_eq!(history.items.len(), 2);
    let history =
        BookService::new(&ctx).history(Id::new(books[1]), PageArgs::default()).await.expect("a history");
    assert_eq!(history.items.len(), 1, "a change of nothing is none");
}

#[each_database(library())]
async fn rows_without_keys_have_no_related_rows(ctx: Ctx) {
    let writers = Records::new(&ctx, Writer::def().info());
    let filter = Writer::name().eq("Ada").into_condition();
    let values = changes::<Writer>(json!({"name": "x", "books": {"create": [{"title": "x"}]}}));
    let error = writers.update_many(&filter, values).await.expect_err("many rows");
    assert_eq!(broken(&error), ("VALIDATION_FAILED", vec![("books", "one_row")]));
    let error =
        update::<Writer>(&ctx, 99, json!({"books": {"create": [{"title": "x"}]}})).await.expect_err("absent");
    assert_eq!(error.code(), "NOT_FOUND");
    assert_eq!(counts(&ctx).await, [0; 6]);
}
