//! `@atomic`, `@dryRun` and `Idempotency-Key`: what of a mutation is kept.

use async_graphql::{Context, Object};
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use futures_util::future::join_all;
use serde_json::{Value as Json, json};

use super::Api;

/// A box.
#[derive(Entity)]
#[entity(policy = public, hooks)]
pub struct Case {
    #[entity(unique, max_len = 3)]
    code: String,
    #[entity(default = 1, min = 0)]
    items: i32,
}

impl Hooks for Case {
    async fn after_commit_create(ctx: &Ctx, case: &CaseModel) -> entify::Result<()> {
        assert!(!ctx.in_transaction());
        NoteService::new(ctx).create(NoteInput::new(format!("made {}", case.code))).await?;
        Ok(())
    }
}

/// What was written after a commit.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Note {
    #[entity(filter)]
    text: String,
}

fn tables() -> Vec<&'static EntityDef> {
    entities![Case, Note].into_iter().chain(entify::idempotency::entities()).collect()
}

/// A mutation of the program's own.
struct Own;

#[Object]
impl Own {
    /// Makes a case, and fails when it is told to.
    async fn own(&self, ctx: &Context<'_>, code: String, fails: bool) -> async_graphql::Result<Option<i32>> {
        let ctx = ctx.data::<Ctx>()?;
        let made = CaseService::new(ctx).create(CaseInput::new(code)).await?;
        if fails { Err("as it was told".into()) } else { Ok(Some(made.items)) }
    }
}

async fn api(test: &TestDb) -> Api {
    Api::of(test, &tables(), Principal::Anonymous, |schema| schema.mutation(Own)).await
}

async fn codes(api: &Api) -> Vec<String> {
    let query = Query::default().order(Case::code().asc());
    let page = CaseService::new(&api.ctx).list(query).await.expect("cases");
    page.items.into_iter().map(|case| case.code).collect()
}

async fn notes(api: &Api) -> u64 {
    NoteService::new(&api.ctx).count(Filter::all()).await.expect("a count")
}

const TWO: &str =
    r#"a: createCase(input: {code: "a"}) { code } b: createCase(input: {code: "b"}) { code items }"#;
/// The second fails.
const BROKEN: &str = r#"a: createCase(input: {code: "a"}) { code } b: createCase(input: {code: "long"}) { code } c: createCase(input: {code: "c"}) { code }"#;

#[each_database(tables())]
async fn an_atomic_mutation_is_kept_whole_or_not_at_all(test: TestDb) {
    let api = api(&test).await;
    let data = api.data(&format!("mutation @atomic {{ {TWO} }}")).await;
    assert_eq!(data, json!({"a": {"code": "a"}, "b": {"code": "b", "items": 1}}));
    assert_eq!((codes(&api).await.len(), notes(&api).await), (2, 2));
    CaseService::new(&api.ctx).delete_where(Case::items().gte(0)).await.expect("deleted");
    // Each by itself: what went well is kept.
    let answer = api.answer(&format!("mutation {{ {BROKEN} }}"), json!({})).await;
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(codes(&api).await, ["a", "c"]);
    CaseService::new(&api.ctx).delete_where(Case::items().gte(0)).await.expect("deleted");
    let before = notes(&api).await;
    let answer = api.answer(&format!("mutation @atomic {{ {BROKEN} }}"), json!({})).await;
    assert_eq!(answer["data"], Json::Null);
    assert_eq!(answer["errors"][0]["path"], json!(["b"]));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "VALIDATION_FAILED");
    assert_eq!((codes(&api).await, notes(&api).await), (Vec::<String>::new(), before));
}

/// A fault at each place, beside a field of the program's own too.
#[each_database(tables())]
async fn a_fault_at_any_place_undoes_all(test: TestDb) {
    let api = api(&test).await;
    let fields = [
        r#"createCase(input: {code: "a"}) { code }"#,
        r#"createCases(inputs: [{code: "b"}, {code: "c"}]) { code }"#,
        r#"updateCases(filter: {code: {eq: "a"}}, input: {items: 5})"#,
        r#"own(code: "d", fails: false)"#,
        r#"deleteCasesWhere(filter: {code: {eq: "b"}})"#,
    ];
    let faults = [
        r#"createCase(input: {code: "a"}) { code }"#,
        r#"own(code: "e", fails: true)"#,
        r#"own(code: "long", fails: false)"#,
    ];
    CaseService::new(&api.ctx).create(CaseInput::new("z")).await.expect("a case");
    for fault in faults {
        for place in 1..=fields.len() {
            let mut all: Vec<&str> = fields.to_vec();
            all.insert(place, fault);
            let all = all.iter().enumerate().map(|(at, field)| format!("f{at}: {field}")).collect::<Vec<_>>();
            let query = format!("mutation @atomic {{ {} }}", all.join(" "));
            let answer = api.answer(&query, json!({})).await;
            assert_eq!(answer["data"], Json::Null, "{query} {answer}");
            assert_eq!(answer["errors"][0]["path"][0], format!("f{place}"), "{answer}");
            assert_eq!(codes(&api).await, ["z"], "{query}");
        }
    }
    let all = fields.iter().enumerate().map(|(at, field)| format!("f{at}: {field}")).collect::<Vec<_>>();
    api.data(&format!("mutation @atomic {{ {} }}", all.join(" "))).await;
    assert_eq!(codes(&api).await, ["a", "c", "d", "z"]);
}

#[each_database(tables())]
async fn a_dry_run_answers_as_the_real_one(test: TestDb) {
    let api = api(&test).await;
    CaseService::new(&api.ctx).create(CaseInput::new("x")).await.expect("a case");
    let before = notes(&api).await;
    for fields in [
        TWO,
        BROKEN,
        r#"updateCases(filter: {code: {eq: "x"}}, input: {increment: {items: 2}}) createCase(input: {code: "x"}) { items }"#,
        // The second finds what the first has made.
        r#"createCase(input: {code: "y"}) { items } updateCases(filter: {code: {eq: "y"}}, input: {items: 7})"#,
        r#"own(code: "z", fails: true) createCase(input: {code: "w"}) { code }"#,
    ] {
        let all = codes(&api).await;
        let dry = api.answer(&format!("mutation @dryRun {{ {fields} }}"), json!({})).await;
        assert_eq!((codes(&api).await, notes(&api).await), (all, before), "{fields}");
        let atomic = api.answer(&format!("mutation @dryRun @atomic {{ {fields} }}"), json!({})).await;
        if dry.get("errors").is_none() {
            assert_eq!(dry, atomic);
        } else {
            assert_eq!(atomic["data"], Json::Null);
        }
        let live = api.answer(&format!("mutation {{ {fields} }}"), json!({})).await;
        assert_eq!(without_places(dry), without_places(live), "{fields}");
        CaseService::new(&api.ctx).delete_where(Case::code().ne("x")).await.expect("deleted");
        NoteService::new(&api.ctx).delete_where(Note::text().ne("made x")).await.expect("deleted");
    }
}

/// The columns of errors differ with the words before them.
fn without_places(mut answer: Json) -> Json {
    for error in answer["errors"].as_array_mut().into_iter().flatten() {
        error.as_object_mut().expect("an error").remove("locations");
    }
    answer
}

#[each_database(tables())]
async fn the_directives_are_for_mutations(test: TestDb) {
    let api = api(&test).await;
    for query in [
        "query @atomic { __typename }",
        "query @dryRun { __typename }",
        r#"mutation { createCase(input: {code: "a"}) @atomic { code } }"#,
        r#"mutation @atomic @atomic { createCase(input: {code: "a"}) { code } }"#,
        r#"mutation @atomic(if: true) { createCase(input: {code: "a"}) { code } }"#,
    ] {
        let answer = api.answer(query, json!({})).await;
        assert!(answer.get("data").is_none() && answer["errors"][0].is_object(), "{query}: {answer}");
    }
    assert!(codes(&api).await.is_empty());
}

async fn keyed(api: &Api, key: &str, query: &str) -> (u16, bool, Json) {
    let request = api.client.post(&api.url).header("idempotency-key", key);
    let response = request.json(&json!({"query": query})).send().await.expect("an answer");
    let replayed = response.headers().contains_key("idempotent-replayed");
    (response.status().as_u16(), replayed, response.json().await.expect("JSON"))
}

#[each_database(tables())]
async fn a_mutation_with_a_key_is_done_once(test: TestDb) {
    let api = api(&test).await;
    let two = format!("mutation {{ {TWO} }}");
    let first = keyed(&api, "k", &two).await;
    assert_eq!((first.0, first.1), (200, false), "{first:?}");
    let (status, replayed, again) = keyed(&api, "k", &two).await;
    assert_eq!((status, replayed, &again), (200, true, &first.2));
    assert_eq!(codes(&api).await, ["a", "b"]);
    let (status, _, refused) =
        keyed(&api, "k", r#"mutation { createCase(input: {code: "c"}) { code } }"#).await;
    assert_eq!((status, &refused["errors"][0]["extensions"]["code"]), (422, &json!("VALIDATION_FAILED")));
    // Its fields are kept together: what failed has done nothing, and its key is free.
    let broken =
        r#"mutation { createCase(input: {code: "d"}) { code } b: createCase(input: {code: "a"}) { code } }"#;
    for _ in 0..2 {
        let (status, replayed, refused) = keyed(&api, "other", broken).await;
        assert_eq!((status, replayed, &refused["data"]), (200, false, &Json::Null), "{refused}");
        assert_eq!(refused["errors"][0]["extensions"]["code"], "CONFLICT");
    }
    assert_eq!(codes(&api).await, ["a", "b"]);
    assert_eq!(keyed(&api, "other", r#"mutation { createCase(input: {code: "d"}) { code } }"#).await.0, 200);
    // Queries need none.
    assert_eq!(keyed(&api, "k", "{ caseById(id: \"\") { code } }").await.0, 200);
    assert_eq!(keyed(&api, &"k".repeat(300), &two).await.0, 400);
    let batch = api.client.post(&api.url).header("idempotency-key", "x").json(&json!([{"query": two}]));
    assert_eq!(batch.send().await.expect("an answer").status(), 400);
}

#[each_database(tables())]
async fn twenty_at_once_are_one(test: TestDb) {
    let api = api(&test).await;
    let one = r#"mutation { createCase(input: {code: "a"}) { code } own(code: "b", fails: false) }"#;
    let answers = join_all((0..20).map(|_| keyed(&api, "k", one))).await;
    assert_eq!(answers.iter().filter(|(status, replayed, _)| *status == 200 && !replayed).count(), 1);
    for (status, _, body) in &answers {
        match status {
            200 => assert_eq!(body["data"]["createCase"]["code"], "a", "{body}"),
            _ => assert_eq!((*status, &body["errors"][0]["extensions"]["code"]), (409, &json!("CONFLICT"))),
        }
    }
    assert_eq!(codes(&api).await, ["a", "b"]);
}
