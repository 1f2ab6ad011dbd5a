use entify::prelude::*;
use entify::testing::each_database;

use crate::domain::*;

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

each_database! {
    all(),
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
        (User::created_at().gt("2000-01-01T00:00:00Z".parse::<DateTime<Utc>>().expect("a time")), &["ada", "bob", "cy", "dee"]),
        (User::email().eq("' OR 1=1 --"), &[]),
    ];
    for (position, (filter, expected)) in cases.into_iter().enumerate() {
        let users = UserService::new(&ctx);
        assert_eq!(matching(&ctx, filter.clone()).await, expected, "case {position}");
        assert_eq!(users.count(filter.clone()).await, Ok(expected.len() as u64), "case {position}");
        assert_eq!(users.exists(filter).await, Ok(!expected.is_empty()), "case {position}");
    }
    }
}

each_database! {
    all(),
    async fn filters_reach_through_relations(ctx: Ctx) {
    people(&ctx).await;
    let find = |email: &'static str| {
        let users = UserService::new(&ctx);
        async move { users.list(Query::filter(User::email().starts_with(email))).await.expect("a page").items[0].id }
    };
    let (ada, bob) = (find("ada").await, find("bob").await);
    let posts = PostService::new(&ctx);
    let good = posts.create(PostInput { stars: Some(5), ..PostInput::new("good", ada) }).await.expect("a post");
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
    }
}

each_database! {
    all(),
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
}
