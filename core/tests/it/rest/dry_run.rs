//! `?dry_run=true`: the answer of the real write, and nothing kept.

use entify::entity::EntityDef;
use entify::prelude::*;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Answer, Api};

/// A shelf.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Shelf {
    #[entity(unique, max_len = 4)]
    name: String,
}

#[derive(EntityEnum)]
pub enum Condition {
    New,
    Used,
    Lost,
}

/// What is on it.
#[derive(Entity)]
#[entity(policy = public, version, history, hooks, unique(shelf, place))]
pub struct Item {
    #[entity(unique, max_len = 3)]
    label: String,
    #[entity(min = 0, max = 9)]
    place: i32,
    #[entity(default = Condition::New, transitions(New -> Used, Used -> Lost))]
    condition: Condition,
    #[entity(sequence(per = shelf))]
    number: i32,
    shelf: One<Shelf>,
}

impl Hooks for Item {
    async fn after_create(ctx: &Ctx, item: &ItemModel) -> entify::Result<()> {
        let name = if ctx.is_dry_run() { "dry" } else { "real" };
        MailService::new(ctx).create(MailInput::new(format!("{name} {}", item.label))).await?;
        Ok(())
    }

    async fn after_commit_create(ctx: &Ctx, item: &ItemModel) -> entify::Result<()> {
        MailService::new(ctx).create(MailInput::new(format!("sent {}", item.label))).await?;
        Ok(())
    }
}

/// What hooks write.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Mail {
    text: String,
}

fn tables() -> Vec<&'static EntityDef> {
    entities![Shelf, Item, Mail].to_vec()
}

async fn counts(ctx: &Ctx) -> [u64; 3] {
    [
        ShelfService::new(ctx).count(Filter::all()).await.expect("a count"),
        ItemService::new(ctx).count(Filter::all()).await.expect("a count"),
        MailService::new(ctx).count(Filter::all()).await.expect("a count"),
    ]
}

/// What a client may compare of two answers: not keys, times and the request's id.
fn told(answer: &Answer) -> (u16, Option<String>, Json) {
    let mut body = if answer.text.is_empty() { Json::Null } else { answer.json() };
    if let Some(members) = body.as_object_mut() {
        for name in ["id", "created_at", "updated_at", "request_id"] {
            members.remove(name);
        }
    }
    let location = answer.header("location").map(|path| path.rsplit_once('/').expect("a key").0.to_owned());
    (answer.status.as_u16(), location, body)
}

/// Numbers that look random, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// One of these, or one that is not there.
    fn key(&mut self, of: &[i64]) -> i64 {
        let position = self.below(of.len() as u64 + 1);
        usize::try_from(position).ok().and_then(|position| of.get(position).copied()).unwrap_or(999)
    }

    fn write(&mut self, items: &[i64], shelves: &[i64]) -> (&'static str, String, Json) {
        let (id, shelf) = (self.key(items), self.key(shelves));
        let label = ["a", "b", "c", "d", "e", "", "long"][self.below(7) as usize];
        let condition = ["new", "used", "lost", "odd"][self.below(4) as usize];
        match self.below(8) {
            0 => ("POST", "/api/shelves".to_owned(), json!({"name": label})),
            1..=3 => {
                let values = json!({"label": label, "place": self.below(11), "shelf_id": shelf, "condition": condition});
                ("POST", "/api/items".to_owned(), values)
            }
            4 => ("PATCH", format!("/api/items/{id}"), json!({"condition": condition, "label": label})),
            5 => ("PATCH", format!("/api/items/{id}"), json!({"increment": {"place": self.below(5)}})),
            6 => ("DELETE", format!("/api/items/{id}"), Json::Null),
            _ => ("DELETE", format!("/api/shelves/{shelf}"), Json::Null),
        }
    }
}

async fn send(api: &Api, method: &str, path: &str, body: &Json) -> Answer {
    match method {
        "POST" => api.post(path, body.clone()).await,
        "PATCH" => api.patch(path, body.clone()).await,
        _ => api.delete(path).await,
    }
}

#[each_database(tables())]
async fn a_dry_answer_is_the_real_one_and_nothing_is_kept(test: TestDb) {
    let ctx = test.ctx();
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    let mut random = Random(7);
    let mut statuses = std::collections::BTreeMap::new();
    for _ in 0..1_000 {
        let items = ItemService::new(&ctx).list(Query::default().first(100)).await.expect("items").items;
        let shelves = ShelfService::new(&ctx).list(Query::default().first(100)).await.expect("shelves").items;
        let items: Vec<i64> = items.iter().map(|item| item.id.get()).collect();
        let shelves: Vec<i64> = shelves.iter().map(|shelf| shelf.id.get()).collect();
        let (method, path, body) = random.write(&items, &shelves);
        let before = counts(&ctx).await;
        let dry = told(&send(&api, method, &format!("{path}?dry_run=true"), &body).await);
        assert_eq!(counts(&ctx).await, before, "{method} {path} {body}");
        let live = told(&send(&api, method, &path, &body).await);
        assert_eq!(dry, live, "{method} {path} {body}");
        *statuses.entry(live.0).or_insert(0) += 1;
    }
    for status in [200, 201, 204, 404, 409, 422] {
        assert!(statuses.get(&status).is_some_and(|times| *times > 2), "{statuses:?}");
    }
    let mails = MailService::new(&ctx);
    assert_eq!(mails.count(Mail::text().starts_with("dry")).await, Ok(0));
}

#[each_database(tables())]
async fn other_words_are_refused(test: TestDb) {
    let api = Api::of_entities(test, &tables(), Rest::new()).await;
    for query in ["dry_run=yes", "dry_run=", "dry=true", "dry_run=true&limit=1"] {
        let refused = api.post(&format!("/api/shelves?{query}"), json!({"name": "a"})).await;
        refused.problem(400, "BAD_REQUEST");
    }
    assert_eq!(api.post("/api/shelves?dry_run=false", json!({"name": "a"})).await.status, 201);
    api.get("/api/shelves/1?dry_run=true").await.problem(400, "BAD_REQUEST");
}

#[each_database(tables())]
async fn inside_a_transaction_it_undoes_itself_alone(ctx: Ctx) {
    let kept = ctx.transaction(|ctx| async move {
        let shelves = ShelfService::new(&ctx);
        shelves.create(ShelfInput::new("a")).await?;
        let would_be = ctx.dry_run(|ctx| async move {
            assert!(ctx.is_dry_run());
            ShelfService::new(&ctx).create(ShelfInput::new("b")).await
        });
        assert_eq!(would_be.await?.name, "b");
        let refused =
            ctx.dry_run(|ctx| async move { ShelfService::new(&ctx).create(ShelfInput::new("a")).await });
        assert!(matches!(refused.await, Err(entify::Error::Conflict(_))));
        shelves.create(ShelfInput::new("c")).await
    });
    kept.await.expect("kept");
    assert!(!ctx.is_dry_run());
    let names =
        ShelfService::new(&ctx).list(Query::default().order(Shelf::name().asc())).await.expect("shelves");
    assert_eq!(names.items.iter().map(|shelf| shelf.name.as_str()).collect::<Vec<_>>(), ["a", "c"]);
}
