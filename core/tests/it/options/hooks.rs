//! `hooks`: the application's code runs with every write. More is in `service/hooks.rs`.

use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::rest;

#[derive(Entity)]
#[entity(policy = public, hooks)]
pub struct HookSample {
    text: String,
}

impl Hooks for HookSample {
    async fn before_create(_ctx: &Ctx, input: &mut HookSampleInput) -> entify::Result<()> {
        input.text = input.text.trim().to_owned();
        Ok(())
    }
}

#[each_database(entities![HookSample])]
async fn they_run_with_a_write_of_a_client(test: TestDb) {
    let api = rest(test, &entities![HookSample]).await;
    let made = api.post("/api/hook-samples", json!({"text": "  x "})).await;
    assert_eq!(made.json()["text"], "x");
}
