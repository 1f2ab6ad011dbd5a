//! Related rows that are written with a row: through the service, REST and GraphQL, on both databases.

mod create;
#[cfg(feature = "graphql")]
mod graphql;
mod limits;
mod policies;
mod random;
#[cfg(feature = "rest")]
mod rest;
mod types;
mod update;

use entify::entity::{EntityDef, Surface};
use entify::prelude::*;
use entify::service::{InputForm, Records};
use entify::value::{Assignments, Record, Value};
use serde_json::{Map, Value as Json};

/// Someone who writes books, which may have an editor besides.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Writer {
    #[entity(unique, max_len = 60)]
    name: String,
    #[entity(inverse = writer)]
    books: Many<Book>,
    #[entity(inverse = editor)]
    edited: Many<Book>,
}

#[derive(Entity)]
#[entity(policy = public, version, history)]
pub struct Book {
    #[entity(unique, max_len = 40)]
    title: String,
    #[entity(min = 0, default = 0)]
    pages: i32,
    #[entity(on_delete = cascade, filter)]
    writer: One<Writer>,
    #[entity(on_delete = set_null, filter)]
    editor: Option<One<Writer>>,
    #[entity(inverse = book)]
    chapters: Many<Chapter>,
    #[entity(through = Shelving)]
    shelves: Many<Shelf>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Chapter {
    #[entity(max_len = 40)]
    heading: String,
    #[entity(sequence(per = book))]
    number: i32,
    #[entity(on_delete = cascade, immutable, filter)]
    book: One<Book>,
    #[entity(inverse = chapter)]
    lines: Many<Line>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Line {
    #[entity(max_len = 40)]
    text: String,
    #[entity(on_delete = cascade, filter)]
    chapter: One<Chapter>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Shelf {
    #[entity(unique, max_len = 40)]
    label: String,
    #[entity(through = Shelving)]
    books: Many<Book>,
}

#[derive(Entity)]
#[entity(policy = public, unique(book, shelf))]
pub struct Shelving {
    #[entity(on_delete = cascade, filter)]
    book: One<Book>,
    #[entity(on_delete = cascade, filter)]
    shelf: One<Shelf>,
}

pub(crate) fn library() -> Vec<&'static EntityDef> {
    entities![Writer, Book, Chapter, Line, Shelf, Shelving].to_vec()
}

fn members(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(members) => members,
        other => panic!("an object: {other}"),
    }
}

/// What a client sends for a new row.
pub(crate) fn input<E: Entity>(json: Json) -> Assignments {
    InputForm::create(E::def().info(), Surface::Rest).with_related().read_json(members(json))
}

/// What a client sends for a change.
pub(crate) fn changes<E: Entity>(json: Json) -> Assignments {
    InputForm::update(E::def().info(), Surface::Rest).with_related().read_json(members(json))
}

pub(crate) async fn create<E: Entity>(ctx: &Ctx, json: Json) -> entify::Result<i64> {
    Records::new(ctx, E::def().info()).create(input::<E>(json)).await.map(|row| key(&row))
}

pub(crate) async fn update<E: Entity>(ctx: &Ctx, id: i64, json: Json) -> entify::Result<Record> {
    Records::new(ctx, E::def().info()).update(&Value::Int(id), changes::<E>(json)).await
}

pub(crate) fn key(row: &Record) -> i64 {
    match row.key() {
        Value::Int(key) => *key,
        other => panic!("a number: {other:?}"),
    }
}

/// Code, and the fields with their codes.
pub(crate) fn broken(error: &Error) -> (&str, Vec<(&str, &str)>) {
    (error.code(), error.fields().iter().map(|error| (error.field.as_ref(), error.code)).collect())
}

/// How many rows each table has.
pub(crate) async fn counts(ctx: &Ctx) -> Vec<u64> {
    let mut counts = Vec::new();
    for def in library() {
        let count = Records::new(ctx, def.info()).count(&entify::entity::Condition::TRUE).await;
        counts.push(count.expect("a count"));
    }
    counts
}

/// The titles of a writer's books, in the order of their keys, each with the headings of its chapters and its shelves.
pub(crate) async fn books_of(ctx: &Ctx, writer: i64) -> Vec<String> {
    let books = BookService::new(ctx);
    let id = Id::<Writer>::new(writer);
    let query = Query::filter(Book::writer().eq(id)).order(Book::id().asc()).first(100);
    let page = books.list(query).await.expect("books").items;
    let chapters = Query::default().order(Chapter::id().asc());
    let chapters = books.load_many(Book::chapters(), &page, chapters).await.expect("chapters");
    let shelves = Query::default().order(Shelf::id().asc());
    let shelves = books.load_many(Book::shelves(), &page, shelves).await.expect("shelves");
    let line = |((book, chapters), shelves): ((&BookModel, &Page<ChapterModel>), &Page<ShelfModel>)| {
        let headings: Vec<_> = chapters.items.iter().map(|chapter| chapter.heading.as_str()).collect();
        let labels: Vec<_> = shelves.items.iter().map(|shelf| shelf.label.as_str()).collect();
        format!("{} [{}] ({})", book.title, headings.join(" "), labels.join(" "))
    };
    page.iter().zip(&chapters).zip(&shelves).map(line).collect()
}
