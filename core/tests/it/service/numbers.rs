//! Numbers over relations (`computed(count(sales))`): as plain Rust counts the rows that the reader may read, in reads, filters, orders and
//! pages; by one statement for a page; by the index of the reference where rows are filtered or sorted by them.

use std::collections::BTreeMap;

use entify::db::{Dialect, Executor, Statement};
use entify::entity::{Condition, Entity as _, EntityInfo, Op};
use entify::prelude::*;
use entify::query::{Cursors, Direction, ListQuery, Nulls, PageArgs, Sort};
use entify::service::Records;
use entify::testing::each_database;
use entify::value::{Record, Value};

#[derive(Entity)]
#[entity(policy = public)]
pub struct Shop {
    #[entity(filter, sort)]
    name: String,
    #[entity(inverse = shop)]
    sales: Many<Sale>,
    #[entity(through = Stock)]
    goods: Many<Good>,
    #[entity(computed(count(sales)))]
    sales_count: i64,
    #[entity(computed(exists(sales), where = Sale::open().eq(true)))]
    has_open: bool,
    #[entity(computed(count(sales), where = Sale::open().eq(true)))]
    open_count: i64,
    #[entity(computed(sum(sales.amount)))]
    revenue: Option<Decimal>,
    #[entity(computed(avg(sales.amount)))]
    average: Option<Decimal>,
    #[entity(computed(sum(sales.pieces)))]
    pieces: Option<i64>,
    #[entity(computed(min(sales.pieces)))]
    fewest: Option<i32>,
    #[entity(computed(max(sales.amount), where = Sale::pieces().gt(1)))]
    dearest: Option<Decimal>,
    #[entity(computed(count(goods)))]
    goods_count: i64,
    #[entity(computed(max(goods.name)))]
    last_good: Option<String>,
    #[entity(computed(count(sales)), policy(read = role("staff")))]
    staff_count: i64,
}

/// Open sales are for everyone.
#[derive(Debug)]
pub struct OpenSales;

impl Policy<Sale> for OpenSales {
    fn read(_: &Ctx) -> Decision<Sale> {
        Sale::open().eq(true).into()
    }
}

#[derive(Entity)]
#[entity(policy(read = OpenSales | owner(owner) | role("staff"), write = role("staff")), soft_delete)]
pub struct Sale {
    open: bool,
    owner: Option<String>,
    #[entity(scale = 2, policy(read = owner(owner) | role("staff")))]
    amount: Option<Decimal>,
    pieces: i32,
    shop: One<Shop>,
}

#[derive(Entity)]
#[entity(policy(read = !role("blind"), write = public))]
pub struct Good {
    name: String,
}

#[derive(Entity)]
#[entity(policy(read = authenticated, write = public), unique(shop, good))]
pub struct Stock {
    shop: One<Shop>,
    good: One<Good>,
}

const NUMBERS: [&str; 10] = [
    "sales_count",
    "has_open",
    "open_count",
    "revenue",
    "average",
    "pieces",
    "fewest",
    "dearest",
    "goods_count",
    "last_good",
];

struct SaleRow {
    shop: i64,
    open: bool,
    owner: Option<String>,
    cents: Option<i64>,
    pieces: i64,
    deleted: bool,
}

/// The rows as plain Rust has them.
struct Shops {
    shops: Vec<i64>,
    sales: Vec<SaleRow>,
    /// The names of the goods of each shop.
    goods: BTreeMap<i64, Vec<String>>,
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

async fn random_shops(ctx: &Ctx, random: &mut Random) -> Shops {
    let new_shops = (0..9).map(|at| ShopInput::new(format!("shop {at}")));
    let shops = ShopService::new(ctx).create_many(new_shops).await.expect("shops");
    let new_goods = (0..7).map(|at| GoodInput::new(format!("good {at}")));
    let goods = GoodService::new(ctx).create_many(new_goods).await.expect("goods");
    let mut all = Shops {
        shops: shops.iter().map(|shop| shop.id.get()).collect(),
        sales: Vec::new(),
        goods: BTreeMap::new(),
    };
    for shop in &shops {
        for good in &goods {
            if random.below(3) == 0 {
                StockService::new(ctx).create(StockInput::new(shop.id, good.id)).await.expect("stock");
                all.goods.entry(shop.id.get()).or_default().push(good.name.clone());
            }
        }
    }
    let sales = SaleService::new(ctx);
    for _ in 0..45 {
        // Some shops sell nothing.
        let shop = &shops[usize::try_from(random.below(7)).expect("a position")];
        let row = SaleRow {
            shop: shop.id.get(),
            open: random.below(2) == 0,
            owner: [None, Some("u1"), Some("u2")][usize::try_from(random.below(3)).expect("a position")]
                .map(str::to_owned),
            cents: (random.below(5) > 0)
                .then(|| i64::try_from(random.below(100_000)).expect("cents") - 20_000),
            pieces: i64::try_from(random.below(4)).expect("pieces"),
            deleted: random.below(6) == 0,
        };
        let input = SaleInput {
            owner: row.owner.clone(),
            amount: row.cents.map(|cents| Decimal::new(cents, 2)),
            ..SaleInput::new(row.open, i32::try_from(row.pieces).expect("pieces"), shop.id)
        };
        let made = sales.create(input).await.expect("a sale");
        if row.deleted {
            sales.delete(made.id).await.expect("a deletion");
        }
        all.sales.push(row);
    }
    all
}

struct Reader {
    subject: Option<&'static str>,
    role: Option<&'static str>,
    is_system: bool,
}

const READERS: [Reader; 6] = [
    Reader { subject: None, role: None, is_system: true },
    Reader { subject: None, role: None, is_system: false },
    Reader { subject: Some("u1"), role: None, is_system: false },
    Reader { subject: Some("u2"), role: Some("blind"), is_system: false },
    Reader { subject: Some("x"), role: Some("staff"), is_system: false },
    Reader { subject: Some("y"), role: Some("blind"), is_system: false },
];

impl Reader {
    fn ctx(&self, ctx: &Ctx) -> Ctx {
        if self.is_system {
            return ctx.clone();
        }
        let Some(subject) = self.subject else { return ctx.with_principal(Principal::Anonymous) };
        let roles = self.role.iter().map(|role| (*role).to_owned()).collect();
        ctx.with_principal(Subject::new(format!("jwt:test#{subject}"), subject, roles).owning(subject).into())
    }

    fn is_staff(&self) -> bool {
        self.is_system || self.role == Some("staff")
    }

    /// What the number is, as plain Rust counts it.
    fn number(&self, name: &str, shop: i64, all: &Shops) -> Value {
        let owns = |sale: &SaleRow| self.subject.is_some() && sale.owner.as_deref() == self.subject;
        let is_read = |sale: &&SaleRow| {
            sale.shop == shop && !sale.deleted && (sale.open || self.is_staff() || owns(sale))
        };
        let sales: Vec<&SaleRow> = all.sales.iter().filter(is_read).collect();
        let count = |count: usize| Value::Int(i64::try_from(count).expect("a count"));
        let open = sales.iter().filter(|sale| sale.open).count();
        let amount = |sale: &SaleRow| sale.cents.filter(|_| self.is_staff() || owns(sale));
        let amounts: Vec<i64> = sales.iter().filter_map(|sale| amount(sale)).collect();
        let sum: i64 = amounts.iter().sum();
        let decimal = |cents| Value::Decimal(Decimal::new(cents, 2));
        let sees_goods = self.role != Some("blind") && (self.is_system || self.subject.is_some());
        let goods = all.goods.get(&shop).filter(|_| sees_goods);
        match name {
            "sales_count" | "staff_count" => count(sales.len()),
            "has_open" => Value::Bool(open > 0),
            "open_count" => count(open),
            "revenue" if amounts.is_empty() => Value::Null,
            "revenue" => decimal(sum),
            "average" if amounts.is_empty() => Value::Null,
            "average" => {
                // Eight digits after the point, rounded half away from zero.
                let rows = i128::try_from(amounts.len()).expect("a count");
                let units = i128::from(sum.abs()) * 2_000_000 + rows;
                let units = units / (rows * 2) * i128::from(sum.signum());
                Value::Decimal(Decimal::from_i128_with_scale(units, 8))
            }
            "pieces" if sales.is_empty() => Value::Null,
            "pieces" => Value::Int(sales.iter().map(|sale| sale.pieces).sum()),
            "fewest" => sales.iter().map(|sale| sale.pieces).min().map_or(Value::Null, Value::Int),
            "dearest" => {
                let dear = sales.iter().filter(|sale| sale.pieces > 1).filter_map(|sale| amount(sale));
                dear.max().map_or(Value::Null, decimal)
            }
            "goods_count" => count(goods.map_or(0, Vec::len)),
            "last_good" => goods
                .and_then(|goods| goods.iter().max())
                .map_or(Value::Null, |name| Value::Text(name.clone())),
            other => panic!("no number {other}"),
        }
    }
}

fn info() -> &'static EntityInfo {
    Shop::def().info()
}

fn column(name: &str) -> usize {
    info().by_name(name).unwrap_or_else(|| panic!("no column {name}")).index
}

fn key(row: &Record) -> i64 {
    if let Value::Int(key) = row.key() { *key } else { panic!("{:?}", row.key()) }
}

fn compare(one: &Value, other: &Value) -> std::cmp::Ordering {
    match (one, other) {
        (Value::Int(one), Value::Int(other)) => one.cmp(other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        (Value::Decimal(one), Value::Decimal(other)) => one.cmp(other),
        (Value::Text(one), Value::Text(other)) => one.cmp(other),
        other => panic!("{other:?}"),
    }
}

/// The shops in an order by a number, as plain Rust sorts them.
fn sorted(shops: &[i64], value: impl Fn(i64) -> Value, sort: Sort) -> Vec<i64> {
    let mut shops: Vec<(i64, Value)> = shops.iter().map(|shop| (*shop, value(*shop))).collect();
    shops.sort_by(|(one_key, one), (other_key, other)| {
        let by_value = match (one.is_null(), other.is_null()) {
            (true, true) => std::cmp::Ordering::Equal,
            (true, false) if sort.nulls == Nulls::First => std::cmp::Ordering::Less,
            (false, true) if sort.nulls == Nulls::Last => std::cmp::Ordering::Less,
            (true, false) | (false, true) => std::cmp::Ordering::Greater,
            (false, false) if sort.direction == Direction::Desc => compare(other, one),
            (false, false) => compare(one, other),
        };
        let by_key = match sort.direction {
            Direction::Asc => one_key.cmp(other_key),
            Direction::Desc => other_key.cmp(one_key),
        };
        by_value.then(by_key)
    });
    shops.into_iter().map(|(shop, _)| shop).collect()
}

#[each_database(entities![Shop, Sale, Good, Stock])]
async fn a_number_is_what_plain_rust_counts_of_the_rows_that_may_be_read(ctx: Ctx) {
    let mut random = Random(42);
    let all = random_shops(&ctx, &mut random).await;
    let mut cases = 0;
    for reader in &READERS {
        let ctx = reader.ctx(&ctx);
        let records = Records::new(&ctx, info());
        let expected = |name: &str, shop: i64| reader.number(name, shop, &all);
        // Read in a list, by key, and by a stream.
        let page = records.list(&ListQuery::new(info().readable())).await.expect("a page");
        let mut streamed = records.stream(ListQuery::new(info().readable()));
        for row in page.items.iter() {
            let by_key = records.get(row.key()).await.expect("a row");
            let streamed = streamed.next().await.expect("a row").expect("a row");
            for name in NUMBERS {
                let is = expected(name, key(row));
                for row in [row, &by_key, &streamed] {
                    assert_eq!(*row.get(column(name)), is, "{name} of {} for {:?}", key(row), reader.role);
                    cases += 1;
                }
            }
            let staff = if reader.is_staff() { expected("staff_count", key(row)) } else { Value::Null };
            assert_eq!(*row.get(column("staff_count")), staff, "of its own rule");
        }
        // Filtered by what one of the shops has, and by another value.
        for name in NUMBERS {
            for shop in &all.shops {
                let value = expected(name, *shop);
                let number = column(name);
                let ordered = !matches!(value, Value::Bool(_) | Value::Null);
                let tests: Vec<(Op, Box<dyn Fn(&Value) -> bool>)> = match value.clone() {
                    Value::Null => vec![(Op::IsNull(true), Box::new(Value::is_null))],
                    value => vec![
                        (
                            Op::Eq(value.clone()),
                            Box::new({
                                let value = value.clone();
                                move |is: &Value| *is == value
                            }),
                        ),
                        (
                            if ordered { Op::Gt(value.clone()) } else { Op::Ne(value.clone()) },
                            Box::new(move |is: &Value| {
                                !is.is_null()
                                    && if ordered { compare(is, &value).is_gt() } else { *is != value }
                            }),
                        ),
                    ],
                };
                for (op, holds) in tests {
                    let filter = Condition::column(number, op.clone());
                    let mut query = ListQuery::new(info().readable());
                    query.filter = filter.clone();
                    let found = records.list(&query).await.expect("a page");
                    let found: Vec<i64> = found.items.iter().map(key).collect();
                    let right: Vec<i64> =
                        all.shops.iter().copied().filter(|shop| holds(&expected(name, *shop))).collect();
                    assert_eq!(found, right, "{name} {op:?} for {:?}", reader.role);
                    assert_eq!(records.count(&filter).await.expect("a count"), right.len() as u64);
                    cases += 1;
                }
            }
        }
        // Sorted by it, page after page, by cursors.
        for name in NUMBERS {
            for direction in [Direction::Asc, Direction::Desc] {
                for nulls in [Nulls::First, Nulls::Last] {
                    let sort = Sort { nulls, ..Sort::new(column(name), direction) };
                    let right = sorted(&all.shops, |shop| expected(name, shop), sort);
                    let (mut found, mut after) = (Vec::new(), None);
                    loop {
                        let mut query = ListQuery::new(info().readable());
                        (query.order, query.cursors) = (vec![sort], Cursors::Every);
                        query.page = PageArgs { after: after.take(), ..PageArgs::first(2) };
                        let page = records.list(&query).await.expect("a page");
                        for row in page.items.iter() {
                            assert_eq!(*row.get(column(name)), expected(name, key(row)));
                            found.push(key(row));
                            cases += 1;
                        }
                        match page.end_cursor {
                            Some(cursor) if page.has_next => after = Some(cursor),
                            _ => break,
                        }
                    }
                    assert_eq!(found, right, "{name} {sort:?} for {:?}", reader.role);
                }
            }
        }
    }
    assert!(cases > 2_000, "{cases} cases");
}

#[each_database(entities![Shop, Sale, Good, Stock])]
async fn a_page_costs_a_statement_for_each_relation_and_condition(ctx: Ctx) {
    random_shops(&ctx, &mut Random(3)).await;
    let shops = Records::new(&ctx, info());
    let statements = async |names: &[&str]| {
        let before = ctx.db().statements();
        let columns = names.iter().map(|name| column(name)).collect();
        shops.list(&ListQuery::new(columns)).await.expect("a page");
        ctx.db().statements() - before
    };
    assert_eq!(statements(&["name"]).await, 1);
    assert_eq!(statements(&["sales_count", "revenue", "average", "pieces"]).await, 2);
    assert_eq!(statements(&["sales_count", "open_count", "goods_count"]).await, 4);
    // The statement of the page itself has nothing of the related rows.
    let plan = shops.explain(&ListQuery::new(info().readable())).await.expect("a plan").join("\n");
    assert!(!plan.contains("sale"), "{plan}");
}

#[each_database(entities![Shop, Sale, Good, Stock])]
async fn a_filter_and_an_order_find_related_rows_by_the_index_of_the_reference(ctx: Ctx) {
    let shops = ShopService::new(&ctx).create_many((0..200).map(|at| ShopInput::new(format!("shop {at}"))));
    let shops = shops.await.expect("shops");
    let sales = (0..4_000).map(|at| SaleInput::new(at % 3 == 0, at % 5, shops[at as usize % 200].id));
    SaleService::new(&ctx).create_many(sales).await.expect("sales");
    if ctx.db().dialect() == Dialect::Postgres {
        Executor::Pool(ctx.db().clone()).execute(Statement::plain("ANALYZE")).await.expect("statistics");
    }
    let records = Records::new(&ctx, info());
    let mut filtered = ListQuery::new(info().readable());
    filtered.filter = Condition::column(column("sales_count"), Op::Gt(Value::Int(3)));
    let mut ordered = ListQuery::new(info().readable());
    ordered.order = vec![Sort::new(column("revenue"), Direction::Desc)];
    for query in [filtered, ordered] {
        let plan = records.explain(&query).await.expect("a plan").join("\n");
        let by_index = match ctx.db().dialect() {
            Dialect::Sqlite => plan.contains("SEARCH t1 USING") && !plan.contains("SCAN t1"),
            Dialect::Postgres => {
                plan.contains("on sale") && plan.contains("shop_id") && !plan.contains("Seq Scan on sale")
            }
        };
        assert!(by_index, "{plan}");
    }
}

#[each_database(entities![Shop, Sale, Good, Stock])]
async fn what_a_write_answers_has_the_numbers(ctx: Ctx) {
    let shops = ShopService::new(&ctx);
    let made = shops.create(ShopInput::new("one")).await.expect("a shop");
    assert_eq!((made.sales_count, made.has_open, made.revenue, made.goods_count), (0, false, None, 0));
    let sale = SaleInput { amount: Some(Decimal::new(150, 2)), ..SaleInput::new(true, 2, made.id) };
    SaleService::new(&ctx).create(sale).await.expect("a sale");
    let renamed = shops.update(made.id, ShopPatch { name: "two".to_owned().into(), ..ShopPatch::default() });
    let renamed = renamed.await.expect("a change");
    assert_eq!((renamed.sales_count, renamed.has_open), (1, true));
    assert_eq!((renamed.revenue, renamed.dearest), (Some(Decimal::new(150, 2)), Some(Decimal::new(150, 2))));
    assert_eq!(shops.one(Shop::sales_count().eq(1)).await.expect("a shop"), renamed);
    let many = shops.get_many(&[made.id, made.id]).await.expect("shops");
    assert_eq!(many, [Some(renamed.clone()), Some(renamed)]);
}
