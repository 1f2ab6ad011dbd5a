use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

async fn people(ctx: &Ctx) {
    let rows = [
        ("ada@example.org", Status::Active, Some("Ada")),
        ("bob@example.com", Status::Blocked, Some("100%_bob\\")),
        ("cy@example.org", Status::OnHold, None),
        ("dee@example.org", Status::Active, Some("ada")),
    ];
    for (email, status, nickname) in rows {
        let input = UserInput {
            status: Some(status),
            nickname: nickname.map(str::to_owned),
            ..UserInput::new(email)
        };
        UserService::new(ctx).create(input).await.expect("a user");
    }
}

async fn matching(ctx: &Ctx, filter: Filter<User>) -> Vec<String> {
    let query = Query::filter(filter).order(User::email().asc());
    let page = UserService::new(ctx).list(query).await.expect("a page");
    page.items.into_iter().map(|user| user.email.split('@').next().unwrap_or_default().to_owned()).collect()
}

#[each_database(all())]
async fn operators_mean_the_same_everywhere(ctx: Ctx) {
    people(&ctx).await;
    let cases: Vec<(Filter<User>, &[&str])> = vec![
        (Filter::all(), &["ada", "bob", "cy", "dee"]),
        (User::status().eq(Status::Active), &["ada", "dee"]),
        (User::status().ne(Status::Active), &["bob", "cy"]),
        (User::status().is_in([Status::Blocked, Status::OnHold]), &["bob", "cy"]),
        (User::status().not_in([Status::Blocked, Status::OnHold]), &["ada", "dee"]),
        (User::status().is_in(Vec::<Status>::new()), &[]),
        (User::nickname().is_null(), &["cy"]),
        (User::nickname().is_not_null(), &["ada", "bob", "dee"]),
        (User::nickname().ne("Ada"), &["bob", "dee"]),
        (!User::nickname().eq("Ada"), &["bob", "cy", "dee"]),
        (User::nickname().not_in(["Ada"]), &["bob", "dee"]),
        (User::nickname().contains("d"), &["ada", "dee"]),
        (User::nickname().contains("%_"), &["bob"]),
        (User::nickname().contains("\\"), &["bob"]),
        (User::nickname().contains(""), &["ada", "bob", "dee"]),
        (User::nickname().starts_with("a"), &["dee"]),
        (User::nickname().starts_with("A"), &["ada"]),
        (User::nickname().starts_with(""), &["ada", "bob", "dee"]),
        (User::nickname().ends_with("\\"), &["bob"]),
        (User::nickname().ends_with(""), &["ada", "bob", "dee"]),
        (User::email().ends_with(".org") & User::status().eq(Status::Active), &["ada", "dee"]),
        (User::email().eq("cy@example.org") | User::status().eq(Status::Blocked), &["bob", "cy"]),
        (User::email().gt("b") & User::email().lt("d"), &["bob", "cy"]),
        (User::email().gte("cy@example.org") & User::email().lte("cy@example.org"), &["cy"]),
        (
            User::created_at().gt("2000-01-01T00:00:00Z".parse::<DateTime<Utc>>().expect("a time")),
            &["ada", "bob", "cy", "dee"],
        ),
        (User::email().eq("' OR 1=1 --"), &[]),
    ];
    for (position, (filter, expected)) in cases.into_iter().enumerate() {
        let users = UserService::new(&ctx);
        assert_eq!(matching(&ctx, filter.clone()).await, expected, "case {position}");
        assert_eq!(users.count(filter.clone()).await, Ok(expected.len() as u64), "case {position}");
        assert_eq!(users.exists(filter).await, Ok(!expected.is_empty()), "case {position}");
    }
}

#[each_database(all())]
async fn filters_reach_through_relations(ctx: Ctx) {
    people(&ctx).await;
    let find = |email: &'static str| {
        let users = UserService::new(&ctx);
        async move {
            users.list(Query::filter(User::email().starts_with(email))).await.expect("a page").items[0].id
        }
    };
    let (ada, bob) = (find("ada").await, find("bob").await);
    let posts = PostService::new(&ctx);
    let good =
        posts.create(PostInput { stars: Some(5), ..PostInput::new("good", ada) }).await.expect("a post");
    posts.create(PostInput { stars: Some(1), ..PostInput::new("bad", ada) }).await.expect("a post");
    posts.create(PostInput { stars: Some(5), ..PostInput::new("fine", bob) }).await.expect("a post");
    let tag = TagService::new(&ctx).create(TagInput::new("rust")).await.expect("a tag");
    PostTagService::new(&ctx).create(PostTagInput::new(good.id, tag.id)).await.expect("a link");

    assert_eq!(matching(&ctx, User::posts().some(Post::stars().eq(5))).await, ["ada", "bob"]);
    assert_eq!(matching(&ctx, User::posts().every(Post::stars().eq(5))).await, ["bob", "cy", "dee"]);
    assert_eq!(matching(&ctx, User::posts().none(Post::stars().eq(1))).await, ["bob", "cy", "dee"]);
    let tagged = Post::tags().some(Tag::name().eq("rust"));
    assert_eq!(matching(&ctx, User::posts().some(tagged.clone())).await, ["ada"]);
    assert_eq!(posts.count(Post::author().is(User::email().starts_with("ada"))).await, Ok(2));
    assert_eq!(posts.count(tagged & Post::author().is(User::status().eq(Status::Active))).await, Ok(1));
    assert_eq!(posts.count(Post::reviewer().is(Filter::all())).await, Ok(0), "no reviewer, nothing to match");
    assert_eq!(posts.count(Post::author().eq(ada)).await, Ok(2));
    assert_eq!(posts.count(Post::author().is_in([ada, bob])).await, Ok(3));
    assert_eq!(posts.count(Post::reviewer().is_null()).await, Ok(3));
    assert_eq!(posts.count(!Post::reviewer().is_null()).await, Ok(0));
}

#[each_database(all())]
async fn words_are_searched_in_the_declared_fields(ctx: Ctx) {
    people(&ctx).await;
    let found = |words: &'static str| {
        let query = Query { search: Some(words.to_owned()), ..Query::default() };
        let users = UserService::new(&ctx);
        async move { users.list(query.order(User::email().asc())).await.expect("a page").items.len() }
    };
    assert_eq!(found("ADA").await, 2);
    assert_eq!(found("ada dee").await, 1);
    assert_eq!(found("100%").await, 1);
    assert_eq!(found("%").await, 1, "no wildcard");
    assert_eq!(found("nobody").await, 0);
    assert_eq!(found("  ").await, 4);
}

#[each_database(all())]
async fn extreme_filters_are_answered_or_refused(ctx: Ctx) {
    people(&ctx).await;
    let users = &UserService::new(&ctx);
    let count = |filter: Filter<User>| async move { users.count(filter).await };
    let refused = |result: entify::Result<u64>, what: &str| {
        let message = result.expect_err("refused").to_string();
        assert!(message.contains(what), "{message}");
    };

    let deep = (0..1000).fold(User::email().contains("ada"), |inner, _| !(!inner & User::email().ne("x")));
    refused(count(deep).await, "nests deeper than");
    let around = (0..1000)
        .fold(User::email().contains("ada"), |inner, _| User::posts().none(Post::author().is(inner)));
    refused(count(around).await, "nests deeper than");
    let fifteen = (0..15).fold(User::email().contains("ada"), |inner, _| !(!inner));
    assert_eq!(count(fifteen).await, Ok(1));

    let any = |many: usize| {
        let rest = (0..many).map(|number| User::email().eq(format!("{number}@example.org")));
        rest.fold(User::email().eq("ada@example.org"), |all, one| all | one)
    };
    assert_eq!(count(any(1999)).await, Ok(1), "a long row of alternatives");
    let every = (0..1999).map(|number| User::email().ne(format!("{number}@example.org")));
    assert_eq!(count(every.fold(Filter::all(), |all, one| all & one)).await, Ok(4));
    refused(count(any(2000)).await, "more than 2000 parts");

    let many = (0..10_000).map(|number| format!("{number}@example.org"));
    assert_eq!(count(User::email().is_in(many.clone().chain(["cy@example.org".to_owned()]))).await, Ok(1));
    assert_eq!(count(User::email().not_in(many)).await, Ok(4));
    assert_eq!(count(User::id().is_in(0..10_000_i64)).await, Ok(4));
    assert_eq!(count(User::id().not_in(Vec::<i64>::new())).await, Ok(4));
    assert_eq!(count(!User::id().is_in(Vec::<i64>::new())).await, Ok(4));
    refused(count(User::id().is_in(0..30_001_i64)).await, "`id` compares with too many values");

    let huge = "ä".repeat(1_000_000);
    assert_eq!(count(User::email().contains(huge.clone())).await, Ok(0));
    assert_eq!(count(User::email().starts_with(huge.clone())).await, Ok(0));
    assert_eq!(count(User::email().ends_with(huge.clone())).await, Ok(0));
    assert_eq!(count(User::email().lt(huge)).await, Ok(4));
    for filter in [User::email().eq("\0"), User::email().contains("a\0"), User::nickname().is_in(["a", "\0"])]
    {
        refused(count(filter).await, "NUL");
    }
}

#[each_database(all())]
async fn every_type_is_filtered_by_its_values(ctx: Ctx) {
    let service = EverythingService::new(&ctx);
    let everything = |number: i64| {
        let time: DateTime<Utc> = "2024-02-29T23:59:59.123456Z".parse().expect("a time");
        EverythingInput::new(
            format!("text {number}"),
            true,
            1_i16,
            2_i32,
            i64::MAX - number,
            0.1_f32,
            0.1_f64 + 0.2,
            "10.50".parse::<Decimal>().expect("a number"),
            Uuid::from_u128(u128::try_from(number).expect("positive")),
            time.date_naive(),
            time.time(),
            time,
            serde_json::json!({"a": [1, number]}),
            vec![0_u8, 255],
            Status::OnHold,
            vec!["a".to_owned(), "b,\"".to_owned()],
            vec![1_i64, number],
            vec![Status::Active],
        )
    };
    let made = service.create(everything(1)).await.expect("a row");
    service.create(everything(2)).await.expect("a row");
    for (position, (filter, found)) in [
        (Everything::id().eq(made.id), 1),
        (Everything::large().gte(i64::MAX - 1), 1),
        (Everything::single().eq(0.1_f32), 2),
        (Everything::single().is_in([0.1_f32, 0.5]), 2),
        (Everything::double().eq(0.1 + 0.2), 2),
        (Everything::double().is_in([0.1 + 0.2]), 2),
        (Everything::double().not_in([0.3]), 2),
        (Everything::exact().eq("10.5".parse::<Decimal>().expect("a number")), 2),
        (Everything::exact().is_in(["10.500".parse::<Decimal>().expect("a number")]), 2),
        (Everything::exact().gt("9.9".parse::<Decimal>().expect("a number")), 2),
        (Everything::unique_id().lt(Uuid::from_u128(2)), 1),
        (Everything::day().eq(made.day), 2),
        (Everything::hour().lte(made.hour), 2),
        (Everything::moment().is_in([made.moment]), 2),
        (Everything::json().eq(serde_json::json!({"a": [1, 2]})), 1),
        (Everything::json().is_in([serde_json::json!({"a": [1, 2]})]), 1),
        (Everything::bytes().eq(vec![0_u8, 255]), 2),
        (Everything::bytes().is_in([vec![0_u8, 255]]), 2),
        (Everything::bytes().gt(vec![0_u8]), 2),
        (Everything::status().is_in([Status::OnHold]), 2),
        (Everything::status().gt(Status::Active), 2),
        (Everything::texts().eq(vec!["a".to_owned(), "b,\"".to_owned()]), 2),
        (Everything::numbers().eq(vec![1_i64, 2]), 1),
        (Everything::numbers().is_in([vec![1_i64, 2], vec![]]), 1),
        (Everything::numbers().ne(vec![1_i64]), 2),
        (Everything::choices().not_in([vec![Status::Active]]), 0),
        (Everything::maybe_texts().is_null(), 2),
        (Everything::flag().gt(false), 2),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(service.count(filter).await, Ok(found), "case {position}");
    }
    let error = service.count(Everything::double().eq(f64::NAN)).await.expect_err("refused");
    assert_eq!(error.to_string(), "a filter by `double` must be a finite number");
}
