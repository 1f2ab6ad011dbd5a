//! Creating, changing and deleting.

use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{Api, blog, id};
use crate::support::domain::*;

#[each_database(all())]
async fn create_change_and_delete_a_row(test: TestDb) {
    let api = Api::start(&test).await;
    let create = "mutation C($input: UserInput!) { createUser(input: $input) { id email status nickname posts { totalCount } } }";
    let data = api
        .data_with(
            create,
            json!({"input": {"email": "ada@example.org", "nickname": "ada", "password": "long enough"}}),
        )
        .await;
    let user = &data["createUser"];
    assert_eq!((&user["status"], &user["posts"]["totalCount"]), (&json!("ACTIVE"), &json!(0)));
    let key = user["id"].as_str().expect("an id");

    let post = "mutation P($input: PostInput!) { createPost(input: $input) { authorId author { email } price stars } }";
    let data = api.data_with(post, json!({"input": {"title": "t", "authorId": key, "price": "12.50"}})).await;
    assert_eq!(
        data["createPost"],
        json!({"authorId": key, "author": {"email": "ada@example.org"}, "price": "12.50", "stars": 0})
    );

    let update = "mutation U($id: ID!, $input: UserPatch!) { updateUser(id: $id, input: $input) { email nickname status posts { nodes { title } } } }";
    let data =
        api.data_with(update, json!({"id": key, "input": {"nickname": null, "status": "ON_HOLD"}})).await;
    assert_eq!(
        data["updateUser"],
        json!({"email": "ada@example.org", "nickname": null, "status": "ON_HOLD", "posts": {"nodes": [{"title": "t"}]}})
    );

    let delete = format!("mutation {{ deleteUser(id: \"{key}\") {{ id email }} }}");
    let data = api.data(&delete).await;
    assert_eq!(data["deleteUser"], json!({"id": key, "email": "ada@example.org"}));
    assert_eq!(api.error(&delete, json!({})).await.0, "NOT_FOUND");
    assert_eq!(api.data("{ posts { totalCount } }").await["posts"]["totalCount"], 0);
}

#[each_database(all())]
async fn rows_in_bulk_all_or_none(test: TestDb) {
    let api = Api::start(&test).await;
    let create = "mutation C($inputs: [UserInput!]!) { createUsers(inputs: $inputs) { id email } }";
    let inputs = json!([{"email": "a@example.org"}, {"email": "b@example.org"}]);
    let before = api.ctx.db().statements();
    let data = api.data_with(create, json!({"inputs": inputs})).await;
    assert_eq!(api.ctx.db().statements() - before, 1, "one statement for all rows");
    let made = data["createUsers"].as_array().expect("rows");
    assert_eq!(made[1]["email"], "b@example.org");
    let answer =
        api.answer(create, json!({"inputs": [{"email": "c@example.org"}, {"email": "not one"}]})).await;
    assert_eq!(answer["errors"][0]["extensions"]["fields"][0]["field"], "inputs.1.email");
    let answer =
        api.answer(create, json!({"inputs": [{"email": "c@example.org"}, {"email": "a@example.org"}]})).await;
    assert_eq!(
        answer["errors"][0]["extensions"]["fields"][0],
        json!({"field": "inputs.1.email", "code": "unique", "message": "is taken already"})
    );
    let delete = "mutation D($ids: [ID!]!) { deleteUsers(ids: $ids) { email } }";
    let (code, _) = api.error(delete, json!({"ids": [made[0]["id"], id("User", 404)]})).await;
    assert_eq!(code, "NOT_FOUND");
    assert_eq!(api.data("{ users { totalCount } }").await["users"]["totalCount"], 2);
    let before = api.ctx.db().statements();
    let data = api.data_with(delete, json!({"ids": [made[0]["id"], made[1]["id"]]})).await;
    assert_eq!(api.ctx.db().statements() - before, 1, "one statement for all rows");
    assert_eq!(data["deleteUsers"], json!([{"email": "a@example.org"}, {"email": "b@example.org"}]));
    let (code, _) = api.error(delete, json!({"ids": vec![id("User", 1); 101]})).await;
    assert_eq!(code, "BAD_REQUEST");
}

#[each_database(all())]
async fn a_mutation_that_is_written_twice_runs_once(test: TestDb) {
    let api = Api::start(&test).await;
    let query = "mutation M($email: String!) { createUser(input: {email: $email}) { id } ...More createUser(input: {email: $email}) { status } }
            fragment More on Mutation { createUser(input: {email: $email}) { email } }";
    for email in ["a@example.org", "b@example.org"] {
        let data = api.data_with(query, json!({"email": email})).await;
        assert_eq!(data["createUser"]["email"], email);
        assert_eq!(data["createUser"]["status"], "ACTIVE");
    }
    assert_eq!(api.data("{ users { totalCount } }").await["users"]["totalCount"], 2);
}

#[each_database(all())]
async fn mutations_run_in_order_and_stay_when_a_later_one_fails(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let query = "mutation { a: createTag(input: {name: \"x\"}) { name } b: createTag(input: {name: \"x\"}) { name } c: createTag(input: {name: \"y\"}) { name } }";
    let answer = api.answer(query, json!({})).await;
    assert!(answer["data"].is_null());
    assert_eq!(answer["errors"][0]["path"], json!(["b"]));
    assert_eq!(answer["errors"][0]["extensions"]["code"], "CONFLICT");
    assert_eq!(answer["errors"][0]["extensions"]["fields"][0]["field"], "name");
    let names = api.data("{ tags(orderBy: {name: ASC}) { nodes { name } } }").await;
    assert_eq!(names["tags"]["nodes"].as_array().map(Vec::len), Some(4));
}

#[each_database(all())]
async fn every_type_goes_in_and_comes_out(test: TestDb) {
    let api = Api::start(&test).await;
    let input = json!({
        "text": "Zażółć \"x\"\n\u{1F980}", "flag": true, "small": -32768, "medium": 2147483647, "large": "9223372036854775807",
        "single": 1.5, "double": 0.1, "exact": "79228162514264337593543950.335", "uniqueId": "018f4e9a-0000-7000-8000-000000000001",
        "day": "2024-02-29", "hour": "23:59:59.123456", "moment": "2024-12-31T23:59:59.123456Z", "json": {"a": [1, null, {"b": "c"}]},
        "bytes": "AAH/", "status": "ON_HOLD", "texts": ["a", ""], "numbers": ["-9223372036854775808", "0"], "choices": ["ACTIVE", "BLOCKED"],
    });
    let fields = input.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ");
    let query = format!(
        "mutation C($input: EverythingInput!) {{ createEverything(input: $input) {{ {fields} id maybeText maybeLarge maybeTexts createdAt }} }}"
    );
    let data = api.data_with(&query, json!({"input": input})).await;
    let made = &data["createEverything"];
    for (name, value) in input.as_object().expect("an object") {
        assert_eq!(&made[name], value, "{name}");
    }
    assert!(made["maybeText"].is_null() && made["maybeLarge"].is_null() && made["maybeTexts"].is_null());
    let read = format!("query R($id: ID!) {{ everythingById(id: $id) {{ {fields} }} }}");
    let data = api.data_with(&read, json!({"id": made["id"]})).await;
    assert_eq!(data["everythingById"], input);
}
