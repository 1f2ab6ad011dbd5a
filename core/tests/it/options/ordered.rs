//! `ordered` on an enum: its values are sorted and compared by the order of the declaration.

use entify::db::{Dialect, Executor, Layout, Statement};
use entify::entity::{EntityDef, Registry};
use entify::migrate::{DatabaseSchema, Migrations, make};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use entify::types::Kind;
use entify::value::Value;
use sea_query::Values;
use serde_json::json;

use super::{rest, with_accounts};
use crate::graphql::Api;
use crate::support::browser::signed_in_to;

/// Neither alphabetical nor the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
#[entity(ordered)]
pub enum Priority {
    Low,
    Medium,
    High,
    Critical,
}

/// The same names, without the option.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
pub enum Mood {
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Entity)]
#[entity(policy = public, index(mood, -priority))]
pub struct Ticket {
    #[entity(index)]
    priority: Priority,
    #[entity(sort, filter)]
    wish: Option<Priority>,
    mood: Mood,
    parent: Option<One<Ticket>>,
}

const DECLARED: [Priority; 4] = [Priority::Low, Priority::Medium, Priority::High, Priority::Critical];
const WIRE: [&str; 4] = ["low", "medium", "high", "critical"];
const MOODS: [Mood; 4] = [Mood::Critical, Mood::High, Mood::Low, Mood::Medium];

/// Tickets of every priority, three times, in no order; each tenth without a wish.
async fn filled(ctx: &Ctx) {
    let tickets = TicketService::new(ctx);
    for number in 0..12_usize {
        let input = TicketInput {
            wish: (number % 5 != 0).then_some(DECLARED[number * 3 % 4]),
            parent_id: (number > 0).then(|| Id::new(1)),
            ..TicketInput::new(DECLARED[number * 7 % 4], MOODS[number % 4])
        };
        tickets.create(input).await.expect("a ticket");
    }
}

#[each_database(entities![Ticket])]
async fn the_service_sorts_and_compares_by_declaration(ctx: Ctx) -> entify::Result<()> {
    filled(&ctx).await;
    let tickets = TicketService::new(&ctx);
    let sorted = tickets.list(Query::default().order(Ticket::priority().asc())).await?.items;
    let expected: Vec<Priority> = DECLARED.iter().flat_map(|priority| [*priority; 3]).collect();
    assert_eq!(sorted.iter().map(|ticket| ticket.priority).collect::<Vec<_>>(), expected);
    let found = async |filter| -> entify::Result<Vec<Priority>> {
        let query = Query::filter(filter).order(Ticket::priority().asc() & Ticket::id().asc());
        Ok(tickets.list(query).await?.items.iter().map(|ticket| ticket.priority).collect())
    };
    assert_eq!(found(Ticket::priority().gte(Priority::High)).await?, expected[6..]);
    assert_eq!(found(Ticket::priority().gt(Priority::High)).await?, expected[9..]);
    assert_eq!(found(Ticket::priority().lt(Priority::Medium)).await?, expected[..3]);
    assert_eq!(found(Ticket::priority().lte(Priority::Medium)).await?, expected[..6]);
    assert_eq!(found(Ticket::priority().eq(Priority::Medium)).await?, expected[3..6]);
    assert_eq!(found(Ticket::priority().ne(Priority::Medium)).await?.len(), 9);
    let ends = [Priority::Low, Priority::Critical];
    assert_eq!(found(Ticket::priority().is_in(ends)).await?.len(), 6);
    assert_eq!(found(Ticket::priority().not_in(ends)).await?, expected[3..9]);
    // One that no index has, and that may be NULL.
    assert_eq!(tickets.count(Ticket::wish().is_null()).await?, 3);
    let wishes = tickets.list(Query::filter(Ticket::wish().gte(Priority::High))).await?.items;
    assert!(
        !wishes.is_empty()
            && wishes.iter().all(|ticket| DECLARED[2..].contains(&ticket.wish.expect("a wish")))
    );
    // By the related row.
    let parents = tickets.count(Ticket::parent().is(Ticket::priority().lt(Priority::Medium))).await?;
    assert_eq!(parents, 11);
    Ok(())
}

/// Pages of any size, from both ends, are the list.
#[each_database(entities![Ticket])]
async fn pages_follow_the_declaration(ctx: Ctx) -> entify::Result<()> {
    filled(&ctx).await;
    let tickets = TicketService::new(&ctx);
    let orders = || {
        [
            Ticket::priority().asc(),
            Ticket::priority().desc(),
            Ticket::wish().asc(),
            Ticket::wish().desc().nulls_last(),
            Ticket::mood().asc() & Ticket::priority().desc(),
        ]
    };
    for (number, order) in orders().into_iter().enumerate() {
        let query = || Query::default().order(order.clone());
        let whole: Vec<_> = tickets.list(query()).await?.items.iter().map(|ticket| ticket.id).collect();
        assert_eq!(whole.len(), 12);
        for size in [1, 5] {
            let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
            let (mut after, mut before): (Option<String>, Option<String>) = (None, None);
            while forwards.len() < 12 {
                let page = query().first(size);
                let page =
                    tickets.list(if let Some(after) = after { page.after(after) } else { page }).await?;
                assert!(!page.items.is_empty(), "order {number}, {size} a page");
                forwards.extend(page.items.iter().map(|ticket| ticket.id));
                after = page.end_cursor;
            }
            while backwards.len() < 12 {
                let page = query().last(size);
                let page =
                    tickets.list(if let Some(before) = before { page.before(before) } else { page }).await?;
                assert!(!page.items.is_empty(), "order {number}, {size} a page, backwards");
                backwards.splice(0..0, page.items.iter().map(|ticket| ticket.id));
                before = page.start_cursor;
            }
            assert_eq!(forwards, whole, "order {number}, {size} a page");
            assert_eq!(backwards, whole, "order {number}, {size} a page, backwards");
        }
    }
    Ok(())
}

#[each_database(with_accounts(&entities![Ticket]))]
async fn every_surface_sorts_alike(test: TestDb) {
    let ctx = test.ctx();
    filled(&ctx).await;
    let graphql = Api::of(&test, &entities![Ticket], Principal::Anonymous, |schema| schema).await;
    let data = graphql
        .data("{ tickets(orderBy: [{priority: ASC}], filter: {priority: {gt: LOW}}) { nodes { priority } } }")
        .await;
    let names = data["tickets"]["nodes"].as_array().expect("tickets").clone();
    let expected: Vec<_> = ["MEDIUM", "HIGH", "CRITICAL"].into_iter().flat_map(|name| [name; 3]).collect();
    assert_eq!(
        names.iter().map(|node| node["priority"].as_str().expect("a name")).collect::<Vec<_>>(),
        expected
    );
    let (_site, mut browser) = signed_in_to(&ctx, &entities![Ticket]).await;
    let page = browser.get("/admin/tickets?sort=-priority").await;
    let text = &page.is(200).body;
    let rows = text.split("<tbody").nth(1).expect("rows").to_owned();
    let first = |name: &str| rows.find(name).unwrap_or_else(|| panic!("no {name} in {rows}"));
    assert!(first("Critical") < first("High") && first("High") < first("Medium"));
    let api = rest(test, &entities![Ticket]).await;
    let read = async |query: &str| -> Vec<String> {
        let found = api.get(&format!("/api/tickets?{query}")).await.json();
        let items = found["items"].as_array().expect("tickets");
        items.iter().map(|ticket| ticket["priority"].as_str().expect("a priority").to_owned()).collect()
    };
    let all: Vec<&str> = WIRE.iter().flat_map(|name| [*name; 3]).collect();
    assert_eq!(read("sort=priority").await, all);
    assert_eq!(read("sort=priority&priority[gte]=high").await, all[6..]);
    // The related row has it too; rows without one come last.
    let found = api.get("/api/tickets?sort=parent_id.priority&limit=12").await;
    if found.status == 200 {
        assert_eq!(found.json()["items"][11]["parent_id"], json!(null));
    }
    // Without the option the stored texts are sorted.
    let found = api.get("/api/tickets?sort=mood&limit=1").await.json();
    assert_eq!(found["items"][0]["mood"], "critical");
    api.get("/api/tickets?mood[gt]=low").await.problem(400, "BAD_REQUEST");
}

mod before {
    use entify::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
    pub enum Size {
        Small,
        Large,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Box {
        #[entity(index)]
        size: Size,
    }
}

mod sorted_sizes {
    use entify::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
    #[entity(ordered)]
    pub enum Size {
        Small,
        Large,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Box {
        #[entity(index)]
        size: Size,
    }
}

mod after {
    use entify::prelude::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
    #[entity(ordered)]
    pub enum Size {
        Tiny,
        /// Renamed: rows hold the old name until the migration is through, and after that as long as they like.
        #[entity(was = "large")]
        Big,
        Small,
    }

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Box {
        #[entity(index)]
        size: Size,
    }
}

async fn index_of(test: &TestDb) -> String {
    let sql = match test.db().dialect() {
        Dialect::Postgres => "SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_box_size'",
        Dialect::Sqlite => "SELECT sql FROM sqlite_master WHERE name = 'ix_box_size'",
    };
    let text = Layout::default().with_column(Kind::Text);
    let statement = Statement::new(sql, Values(Vec::new()));
    let rows = Executor::Pool(test.db().clone()).read(statement, &text).await.expect("the index");
    match rows[0].get(0) {
        Value::Text(text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

/// What an index holds follows the declaration, both ways, and the live database is known to have it.
#[each_database(entities![])]
async fn migrations_follow_the_declaration(test: TestDb) -> entify::Result<()> {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = |def| Registry::new(&[def]).expect("a registry");
    let step = async |def: &'static EntityDef| -> Vec<String> {
        let made = make(folder.path(), None, &registry(def)).expect("a change").expect("a migration");
        let migrations = Migrations::load(folder.path(), test.db().dialect()).expect("migrations");
        migrations.up(test.db()).await.expect("applied");
        let compared = entify::migrate::live::compare(test.db(), &registry(def), folder.path(), false)
            .await
            .expect("compared");
        assert_eq!(compared.differences, <[String; 0]>::default());
        made.changes
    };
    step(before::Box::def()).await;
    assert!(!index_of(&test).await.contains("CASE"));
    let changes = step(sorted_sizes::Box::def()).await;
    assert_eq!(changes, ["table box: index `ix_box_size` changed"]);
    let first = index_of(&test).await;
    assert!(first.contains("CASE"), "{first}");
    let ctx = test.ctx().with_entities(registry(sorted_sizes::Box::def()));
    for size in [sorted_sizes::Size::Large, sorted_sizes::Size::Small] {
        sorted_sizes::BoxService::new(&ctx).create(sorted_sizes::BoxInput::new(size)).await?;
    }
    // Before the migration rows hold the old name, which has the position of the new one.
    let ctx = test.ctx().with_entities(registry(after::Box::def()));
    let boxes = after::BoxService::new(&ctx);
    let sorted = async || -> entify::Result<Vec<after::Size>> {
        let all = boxes.list(Query::default().order(after::Box::size().asc())).await?.items;
        Ok(all.iter().map(|one| one.size).collect())
    };
    let expected = [after::Size::Big, after::Size::Small];
    assert_eq!(sorted().await?, expected);
    assert_eq!(boxes.count(after::Box::size().lt(after::Size::Small)).await?, 1);
    assert_eq!(boxes.count(after::Box::size().eq(after::Size::Big)).await?, 1);
    let applied = Migrations::load(folder.path(), test.db().dialect()).expect("migrations");
    let applied = applied.status(test.db()).await.expect("the state").len();
    step(after::Box::def()).await;
    assert_eq!(sorted().await?, expected);
    let second = index_of(&test).await;
    assert!(second.contains("'tiny'") && second.contains("'big'") && !second.contains("'large'"), "{second}");
    let migrations = Migrations::load(folder.path(), test.db().dialect()).expect("migrations");
    let now = migrations.status(test.db()).await.expect("the state").len();
    migrations.down(test.db(), now - applied).await.expect("taken back");
    assert_eq!(index_of(&test).await, first);
    Ok(())
}

#[test]
fn an_index_holds_positions_and_unique_rules_hold_texts() {
    #[derive(Entity)]
    #[entity(policy = public, unique(level, name), order(level, name))]
    pub struct Rank {
        name: String,
        level: Priority,
    }
    let schema = DatabaseSchema::of(&entities![Rank], Dialect::Sqlite);
    let table = schema.table("rank").expect("the table");
    assert_eq!(table.uniques[0].columns, ["level", "name"]);
    // The unique rule does not serve this order: it has the texts.
    assert_eq!(table.indexes[0].name, "ix_rank_level_name_id");
    assert_eq!(table.indexes[0].columns[0].values, WIRE);
}
