//! Fields that an application adds to the types of entities.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{Context, Object, SimpleObject};
use entify::graphql::{Schema, SchemaBuilder};
use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Api, blog, id};
use crate::support::domain::*;

struct UserExtras(UserModel);

#[derive(SimpleObject)]
struct Card {
    title: String,
    owner: UserType,
}

#[Object]
impl UserExtras {
    /// The part of the address before the `@`.
    async fn mailbox(&self) -> &str {
        self.0.email.split('@').next().unwrap_or_default()
    }

    async fn greeting(&self, ctx: &Context<'_>, word: String) -> async_graphql::Result<String> {
        Ok(format!("{word} {} for {}", self.0.email, ctx.data::<Ctx>()?.principal().id()))
    }

    /// By its key.
    async fn itself(&self) -> UserType {
        UserType::new(self.0.id)
    }

    /// A model.
    async fn first_post(&self, ctx: &Context<'_>) -> entify::Result<Option<PostModel>> {
        let query = Query::filter(Post::author().eq(self.0.id)).first(1);
        Ok(PostService::new(ctx.data::<Ctx>()?).list(query).await?.items.into_iter().next())
    }

    /// Models.
    async fn all_posts(&self, ctx: &Context<'_>) -> entify::Result<Vec<PostModel>> {
        let query = Query::filter(Post::author().eq(self.0.id)).first(10);
        Ok(PostService::new(ctx.data::<Ctx>()?).list(query).await?.items)
    }

    async fn cards(&self) -> Vec<Card> {
        vec![Card { title: self.0.email.clone(), owner: UserType::new(self.0.id) }]
    }

    /// Fails for the second user.
    async fn fragile(&self) -> entify::Result<Option<i32>> {
        self.check().map(|()| Some(1))
    }

    async fn strict(&self) -> entify::Result<i32> {
        self.check().map(|()| 1)
    }

    /// A row that is not there.
    async fn lost(&self) -> Option<UserType> {
        Some(UserType::new(404.into()))
    }

    async fn note(&self) -> Option<NoteType> {
        Some(NoteType::new(1.into()))
    }
}

impl UserExtras {
    fn check(&self) -> entify::Result<()> {
        match self.0.email.starts_with("u2") {
            true => Err(entify::Error::bad_request("not this one")),
            false => Ok(()),
        }
    }
}

/// Calls, and rows of the last one.
#[derive(Clone, Default)]
struct Calls(Arc<(AtomicUsize, AtomicUsize)>);

async fn post_counts(calls: Calls, ctx: Ctx, users: Vec<UserModel>) -> entify::Result<Vec<u64>> {
    calls.0.0.fetch_add(1, Ordering::SeqCst);
    calls.0.1.store(users.len(), Ordering::SeqCst);
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let mut counts = Vec::new();
    for id in ids {
        counts.push(PostService::new(&ctx).count(Post::author().eq(id)).await?);
    }
    Ok(counts)
}

async fn reviewers(_: Ctx, posts: Vec<PostModel>) -> entify::Result<Vec<Option<UserType>>> {
    Ok(posts.iter().map(|post| Some(UserType::new(post.author_id))).collect())
}

async fn too_few(_: Ctx, _: Vec<UserModel>) -> entify::Result<Vec<i32>> {
    Ok(Vec::new())
}

fn extended(schema: SchemaBuilder, calls: Calls) -> SchemaBuilder {
    let post_counts = move |ctx: Ctx, users: Vec<UserModel>| post_counts(calls.clone(), ctx, users);
    schema
        .extend::<User>(UserExtras)
        .extend_batched::<User>("postCount", "How many posts there are.", post_counts)
        .extend_batched::<User>("tooFew", "", too_few)
        .extend_batched::<Post>("writer", "Who wrote it.", reviewers)
}

async fn start(test: &TestDb) -> (Api, Calls) {
    let calls = Calls::default();
    let api = Api::with(test, Principal::Anonymous, |schema| extended(schema, calls.clone())).await;
    blog(&api.ctx, 3).await;
    (api, calls)
}

#[each_database(all())]
async fn own_fields_stand_in_the_type_of_an_entity(test: TestDb) {
    let (api, _) = start(&test).await;
    let sdl = api.schema.sdl();
    assert!(sdl.contains("The part of the address before the `@`."), "{sdl}");
    let query = "query Q($word: String!) { users(orderBy: {email: ASC}) { nodes { ...U } edges { node { mailbox } } }
            node(id: \"VXNlcjox\") { ... on User { mailbox } } posts(first: 1) { nodes { author { mailbox } } } }
        fragment U on User { mailbox hello: greeting(word: $word) bye: greeting(word: \"Bye\") email }";
    for word in ["Hello", "Hi"] {
        let data = api.data_with(query, json!({"word": word})).await;
        assert_eq!(
            data["users"]["nodes"][1],
            json!({"mailbox": "u2", "hello": format!("{word} u2@example.org for anonymous"),
                "bye": "Bye u2@example.org for anonymous", "email": "u2@example.org"})
        );
        assert_eq!(data["users"]["edges"][2], json!({"node": {"mailbox": "u3"}}));
        assert_eq!(data["node"], json!({"mailbox": "u1"}));
        assert_eq!(data["posts"]["nodes"][0]["author"], json!({"mailbox": "u1"}));
    }
    let data =
        api.data("mutation { createUser(input: {email: \"new@example.org\"}) { mailbox postCount } }").await;
    assert_eq!(data["createUser"], json!({"mailbox": "new", "postCount": 0}));
    let (code, message) = api.error("{ users { nodes { greeting } } }", json!({})).await;
    assert!(code == "BAD_REQUEST" && message.contains("word"), "{message}");
}

#[each_database(all())]
async fn the_engine_reads_what_is_selected_of_rows_that_own_fields_answer(test: TestDb) {
    let (api, _) = start(&test).await;
    let query = "{ users(orderBy: {email: ASC}) { nodes {
            itself { email posts(first: 1) { nodes { title } } }
            firstPost { title author { email } tags { nodes { name } } }
            allPosts { title writer { mailbox } }
            cards { title owner { id mailbox } }
            lost { id } } } }";
    let data = api.data(query).await;
    let two = &data["users"]["nodes"][1];
    assert_eq!(two["itself"]["posts"]["nodes"], json!([{"title": "post 1 of 2"}]));
    assert_eq!(two["firstPost"]["author"], json!({"email": "u2@example.org"}));
    assert_eq!(two["firstPost"]["tags"]["nodes"].as_array().map(Vec::len), Some(2));
    let writer = json!({"mailbox": "u2"});
    assert_eq!(
        two["allPosts"],
        json!([{"title": "post 1 of 2", "writer": writer}, {"title": "post 2 of 2", "writer": writer}])
    );
    assert_eq!(
        two["cards"],
        json!([{"title": "u2@example.org", "owner": {"id": id("User", 2), "mailbox": "u2"}}])
    );
    assert_eq!(two["lost"], Json::Null);
    // The users and, of those that a field answers at each, all rows together, with one statement a level.
    assert_eq!(
        api.statements("{ users { nodes { itself { email posts(first: 1) { nodes { title } } } } } }").await,
        3
    );
}

#[each_database(all())]
async fn a_batched_field_is_asked_once_for_a_level(test: TestDb) {
    let (api, calls) = start(&test).await;
    let data = api.data("{ users(orderBy: {email: ASC}) { nodes { email postCount } } }").await;
    let counts: Vec<_> = (0..3).map(|row| data["users"]["nodes"][row]["postCount"].as_u64()).collect();
    assert_eq!(counts, [Some(1), Some(2), Some(3)]);
    assert_eq!((calls.0.0.load(Ordering::SeqCst), calls.0.1.load(Ordering::SeqCst)), (1, 3));
    // Each row of a level once, however many posts it has.
    api.data("{ posts { nodes { author { postCount } } } }").await;
    assert_eq!((calls.0.0.load(Ordering::SeqCst), calls.0.1.load(Ordering::SeqCst)), (2, 3));
    let answer = api.answer("{ users { nodes { tooFew } } }", json!({})).await;
    assert_eq!(
        (&answer["data"], &answer["errors"][0]["extensions"]["code"]),
        (&Json::Null, &json!("INTERNAL"))
    );
}

#[each_database(all())]
async fn a_field_that_fails_is_told_where_it_stands(test: TestDb) {
    let (api, _) = start(&test).await;
    let answer =
        api.answer("{ users(orderBy: {email: ASC}) { nodes { mailbox fragile } } }", json!({})).await;
    let nodes = &answer["data"]["users"]["nodes"];
    assert_eq!(
        (&nodes[0]["fragile"], &nodes[1]["fragile"], &nodes[2]["fragile"]),
        (&json!(1), &Json::Null, &json!(1))
    );
    assert_eq!(nodes[1]["mailbox"], "u2");
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{answer}");
    let error = &answer["errors"][0];
    assert_eq!(error["path"], json!(["users", "nodes", 1, "fragile"]));
    assert_eq!(
        (&error["message"], &error["extensions"]["code"]),
        (&json!("not this one"), &json!("BAD_REQUEST"))
    );

    // One that may not be null takes what holds it along, as far as something may be null.
    let answer = api
        .answer("{ users(orderBy: {email: ASC}) { nodes { strict } } tags { totalCount } }", json!({}))
        .await;
    assert_eq!(answer["data"], Json::Null);
    assert_eq!(answer["errors"][0]["path"], json!(["users", "nodes", 1, "strict"]), "{answer}");
    let two = id("User", 2);
    let answer = api
        .answer(&format!("{{ userById(id: \"{two}\") {{ strict }} tags {{ totalCount }} }}"), json!({}))
        .await;
    assert_eq!(answer["data"], json!({"userById": null, "tags": {"totalCount": 2}}));
    let answer = api
        .answer(
            &format!("{{ nodes(ids: [\"{two}\", \"{}\"]) {{ ... on User {{ strict }} }} }}", id("User", 1)),
            json!({}),
        )
        .await;
    assert_eq!(answer["data"]["nodes"], json!([null, {"strict": 1}]));
    let post = api.data("mutation { createPost(input: {title: \"t\", authorId: \"VXNlcjox\", reviewerId: \"VXNlcjoy\"}) { id } }").await;
    let query = format!("{{ postById(id: {}) {{ title reviewer {{ strict }} }} }}", post["createPost"]["id"]);
    let answer = api.answer(&query, json!({})).await;
    assert_eq!(answer["data"]["postById"], json!({"title": "t", "reviewer": null}), "{answer}");
    assert_eq!(answer["errors"][0]["path"], json!(["postById", "reviewer", "strict"]));
    // Within a row that an own field answers.
    let query = "{ users(orderBy: {email: ASC}) { nodes { cards { owner { fragile } } } } }";
    let answer = api.answer(query, json!({})).await;
    assert_eq!(
        answer["errors"][0]["path"],
        json!(["users", "nodes", 1, "cards", 0, "owner", "fragile"]),
        "{answer}"
    );
    assert_eq!(answer["data"]["users"]["nodes"][2]["cards"][0]["owner"]["fragile"], 1);
}

/// What the reader may not see is absent, also where an own field answers it.
#[each_database(all())]
async fn own_fields_reveal_no_hidden_row(test: TestDb) {
    let (api, _) = start(&test).await;
    NoteService::new(&test.ctx()).create(NoteInput::new("secret")).await.expect("a note");
    let answer = api.answer("{ users { nodes { note { text } } } }", json!({})).await;
    // As a field of the root type that answers it: whoever may read no note at all is told so.
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
    assert_eq!(answer["data"]["users"]["nodes"][0]["note"], Json::Null);
    assert!(!answer.to_string().contains("secret"), "{answer}");
}

/// They cost as others do.
#[each_database(all())]
async fn own_fields_count_for_the_price(test: TestDb) {
    let (api, _) = start(&test).await;
    let query = "{ users(first: 100) { nodes { itself { posts(first: 100) { nodes { writer { posts(first: 100) { nodes { id } } } } } } } } }";
    assert_eq!(api.error(query, json!({})).await.0, "QUERY_TOO_COMPLEX");
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let registry = entify::entity::Registry::new(&all()).expect("the entities fit");
    let error =
        Schema::builder(&registry).extend_batched::<User>("email", "", too_few).build().expect_err("taken");
    assert!(error.to_string().contains("`email`"), "{error}");
    let twice = Schema::builder(&registry).extend::<User>(UserExtras).extend::<User>(UserExtras).build();
    assert!(twice.expect_err("taken").to_string().contains("`mailbox`"));
}
