//! `read_only`: never written by clients, and by hooks, seeds and the service like any other.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct ReadOnlySample {
    text: String,
    #[entity(read_only)]
    count: Option<i32>,
}

#[each_database(entities![ReadOnlySample])]
async fn clients_see_it_and_do_not_set_it(test: TestDb) {
    let api = rest(test, &entities![ReadOnlySample]).await;
    let made = api.post("/api/read-only-samples", json!({"text": "x"})).await.json();
    assert_eq!(made.get("count"), Some(&json!(null)));
    let path = format!("/api/read-only-samples/{}", made["id"]);
    let expected = [("count".to_owned(), "read_only".to_owned())];
    for refused in [
        api.post("/api/read-only-samples", json!({"text": "x", "count": 1})).await,
        api.patch(&path, json!({"count": 1})).await,
    ] {
        assert_eq!(refused.broken(422, "VALIDATION_FAILED"), expected);
    }
}

#[test]
fn it_is_in_input_and_patch() {
    assert!(field("counted").read_only);
    let ReadOnlySampleInput { text: _, count } = ReadOnlySampleInput::new("x");
    assert_eq!(count, None);
    let ReadOnlySamplePatch { text: _, count: _ } = ReadOnlySamplePatch::default();
}

#[derive(Entity)]
#[entity(policy = public, hooks)]
pub struct ReadOnlyHooked {
    text: String,
    #[entity(read_only, default = 0)]
    length: i32,
    #[entity(read_only)]
    seeded: Option<String>,
}

impl Hooks for ReadOnlyHooked {
    async fn before_create(_: &Ctx, input: &mut ReadOnlyHookedInput) -> entify::Result<()> {
        input.length = i32::try_from(input.text.len()).ok();
        Ok(())
    }

    async fn before_update(
        _: &Ctx,
        _: &ReadOnlyHookedModel,
        patch: &mut ReadOnlyHookedPatch,
    ) -> entify::Result<()> {
        if let Change::Set(text) = &patch.text {
            patch.length = Change::Set(i32::try_from(text.len()).unwrap_or_default());
        }
        Ok(())
    }
}

#[each_database(entities![ReadOnlyHooked])]
async fn code_sets_what_clients_do_not(test: TestDb) -> entify::Result<()> {
    let rows = test.ctx();
    let rows = ReadOnlyHookedService::new(&rows);
    let input = ReadOnlyHookedInput { seeded: Some("by hand".into()), ..ReadOnlyHookedInput::new("four") };
    let made = rows.create(input).await?;
    assert_eq!((made.length, made.seeded.as_deref()), (4, Some("by hand")));
    let patch = ReadOnlyHookedPatch { seeded: Change::Set(None), ..ReadOnlyHookedPatch::default() };
    assert_eq!(rows.update(made.id, patch).await?.seeded, None);
    let api = rest(test, &entities![ReadOnlyHooked]).await;
    let path = format!("/api/read-only-hookeds/{}", made.id);
    assert_eq!(api.patch(&path, json!({"text": "sixsix"})).await.json()["length"], json!(6));
    let refused = api.patch(&path, json!({"text": "x", "length": 7})).await;
    assert_eq!(refused.broken(422, "VALIDATION_FAILED"), [("length".to_owned(), "read_only".to_owned())]);
    assert_eq!(api.get(&path).await.json()["length"], json!(6));
    Ok(())
}
