//! Random filter trees over random rows with NULLs, against a judge in plain Rust, on both databases.

use entify::prelude::*;
use entify::testing::each_database;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

#[derive(Entity)]
#[entity(policy = public)]
pub struct Writer {
    name: Option<String>,
    rank: i32,
    mentor: Option<One<Writer>>,
    #[entity(inverse = mentor)]
    pupils: Many<Writer>,
    #[entity(inverse = writer)]
    books: Many<Book>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Book {
    #[entity(min_len = 0)]
    title: String,
    stars: Option<i64>,
    price: Option<Decimal>,
    lent: Option<bool>,
    shape: Option<Shape>,
    writer: Option<One<Writer>>,
    #[entity(through = Placement)]
    shelves: Many<Shelf>,
    /// NULL for a book without stars.
    #[entity(computed(sql = "{stars} * 2"))]
    twice: Option<i64>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Shelf {
    name: Option<String>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Placement {
    book: One<Book>,
    shelf: One<Shelf>,
}

#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    Flat,
    Round,
}

impl Shape {
    /// As it is stored, which is how it compares.
    fn text(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::Round => "round",
        }
    }
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Writer, Book, Shelf, Placement].to_vec()
}

// --- the rows --------------------------------------------------------------------------------------

#[derive(Debug, Clone)]
struct WriterRow {
    name: Option<String>,
    rank: i32,
    mentor: Option<usize>,
}

#[derive(Debug, Clone)]
struct BookRow {
    title: String,
    stars: Option<i64>,
    price: Option<Decimal>,
    lent: Option<bool>,
    shape: Option<Shape>,
    writer: Option<usize>,
    shelves: Vec<usize>,
}

#[derive(Debug, Clone)]
struct World {
    writers: Vec<WriterRow>,
    books: Vec<BookRow>,
    shelves: Vec<Option<String>>,
}

fn text() -> impl Strategy<Value = String> {
    // Few letters, so that texts meet; those that a pattern, a collation or an escape would get wrong among them.
    prop::collection::vec(
        prop::sample::select(vec!['a', 'A', 'b', 'Z', '%', '_', '\\', '\'', '*', '[', 'ä', 'Ä', '😀']),
        0..4,
    )
    .prop_map(|letters| letters.into_iter().collect())
}

fn decimal() -> impl Strategy<Value = Decimal> {
    (-30_i64..30, 0_u32..3).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn shape() -> impl Strategy<Value = Shape> {
    prop_oneof![Just(Shape::Flat), Just(Shape::Round)]
}

fn maybe<T: std::fmt::Debug>(inner: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::weighted(0.7, inner)
}

fn world() -> impl Strategy<Value = World> {
    let writer = (maybe(text()), 0..4_i32, maybe(0..6_usize)).prop_map(|(name, rank, mentor)| WriterRow {
        name,
        rank,
        mentor,
    });
    let shelves = prop::collection::vec(0..3_usize, 0..3);
    let book = (
        text(),
        maybe(-2..3_i64),
        maybe(decimal()),
        maybe(any::<bool>()),
        maybe(shape()),
        maybe(0..6_usize),
        shelves,
    );
    let book = book.prop_map(|(title, stars, price, lent, shape, writer, shelves)| BookRow {
        title,
        stars,
        price,
        lent,
        shape,
        writer,
        shelves,
    });
    (
        prop::collection::vec(writer, 6),
        prop::collection::vec(book, 0..14),
        prop::collection::vec(maybe(text()), 3),
    )
        .prop_map(|(writers, books, shelves)| World { writers, books, shelves })
}

// --- the filters -----------------------------------------------------------------------------------

#[derive(Debug, Clone)]
enum Test<T> {
    Eq(T),
    Ne(T),
    Gt(T),
    Gte(T),
    Lt(T),
    Lte(T),
    In(Vec<T>),
    NotIn(Vec<T>),
    Null(bool),
}

#[derive(Debug, Clone)]
enum TextTest {
    Plain(Test<String>),
    Contains(String),
    Starts(String),
    Ends(String),
}

#[derive(Debug, Clone, Copy)]
enum Many3 {
    Some,
    None,
    Every,
}

#[derive(Debug, Clone)]
enum OfWriter {
    Name(TextTest),
    Rank(Test<i32>),
    Mentor(Box<OfWriter>),
    Pupils(Many3, Box<OfWriter>),
    Books(Many3, Box<OfBook>),
    All(Vec<OfWriter>),
    Any(Vec<OfWriter>),
    Not(Box<OfWriter>),
}

#[derive(Debug, Clone)]
enum OfBook {
    Title(TextTest),
    Stars(Test<i64>),
    Twice(Test<i64>),
    Price(Test<Decimal>),
    Lent(Test<bool>),
    Shape(Test<Shape>),
    NoWriter(bool),
    Writer(Box<OfWriter>),
    Shelves(Many3, TextTest),
    All(Vec<OfBook>),
    Any(Vec<OfBook>),
    Not(Box<OfBook>),
}

fn test<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + Clone + 'static,
) -> BoxedStrategy<Test<T>> {
    let list = prop::collection::vec(value.clone(), 0..3);
    prop_oneof![
        value.clone().prop_map(Test::Eq),
        value.clone().prop_map(Test::Ne),
        value.clone().prop_map(Test::Gt),
        value.clone().prop_map(Test::Gte),
        value.clone().prop_map(Test::Lt),
        value.prop_map(Test::Lte),
        list.clone().prop_map(Test::In),
        list.prop_map(Test::NotIn),
        any::<bool>().prop_map(Test::Null),
    ]
    .boxed()
}

fn text_test() -> BoxedStrategy<TextTest> {
    let text = || text().boxed();
    prop_oneof![
        3 => test(text()).prop_map(TextTest::Plain),
        1 => text().prop_map(TextTest::Contains),
        1 => text().prop_map(TextTest::Starts),
        1 => text().prop_map(TextTest::Ends),
    ]
    .boxed()
}

fn quantifier() -> impl Strategy<Value = Many3> {
    prop_oneof![Just(Many3::Some), Just(Many3::None), Just(Many3::Every)]
}

fn of_writer(depth: u32) -> BoxedStrategy<OfWriter> {
    let leaf = prop_oneof![text_test().prop_map(OfWriter::Name), test(0..4_i32).prop_map(OfWriter::Rank)];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = move || of_writer(depth - 1);
    prop_oneof![
        2 => leaf,
        1 => inner().prop_map(|inner| OfWriter::Mentor(Box::new(inner))),
        1 => (quantifier(), inner()).prop_map(|(many, inner)| OfWriter::Pupils(many, Box::new(inner))),
        1 => (quantifier(), of_book(depth - 1)).prop_map(|(many, inner)| OfWriter::Books(many, Box::new(inner))),
        1 => prop::collection::vec(inner(), 0..3).prop_map(OfWriter::All),
        1 => prop::collection::vec(inner(), 0..3).prop_map(OfWriter::Any),
        1 => inner().prop_map(|inner| OfWriter::Not(Box::new(inner))),
    ]
    .boxed()
}

fn of_book(depth: u32) -> BoxedStrategy<OfBook> {
    let leaf = prop_oneof![
        text_test().prop_map(OfBook::Title),
        test(-2..3_i64).prop_map(OfBook::Stars),
        test(-4..5_i64).prop_map(OfBook::Twice),
        test(decimal().boxed()).prop_map(OfBook::Price),
        test(any::<bool>()).prop_map(OfBook::Lent),
        test(shape().boxed()).prop_map(OfBook::Shape),
        any::<bool>().prop_map(OfBook::NoWriter),
        (quantifier(), text_test()).prop_map(|(many, test)| OfBook::Shelves(many, test)),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = move || of_book(depth - 1);
    prop_oneof![
        3 => leaf,
        2 => of_writer(depth - 1).prop_map(|inner| OfBook::Writer(Box::new(inner))),
        1 => prop::collection::vec(inner(), 0..3).prop_map(OfBook::All),
        1 => prop::collection::vec(inner(), 0..3).prop_map(OfBook::Any),
        1 => inner().prop_map(|inner| OfBook::Not(Box::new(inner))),
    ]
    .boxed()
}

// --- the judge -------------------------------------------------------------------------------------

impl<T: PartialOrd> Test<T> {
    fn holds(&self, value: Option<&T>) -> bool {
        if let Self::Null(missing) = self {
            return value.is_none() == *missing;
        }
        let Some(value) = value else { return false };
        match self {
            Self::Eq(to) => value == to,
            Self::Ne(to) => value != to,
            Self::Gt(than) => value > than,
            Self::Gte(than) => value >= than,
            Self::Lt(than) => value < than,
            Self::Lte(than) => value <= than,
            Self::In(values) => values.contains(value),
            Self::NotIn(values) => !values.contains(value),
            Self::Null(_) => unreachable!(),
        }
    }

    fn map<U>(&self, convert: impl Fn(&T) -> U) -> Test<U> {
        match self {
            Self::Eq(value) => Test::Eq(convert(value)),
            Self::Ne(value) => Test::Ne(convert(value)),
            Self::Gt(value) => Test::Gt(convert(value)),
            Self::Gte(value) => Test::Gte(convert(value)),
            Self::Lt(value) => Test::Lt(convert(value)),
            Self::Lte(value) => Test::Lte(convert(value)),
            Self::In(values) => Test::In(values.iter().map(convert).collect()),
            Self::NotIn(values) => Test::NotIn(values.iter().map(convert).collect()),
            Self::Null(missing) => Test::Null(*missing),
        }
    }
}

impl TextTest {
    fn holds(&self, value: Option<&String>) -> bool {
        match self {
            Self::Plain(test) => test.holds(value),
            Self::Contains(part) => value.is_some_and(|value| value.contains(part)),
            Self::Starts(part) => value.is_some_and(|value| value.starts_with(part)),
            Self::Ends(part) => value.is_some_and(|value| value.ends_with(part)),
        }
    }
}

impl Many3 {
    fn holds(self, mut rows: impl Iterator<Item = bool>) -> bool {
        match self {
            Self::Some => rows.any(|matches| matches),
            Self::None => !rows.any(|matches| matches),
            Self::Every => rows.all(|matches| matches),
        }
    }
}

impl World {
    fn writer(&self, at: usize, filter: &OfWriter) -> bool {
        let row = &self.writers[at];
        match filter {
            OfWriter::Name(test) => test.holds(row.name.as_ref()),
            OfWriter::Rank(test) => test.holds(Some(&row.rank)),
            OfWriter::Mentor(inner) => row.mentor.is_some_and(|mentor| self.writer(mentor, inner)),
            OfWriter::Pupils(many, inner) => {
                let pupils = (0..self.writers.len()).filter(|pupil| self.writers[*pupil].mentor == Some(at));
                many.holds(pupils.map(|pupil| self.writer(pupil, inner)))
            }
            OfWriter::Books(many, inner) => {
                let books = (0..self.books.len()).filter(|book| self.books[*book].writer == Some(at));
                many.holds(books.map(|book| self.book(book, inner)))
            }
            OfWriter::All(inner) => inner.iter().all(|inner| self.writer(at, inner)),
            OfWriter::Any(inner) => inner.iter().any(|inner| self.writer(at, inner)),
            OfWriter::Not(inner) => !self.writer(at, inner),
        }
    }

    fn book(&self, at: usize, filter: &OfBook) -> bool {
        let row = &self.books[at];
        match filter {
            OfBook::Title(test) => test.holds(Some(&row.title)),
            OfBook::Stars(test) => test.holds(row.stars.as_ref()),
            OfBook::Twice(test) => test.holds(row.stars.map(|stars| stars * 2).as_ref()),
            OfBook::Price(test) => test.holds(row.price.as_ref()),
            OfBook::Lent(test) => test.holds(row.lent.as_ref()),
            OfBook::Shape(test) => test.map(|shape| shape.text()).holds(row.shape.map(Shape::text).as_ref()),
            OfBook::NoWriter(missing) => row.writer.is_none() == *missing,
            OfBook::Writer(inner) => row.writer.is_some_and(|writer| self.writer(writer, inner)),
            OfBook::Shelves(many, test) => {
                many.holds(row.shelves.iter().map(|shelf| test.holds(self.shelves[*shelf].as_ref())))
            }
            OfBook::All(inner) => inner.iter().all(|inner| self.book(at, inner)),
            OfBook::Any(inner) => inner.iter().any(|inner| self.book(at, inner)),
            OfBook::Not(inner) => !self.book(at, inner),
        }
    }
}

// --- the filters as the framework's ----------------------------------------------------------------

macro_rules! column {
    ($column:expr, $test:expr) => {
        match $test {
            Test::Eq(to) => $column.eq(to),
            Test::Ne(to) => $column.ne(to),
            Test::Gt(than) => $column.gt(than),
            Test::Gte(than) => $column.gte(than),
            Test::Lt(than) => $column.lt(than),
            Test::Lte(than) => $column.lte(than),
            Test::In(values) => $column.is_in(values),
            Test::NotIn(values) => $column.not_in(values),
            Test::Null(true) => $column.is_null(),
            Test::Null(false) => $column.is_not_null(),
        }
    };
}

macro_rules! text_column {
    ($column:expr, $test:expr) => {
        match $test {
            TextTest::Plain(test) => column!($column, test),
            TextTest::Contains(part) => $column.contains(part),
            TextTest::Starts(part) => $column.starts_with(part),
            TextTest::Ends(part) => $column.ends_with(part),
        }
    };
}

macro_rules! many {
    ($relation:expr, $many:expr, $filter:expr) => {
        match $many {
            Many3::Some => $relation.some($filter),
            Many3::None => $relation.none($filter),
            Many3::Every => $relation.every($filter),
        }
    };
}

fn joined<E: entify::entity::Entity>(filters: impl Iterator<Item = Filter<E>>, any: bool) -> Filter<E> {
    let joined = if any {
        filters.reduce(|left, right| left | right)
    } else {
        filters.reduce(|left, right| left & right)
    };
    joined.unwrap_or_else(|| if any { !Filter::all() } else { Filter::all() })
}

impl OfWriter {
    fn filter(self) -> Filter<Writer> {
        match self {
            Self::Name(test) => text_column!(Writer::name(), test),
            Self::Rank(test) => column!(Writer::rank(), test),
            Self::Mentor(inner) => Writer::mentor().is(inner.filter()),
            Self::Pupils(many, inner) => many!(Writer::pupils(), many, inner.filter()),
            Self::Books(many, inner) => many!(Writer::books(), many, inner.filter()),
            Self::All(inner) => joined(inner.into_iter().map(Self::filter), false),
            Self::Any(inner) => joined(inner.into_iter().map(Self::filter), true),
            Self::Not(inner) => !inner.filter(),
        }
    }
}

impl OfBook {
    fn filter(self) -> Filter<Book> {
        match self {
            Self::Title(test) => text_column!(Book::title(), test),
            Self::Stars(test) => column!(Book::stars(), test),
            Self::Twice(test) => column!(Book::twice(), test),
            Self::Price(test) => column!(Book::price(), test),
            Self::Lent(test) => column!(Book::lent(), test),
            Self::Shape(test) => column!(Book::shape(), test),
            Self::NoWriter(true) => Book::writer_id().is_null(),
            Self::NoWriter(false) => Book::writer_id().is_not_null(),
            Self::Writer(inner) => Book::writer().is(inner.filter()),
            Self::Shelves(many, test) => many!(Book::shelves(), many, text_column!(Shelf::name(), test)),
            Self::All(inner) => joined(inner.into_iter().map(Self::filter), false),
            Self::Any(inner) => joined(inner.into_iter().map(Self::filter), true),
            Self::Not(inner) => !inner.filter(),
        }
    }
}

// --- the test --------------------------------------------------------------------------------------

/// Stores the rows; answers the keys of the books.
async fn store(ctx: &Ctx, world: &World) -> entify::Result<Vec<Id<Book>>> {
    let mut writers: Vec<Id<Writer>> = Vec::new();
    for row in &world.writers {
        let input = WriterInput { name: row.name.clone(), ..WriterInput::new(row.rank) };
        writers.push(WriterService::new(ctx).create(input).await?.id);
    }
    for (id, row) in writers.iter().zip(&world.writers) {
        let mentor_id = row.mentor.map(|mentor| writers[mentor]);
        let patch = WriterPatch { mentor_id: mentor_id.into(), ..WriterPatch::default() };
        WriterService::new(ctx).update(*id, patch).await?;
    }
    let mut shelves: Vec<Id<Shelf>> = Vec::new();
    for name in &world.shelves {
        shelves.push(ShelfService::new(ctx).create(ShelfInput { name: name.clone() }).await?.id);
    }
    let mut books = Vec::new();
    for row in &world.books {
        let input = BookInput {
            stars: row.stars,
            price: row.price,
            lent: row.lent,
            shape: row.shape,
            writer_id: row.writer.map(|writer| writers[writer]),
            ..BookInput::new(row.title.clone())
        };
        let book = BookService::new(ctx).create(input).await?.id;
        for shelf in &row.shelves {
            PlacementService::new(ctx).create(PlacementInput::new(book, shelves[*shelf])).await?;
        }
        books.push(book);
    }
    Ok(books)
}

/// What the database finds, and what it should.
async fn compared(ctx: &Ctx, world: &World, books: &[Id<Book>], filter: &OfBook) -> (Vec<i64>, Vec<i64>) {
    let own = Book::id().is_in(books.iter().copied());
    let query = Query::filter(own & filter.clone().filter()).order(Book::id().asc()).first(100);
    let found = BookService::new(ctx).list(query).await.expect("a page");
    let found = found.items.iter().map(|book| book.id.get()).collect();
    let expected = (0..books.len()).filter(|at| world.book(*at, filter)).map(|at| books[at].get()).collect();
    (found, expected)
}

/// The smallest filter that still goes wrong.
async fn fail(
    ctx: &Ctx,
    world: &World,
    books: &[Id<Book>],
    mut tree: impl proptest::strategy::ValueTree<Value = OfBook>,
) {
    loop {
        let filter = tree.current();
        let (found, expected) = compared(ctx, world, books, &filter).await;
        let moved = if found == expected { tree.complicate() } else { tree.simplify() };
        if !moved {
            panic!("{filter:?}\nfound {found:?}\nexpected {expected:?}\nbooks {books:?}\n{world:#?}");
        }
    }
}

#[each_database(entities())]
async fn random_filters_match_what_plain_rust_matches(ctx: Ctx) -> entify::Result<()> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (worlds, filters) = (world(), of_book(4));
    let mut matched = 0;
    for _ in 0..8 {
        let world = worlds.new_tree(&mut runner).expect("a world").current();
        let books = store(&ctx, &world).await?;
        for _ in 0..60 {
            let tree = filters.new_tree(&mut runner).expect("a filter");
            let (found, expected) = compared(&ctx, &world, &books, &tree.current()).await;
            matched += usize::from(!found.is_empty() && found.len() < books.len());
            if found != expected {
                fail(&ctx, &world, &books, tree).await;
            }
        }
    }
    assert!(matched > 50, "the filters tell rows apart");
    Ok(())
}
