//! `skip(…)`: surfaces and operations that leave an entity or a field out.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{def, field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct SkipSample {
    text: String,
    #[entity(skip(rest))]
    inside: Option<String>,
    #[entity(skip(create))]
    later: Option<String>,
    #[entity(skip(update))]
    early: Option<String>,
}

#[derive(Entity)]
#[entity(policy = public, skip(rest))]
pub struct SkippedSample {
    text: String,
}

#[each_database(entities![SkipSample, SkippedSample])]
async fn rest_does_not_know_them(test: TestDb) {
    let api = rest(test, &entities![SkipSample, SkippedSample]).await;
    assert_eq!(api.get("/api/skipped-samples").await.status, 404);
    let made = api.post("/api/skip-samples", json!({"text": "x", "early": "y"})).await;
    assert_eq!((made.status.as_u16(), made.json().get("inside")), (201, None));
    let path = format!("/api/skip-samples/{}", made.json()["id"]);
    assert_eq!(api.patch(&path, json!({"later": "z"})).await.json()["later"], "z");
    for (refused, name, code) in [
        (api.post("/api/skip-samples", json!({"text": "x", "inside": "y"})).await, "inside", "unknown_field"),
        (api.post("/api/skip-samples", json!({"text": "x", "later": "y"})).await, "later", "read_only"),
        (api.patch(&path, json!({"early": "z"})).await, "early", "immutable"),
    ] {
        let broken = refused.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [(name.to_owned(), code.to_owned())]);
    }
}

#[test]
fn it_is_declared() {
    let skip = def().skip;
    assert_eq!((skip.graphql, skip.rest, skip.admin), (true, false, true));
    let skip = field("later").skip;
    assert!(skip.create && skip.graphql && skip.admin && skip.filter && !skip.update && !skip.rest);
    assert!(field("counted").skip.rest && def().many[0].skip.filter);
}

#[cfg(feature = "graphql")]
mod many {
    use super::*;

    #[derive(Entity)]
    #[entity(policy = public)]
    pub struct Branch {
        text: String,
        tree: Option<One<Branch>>,
        #[entity(inverse = tree)]
        leaves: Many<Branch>,
        #[entity(inverse = tree, skip(filter))]
        buds: Many<Branch>,
    }

    #[test]
    fn a_to_many_relation_may_be_left_out_of_filters() {
        let registry = entify::entity::Registry::new(&entities![Branch]).expect("a registry");
        let sdl = entify::graphql::sdl(&registry).expect("a schema");
        assert!(sdl.contains("  leaves: BranchListFilter\n") && !sdl.contains("  buds: BranchListFilter\n"));
        assert!(sdl.contains("  buds(\n"), "it can be followed all the same");
    }

    #[each_database(entities![Branch])]
    async fn such_a_filter_is_refused(test: TestDb) {
        use entify::principal::Principal;
        let api =
            crate::graphql::Api::of(&test, &entities![Branch], Principal::Anonymous, |schema| schema).await;
        let asked =
            |name: &str| format!("{{branches(filter: {{{name}: {{some: {{}}}}}}) {{nodes {{text}}}}}}");
        assert_eq!(api.data(&asked("leaves")).await["branches"]["nodes"], json!([]));
        let (_, message) = api.error(&asked("buds"), json!({})).await;
        assert!(message.contains("buds"), "{message}");
    }
}
