//! `history`: who did what to which field, kept with the row or not at all.

use entify::ctx::Clock;
use entify::entity::{EntityDef, Registry, RegistryProblem};
use entify::error::Error;
use entify::history::{FieldChange, HistoryAction, HistoryEntry, HistoryRow, HistoryRowModel, HistoryWho};
use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::each_database;
use serde_json::json;

use crate::support::domain::Status;

/// A field of every type.
#[derive(Entity)]
#[entity(policy(read = role("staff"), write = public), history)]
pub struct Record {
    text: String,
    flag: bool,
    small: i16,
    medium: i32,
    large: i64,
    single: f32,
    double: f64,
    #[entity(scale = 2, precision = 10)]
    exact: Decimal,
    unique_id: Uuid,
    day: NaiveDate,
    hour: NaiveTime,
    moment: DateTime<Utc>,
    json: Json,
    bytes: Bytes,
    status: Status,
    texts: Vec<String>,
    choices: Vec<Status>,
    maybe: Option<String>,
    #[entity(rename = "alias")]
    renamed: Option<i32>,
    parent: Option<One<Record>>,
    #[entity(write_only)]
    token: Option<String>,
    password: Password,
}

#[derive(Entity)]
#[entity(policy = public, key = uuid, history)]
pub struct Document {
    #[entity(unique, filter)]
    title: String,
    #[entity(default = 0)]
    size: i64,
}

/// Both at once: what hooks change is in the history too.
#[derive(Entity)]
#[entity(policy = public, hooks, history)]
pub struct Ticket {
    title: String,
    #[entity(default = 0, read_only)]
    seen: i64,
}

impl Hooks for Ticket {
    async fn before_create(_: &Ctx, input: &mut TicketInput) -> entify::Result<()> {
        input.title = input.title.to_uppercase();
        Ok(())
    }

    async fn before_update(_: &Ctx, current: &TicketModel, patch: &mut TicketPatch) -> entify::Result<()> {
        if let Change::Set(title) = &mut patch.title {
            *title = format!("{}/{title}", current.title);
        }
        Ok(())
    }

    async fn after_update(ctx: &Ctx, _: &TicketModel, after: &TicketModel) -> entify::Result<()> {
        let entries = TicketService::new(ctx).history(after.id, PageArgs::default()).await?;
        assert_eq!(entries.items[0].action, HistoryAction::Update, "it is written before");
        if after.title.ends_with("never") { Err(Error::Forbidden) } else { Ok(()) }
    }
}

/// Deleted softly, and at a version only.
#[derive(Entity)]
#[entity(policy = public, version, soft_delete, hooks, history)]
pub struct Paper {
    title: String,
}

impl Hooks for Paper {
    async fn before_update(ctx: &Ctx, current: &PaperModel, patch: &mut PaperPatch) -> entify::Result<()> {
        let _ = DocumentService::new(ctx).create(DocumentInput::new("told")).await?;
        patch.title = Change::Set(format!("{}+", current.title));
        Ok(())
    }

    async fn before_delete(_: &Ctx, row: &PaperModel) -> entify::Result<()> {
        if row.title == "kept" { Err(Error::Forbidden) } else { Ok(()) }
    }
}

fn tables() -> Vec<&'static EntityDef> {
    entify::entities![Record, Document, Ticket, Paper]
}

fn record() -> RecordInput {
    let moment = "2024-02-29T23:59:59.123456Z".parse::<DateTime<Utc>>().expect("a time");
    RecordInput {
        maybe: None,
        renamed: Some(7),
        parent_id: None,
        token: Some("t".to_owned()),
        text: "𝔸 \"quoted\"".to_owned(),
        flag: true,
        small: i16::MIN,
        medium: i32::MAX,
        large: i64::MAX,
        single: 0.1,
        double: 1e-300,
        exact: "1.5".parse().expect("a number"),
        unique_id: Uuid::nil(),
        day: moment.date_naive(),
        hour: moment.time(),
        moment,
        json: json!({"deep": [1, null, "x"]}),
        bytes: Bytes::from_static(b"\0\xff"),
        status: Status::OnHold,
        texts: vec!["a".to_owned(), String::new()],
        choices: vec![Status::Active],
        password: "correct horse".into(),
    }
}

fn changed(field: &str, from: Json, to: Json) -> FieldChange {
    FieldChange { field: field.to_owned(), from: Some(from), to: Some(to) }
}

fn secret(field: &str) -> FieldChange {
    FieldChange { field: field.to_owned(), from: None, to: None }
}

fn sorted(mut changes: Vec<FieldChange>) -> Vec<FieldChange> {
    changes.sort_by(|left, right| left.field.cmp(&right.field));
    changes
}

async fn history(ctx: &Ctx, id: Id<Record>) -> Vec<HistoryEntry> {
    RecordService::new(ctx).history(id, PageArgs::default()).await.expect("a history").items
}

/// Every entry there is, oldest first.
async fn entries(ctx: &Ctx) -> Vec<HistoryRowModel> {
    entify::Service::<HistoryRow>::new(ctx).list(Query::default().first(100)).await.expect("entries").items
}

#[each_database(tables())]
async fn what_became_of_each_field(ctx: Ctx) {
    let records = RecordService::new(&ctx);
    let made = records.create(record()).await.expect("a record");
    let [entry] = history(&ctx, made.id).await.try_into().expect("one entry");
    assert_eq!(entry.action, HistoryAction::Create);
    assert!(entry.changes.iter().all(|change| change.from.is_none()));
    let fields = entry.changes.iter().map(|change| (change.field.clone(), change.to.clone()));
    let fields: serde_json::Map<_, _> = fields.map(|(field, to)| (field, json!(to))).collect();
    assert_eq!(
        Json::Object(fields),
        json!({
            "text": "𝔸 \"quoted\"", "flag": true, "small": -32768, "medium": 2147483647,
            "large": 9_223_372_036_854_775_807_i64, "single": 0.1, "double": 1e-300, "exact": "1.50",
            "unique_id": "00000000-0000-0000-0000-000000000000", "day": "2024-02-29",
            "hour": "23:59:59.123456", "moment": "2024-02-29T23:59:59.123456Z",
            "json": {"deep": [1, null, "x"]}, "bytes": "AP8=", "status": "on_hold", "texts": ["a", ""],
            "choices": ["active"], "alias": 7, "token": null, "password": null,
        }),
        "NULLs are left out, secrets have no value"
    );

    let patch = RecordPatch {
        text: Change::Set("b".to_owned()),
        flag: Change::Set(true),
        exact: Change::Set("1.500".parse().expect("a number")),
        maybe: Change::Set(Some("m".to_owned())),
        renamed: Change::Set(None),
        parent_id: Change::Set(Some(made.id)),
        token: Change::Set(Some("u".to_owned())),
        password: Change::Set("another horse".into()),
        ..RecordPatch::default()
    };
    records.update(made.id, patch).await.expect("an update");
    let entry = history(&ctx, made.id).await.swap_remove(0);
    assert_eq!(entry.action, HistoryAction::Update);
    assert_eq!(
        sorted(entry.changes),
        sorted(vec![
            changed("alias", json!(7), json!(null)),
            changed("maybe", json!(null), json!("m")),
            changed("parent_id", json!(null), json!(made.id.get())),
            secret("password"),
            changed("text", json!("𝔸 \"quoted\""), json!("b")),
            secret("token"),
        ])
    );
    assert!(secret("token").is_secret());

    let same = RecordPatch { text: Change::Set("b".to_owned()), ..RecordPatch::default() };
    records.update(made.id, same).await.expect("an update");
    records.update(made.id, RecordPatch::default()).await.expect("an update");
    assert_eq!(history(&ctx, made.id).await.len(), 2, "nothing changed");

    records
        .update(made.id, RecordPatch { parent_id: Change::Set(None), ..RecordPatch::default() })
        .await
        .expect("an update");
    records.delete(made.id).await.expect("a removal");
    let all = history(&ctx, made.id).await;
    assert_eq!(all.len(), 4, "it outlives the row");
    assert_eq!(all[0].action, HistoryAction::Delete);
    let text = all[0].changes.iter().find(|change| change.field == "text").expect("the text");
    assert_eq!(*text, FieldChange { field: "text".to_owned(), from: Some(json!("b")), to: None });
    assert!(all[0].changes.iter().any(|change| *change == secret("password")));
}

#[each_database(tables())]
async fn who_and_when(ctx: Ctx) {
    let staff = || Principal::known("account:7", "Ada", vec!["staff".to_owned()]);
    let at = "2024-02-29T12:00:00Z".parse::<DateTime<Utc>>().expect("a time");
    let ada = ctx.with_principal(staff()).with_request_id("r-1").with_clock(Clock::Fixed(at));
    let anyone = ctx.with_principal(Principal::Anonymous);
    let made = RecordService::new(&anyone).create(record()).await.expect("a record");
    let patch = RecordPatch { medium: Change::Set(1), ..RecordPatch::default() };
    RecordService::new(&ada).update(made.id, patch).await.expect("an update");
    RecordService::new(&ctx).delete(made.id).await.expect("a removal");
    let who: Vec<_> = history(&ada, made.id)
        .await
        .into_iter()
        .map(|entry| (entry.who, entry.subject, entry.request_id))
        .collect();
    assert_eq!(
        who,
        [
            (HistoryWho::System, None, None),
            (HistoryWho::Subject, Some("account:7".to_owned()), Some("r-1".to_owned())),
            (HistoryWho::Anonymous, None, None),
        ]
    );
    assert_eq!(history(&ctx, made.id).await[1].at, at);

    // Who may not read the rows may not read what they were.
    let read = |ctx: Ctx| async move { RecordService::new(&ctx).history(made.id, PageArgs::default()).await };
    assert_eq!(read(anyone).await.map(|_| ()), Err(Error::Unauthenticated));
    let editor = Principal::known("account:8", "Bob", vec!["editor".to_owned()]);
    assert_eq!(read(ctx.with_principal(editor)).await.map(|_| ()), Err(Error::Forbidden));
}

#[each_database(tables())]
async fn pages_newest_first(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let made = documents.create(DocumentInput::new("a")).await.expect("a document");
    let other = documents.create(DocumentInput::new("b")).await.expect("a document");
    for size in 1..=6 {
        for id in [made.id, other.id] {
            let patch = DocumentPatch { size: Change::Set(size), ..DocumentPatch::default() };
            documents.update(id, patch).await.expect("an update");
        }
    }
    let mut seen = Vec::new();
    let mut page = PageArgs::first(3);
    loop {
        let found = documents.history(made.id, page.clone()).await.expect("a page");
        seen.extend(found.items.iter().map(|entry| {
            entry.changes.iter().find(|change| change.field == "size").and_then(|change| change.to.clone())
        }));
        if !found.has_next {
            break;
        }
        page.after = found.end_cursor;
    }
    let sizes: Vec<_> = (0..=6).rev().map(|size| Some(json!(size))).collect();
    assert_eq!(seen, sizes);
    let elsewhere = documents.history(other.id, page).await;
    assert_eq!(elsewhere.map(|_| ()), Err(Error::CursorMismatch));

    let missing = documents.history(Uuid::nil().into(), PageArgs::default()).await;
    assert_eq!(missing.expect_err("none").code(), "NOT_FOUND");
    entify::Service::<HistoryRow>::new(&ctx).delete(Id::new(1)).await.expect("pruned");
    assert_eq!(documents.history(made.id, PageArgs::default()).await.expect("a page").items.len(), 6);
}

#[each_database(tables())]
async fn kept_with_the_row_or_not_at_all(ctx: Ctx) {
    let done = ctx.transaction(|ctx| async move {
        let documents = DocumentService::new(&ctx);
        let id = documents.create(DocumentInput::new("a")).await?.id;
        let dropped = ctx.transaction(move |ctx| async move {
            let patch = DocumentPatch { size: Change::Set(1), ..DocumentPatch::default() };
            DocumentService::new(&ctx).update(id, patch).await?;
            Err::<(), _>(Error::Forbidden)
        });
        assert_eq!(dropped.await, Err(Error::Forbidden));
        assert_eq!(documents.create(DocumentInput::new("a")).await.expect_err("taken").code(), "CONFLICT");
        Ok(())
    });
    assert_eq!(done.await, Ok(()));
    assert_eq!(entries(&ctx).await.len(), 1);
    let lost = ctx.transaction(|ctx| async move {
        DocumentService::new(&ctx).create(DocumentInput::new("b")).await?;
        Err::<(), _>(Error::Forbidden)
    });
    assert_eq!(lost.await, Err(Error::Forbidden));
    let taken = DocumentService::new(&ctx).create(DocumentInput::new("a")).await;
    assert_eq!(taken.expect_err("taken").code(), "CONFLICT");
    assert_eq!(entries(&ctx).await.len(), 1);
}

#[each_database(tables())]
async fn in_bulk(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let statements = || ctx.db().statements();
    let before = statements();
    let inputs = (0..100).map(|number| DocumentInput::new(format!("d{number}")));
    let made = documents.create_many(inputs).await.expect("documents");
    assert_eq!(statements() - before, 2, "the rows, their history");
    let patch = DocumentPatch { size: Change::Set(9), ..DocumentPatch::default() };
    let before = statements();
    let half = Document::title().is_in((0..50).map(|number| format!("d{number}")));
    assert_eq!(documents.update_many(half, patch.clone()).await, Ok(50));
    assert_eq!(statements() - before, 3, "the rows as they were, as they are, their history");
    let before = statements();
    assert_eq!(documents.update_many(Document::size().gte(0), patch).await, Ok(100));
    assert_eq!(statements() - before, 3);
    let ids: Vec<_> = made.iter().map(|row| row.id).collect();
    let before = statements();
    documents.delete_many(&ids[..30]).await.expect("removed");
    assert_eq!(statements() - before, 3);
    assert_eq!(documents.delete_where(Document::size().gte(0)).await, Ok(70));
    let count = |action: HistoryAction| {
        let entries = entify::Service::<HistoryRow>::new(&ctx);
        async move { entries.count(HistoryRow::action().eq(action)).await.expect("a count") }
    };
    assert_eq!(count(HistoryAction::Create).await, 100);
    assert_eq!(count(HistoryAction::Update).await, 100, "those that had the value already are left out");
    assert_eq!(count(HistoryAction::Delete).await, 100);
}

#[each_database(tables())]
async fn rows_that_may_be_there(ctx: Ctx) {
    let documents = DocumentService::new(&ctx);
    let with = |title: &str, size| DocumentInput { size: Some(size), ..DocumentInput::new(title) };
    let first = documents.upsert(Document::title(), with("a", 1)).await.expect("a document");
    let rows =
        documents.upsert_many(Document::title(), [with("b", 1), with("a", 2)]).await.expect("documents");
    assert_eq!((rows[1].id, rows[1].size), (first.id, 2));
    documents.upsert(Document::title(), with("a", 2)).await.expect("the same");
    let (same, new) = documents.get_or_create(Document::title(), with("a", 5)).await.expect("a document");
    assert_eq!((same.id, same.size, new), (first.id, 2, false));
    let actions: Vec<_> = documents
        .history(first.id, PageArgs::default())
        .await
        .expect("a history")
        .items
        .into_iter()
        .map(|entry| (entry.action, entry.changes.len()))
        .collect();
    assert_eq!(actions, [(HistoryAction::Update, 1), (HistoryAction::Create, 2)]);
    assert_eq!(entries(&ctx).await.len(), 3);
}

#[each_database(tables())]
async fn with_hooks(ctx: Ctx) {
    let tickets = TicketService::new(&ctx);
    let made = tickets.create(TicketInput::new("a")).await.expect("a ticket");
    let titled = |title: &str| TicketPatch { title: Change::Set(title.to_owned()), ..TicketPatch::default() };
    tickets.update(made.id, titled("b")).await.expect("an update");
    assert_eq!(tickets.update(made.id, titled("never")).await, Err(Error::Forbidden));
    let found = tickets.history(made.id, PageArgs::default()).await.expect("a history").items;
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].changes, [changed("title", json!("A"), json!("A/b"))]);
}

#[each_database(tables())]
async fn versions_and_rows_that_come_back(ctx: Ctx) {
    let papers = PaperService::new(&ctx);
    let made = papers.create(PaperInput::new("a")).await.expect("a paper");
    let stale = papers.update_version(made.id, 7, PaperPatch::default()).await;
    assert_eq!(stale, Err(Error::VersionMismatch));
    assert_eq!(entries(&ctx).await.len(), 1, "the hook was not asked");
    let changed =
        papers.update_version(made.id, made.version, PaperPatch::default()).await.expect("an update");
    assert_eq!(changed.title, "a+");
    let hidden = papers.delete(made.id).await.expect("hidden");
    assert!(hidden.deleted_at.is_some());
    papers.restore(made.id).await.expect("back");
    papers.purge(made.id).await.expect("gone");
    let actions = papers
        .history(made.id, PageArgs::default())
        .await
        .expect("a history")
        .items
        .into_iter()
        .map(|entry| (entry.action, entry.changes.len()))
        .collect::<Vec<_>>();
    assert_eq!(
        actions,
        [
            (HistoryAction::Delete, 1),
            (HistoryAction::Restore, 0),
            (HistoryAction::Delete, 1),
            (HistoryAction::Update, 1),
            (HistoryAction::Create, 1),
        ]
    );
    let kept = papers.create(PaperInput::new("kept")).await.expect("a paper");
    assert_eq!(papers.delete(kept.id).await.map(|_| ()), Err(Error::Forbidden));
}

#[each_database(tables())]
async fn writers_at_once_leave_a_gapless_chain(ctx: Ctx) {
    let made = DocumentService::new(&ctx).create(DocumentInput::new("a")).await.expect("a document");
    let mut tasks = Vec::new();
    for writer in 0..8 {
        let ctx = ctx.clone();
        tasks.push(tokio::spawn(async move {
            for number in 0..5 {
                let size = Change::Set(100 * writer + number + 1);
                let patch = DocumentPatch { size, ..DocumentPatch::default() };
                DocumentService::new(&ctx).update(made.id, patch).await.expect("an update");
            }
        }));
    }
    for task in tasks {
        task.await.expect("a writer");
    }
    let page = PageArgs::first(100);
    let found = DocumentService::new(&ctx).history(made.id, page).await.expect("a history").items;
    assert_eq!(found.len(), 41);
    for pair in found.windows(2) {
        let size = |entry: &HistoryEntry| {
            entry.changes.iter().find(|change| change.field == "size").cloned().expect("the size")
        };
        assert_eq!(size(&pair[0]).from, size(&pair[1]).to, "each starts where the last one ended");
    }
}

#[derive(Entity)]
#[entity(table = "Entify_things", policy = public)]
pub struct Thing {
    name: String,
}

#[test]
fn the_frameworks_tables_are_its_own() {
    let refused = Registry::new(&[Thing::def()]).expect_err("reserved");
    let reserved = RegistryProblem::Reserved { entity: "Thing", table: "Entify_things" };
    assert!(refused.problems().contains(&reserved));
    assert!(refused.to_string().contains("start with `entify_`"), "{refused}");
    assert!(Registry::new(&entify::auth::entities()).is_ok(), "its own entities may be listed");
}
