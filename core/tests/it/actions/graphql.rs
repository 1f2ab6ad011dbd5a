//! Actions over GraphQL.

use entify::prelude::*;
use entify::testing::{TestDb, each_database, framework_tables};
use serde_json::{Value as Json, json};

use super::store::*;

fn all() -> Vec<&'static entify::entity::EntityDef> {
    [&entities![Buyer, Bill][..], &framework_tables()].concat()
}

#[test]
fn the_schema_has_every_action() {
    let registry = entify::entity::Registry::new(&entities![Buyer, Bill]).expect("entities");
    let sdl = entify::graphql::sdl(&registry).expect("a schema");
    for part in [
        "  payBill(id: ID!, input: PaymentInput!): Bill!\n",
        "  stepBill(id: ID!): Bill!\n",
        "  mergeBill(id: ID!, input: MergeInput!): Bill!\n",
        "  forgetBill(id: ID!): Boolean! @deprecated(reason: \"Since 2: Pay it.\")",
        "  openMonthBills: [Bill!]!\n",
        "  balanceBill(id: ID!): Balance!\n",
        "  owedBills(input: WhoseInput!): Balance\n",
        "input PaymentInput {\n",
        "input MergeInput {\n    otherId: ID!\n    againId: ID\n}",
        "type Balance {\n",
        "enum Way {\n",
        "Marks the bill as paid.",
    ] {
        let part = part.replace("  ", "    ").replace("        ", "    ");
        let plain = sdl.replace("  ", "    ").replace("        ", "    ");
        assert!(plain.contains(&part), "{part}\n{sdl}");
    }
}

async fn id_of(client: &entify::testing::Client, number: i64) -> Json {
    let all = client.graphql("{ bills { nodes { id } } }", json!({})).await;
    all["data"]["bills"]["nodes"][usize::try_from(number).expect("a position")]["id"].clone()
}

#[each_database(all())]
async fn actions_are_root_fields(test: TestDb) {
    let client = client(&test, "ada", "staff").await;
    let bill = bill(client.ctx(), "ada").await;
    let id = id_of(&client, 0).await;
    let pay = "mutation ($id: ID!, $input: PaymentInput!) {
        payBill(id: $id, input: $input) { id paid remark buyer { login } }
    }";
    let paid = client.graphql(pay, json!({ "id": id, "input": { "amount": "1.5", "way": "CARD" } })).await;
    let expected = json!({ "id": id, "paid": "1.5", "remark": "none", "buyer": { "login": "ada" } });
    assert_eq!(paid["data"]["payBill"], expected, "{paid}");
    let wrong =
        json!({ "id": id, "input": { "amount": "0", "note": "x".repeat(21), "tags": ["a", "b", "c"] } });
    let refused = client.graphql(pay, wrong).await;
    let extensions = &refused["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "VALIDATION_FAILED");
    let fields: Vec<_> =
        extensions["fields"].as_array().expect("fields").iter().map(|one| &one["field"]).collect();
    assert_eq!(fields, ["amount", "note", "tags"]);
    let month = client.graphql("mutation { openMonthBills { total buyer { login } } }", json!({})).await;
    assert_eq!(month["data"]["openMonthBills"], json!([{ "total": "1", "buyer": { "login": "ada" } }]));
    let reads = client
        .graphql(
            "query ($id: ID!, $buyer: ID!) {
                balanceBill(id: $id) { __typename open bills buyerId buyer { login } }
                none: owedBills(input: { buyerId: $buyer, atLeast: \"99\" }) { open }
            }",
            json!({ "id": id, "buyer": buyer_id(&client).await }),
        )
        .await;
    let balance = json!({
        "__typename": "Balance", "open": "8.5", "bills": "1", "buyerId": buyer_id(&client).await,
        "buyer": { "login": "ada" },
    });
    assert_eq!(reads["data"]["balanceBill"], balance, "{reads}");
    assert_eq!(reads["data"]["none"], Json::Null);
    assert_eq!(reads["errors"], Json::Null);
    let gone = client.graphql("mutation ($id: ID!) { forgetBill(id: $id) }", json!({ "id": id })).await;
    assert_eq!(gone["data"]["forgetBill"], true);
    assert_eq!(BillService::new(client.ctx()).find(bill.id).await, Ok(None));
}

async fn buyer_id(client: &entify::testing::Client) -> Json {
    let buyers = client.graphql("{ buyers { nodes { id } } }", json!({})).await;
    buyers["data"]["buyers"]["nodes"][0]["id"].clone()
}

#[each_database(all())]
async fn a_mutation_keeps_its_actions_as_its_directives_say(test: TestDb) {
    let client = client(&test, "ada", "staff").await;
    let bill = bill(client.ctx(), "ada").await;
    let id = id_of(&client, 0).await;
    let paid = async || BillService::new(client.ctx()).get(bill.id).await.expect("a bill").paid;
    let both = |directive: &str, second: &str| {
        format!(
            "mutation ($id: ID!) {directive} {{ a: payBill(id: $id, input: {{ amount: \"1\" }}) {{ paid }}
             b: payBill(id: $id, input: {{ amount: \"{second}\" }}) {{ paid }} }}"
        )
    };
    let dry = client.graphql(&both("@dryRun", "1"), json!({ "id": id })).await;
    assert_eq!(
        dry["data"],
        json!({ "a": { "paid": "1" }, "b": { "paid": "2" } }),
        "one after the other: {dry}"
    );
    assert_eq!(paid().await, 0.into());
    let none = client.graphql(&both("@atomic", "100"), json!({ "id": id })).await;
    assert_eq!((&none["data"], &none["errors"][0]["extensions"]["code"]), (&Json::Null, &json!("OVERPAID")));
    assert_eq!(paid().await, 0.into());
    client.graphql(&both("", "100"), json!({ "id": id })).await;
    assert_eq!(paid().await, 1.into(), "the first was kept");
}
