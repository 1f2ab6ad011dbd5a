//! `hooks`: what runs when, what it may change, and what becomes of it when the write does not last.

use std::time::Duration;

use entify::entity::EntityDef;
use entify::entity::Surface;
use entify::error::{Error, FieldError};
use entify::policy::Action;
use entify::prelude::*;
use entify::service::{InputForm, Records};
use entify::testing::each_database;
use serde_json::json;

/// What hooks leave behind, in the database: it is rolled back with what it tells of.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Line {
    text: String,
}

#[derive(Entity)]
#[entity(policy = public, hooks)]
pub struct Task {
    #[entity(unique, max_len = 20)]
    title: String,
    #[entity(default = 3, max = 5, filter)]
    stars: i32,
    body: Option<String>,
    #[entity(default = "calm")]
    mood: Option<String>,
    #[entity(write_only, min_len = 8)]
    secret: Option<Password>,
    #[entity(immutable, default = "x")]
    origin: String,
}

async fn line(ctx: &Ctx, text: impl Into<String>) -> entify::Result<()> {
    LineService::new(ctx).create(LineInput::new(text)).await.map(drop)
}

/// What a title that says so makes a hook do.
fn refuse(title: &str, word: &str) -> entify::Result<()> {
    if title.contains(word) {
        return Err(Error::Validation(vec![FieldError::new("title", "taboo", "must not be said")]));
    }
    Ok(())
}

impl Hooks for Task {
    async fn before_create(ctx: &Ctx, input: &mut TaskInput) -> entify::Result<()> {
        input.title = input.title.trim().to_owned();
        line(ctx, format!("before create {} {:?} {:?}", input.title, input.body, input.mood)).await?;
        if input.title == "starless" {
            input.stars = Some(0);
        }
        if input.title.starts_with("again") {
            TaskService::new(ctx).create(TaskInput::new(format!("{}+", input.title))).await?;
        }
        refuse(&input.title, "never")
    }

    async fn after_create(ctx: &Ctx, row: &TaskModel) -> entify::Result<()> {
        line(ctx, format!("after create {}", row.title)).await?;
        refuse(&row.title, "late")
    }

    async fn before_update(ctx: &Ctx, current: &TaskModel, patch: &mut TaskPatch) -> entify::Result<()> {
        line(ctx, format!("before update {} {:?} {:?}", current.title, patch.title, patch.body)).await?;
        if current.title == "locked" {
            return Err(Error::Forbidden);
        }
        if let Change::Set(title) = &mut patch.title {
            *title = title.trim().to_owned();
        }
        if current.title == "starless" {
            patch.stars = Change::Set(0);
        }
        Ok(())
    }

    async fn after_update(ctx: &Ctx, before: &TaskModel, after: &TaskModel) -> entify::Result<()> {
        line(ctx, format!("after update {} {}", before.title, after.title)).await?;
        refuse(&after.title, "late")
    }

    async fn before_delete(ctx: &Ctx, row: &TaskModel) -> entify::Result<()> {
        line(ctx, format!("before delete {}", row.title)).await?;
        if row.title == "locked" { Err(Error::Forbidden) } else { Ok(()) }
    }

    async fn after_delete(ctx: &Ctx, row: &TaskModel) -> entify::Result<()> {
        line(ctx, format!("after delete {}", row.title)).await
    }

    async fn after_commit_create(ctx: &Ctx, row: &TaskModel) -> entify::Result<()> {
        assert!(!ctx.in_transaction() && !row.title.contains("panic"), "as the test wants it");
        line(ctx, format!("commit create {}", row.title)).await?;
        refuse(&row.title, "fail")
    }

    async fn after_commit_update(ctx: &Ctx, before: &TaskModel, after: &TaskModel) -> entify::Result<()> {
        line(ctx, format!("commit update {} {}", before.title, after.title)).await
    }

    async fn after_commit_delete(ctx: &Ctx, row: &TaskModel) -> entify::Result<()> {
        line(ctx, format!("commit delete {}", row.title)).await
    }
}

pub fn tables() -> Vec<&'static EntityDef> {
    entify::entities![Line, Task]
}

/// The lines so far.
async fn lines(ctx: &Ctx) -> Vec<String> {
    let lines = LineService::new(ctx).list(Query::default().first(100)).await.expect("the lines");
    lines.items.into_iter().map(|line| line.text).collect()
}

async fn titles(ctx: &Ctx) -> Vec<String> {
    let tasks = TaskService::new(ctx).list(Query::default().first(100)).await.expect("the tasks");
    tasks.items.into_iter().map(|task| task.title).collect()
}

async fn task(ctx: &Ctx, title: &str) -> entify::Result<TaskModel> {
    TaskService::new(ctx).create(TaskInput::new(title)).await
}

fn titled(title: &str) -> TaskPatch {
    TaskPatch { title: Change::Set(title.to_owned()), ..TaskPatch::default() }
}

#[each_database(tables())]
async fn each_hook_in_its_place(ctx: Ctx) {
    let tasks = TaskService::new(&ctx);
    let made = task(&ctx, " a ").await.expect("a task");
    assert_eq!(made.title, "a", "the hook trimmed it");
    assert_eq!(lines(&ctx).await, ["before create a None None", "after create a", "commit create a",]);
    let changed = tasks.update(made.id, titled("b ")).await.expect("an update");
    assert_eq!(changed.title, "b");
    let gone = tasks.delete(made.id).await.expect("a removal");
    assert_eq!(gone, changed);
    assert_eq!(
        lines(&ctx).await[3..],
        [
            r#"before update a Set("b ") Keep"#,
            "after update a b",
            "commit update a b",
            "before delete b",
            "after delete b",
            "commit delete b",
        ]
    );
    assert_eq!(tasks.update(made.id, titled("c")).await.expect_err("gone").code(), "NOT_FOUND");
    assert_eq!(tasks.delete(made.id).await.expect_err("gone").code(), "NOT_FOUND");
    assert_eq!(lines(&ctx).await.len(), 9, "no row, no hook");
}

#[each_database(tables())]
async fn rules_judge_what_the_hook_made_of_it(ctx: Ctx) {
    let long = format!("{:20}{:20}", "fits", "");
    assert_eq!(task(&ctx, &long).await.expect("trimmed before it is measured").title, "fits");
    let starless = TaskInput { stars: Some(77), ..TaskInput::new("starless") };
    let made = TaskService::new(&ctx).create(starless).await.expect("the hook put it right");
    assert_eq!(made.stars, 0);
    let patch = TaskPatch { stars: Change::Set(77), ..TaskPatch::default() };
    assert_eq!(TaskService::new(&ctx).update(made.id, patch).await.expect("again").stars, 0);
    let wrong = TaskInput { stars: Some(77), ..TaskInput::new("other") };
    let refused = TaskService::new(&ctx).create(wrong).await.expect_err("too many stars");
    assert_eq!(refused.fields()[0].code, "too_large");
    assert_eq!(lines(&ctx).await.iter().filter(|line| line.contains("other")).count(), 0);
}

#[each_database(tables())]
async fn a_refusal_takes_everything_back(ctx: Ctx) {
    let kept = task(&ctx, "locked").await.expect("a task");
    let before = lines(&ctx).await;
    for title in ["never", "late"] {
        let refused = task(&ctx, title).await.expect_err("refused");
        assert_eq!(refused.fields(), [FieldError::new("title", "taboo", "must not be said")]);
    }
    let tasks = TaskService::new(&ctx);
    assert_eq!(tasks.update(kept.id, titled("free")).await, Err(Error::Forbidden));
    assert_eq!(tasks.delete(kept.id).await, Err(Error::Forbidden));
    let other = task(&ctx, "other").await.expect("a task");
    assert_eq!(tasks.update(other.id, titled("late")).await.expect_err("late").code(), "VALIDATION_FAILED");
    assert_eq!(titles(&ctx).await, ["locked", "other"]);
    let after = lines(&ctx).await;
    assert_eq!(after.len(), before.len() + 3, "only those of `other`: {after:?}");
}

#[each_database(tables())]
async fn after_commit_waits_for_the_outermost_commit(ctx: Ctx) {
    let done = ctx.transaction(|ctx| async move {
        task(&ctx, "a").await?;
        let dropped = ctx.transaction(|ctx| async move {
            task(&ctx, "b").await?;
            ctx.transaction(|ctx| async move { task(&ctx, "c").await }).await?;
            Err::<(), _>(Error::Forbidden)
        });
        assert_eq!(dropped.await, Err(Error::Forbidden));
        ctx.transaction(|ctx| async move { task(&ctx, "d").await }).await?;
        assert!(task(&ctx, "late").await.is_err(), "it takes itself back and no more");
        Ok(lines(&ctx).await)
    });
    let inside = done.await.expect("kept");
    assert!(!inside.is_empty());
    assert!(inside.iter().all(|line| !line.starts_with("commit")), "{inside:?}");
    let outside = lines(&ctx).await;
    assert_eq!(outside[inside.len()..], ["commit create a", "commit create d"]);
    assert_eq!(titles(&ctx).await, ["a", "d"]);
    let rolled_back = ctx.transaction(|ctx| async move {
        task(&ctx, "e").await?;
        Err::<(), _>(Error::Forbidden)
    });
    assert_eq!(rolled_back.await, Err(Error::Forbidden));
    assert_eq!(lines(&ctx).await, outside);
}

#[each_database(tables())]
async fn after_commit_runs_without_its_caller(ctx: Ctx) {
    for wait in 0..30 {
        let title = format!("t{wait}");
        let work = task(&ctx, &title);
        let _ = tokio::time::timeout(Duration::from_micros(wait * 150), work).await;
    }
    let mut rest = 100;
    loop {
        let (mut kept, told) = (titles(&ctx).await, lines(&ctx).await);
        let mut told: Vec<_> = told.iter().filter_map(|line| line.strip_prefix("commit create ")).collect();
        kept.sort_unstable();
        told.sort_unstable();
        if kept == told && rest < 90 {
            break;
        }
        rest -= 1;
        assert!(rest > 0, "kept {kept:?}, told {told:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[each_database(tables())]
async fn what_fails_after_the_commit_changes_nothing(ctx: Ctx) {
    let many = ctx.transaction(|ctx| async move {
        for title in ["fail", "panic", "fine"] {
            task(&ctx, title).await?;
        }
        Ok(())
    });
    assert_eq!(many.await, Ok(()));
    assert_eq!(titles(&ctx).await, ["fail", "panic", "fine"]);
    assert_eq!(lines(&ctx).await.last().map(String::as_str), Some("commit create fine"));
}

#[each_database(tables())]
async fn a_hook_that_never_ends_is_stopped(ctx: Ctx) {
    assert_eq!(task(&ctx, "again").await, Err(Error::Internal));
    assert_eq!((titles(&ctx).await, lines(&ctx).await), (vec![], vec![]));
}

#[each_database(tables())]
async fn what_a_client_said_keeps_its_meaning(ctx: Ctx) {
    let info = Task::def().info();
    let records = Records::new(&ctx, info);
    let read = |action, body: serde_json::Value| {
        let form = match action {
            Action::Create => InputForm::create(info, Surface::Rest),
            _ => InputForm::update(info, Surface::Rest),
        };
        form.read_json(body.as_object().expect("an object").clone())
    };
    // Absent takes the default, `null` is NULL.
    let absent = records.create(read(Action::Create, json!({"title": "a"}))).await.expect("a task");
    let null = json!({"title": "b", "mood": null, "stars": 1, "secret": "long enough"});
    let null = records.create(read(Action::Create, null)).await.expect("a task");
    let mood = info.by_name("mood").expect("a column").index;
    assert_eq!(absent.get(mood).to_text(), "calm");
    assert!(null.get(mood).is_null());
    let null = TaskService::new(&ctx).get(Id::new(2)).await.expect("a task");
    assert!(null.secret.is_some_and(|secret| !format!("{secret:?}").contains("long")), "it is hashed");

    // What cannot be read or is missing is refused before the hook, with all that is wrong.
    let told = lines(&ctx).await;
    let wrong = json!({"body": 1, "stars": 9, "mood": null, "id": 3, "odd": 1});
    let refused = records.create(read(Action::Create, wrong)).await.expect_err("wrong");
    let mut fields: Vec<_> = refused.fields().iter().map(|error| (&*error.field, error.code)).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            ("body", "type"),
            ("id", "read_only"),
            ("odd", "unknown_field"),
            ("stars", "too_large"),
            ("title", "required"),
        ]
    );
    let wrong = json!({"title": null, "origin": "y", "stars": 9});
    let refused = records.update(absent.key(), read(Action::Update, wrong)).await.expect_err("wrong");
    assert_eq!(refused.fields().len(), 3, "{refused:?}");
    assert_eq!(lines(&ctx).await, told);

    // Three states of a patch.
    let tasks = TaskService::new(&ctx);
    let both = TaskPatch { body: Change::Set(Some("b".to_owned())), ..TaskPatch::default() };
    tasks.update(Id::new(1), both).await.expect("an update");
    records.update(absent.key(), read(Action::Update, json!({"title": "c"}))).await.expect("an update");
    assert_eq!(tasks.get(Id::new(1)).await.expect("a task").body.as_deref(), Some("b"));
    records.update(absent.key(), read(Action::Update, json!({"body": null}))).await.expect("an update");
    let last = tasks.get(Id::new(1)).await.expect("a task");
    assert_eq!((last.body, &*last.title, &*last.origin), (None, "c", "x"));
}

#[each_database(tables())]
async fn an_import_keeps_its_keys(ctx: Ctx) {
    let info = Task::def().info();
    let row = InputForm::create(info, Surface::Transfer).read_text([("id", "77"), ("title", " a ")]);
    let row = Records::new(&ctx, info).create(row).await.expect("a task");
    assert_eq!((row.key().to_text(), row.get(1).to_text()), ("77".to_owned(), "a".to_owned()));
}

#[each_database(tables())]
async fn new_rows_in_bulk(ctx: Ctx) {
    let info = Task::def().info();
    let records = Records::new(&ctx, info);
    let form = InputForm::create(info, Surface::Rest);
    let read = |bodies: serde_json::Value| {
        let bodies = bodies.as_array().expect("rows").clone();
        let rows = bodies.into_iter().map(|body| form.read_json(body.as_object().expect("a row").clone()));
        rows.collect::<Vec<_>>()
    };
    let statements = ctx.db().statements();
    records
        .create_many(read(json!([{"title": " a"}, {"title": "b"}, {"title": "starless", "stars": 9}])))
        .await
        .expect("tasks");
    // Two lines before and after each row, one after the commit; all rows in one statement.
    assert_eq!(ctx.db().statements() - statements, 3 * 3 + 1);
    assert_eq!(titles(&ctx).await, ["a", "b", "starless"]);
    let told = lines(&ctx).await;
    assert_eq!(
        told[3..],
        [
            "after create a",
            "after create b",
            "after create starless",
            "commit create a",
            "commit create b",
            "commit create starless",
        ]
    );
    let refused = records.create_many(read(json!([{"title": "c"}, {"title": "never"}, {"stars": 1}]))).await;
    let refused = refused.expect_err("refused");
    let fields: Vec<_> = refused.fields().iter().map(|error| &*error.field).collect();
    assert_eq!(fields, ["items.1.title", "items.2.title"]);
    let taken = records.create_many(read(json!([{"title": "d"}, {"title": " a "}]))).await;
    assert_eq!(taken.expect_err("taken").fields()[0].field, "items.1.title");
    assert_eq!(lines(&ctx).await, told);
}

#[each_database(tables())]
async fn rows_that_are_there_in_bulk(ctx: Ctx) {
    let tasks = TaskService::new(&ctx);
    let inputs = ["a", "b", "starless", "locked"].map(TaskInput::new);
    let made = tasks.create_many(inputs).await.expect("tasks");
    let ids: Vec<_> = made.iter().map(|task| task.id).collect();
    let told = lines(&ctx).await.len();
    let statements = ctx.db().statements();
    let patch = || TaskPatch { stars: Change::Set(4), ..TaskPatch::default() };
    let chosen = Task::title().is_in(["a", "b", "starless"]);
    assert_eq!(tasks.update_many(chosen, patch()).await, Ok(3));
    // The rows, then one statement for what the hooks left alike and one for what they did not; nine lines.
    assert_eq!(ctx.db().statements() - statements, 1 + 2 + 9);
    let stars: Vec<_> = tasks
        .get_many(&ids)
        .await
        .expect("tasks")
        .into_iter()
        .map(|task| task.expect("a task").stars)
        .collect();
    assert_eq!(stars, [4, 4, 0, 3]);
    assert_eq!(
        lines(&ctx).await[told + 6..],
        ["commit update a a", "commit update b b", "commit update starless starless"]
    );
    assert_eq!(tasks.update_many(Task::stars().lt(5), patch()).await, Err(Error::Forbidden));
    assert_eq!(tasks.delete_many(&ids).await, Err(Error::Forbidden));
    assert_eq!(tasks.delete_where(Task::stars().lt(5)).await, Err(Error::Forbidden));
    assert_eq!((titles(&ctx).await.len(), lines(&ctx).await.len()), (4, told + 9), "all or none");

    let missing = tasks.delete_many(&[ids[0], Id::new(77)]).await.expect_err("one is missing");
    assert_eq!(missing.code(), "NOT_FOUND");
    let gone = tasks.delete_many(&[ids[1], ids[0]]).await.expect("removed");
    assert_eq!(gone.iter().map(|task| &*task.title).collect::<Vec<_>>(), ["b", "a"]);
    assert_eq!(tasks.delete_where(Task::title().eq("starless")).await, Ok(1));
    assert_eq!(tasks.delete_where(Task::title().eq("nothing")).await, Ok(0));
    let after = lines(&ctx).await;
    assert_eq!(
        after[told + 9..],
        [
            "before delete b",
            "before delete a",
            "after delete b",
            "after delete a",
            "commit delete b",
            "commit delete a",
            "before delete starless",
            "after delete starless",
            "commit delete starless",
        ]
    );
}

#[each_database(tables())]
async fn rows_that_may_be_there(ctx: Ctx) {
    let tasks = TaskService::new(&ctx);
    task(&ctx, "a").await.expect("a task");
    let told = lines(&ctx).await.len();
    let with = |title: &str, body: &str| TaskInput { body: Some(body.to_owned()), ..TaskInput::new(title) };
    let rows = tasks.upsert_many(Task::title(), [with("b", "1"), with("a", "2")]).await.expect("tasks");
    assert_eq!(
        rows.iter().map(|row| (&*row.title, row.body.as_deref())).collect::<Vec<_>>(),
        [("b", Some("1")), ("a", Some("2")),]
    );
    assert_eq!(
        lines(&ctx).await[told..],
        [
            r#"before create b Some("1") None"#,
            r#"before update a Keep Set("2")"#,
            "after create b",
            "after update a a",
            "commit create b",
            "commit update a a",
        ]
    );
    let (same, new) = tasks.get_or_create(Task::title(), TaskInput::new("a")).await.expect("a task");
    assert_eq!((same.id, new), (rows[1].id, false));
    assert_eq!(lines(&ctx).await.len(), told + 6, "nothing was written");
    let (_, new) = tasks.get_or_create(Task::title(), TaskInput::new("c")).await.expect("a task");
    assert!(new);
    let wrong =
        tasks.upsert_many(Task::title(), [with("a", "3"), with("never", "4")]).await.expect_err("refused");
    assert_eq!(wrong.fields()[0].field, "items.1.title");
    assert_eq!(tasks.get(same.id).await.expect("a task").body.as_deref(), Some("2"), "all or none");
}

#[each_database(tables())]
async fn one_of_many_makes_the_row(ctx: Ctx) {
    let mut all = Vec::new();
    for number in 0..16 {
        let ctx = ctx.clone();
        all.push(tokio::spawn(async move {
            let tasks = TaskService::new(&ctx);
            if number % 2 == 0 {
                let (row, _) =
                    tasks.get_or_create(Task::title(), TaskInput::new("one")).await.expect("a task");
                return row.id;
            }
            let input = TaskInput { stars: Some(number % 5), ..TaskInput::new("one") };
            tasks.upsert(Task::title(), input).await.expect("a task").id
        }));
    }
    for one in all {
        assert_eq!(one.await.expect("an id").get(), titles_and_ids(&ctx).await[0].1);
    }
    assert_eq!(lines(&ctx).await.iter().filter(|line| *line == "commit create one").count(), 1);
}

async fn titles_and_ids(ctx: &Ctx) -> Vec<(String, i64)> {
    let tasks = TaskService::new(ctx).list(Query::default()).await.expect("the tasks");
    tasks.items.into_iter().map(|task| (task.title, task.id.get())).collect()
}

#[cfg(all(feature = "graphql", feature = "rest"))]
#[each_database(tables())]
async fn on_every_surface(test: entify::testing::TestDb) {
    let ctx = test.ctx();
    let rest = crate::rest::Api::of_entities(test.clone(), &tables(), entify::rest::Rest::new()).await;
    let made = rest.post("/api/tasks", json!({"title": " rest "})).await;
    assert_eq!((made.status.as_u16(), &made.json()["title"]), (201, &json!("rest")), "{}", made.text);
    let refused = rest.post("/api/tasks", json!({"title": "never"})).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["errors"][0]["field"]), (422, &json!("title")));
    let path = format!("/api/tasks/{}", made.json()["id"]);
    assert_eq!(rest.patch(&path, json!({"title": " rest2 "})).await.json()["title"], "rest2");

    let same = |schema| schema;
    let graphql = crate::graphql::Api::of(&test, &tables(), Principal::Anonymous, same).await;
    let create = "mutation C($input: TaskInput!) { createTask(input: $input) { id title } }";
    let data = graphql.data_with(create, json!({"input": {"title": " graphql "}})).await;
    assert_eq!(data["createTask"]["title"], "graphql");
    let (code, _) = graphql.error(create, json!({"input": {"title": "never"}})).await;
    assert_eq!(code, "VALIDATION_FAILED");
    let id = &data["createTask"]["id"];
    let delete = "mutation D($id: ID!) { deleteTask(id: $id) { title } }";
    graphql.data_with(delete, json!({"id": id})).await;
    assert_eq!(
        lines(&ctx).await.iter().filter(|line| line.starts_with("commit")).collect::<Vec<_>>(),
        ["commit create rest", "commit update rest rest2", "commit create graphql", "commit delete graphql",]
    );
}
