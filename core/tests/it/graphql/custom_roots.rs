//! Root types of the user's own beside the entities.

use async_graphql::{Context, Object, SimpleObject};
use entify::graphql::Schema;
use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{Api, blog, id};
use crate::support::domain::*;

struct MyQuery;

#[derive(SimpleObject)]
struct Weather {
    degrees: i32,
}

#[Object]
impl MyQuery {
    /// Not of any entity.
    async fn weather(&self, days: i32) -> Vec<Weather> {
        (0..days).map(|degrees| Weather { degrees }).collect()
    }

    /// Whoever wrote first.
    async fn first_user(&self) -> UserType {
        UserType::new(1.into())
    }

    /// Who is asking.
    async fn me(&self, ctx: &Context<'_>) -> async_graphql::Result<String> {
        Ok(ctx.data::<Ctx>()?.principal().id().to_owned())
    }

    async fn broken(&self) -> async_graphql::Result<Option<i32>> {
        Err("it broke".into())
    }

    async fn panics(&self, give_up: bool) -> i32 {
        assert!(!give_up, "on purpose");
        1
    }
}

struct MyMutation;

/// What an application lends its resolvers.
struct Mark(&'static str);

#[Object]
impl MyMutation {
    async fn shout(&self, ctx: &Context<'_>, text: String) -> async_graphql::Result<String> {
        Ok(text.to_uppercase() + ctx.data::<Mark>()?.0)
    }
}

struct Clash;

#[Object]
impl Clash {
    async fn users(&self) -> i32 {
        1
    }
}

#[each_database(all())]
async fn fields_of_the_user_stand_beside_the_engine_s(test: TestDb) {
    let api = Api::with(&test, Principal::Anonymous, |schema| {
        schema.query(MyQuery).mutation(MyMutation).data(Mark("!"))
    })
    .await;
    blog(&api.ctx, 2).await;
    let query = "{ weather(days: 2) { degrees } users { totalCount } me firstUser { __typename ...U posts { nodes { author { id } } } } }
            fragment U on User { id email }";
    for _ in 0..2 {
        let data = api.data(query).await;
        assert_eq!(
            data,
            json!({"weather": [{"degrees": 0}, {"degrees": 1}], "users": {"totalCount": 2}, "me": "anonymous",
                "firstUser": {"__typename": "User", "id": id("User", 1), "email": "u1@example.org",
                    "posts": {"nodes": [{"author": {"id": id("User", 1)}}]}}})
        );
    }
    let data = api.data("mutation { shout(text: \"a\") createTag(input: {name: \"k\"}) { name } }").await;
    assert_eq!(data, json!({"shout": "A!", "createTag": {"name": "k"}}));
    let answer = api.answer("{ broken users { totalCount } weather(days: 1) { degrees } }", json!({})).await;
    assert_eq!(
        answer["data"]["weather"],
        json!([{"degrees": 0}]),
        "a field that failed leaves the others as they are"
    );
    assert_eq!(answer["data"]["users"]["totalCount"], 2);
    assert!(answer["data"]["broken"].is_null());
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL");
    assert_eq!(answer["errors"][0]["message"], "it broke");
}

#[each_database(all())]
async fn a_panic_is_answered_as_graphql_answers(test: TestDb) {
    let api = Api::with(&test, Principal::Anonymous, |schema| schema.query(MyQuery)).await;
    let response = api.post(json!({"query": "{ panics(giveUp: true) }"})).await;
    assert_eq!(response.status(), 500);
    let answer: serde_json::Value = response.json().await.expect("JSON");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "INTERNAL");
}

#[test]
fn two_fields_of_one_name_are_refused() {
    let registry = entify::entity::Registry::new(&all()).expect("the entities fit");
    let error = Schema::builder(&registry).query(Clash).build().expect_err("a clash");
    assert!(error.to_string().contains("`users`"), "{error}");
    // What a failed build leaves behind does not reach the next one.
    assert!(Schema::builder(&registry).build().is_ok());
}
