//! Filters through relations give the rows that the service gives for the same filter.

use entify::prelude::*;
use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use serde_json::{Value as Json, json};

use super::{Api, blog, id};
use crate::support::domain::*;

/// The posts that a filter finds, seen over HTTP and asked of the service.
async fn posts(api: &Api, json: Json, filter: Filter<Post>) {
    let query = "query P($filter: PostFilter) { posts(first: 100, filter: $filter, orderBy: [{id: ASC}]) { totalCount nodes { id } } }";
    let data = api.data_with(query, json!({ "filter": json })).await;
    let rows =
        PostService::new(&api.ctx).list(Query::filter(filter).order(Post::id().asc()).first(100)).await;
    let rows: Vec<Json> =
        rows.expect("a page").items.iter().map(|post| json!({ "id": id("Post", post.id) })).collect();
    assert_eq!(data["posts"]["totalCount"], rows.len(), "{json}");
    assert_eq!(data["posts"]["nodes"], Json::Array(rows), "{json}");
}

async fn users(api: &Api, json: Json, filter: Filter<User>, expected: &[i64]) {
    let query =
        "query U($filter: UserFilter) { users(filter: $filter, orderBy: [{id: ASC}]) { nodes { id } } }";
    let data = api.data_with(query, json!({ "filter": json })).await;
    let rows = UserService::new(&api.ctx).list(Query::filter(filter).order(User::id().asc())).await;
    let keys: Vec<i64> = rows.expect("a page").items.iter().map(|user| user.id.get()).collect();
    assert_eq!(keys, expected, "{json}");
    let rows: Vec<Json> = keys.iter().map(|key| json!({ "id": id("User", key) })).collect();
    assert_eq!(data["users"]["nodes"], Json::Array(rows), "{json}");
}

/// The filter, inside so many relations forth and back.
fn nested(levels: usize) -> Json {
    (0..levels).fold(json!({"email": {"startsWith": "u1"}}), |inner, level| match level % 2 {
        0 => json!({ "author": inner }),
        _ => json!({ "posts": { "some": inner } }),
    })
}

#[each_database(all())]
async fn filters_through_relations_are_those_of_the_service(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 4).await;
    let rust = TagService::new(&api.ctx).create(TagInput::new("rust")).await.expect("a tag");
    PostTagService::new(&api.ctx).create(PostTagInput::new(Id::new(2), rust.id)).await.expect("a link");
    let lazy = UserService::new(&api.ctx).create(UserInput::new("lazy@example.org")).await.expect("a user");
    let tagged = || Post::tags().some(Tag::name().eq("rust"));

    users(
        &api,
        json!({"posts": {"some": {"stars": {"gte": 3}}}}),
        User::posts().some(Post::stars().gte(3)),
        &[3, 4],
    )
    .await;
    users(
        &api,
        json!({"posts": {"none": {"stars": {"gte": 3}}}}),
        User::posts().none(Post::stars().gte(3)),
        &[1, 2, lazy.id.get()],
    )
    .await;
    users(
        &api,
        json!({"posts": {"every": {"stars": {"lt": 3}}}}),
        User::posts().every(Post::stars().lt(3)),
        &[1, 2, lazy.id.get()],
    )
    .await;
    users(
        &api,
        json!({"posts": {"some": {"tags": {"some": {"name": {"eq": "rust"}}}}}}),
        User::posts().some(tagged()),
        &[2],
    )
    .await;
    users(
            &api,
            json!({"or": [{"posts": {"none": {}}}, {"and": [{"email": {"contains": "3"}}, {"not": {"status": {"eq": "BLOCKED"}}}]}]}),
            User::posts().none(Filter::all()) | (User::email().contains("3") & !User::status().eq(Status::Blocked)),
            &[3, lazy.id.get()],
        )
        .await;
    users(
        &api,
        json!({"not": {"posts": {"every": {"not": {"tags": {"some": {"name": {"eq": "rust"}}}}}}}}),
        !User::posts().every(!tagged()),
        &[2],
    )
    .await;

    posts(
        &api,
        json!({"author": {"email": {"startsWith": "u3"}}}),
        Post::author().is(User::email().starts_with("u3")),
    )
    .await;
    posts(
        &api,
        json!({"author": {"posts": {"some": {"author": {"posts": {"some": {"stars": {"in": [3, 5]}}}}}}}}),
        Post::author()
            .is(User::posts().some(Post::author().is(User::posts().some(Post::stars().is_in([3, 5]))))),
    )
    .await;
    posts(&api, json!({"reviewer": {}}), Post::reviewer().is(Filter::all())).await;
    posts(&api, json!({"not": {"reviewer": {}}}), !Post::reviewer().is(Filter::all())).await;
    posts(
        &api,
        json!({"tags": {"every": {"name": {"ne": "rust"}}}}),
        Post::tags().every(Tag::name().ne("rust")),
    )
    .await;
    posts(
            &api,
            json!({"or": [{"stars": {"eq": 1}}, {"not": {"and": [{"stars": {"gt": 1}}, {"title": {"contains": "of 4"}}]}}]}),
            Post::stars().eq(1) | !(Post::stars().gt(1) & Post::title().contains("of 4")),
        )
        .await;
    // Of the rows of one parent.
    let data = api.data("{ userById(id: \"VXNlcjoy\") { posts(filter: {tags: {some: {name: {eq: \"rust\"}}}}) { totalCount nodes { title } } } }").await;
    assert_eq!(data["userById"]["posts"], json!({"totalCount": 1, "nodes": [{"title": "post 1 of 2"}]}));
}

#[each_database(all())]
async fn filters_that_are_too_deep_are_refused(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let query = "query P($filter: PostFilter) { posts(filter: $filter) { totalCount } }";
    let data = api.data_with(query, json!({ "filter": nested(3) })).await;
    assert_eq!(data["posts"]["totalCount"], 1);
    let not = |levels| (0..levels).fold(json!({"stars": {"eq": 1}}), |inner, _| json!({ "not": inner }));
    let data = api.data_with(query, json!({ "filter": not(10) })).await;
    assert_eq!(data["posts"]["totalCount"], 1);
    for (filter, limit) in [
        (nested(5), "leads through at most 4 relations"),
        (not(11), "nests at most 10 levels"),
        (json!({ "or": vec![json!({"stars": {"eq": 1}}); 201] }), "has at most 200 tests"),
    ] {
        let (code, message) = api.error(query, json!({ "filter": filter })).await;
        let message_for = format!("a filter {limit}; ask for less at once");
        assert_eq!((code.as_str(), message), ("QUERY_TOO_COMPLEX", message_for));
    }
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Parcel {
    #[entity(filter)]
    serial: Uuid,
    #[entity(max_len = 20, filter)]
    label: String,
}

#[each_database(entities![Parcel])]
async fn texts_and_uuids_have_an_order_and_ids_have_none(test: TestDb) {
    let api = Api::of(&test, &entities![Parcel], Principal::Anonymous, |schema| schema).await;
    let serial = Uuid::from_u128;
    for (number, label) in [(1, "B"), (2, "a"), (3, "é")] {
        ParcelService::new(&api.ctx).create(ParcelInput::new(serial(number), label)).await.expect("a parcel");
    }
    let query = "query P($f: ParcelFilter) { parcels(filter: $f, orderBy: {id: ASC}) { nodes { label } } }";
    for (filter, labels) in [
        (json!({"label": {"gt": "B"}}), json!(["a", "é"])),
        (json!({"label": {"gte": "B", "lt": "é"}}), json!(["B", "a"])),
        (json!({"label": {"lte": "B"}}), json!(["B"])),
        (json!({"serial": {"gt": serial(1)}}), json!(["a", "é"])),
        (json!({"serial": {"gte": serial(2), "lt": serial(3)}}), json!(["a"])),
        (json!({"serial": {"lte": serial(2)}}), json!(["B", "a"])),
    ] {
        let data = api.data_with(query, json!({ "f": filter })).await;
        let found: Vec<&Json> =
            data["parcels"]["nodes"].as_array().expect("rows").iter().map(|row| &row["label"]).collect();
        assert_eq!(json!(found), labels, "{filter}");
    }
    for test in ["gt", "gte", "lt", "lte"] {
        let (code, _) = api.error(query, json!({"f": {"id": {test: id("Parcel", 1)}}})).await;
        assert_eq!(code, "BAD_REQUEST", "{test}");
    }
}
