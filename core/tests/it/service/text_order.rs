//! Texts sort and compare by their code points on both databases, whatever the database's own collation is.

use entify::db::{Dialect, Executor, Statement};
use entify::prelude::*;
use entify::testing::each_database;

#[derive(Entity)]
#[entity(policy = public, order = name)]
pub struct Place {
    #[entity(max_len = 60, filter)]
    name: String,
    #[entity(filter, sort)]
    other: Option<String>,
    #[entity(filter, sort)]
    size: Size,
    #[entity(computed(sql = "{name} || '!'"), filter, sort)]
    loud: String,
    /// Of nothing that has a collation.
    #[entity(computed(sql = "CASE WHEN {size} = 'small' THEN 'a' ELSE 'B' END"), sort)]
    letter: String,
    /// A number, which is kept under a collation of its own on SQLite.
    price: Decimal,
    #[entity(computed(sql = "{price}"), sort)]
    written: String,
}

#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    #[entity(rename = "small")]
    Small,
    #[entity(rename = "Tall")]
    Tall,
    #[entity(rename = "other")]
    Other,
}

/// In no order. People would put these otherwise, and every people in its own way.
const NAMES: [&str; 18] = [
    "a", "B", "b", "A", "ab", "aB", "a b", "a-b", "a_b", "a%b", "Z", "z", "é", "e\u{301}", "É", "日本", "😀",
    "\u{FFFD}",
];

fn all() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Place].to_vec()
}

fn sorted(mut names: Vec<&str>) -> Vec<String> {
    names.sort_unstable();
    names.into_iter().map(str::to_owned).collect()
}

async fn fill(ctx: &Ctx) {
    let places = PlaceService::new(ctx);
    let rows = NAMES.iter().enumerate().map(|(number, name)| PlaceInput {
        other: Some(format!("{name}x")),
        ..PlaceInput::new(
            *name,
            [Size::Small, Size::Tall, Size::Other][number % 3],
            Decimal::new(i64::try_from(number).expect("a number") * 7 - 50, 1),
        )
    });
    places.create_many(rows).await.expect("places");
}

async fn found(ctx: &Ctx, query: Query<Place>) -> Vec<PlaceModel> {
    PlaceService::new(ctx).list(query.first(100)).await.expect("a page").items
}

async fn names(ctx: &Ctx, filter: Filter<Place>) -> Vec<String> {
    found(ctx, Query::filter(filter)).await.into_iter().map(|place| place.name).collect()
}

#[each_database(all())]
async fn orders_go_by_code_point(ctx: Ctx) {
    fill(&ctx).await;
    let expected = sorted(NAMES.to_vec());
    let texts = |order, text: fn(PlaceModel) -> String| {
        let ctx = &ctx;
        async move {
            let rows = found(ctx, Query::default().order(order)).await;
            rows.into_iter().map(text).collect::<Vec<_>>()
        }
    };
    assert_eq!(texts(Place::name().asc(), |place| place.name).await, expected);
    assert_eq!(texts(Place::other().asc(), |place| place.name).await, sorted_by(|name| format!("{name}x")));
    assert_eq!(texts(Place::loud().asc(), |place| place.name).await, sorted_by(|name| format!("{name}!")));
    let mut down = texts(Place::name().desc(), |place| place.name).await;
    down.reverse();
    assert_eq!(down, expected);
    for (order, text) in [
        (Place::size().asc(), (|place| format!("{:?}", place.size)) as fn(PlaceModel) -> String),
        (Place::letter().asc(), |place| place.letter),
        (Place::written().asc(), |place| place.written),
    ] {
        let seen = texts(order, text).await;
        let mut expected = seen.clone();
        if seen.contains(&"Tall".to_owned()) {
            // As they are stored: Tall, other, small.
            expected.sort_by_key(|size| ["Tall", "Other", "Small"].iter().position(|one| one == size));
        } else {
            expected.sort_unstable();
        }
        assert_eq!(seen, expected);
    }

    // Page by page, both ways.
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let query = Query::default().order(Place::size().desc() & Place::name().asc()).first(4);
        let query = match after {
            Some(after) => query.after(after),
            None => query,
        };
        let page = PlaceService::new(&ctx).list(query).await.expect("a page");
        seen.extend(page.items.iter().map(|place| (place.size, place.name.clone())));
        if !page.has_next {
            break;
        }
        after = page.end_cursor;
    }
    let whole = found(&ctx, Query::default().order(Place::size().desc() & Place::name().asc())).await;
    assert_eq!(seen, whole.into_iter().map(|place| (place.size, place.name)).collect::<Vec<_>>());
    assert_eq!(seen.len(), NAMES.len());
}

#[each_database(all())]
async fn comparisons_go_by_code_point(ctx: Ctx) {
    fill(&ctx).await;
    for than in NAMES {
        let kept = |test: fn(&str, &str) -> bool| {
            sorted(NAMES.into_iter().filter(|name| test(name, than)).collect())
        };
        assert_eq!(names(&ctx, Place::name().gt(than)).await, kept(|name, than| name > than), "> {than}");
        assert_eq!(names(&ctx, Place::name().lte(than)).await, kept(|name, than| name <= than), "<= {than}");
        let starting = kept(|name, than| name.starts_with(than));
        assert_eq!(names(&ctx, Place::name().starts_with(than)).await, starting, "starts with {than}");
        assert_eq!(names(&ctx, Place::other().starts_with(than)).await, starting, "starts with {than}");
        let rest = kept(|name, than| !name.starts_with(than));
        assert_eq!(names(&ctx, !Place::name().starts_with(than)).await, rest, "does not start with {than}");
    }
    assert_eq!(names(&ctx, Place::name().starts_with("")).await.len(), NAMES.len());
    assert_eq!(names(&ctx, Place::loud().starts_with("a ")).await, ["a b"]);
}

#[each_database(all())]
async fn the_start_of_a_text_is_found_by_its_index(ctx: Ctx) {
    let executor = Executor::Pool(ctx.db().clone());
    let rows = "INSERT INTO \"place\" (name, size, price) \
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) \
                    SELECT 'place ' || i, 'small', PRICE FROM n";
    let price = if ctx.db().dialect() == Dialect::Postgres { "1" } else { "'1'" };
    executor.execute(Statement::plain(rows.replace("PRICE", price))).await.expect("rows");
    executor.execute(Statement::plain("ANALYZE")).await.expect("statistics");
    let query = || Query::filter(Place::name().starts_with("place 49")).first(20);
    let plan = PlaceService::new(&ctx).explain(query()).await.expect("a plan");
    match ctx.db().dialect() {
        Dialect::Postgres => {
            assert!(plan.contains("Index Cond: (") && plan.contains("ix_place_name_id"), "{plan}");
            assert!(!plan.contains("Seq Scan") && !plan.contains("Filter"), "{plan}");
        }
        Dialect::Sqlite => assert!(plan.contains("ix_place_name_id (name>? AND name<?)"), "{plan}"),
    }
    assert_eq!(names(&ctx, Place::name().starts_with("place 499")).await.len(), 11);
}

fn sorted_by(key: fn(&str) -> String) -> Vec<String> {
    let mut names = NAMES.to_vec();
    names.sort_by_key(|name| key(name));
    names.into_iter().map(str::to_owned).collect()
}
