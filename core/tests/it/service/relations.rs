use entify::entity::Entity as _;
use entify::prelude::*;
use entify::query::{Cursors, ListQuery, PageArgs, Total};
use entify::service::Records;
use entify::testing::each_database;
use entify::value::Value;

use crate::support::domain::*;

async fn blog(ctx: &Ctx) -> Vec<Value> {
    let mut parents = Vec::new();
    for writer in 0..4 {
        let user = UserService::new(ctx)
            .create(UserInput::new(format!("u{writer}@example.org")))
            .await
            .expect("a user");
        for number in 0..writer * 3 {
            let input =
                PostInput { stars: Some(number % 3), ..PostInput::new(format!("p{number}"), user.id) };
            PostService::new(ctx).create(input).await.expect("a post");
        }
        parents.push(Value::Int(user.id.get()));
    }
    parents
}

fn many(of: &entify::entity::EntityInfo, name: &str) -> usize {
    of.many.iter().position(|many| many.def.name == name).expect("the relation")
}

#[each_database(all())]
async fn related_pages_cost_one_statement_for_all_parents(ctx: Ctx) {
    let mut parents = blog(&ctx).await;
    parents.push(Value::Int(404));
    let users = User::def().info();
    let posts = many(users, "posts");
    let query = ListQuery {
        page: PageArgs::first(2),
        cursors: Cursors::Ends,
        ..ListQuery::new(Post::def().info().all())
    };
    let before = ctx.db().statements();
    let pages = Records::new(&ctx, users).list_related(posts, &parents, &query).await.expect("pages");
    assert_eq!(ctx.db().statements() - before, 1);
    let sizes: Vec<_> = pages.iter().map(|page| (page.items.len(), page.has_next)).collect();
    assert_eq!(sizes, [(0, false), (2, true), (2, true), (2, true), (0, false)]);

    let with_totals = ListQuery { total: Total::Exact, ..query.clone() };
    let before = ctx.db().statements();
    let pages = Records::new(&ctx, users).list_related(posts, &parents, &with_totals).await.expect("pages");
    assert_eq!(ctx.db().statements() - before, 2);
    assert_eq!(pages.iter().map(|page| page.total).collect::<Vec<_>>(), [0, 3, 6, 9, 0].map(Some));

    // One parent, page by page.
    let mut seen = 0;
    let mut after = None;
    loop {
        let page = PageArgs { first: Some(2), after: after.take(), ..PageArgs::default() };
        let query = ListQuery { page, ..query.clone() };
        let mut pages =
            Records::new(&ctx, users).list_related(posts, &parents[3..4], &query).await.expect("pages");
        let page = pages.remove(0);
        seen += page.items.len();
        if !page.has_next {
            break;
        }
        after = page.end_cursor;
    }
    assert_eq!(seen, 9);
}

#[each_database(all())]
async fn related_rows_through_a_joining_entity(ctx: Ctx) {
    blog(&ctx).await;
    let posts = PostService::new(&ctx).list(Query::default().first(3)).await.expect("posts").items;
    for (position, name) in ["rust", "sql", "web"].into_iter().enumerate() {
        let tag = TagService::new(&ctx).create(TagInput::new(name)).await.expect("a tag");
        for post in &posts[position..] {
            PostTagService::new(&ctx).create(PostTagInput::new(post.id, tag.id)).await.expect("a link");
        }
    }
    let info = Post::def().info();
    let parents: Vec<_> = posts.iter().map(|post| Value::Int(post.id.get())).collect();
    let query = ListQuery { total: Total::Exact, ..ListQuery::new(Tag::def().info().all()) };
    for parents in [&parents[..], &parents[2..]] {
        let before = ctx.db().statements();
        let pages =
            Records::new(&ctx, info).list_related(many(info, "tags"), parents, &query).await.expect("pages");
        assert_eq!(ctx.db().statements() - before, 2);
        let totals: Vec<_> = pages.iter().map(|page| (page.items.len(), page.total)).collect();
        let expected = [(1, Some(1)), (2, Some(2)), (3, Some(3))];
        assert_eq!(totals, expected[3 - parents.len()..]);
    }
}

#[each_database(all())]
async fn many_rows_are_made_together_or_not_at_all(ctx: Ctx) {
    let info = Tag::def().info();
    let name = info.by_name("name").expect("the column").index;
    let row = |text: &str| {
        let mut row = entify::value::Assignments::new();
        row.set(name, Value::Text(text.to_owned()));
        row
    };
    let tags = Records::new(&ctx, info);
    let made = tags.create_many(vec![row("a"), row("b"), row("c")]).await.expect("rows");
    assert_eq!(made.len(), 3);
    let error = tags.create_many(vec![row("d"), row("A1"), row("B2")]).await.expect_err("patterns");
    let fields: Vec<_> = error.fields().iter().map(|error| error.field.to_string()).collect();
    assert_eq!(fields, ["items.1.name", "items.2.name"]);
    assert_eq!(tags.create_many(vec![row("e"), row("a")]).await.expect_err("taken").code(), "CONFLICT");
    assert_eq!(TagService::new(&ctx).count(Filter::all()).await, Ok(3));
}

#[each_database(all())]
async fn a_reference_is_compared_as_any_column(ctx: Ctx) -> entify::Result<()> {
    let users = UserService::new(&ctx);
    let ada = users.create(UserInput::new("ada@example.org")).await?.id;
    let bob = users.create(UserInput::new("bob@example.org")).await?.id;
    let posts = PostService::new(&ctx);
    for (title, reviewer_id) in [("none", None), ("ada", Some(ada)), ("bob", Some(bob))] {
        posts.create(PostInput { reviewer_id, ..PostInput::new(title, ada) }).await?;
    }
    for (filter, expected) in [
        (Post::reviewer().is_null(), vec!["none"]),
        (Post::reviewer().is_not_null(), vec!["ada", "bob"]),
        (Post::reviewer().ne(ada), vec!["bob"]),
        (Post::reviewer().is_in([ada, bob]), vec!["ada", "bob"]),
        (Post::reviewer().not_in([ada, bob]), vec![]),
        (Post::reviewer().not_in([bob]), vec!["ada"]),
    ] {
        let found = posts.list(Query::filter(filter).order(Post::title().asc())).await?.items;
        let titles: Vec<_> = found.iter().map(|post| &*post.title).collect();
        assert_eq!(titles, expected);
    }
    Ok(())
}
