//! Rows that the principal may not read are as if absent where others point to them.

use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{Api, id};

#[derive(Entity)]
#[entity(policy(read = role("staff"), write = public))]
pub struct Vault {
    #[entity(max_len = 20, filter)]
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Parcel {
    vault: One<Vault>,
    #[entity(inverse = parcel)]
    labels: Many<Label>,
}

#[derive(Entity)]
#[entity(policy(read = role("staff"), write = public))]
pub struct Label {
    #[entity(max_len = 20)]
    text: String,
    parcel: One<Parcel>,
}

#[each_database(entities![Vault, Parcel, Label])]
async fn relations_to_hidden_rows(test: TestDb) {
    let entities = entities![Vault, Parcel, Label];
    let ctx = test.ctx();
    let vault = VaultService::new(&ctx).create(VaultInput::new("gold")).await.expect("a vault");
    let parcel = ParcelService::new(&ctx).create(ParcelInput::new(vault.id)).await.expect("a parcel");
    LabelService::new(&ctx).create(LabelInput::new("x", parcel.id)).await.expect("a label");
    let query = "{ parcels { nodes { vaultId vault { name } labels { totalCount nodes { text } pageInfo { hasNextPage endCursor } } } } }";

    let anonymous = Api::of(&test, &entities, Principal::Anonymous, |schema| schema).await;
    assert_eq!(anonymous.statements(query).await, 1);
    assert_eq!(
        anonymous.data(query).await["parcels"]["nodes"],
        json!([{
            "vaultId": id("Vault", 1), "vault": null,
            "labels": {"totalCount": 0, "nodes": [], "pageInfo": {"hasNextPage": false, "endCursor": null}},
        }])
    );
    // A filter must not tell what cannot be read either.
    let probe = "{ parcels(filter: {vault: {name: {startsWith: \"g\"}}}) { totalCount } }";
    assert_eq!(anonymous.data(probe).await["parcels"]["totalCount"], 0);

    let staff = Principal::known("token:1", "x", vec!["staff".into()]);
    let staff = Api::of(&test, &entities, staff, |schema| schema).await;
    assert_eq!(staff.data(query).await["parcels"]["nodes"][0]["vault"]["name"], "gold");
    assert_eq!(staff.data(query).await["parcels"]["nodes"][0]["labels"]["totalCount"], 1);
    assert_eq!(staff.data(probe).await["parcels"]["totalCount"], 1);
}
