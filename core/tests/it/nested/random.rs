//! Random trees and random changes of them: written at once, they come to the same as written row by row.
//!
//! Each is done twice in one database, to rows whose names begin with `n` at once and with `r` row by row; then both are
//! compared, history and versions included.

use std::fmt::Write as _;

use entify::prelude::*;
use entify::testing::each_database;
use serde_json::{Value as Json, json};

use super::*;

/// A generator of numbers that gives the same ones for the same seed (xorshift64*).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % most
    }

    fn chance(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }
}

/// A book to be made; names without the letter of the copy.
#[derive(Debug, Clone)]
struct NewBook {
    title: String,
    pages: i32,
    editor: Editor,
    chapters: Vec<(String, Vec<String>)>,
    /// New shelves, and the positions of those that exist.
    shelves: Vec<String>,
    on: Vec<usize>,
}

#[derive(Debug, Clone)]
enum Editor {
    None,
    New(String),
    Known(usize),
}

/// A change of a book.
#[derive(Debug, Clone)]
enum BookChange {
    Delete,
    Edit { pages: i32, editor: Editor, shelves: Option<Vec<usize>>, drop_chapters: bool, add: Vec<String> },
}

/// Where one of the copies lives.
struct Copy<'c> {
    ctx: &'c Ctx,
    letter: char,
    shelves: Vec<i64>,
    writers: Vec<i64>,
    books: Vec<i64>,
}

fn random_book(numbers: &mut Numbers, name: String) -> NewBook {
    let editor = match numbers.below(4) {
        0 => Editor::New(format!("{name}e")),
        1 => Editor::Known(numbers.below(2) as usize),
        _ => Editor::None,
    };
    let chapters = (0..numbers.below(3)).map(|n| {
        let lines = (0..numbers.below(3)).map(|line| format!("l{line}")).collect();
        (format!("c{n}"), lines)
    });
    let chapters = chapters.collect();
    let shelves = (0..numbers.below(2)).map(|n| format!("{name}s{n}")).collect();
    let on = (0..3).filter(|_| numbers.chance(3)).collect();
    NewBook { pages: numbers.below(100) as i32, title: name, editor, chapters, shelves, on }
}

fn random_change(numbers: &mut Numbers, name: &str) -> Option<BookChange> {
    Some(match numbers.below(5) {
        0 => return None,
        1 => BookChange::Delete,
        _ => BookChange::Edit {
            pages: numbers.below(3) as i32,
            editor: if numbers.chance(2) { Editor::Known(1) } else { Editor::New(format!("{name}x")) },
            shelves: numbers.chance(2).then(|| (0..3).filter(|_| numbers.chance(2)).collect()),
            drop_chapters: numbers.chance(3),
            add: (0..numbers.below(3)).map(|n| format!("a{n}")).collect(),
        },
    })
}

impl Copy<'_> {
    async fn new(ctx: &Ctx, letter: char) -> Copy<'_> {
        let mut copy = Copy { ctx, letter, shelves: Vec::new(), writers: Vec::new(), books: Vec::new() };
        for n in 0..3 {
            copy.shelves
                .push(create::<Shelf>(ctx, json!({"label": format!("{letter}{n}")})).await.expect("a shelf"));
        }
        for n in 0..2 {
            copy.writers.push(
                create::<Writer>(ctx, json!({"name": format!("{letter}w{n}")})).await.expect("a writer"),
            );
        }
        copy
    }

    fn named(&self, name: &str) -> String {
        format!("{}{name}", self.letter)
    }

    fn book(&self, book: &NewBook) -> Json {
        let chapter = |(heading, lines): &(String, Vec<String>)| {
            let lines: Vec<_> = lines.iter().map(|text| json!({"text": text})).collect();
            json!({"heading": heading, "lines": {"create": lines}})
        };
        let chapters: Vec<_> = book.chapters.iter().map(chapter).collect();
        let shelves: Vec<_> = book.shelves.iter().map(|label| json!({"label": self.named(label)})).collect();
        let on: Vec<_> = book.on.iter().map(|n| self.shelves[*n]).collect();
        let mut json = json!({"title": self.named(&book.title), "pages": book.pages, "chapters": {"create": chapters},
                              "shelves": {"create": shelves, "connect": on}});
        if let Some(editor) = self.editor(&book.editor) {
            json["editor"] = editor;
        }
        json
    }

    fn editor(&self, editor: &Editor) -> Option<Json> {
        match editor {
            Editor::None => None,
            Editor::New(name) => Some(json!({"create": {"name": self.named(name)}})),
            Editor::Known(n) => Some(json!({"connect": self.writers[*n]})),
        }
    }

    /// The editor as the column's value, made by itself.
    async fn editor_id(&self, editor: &Editor) -> Option<i64> {
        match editor {
            Editor::None => None,
            Editor::New(name) => {
                Some(create::<Writer>(self.ctx, json!({"name": self.named(name)})).await.expect("an editor"))
            }
            Editor::Known(n) => Some(self.writers[*n]),
        }
    }

    async fn add_row_by_row(&self, writer: i64, book: &NewBook) {
        let editor = self.editor_id(&book.editor).await;
        let values = json!({"title": self.named(&book.title), "pages": book.pages, "writer_id": writer, "editor_id": editor});
        let id = create::<Book>(self.ctx, values).await.expect("a book");
        for (heading, lines) in &book.chapters {
            let chapter = create::<Chapter>(self.ctx, json!({"heading": heading, "book_id": id}))
                .await
                .expect("a chapter");
            for text in lines {
                create::<Line>(self.ctx, json!({"text": text, "chapter_id": chapter})).await.expect("a line");
            }
        }
        let mut on: Vec<i64> = book.on.iter().map(|n| self.shelves[*n]).collect();
        for label in &book.shelves {
            on.push(create::<Shelf>(self.ctx, json!({"label": self.named(label)})).await.expect("a shelf"));
        }
        for shelf in on {
            create::<Shelving>(self.ctx, json!({"book_id": id, "shelf_id": shelf})).await.expect("a link");
        }
    }

    async fn chapters_of(&self, book: i64) -> Vec<ChapterModel> {
        let query = Query::filter(Chapter::book().eq(Id::new(book))).order(Chapter::id().asc());
        ChapterService::new(self.ctx).list(query).await.expect("chapters").items
    }

    /// The changes of books as one change of their writer.
    async fn at_once(&self, writer: i64, changes: &[(usize, BookChange)], new: &[NewBook]) {
        let (mut update, mut delete) = (Vec::new(), Vec::new());
        for (position, change) in changes {
            let id = self.books[*position];
            let BookChange::Edit { pages, editor, shelves, drop_chapters, add } = change else {
                delete.push(id);
                continue;
            };
            let mut chapters =
                json!({"create": add.iter().map(|heading| json!({"heading": heading})).collect::<Vec<_>>()});
            let known: Vec<i64> = self.chapters_of(id).await.iter().map(|chapter| chapter.id.get()).collect();
            if *drop_chapters {
                chapters["delete"] = json!(known);
            } else {
                let edit = |id: &i64| json!({"id": id, "input": {"heading": "edited", "lines": {"create": [{"text": "more"}]}}});
                chapters["update"] = json!(known.iter().map(edit).collect::<Vec<_>>());
            }
            let mut input = json!({"increment": {"pages": pages}, "chapters": chapters});
            if let Some(editor) = self.editor(editor) {
                input["editor"] = editor;
            }
            if let Some(on) = shelves {
                input["shelves"] = json!({"set": on.iter().map(|n| self.shelves[*n]).collect::<Vec<_>>()});
            }
            update.push(json!({"id": id, "input": input}));
        }
        let create: Vec<_> = new.iter().map(|book| self.book(book)).collect();
        let change = json!({"books": {"update": update, "delete": delete, "create": create}});
        super::update::<Writer>(self.ctx, writer, change.clone())
            .await
            .unwrap_or_else(|error| panic!("{error}: {change}"));
    }

    async fn row_by_row(&self, writer: i64, changes: &[(usize, BookChange)], new: &[NewBook]) {
        for (position, change) in changes {
            let id = self.books[*position];
            let BookChange::Edit { pages, editor, shelves, drop_chapters, add } = change else {
                BookService::new(self.ctx).delete(Id::new(id)).await.expect("a book");
                continue;
            };
            let chapters = self.chapters_of(id).await;
            let mut values = json!({"increment": {"pages": pages}});
            if let Some(editor) = self.editor_id(editor).await {
                values["editor_id"] = json!(editor);
            }
            super::update::<Book>(self.ctx, id, values).await.expect("a book");
            for chapter in chapters {
                let chapters = ChapterService::new(self.ctx);
                if *drop_chapters {
                    chapters.delete(chapter.id).await.expect("a chapter");
                    continue;
                }
                let patch = ChapterPatch { heading: "edited".to_owned().into(), ..ChapterPatch::default() };
                chapters.update(chapter.id, patch).await.expect("a chapter");
                LineService::new(self.ctx).create(LineInput::new("more", chapter.id)).await.expect("a line");
            }
            for heading in add {
                create::<Chapter>(self.ctx, json!({"heading": heading, "book_id": id}))
                    .await
                    .expect("a chapter");
            }
            if let Some(on) = shelves {
                let on: Vec<Id<Shelf>> = on.iter().map(|n| Id::new(self.shelves[*n])).collect();
                BookService::new(self.ctx).links(Book::shelves()).set(Id::new(id), on).await.expect("links");
            }
        }
        for book in new {
            self.add_row_by_row(writer, book).await;
        }
    }

    /// All rows of the copy, without what differs between copies.
    async fn dump(&mut self) -> String {
        let mut dump = String::new();
        self.books.clear();
        let writers = WriterService::new(self.ctx);
        let query = Query::filter(Writer::name().starts_with(self.letter.to_string()))
            .order(Writer::name().asc())
            .first(100);
        let all = writers.list(query).await.expect("writers").items;
        for writer in &all {
            let _ = writeln!(dump, "{}", &writer.name[1..]);
            let query = Query::filter(Book::writer().eq(writer.id)).order(Book::title().asc()).first(100);
            let books = BookService::new(self.ctx).list(query).await.expect("books").items;
            for book in &books {
                self.books.push(book.id.get());
                let editor = all
                    .iter()
                    .find(|writer| Some(writer.id) == book.editor_id)
                    .map(|writer| &writer.name[1..]);
                let history = BookService::new(self.ctx)
                    .history(book.id, PageArgs::default())
                    .await
                    .expect("a history")
                    .items;
                let _ = writeln!(
                    dump,
                    " {} {} {editor:?} v{} h{}",
                    &book.title[1..],
                    book.pages,
                    book.version,
                    history.len()
                );
                for chapter in self.chapters_of(book.id.get()).await {
                    let query = Query::filter(Line::chapter().eq(chapter.id)).order(Line::id().asc());
                    let lines = LineService::new(self.ctx).list(query).await.expect("lines").items;
                    let lines: Vec<_> = lines.into_iter().map(|line| line.text).collect();
                    let _ = writeln!(dump, "  {} {} {lines:?}", chapter.number, chapter.heading);
                }
                let query = Query::default().order(Shelf::label().asc());
                let shelves = BookService::new(self.ctx)
                    .load_many(Book::shelves(), std::slice::from_ref(book), query)
                    .await;
                let shelves = shelves.expect("shelves");
                let labels: Vec<_> = shelves[0].items.iter().map(|shelf| &shelf.label[1..]).collect();
                let _ = writeln!(dump, "  {labels:?}");
            }
        }
        dump
    }
}

#[each_database(library())]
async fn at_once_comes_to_the_same_as_row_by_row(ctx: Ctx) {
    let mut at_once = Copy::new(&ctx, 'n').await;
    let mut row_by_row = Copy::new(&ctx, 'r').await;
    for seed in 1..=12_u64 {
        let mut numbers = Numbers(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let books: Vec<_> =
            (0..numbers.below(5)).map(|n| random_book(&mut numbers, format!("b{seed}-{n}"))).collect();
        let name = format!("w{seed}x");
        let trees: Vec<_> = books.iter().map(|book| at_once.book(book)).collect();
        let tree = json!({"name": at_once.named(&name), "books": {"create": trees}});
        let n = create::<Writer>(&ctx, tree).await.expect("a tree");
        let r = create::<Writer>(&ctx, json!({"name": row_by_row.named(&name)})).await.expect("a writer");
        for book in &books {
            row_by_row.add_row_by_row(r, book).await;
        }
        assert_eq!(at_once.dump().await, row_by_row.dump().await, "seed {seed}");

        // The books of this writer.
        for (copy, writer) in [(&mut at_once, n), (&mut row_by_row, r)] {
            let query = Query::filter(Book::writer().eq(Id::new(writer))).order(Book::title().asc());
            let books = BookService::new(&ctx).list(query).await.expect("books").items;
            copy.books = books.iter().map(|book| book.id.get()).collect();
        }
        for round in 0..2 {
            let mut changes = Vec::new();
            for position in 0..at_once.books.len() {
                let change = random_change(&mut numbers, &format!("b{seed}-{position}-{round}"));
                changes.extend(change.map(|change| (position, change)));
            }
            let new: Vec<_> = (0..numbers.below(3))
                .map(|n| random_book(&mut numbers, format!("n{seed}-{round}-{n}")))
                .collect();
            at_once.at_once(n, &changes, &new).await;
            row_by_row.row_by_row(r, &changes, &new).await;
            assert_eq!(
                at_once.dump().await,
                row_by_row.dump().await,
                "seed {seed}, round {round}: {changes:?}"
            );
            for (copy, writer) in [(&mut at_once, n), (&mut row_by_row, r)] {
                let query = Query::filter(Book::writer().eq(Id::new(writer))).order(Book::title().asc());
                let books = BookService::new(&ctx).list(query).await.expect("books").items;
                copy.books = books.iter().map(|book| book.id.get()).collect();
            }
        }
    }
    assert!(counts(&ctx).await[1] > 30, "{:?}", counts(&ctx).await);
}
