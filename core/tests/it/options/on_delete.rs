//! `on_delete`: what happens here when the target goes. More is in `service/on_delete.rs`.

use entify::entity::OnDelete;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{def, field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct Owner {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Goer {
    #[entity(on_delete = cascade)]
    owner: One<Owner>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Stayer {
    #[entity(on_delete = set_null)]
    owner: Option<One<Owner>>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Holder {
    owner: One<Owner>,
}

#[each_database(entities![Owner, Goer, Stayer, Holder])]
async fn it_goes_it_stays_or_it_stands_in_the_way(test: TestDb) {
    let api = rest(test, &entities![Owner, Goer, Stayer, Holder]).await;
    let owner = api.made("/api/owners", json!({"name": "x"})).await;
    let goes = api.made("/api/goers", json!({"owner_id": owner})).await;
    let stays = api.made("/api/stayers", json!({"owner_id": owner})).await;
    let holds = api.made("/api/holders", json!({"owner_id": owner})).await;
    api.delete(&format!("/api/owners/{owner}")).await.problem(409, "CONFLICT");
    assert_eq!(api.delete(&format!("/api/holders/{holds}")).await.status, 204);
    assert_eq!(api.delete(&format!("/api/owners/{owner}")).await.status, 204);
    assert_eq!(api.get(&format!("/api/goers/{goes}")).await.status, 404);
    let left = api.get(&format!("/api/stayers/{stays}")).await.json();
    assert_eq!(left["owner_id"], json!(null));
}

#[test]
fn it_is_declared() {
    let relation = |name: &str| field(name).relation.as_ref().expect("a relation");
    assert_eq!(relation("product_id").on_delete, OnDelete::Cascade);
    assert_eq!(relation("manager_id").on_delete, OnDelete::SetNull);
    assert_eq!((relation("product_id").name, relation("product_id").graphql), ("product", "product"));
    assert!(std::ptr::eq((relation("manager_id").target)(), def()));
}
