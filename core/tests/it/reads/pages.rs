//! Random pages of rows: filters through relations, orders, numbers over relations, and pages of related rows within pages, as readers
//! who may see a part of them ask for them; the same from the service, REST and GraphQL as from plain Rust.

mod judge;
mod request;
mod spelled;

use entify::entity::{Entity as _, EntityDef, EntityInfo};
use entify::prelude::*;
use entify::query::{ListQuery, PageArgs};
use entify::service::Records;
use entify::testing::{TestDb, each_database};
use entify::value::{ColumnSet, Value};
use poem::http::StatusCode;
use serde_json::{Value as Json, json};

use self::judge::Judge;
use self::request::Request;
use super::aggregates::{Dice, someone};
use super::surfaces::Surfaces;

/// Who writes.
#[derive(Entity)]
#[entity(policy(read = owner(keeper) | role("all"), write = nobody))]
pub struct Author {
    #[entity(filter, sort)]
    nr: i32,
    #[entity(min_len = 0, filter, sort)]
    name: Option<String>,
    #[entity(filter)]
    keeper: String,
    #[entity(inverse = author)]
    books: Many<Book>,
    #[entity(computed(count(books)), filter, sort)]
    books_count: i64,
    #[entity(computed(max(books.pages), where = Book::out().eq(true)), filter, sort)]
    longest: Option<i32>,
}

/// What is written. It is for everyone once it is out.
#[derive(Entity)]
#[entity(policy(read = OutBooks | owner(keeper) | role("all"), write = nobody), soft_delete)]
pub struct Book {
    #[entity(filter, sort)]
    nr: i32,
    #[entity(min_len = 0, filter, sort)]
    title: String,
    #[entity(filter, sort)]
    pages: Option<i32>,
    #[entity(filter, sort)]
    out: bool,
    #[entity(scale = 2, filter, sort)]
    price: Option<Decimal>,
    #[entity(filter)]
    keeper: String,
    author: Option<One<Author>>,
    #[entity(inverse = book)]
    reviews: Many<Review>,
    #[entity(through = BookShelf)]
    shelves: Many<Shelf>,
    #[entity(computed(exists(reviews)), filter, sort)]
    is_reviewed: bool,
    #[entity(computed(sum(reviews.stars)), filter, sort)]
    stars: Option<i64>,
}

/// What is said of it.
#[derive(Entity)]
#[entity(policy(read = owner(keeper) | role("all"), write = nobody))]
pub struct Review {
    #[entity(filter, sort)]
    nr: i32,
    #[entity(filter, sort)]
    stars: i32,
    #[entity(min_len = 0, filter, sort)]
    text: Option<String>,
    #[entity(filter)]
    keeper: String,
    book: One<Book>,
}

/// Where it stands.
#[derive(Entity)]
#[entity(policy(read = !role("blind"), write = nobody), plural = "shelves")]
pub struct Shelf {
    #[entity(filter, sort)]
    nr: i32,
    #[entity(min_len = 0, filter, sort)]
    name: String,
    #[entity(through = BookShelf)]
    books: Many<Book>,
    #[entity(computed(count(books)), filter, sort)]
    books_count: i64,
}

#[derive(Entity)]
#[entity(policy(read = public, write = nobody), unique(book, shelf))]
pub struct BookShelf {
    #[entity(on_delete = cascade)]
    book: One<Book>,
    #[entity(on_delete = cascade)]
    shelf: One<Shelf>,
}

#[derive(Debug)]
pub struct OutBooks;

impl Policy<Book> for OutBooks {
    fn read(_: &Ctx) -> Decision<Book> {
        Book::out().eq(true).into()
    }
}

fn entities() -> Vec<&'static EntityDef> {
    entities![Author, Book, Review, Shelf, BookShelf].to_vec()
}

/// The entities of the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Author,
    Book,
    Review,
    Shelf,
}

impl Table {
    fn info(self) -> &'static EntityInfo {
        match self {
            Self::Author => Author::def(),
            Self::Book => Book::def(),
            Self::Review => Review::def(),
            Self::Shelf => Shelf::def(),
        }
        .info()
    }

    /// The fields that are compared, all of which sort.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Author => &["nr", "name", "books_count", "longest"],
            Self::Book => &["nr", "title", "pages", "out", "price", "is_reviewed", "stars"],
            Self::Review => &["nr", "stars", "text"],
            Self::Shelf => &["nr", "name", "books_count"],
        }
    }

    /// The relations: their name, where they lead, and whether to many.
    fn relations(self) -> &'static [(&'static str, Self, bool)] {
        match self {
            Self::Author => &[("books", Self::Book, true)],
            Self::Book => &[
                ("author", Self::Author, false),
                ("reviews", Self::Review, true),
                ("shelves", Self::Shelf, true),
            ],
            Self::Review => &[("book", Self::Book, false)],
            Self::Shelf => &[("books", Self::Book, true)],
        }
    }
}

/// A row in memory: its stored fields, and the rows that it refers to.
#[derive(Debug, Clone)]
struct Row {
    fields: Json,
    keeper: Option<&'static str>,
    /// The author of a book, the book of a review.
    one: Option<usize>,
    /// The shelves of a book.
    shelves: Vec<usize>,
    deleted: bool,
}

/// What is in the tables.
#[derive(Debug, Default)]
struct World {
    authors: Vec<Row>,
    books: Vec<Row>,
    reviews: Vec<Row>,
    shelves: Vec<Row>,
}

const KEEPERS: [&str; 3] = ["ada", "zoe", "eve"];
const WORDS: [&str; 6] = ["", "a", "B", "ab", "é", "a'b\\"];

fn number(index: usize) -> i32 {
    i32::try_from(index).expect("a number")
}

impl World {
    fn rows(&self, table: Table) -> &[Row] {
        match table {
            Table::Author => &self.authors,
            Table::Book => &self.books,
            Table::Review => &self.reviews,
            Table::Shelf => &self.shelves,
        }
    }

    /// Makes rows, and writes them.
    async fn new(dice: &mut Dice, ctx: &Ctx) -> Self {
        let mut world = Self::default();
        let row =
            |fields: Json, keeper| Row { fields, keeper, one: None, shelves: Vec::new(), deleted: false };
        let (mut authors, mut shelves, mut books) = (Vec::new(), Vec::new(), Vec::new());
        for nr in 0..5 {
            let (name, keeper) = (dice.maybe(|dice| dice.one(&WORDS)), dice.one(&KEEPERS));
            let input = AuthorInput { name: name.map(str::to_owned), ..AuthorInput::new(nr, keeper) };
            authors.push(AuthorService::new(ctx).create(input).await.expect("an author").id);
            world.authors.push(row(json!({"nr": nr, "name": name}), Some(keeper)));
        }
        for nr in 0..3 {
            let name = dice.one(&WORDS);
            shelves.push(ShelfService::new(ctx).create(ShelfInput::new(nr, name)).await.expect("a shelf").id);
            world.shelves.push(row(json!({"nr": nr, "name": name}), None));
        }
        for nr in 0..14 {
            let (title, out, keeper) = (dice.one(&WORDS), dice.below(3) == 0, dice.one(&KEEPERS));
            let pages = dice.maybe(|dice| number(dice.below(4)));
            let price = dice.maybe(|dice| Decimal::new(dice.number(-2, 5) * 50, 2));
            let one = dice.maybe(|dice| dice.below(authors.len()));
            let input = BookInput {
                pages,
                price,
                author_id: one.map(|author| authors[author]),
                ..BookInput::new(nr, title, out, keeper)
            };
            let book = BookService::new(ctx).create(input).await.expect("a book").id;
            let on: Vec<usize> = (0..shelves.len()).filter(|_| dice.below(2) == 0).collect();
            for shelf in &on {
                let input = BookShelfInput::new(book, shelves[*shelf]);
                BookShelfService::new(ctx).create(input).await.expect("a place");
            }
            let fields = json!({
                "nr": nr, "title": title, "pages": pages, "out": out, "price": price.map(|price| format!("{price:.2}")),
            });
            books.push(book);
            world.books.push(Row { one, shelves: on, ..row(fields, Some(keeper)) });
        }
        // What is referred to is not deleted.
        let (gone, kept): (Vec<usize>, Vec<usize>) = (0..books.len()).partition(|index| index % 6 == 5);
        for nr in 0..30 {
            let (stars, keeper, one) = (number(dice.below(5)), dice.one(&KEEPERS), dice.one(&kept));
            let text = dice.maybe(|dice| dice.one(&WORDS));
            let input = ReviewInput {
                text: text.map(str::to_owned),
                ..ReviewInput::new(nr, stars, keeper, books[one])
            };
            ReviewService::new(ctx).create(input).await.expect("a review");
            let fields = json!({"nr": nr, "stars": stars, "text": text});
            world.reviews.push(Row { one: Some(one), ..row(fields, Some(keeper)) });
        }
        for index in gone {
            BookService::new(ctx).delete(books[index]).await.expect("deleted");
            world.books[index].deleted = true;
        }
        world
    }
}

/// How many requests there are, each of which is made of every surface.
const REQUESTS: usize = 1_700;

#[each_database(entities(), row_security)]
async fn pages_are_those_of_the_judge(test: TestDb) {
    let ctx = test.ctx();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let world = World::new(&mut dice, &ctx).await;
    let readers = [("ada", &[][..]), ("zoe", &["blind"]), ("boss", &["all"]), ("eve", &["all", "blind"])];
    let readers = readers.map(|(subject, roles)| {
        let reader = ctx.with_principal(someone(subject, roles));
        let (all, blind) = (roles.contains(&"all"), roles.contains(&"blind"));
        let judge = Judge { world: &world, subject, all, blind };
        (judge, Surfaces::new(&test, &entities(), &reader), reader)
    });
    let mut found = 0;
    for case in 0..REQUESTS {
        let (judge, surfaces, reader) = &readers[dice.below(readers.len())];
        let request = Request::random(&mut dice);
        if judge.blind && request.table == Table::Shelf {
            refused(surfaces, &request).await;
            continue;
        }
        let pages = judge.pages(&request);
        found += usize::from(pages[0]["items"] != json!([]));
        let place = |surface: &str| format!("{surface}, case {case}: {judge:?} {request:#?}");
        assert_eq!(of_service(reader, &request).await, keys(&pages), "{}", place("service"));
        assert_eq!(of_rest(surfaces, &request, pages.len()).await, pages, "{}", place("REST"));
        assert_eq!(of_graphql(surfaces, &request, pages.len()).await, pages, "{}", place("GraphQL"));
    }
    assert!(found > REQUESTS / 2, "most requests find something: {found}");
}

/// The numbers of the rows of pages.
fn keys(pages: &[Json]) -> Vec<Json> {
    let items = pages.iter().flat_map(|page| page["items"].as_array().expect("items"));
    items.map(|item| item["nr"].clone()).collect()
}

/// The rows of the service, as far as the pages lead.
async fn of_service(reader: &Ctx, request: &Request) -> Vec<Json> {
    let info = request.table.info();
    let nr = info.by_name("nr").expect("a field").index;
    let mut query = ListQuery::new([nr].into_iter().collect::<ColumnSet>());
    query.filter = request.filter.condition(request.table);
    query.order = request.order.sorts(request.table);
    query.page = PageArgs { first: Some(request.limit * Request::PAGES), ..PageArgs::default() };
    let found = Records::new(reader, info).list(&query).await;
    let found = found.unwrap_or_else(|error| panic!("{error}: {request:#?}"));
    found.items.iter().map(|row| json!(number_of(row.get(nr)))).collect()
}

async fn of_rest(surfaces: &Surfaces, request: &Request, pages: usize) -> Vec<Json> {
    let mut found = Vec::new();
    let mut cursor = None;
    for _ in 0..pages {
        let (status, page) = surfaces.get(&request.address(cursor.as_deref())).await;
        assert_eq!(status, StatusCode::OK, "{page}: {}", request.address(cursor.as_deref()));
        cursor = page["page"]["next_cursor"].as_str().map(str::to_owned);
        found.push(spelled::of_rest(request, &page));
    }
    found
}

async fn of_graphql(surfaces: &Surfaces, request: &Request, pages: usize) -> Vec<Json> {
    let mut found = Vec::new();
    let mut cursor = None;
    for _ in 0..pages {
        let document = request.document(cursor.as_deref());
        let answer = surfaces.graphql(&document).await;
        assert!(answer["errors"].is_null(), "{answer}: {document}");
        let page = &answer["data"]["found"];
        cursor = page["pageInfo"]["endCursor"].as_str().map(str::to_owned);
        found.push(spelled::of_graphql(request, page));
    }
    found
}

fn number_of(value: &Value) -> i64 {
    match value {
        Value::Int(number) => *number,
        other => panic!("no number: {other:?}"),
    }
}

/// Who may read no row of a table at all is told so.
async fn refused(surfaces: &Surfaces, request: &Request) {
    let (status, problem) = surfaces.get(&request.address(None)).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("FORBIDDEN")));
    let answer = surfaces.graphql(&request.document(None)).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "FORBIDDEN", "{answer}");
}
