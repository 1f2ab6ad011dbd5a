//! Streams of rows.

use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

async fn posts(ctx: &Ctx, count: i32) {
    let author = UserService::new(ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    let input = |number: i32| PostInput {
        stars: Some(number % 5),
        published_at: (number % 3 != 0)
            .then(|| DateTime::from_timestamp(i64::from(number % 7), 0).expect("a time")),
        ..PostInput::new(format!("title {}", number % 11), author.id)
    };
    PostService::new(ctx).create_many((0..count).map(input)).await.expect("posts");
}

async fn ids(mut rows: entify::service::RowStream<Post>) -> Vec<Id<Post>> {
    let mut ids = Vec::new();
    while let Some(row) = rows.next().await {
        ids.push(row.expect("a row").id);
    }
    ids
}

#[each_database(all())]
async fn a_stream_shows_every_row_once_in_order(ctx: Ctx) {
    posts(&ctx, 3456).await;
    let service = PostService::new(&ctx);
    let order = || Post::published_at().desc() & Post::stars().asc();
    let before = ctx.db().statements();
    let seen = ids(service.stream(Query::default().order(order()))).await;
    assert_eq!(ctx.db().statements() - before, 4, "a thousand rows a statement");
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!((seen.len(), sorted.len()), (3456, 3456));
    let mut paged = Vec::new();
    let mut query = Query::default().order(order()).first(100);
    while paged.len() < 1500 {
        let page = service.list(query.clone()).await.expect("a page");
        paged.extend(page.items.iter().map(|post| post.id));
        query = query.after(page.end_cursor.expect("a cursor"));
    }
    assert_eq!(seen[..1500], paged);

    let some = ids(service.stream(Query::filter(Post::stars().eq(2)))).await;
    assert_eq!(some.len() as u64, service.count(Post::stars().eq(2)).await.expect("a count"));
    let searched = Query { search: Some("title 10".to_owned()), ..Query::default() };
    assert_eq!(ids(service.stream(searched)).await.len(), 3456 / 11);
    assert!(ids(service.stream(Query::filter(Post::stars().eq(9)))).await.is_empty());
}

#[each_database(all())]
async fn a_stream_that_ends_on_a_full_page_ends(ctx: Ctx) {
    posts(&ctx, 1000).await;
    assert_eq!(ids(PostService::new(&ctx).stream(Query::default())).await.len(), 1000);
}

#[each_database(all())]
async fn a_stream_reads_in_its_transaction(ctx: Ctx) {
    let seen = ctx.transaction(|ctx| async move {
        posts(&ctx, 1500).await;
        Ok(ids(PostService::new(&ctx).stream(Query::default())).await.len())
    });
    assert_eq!(seen.await, Ok(1500));
}

#[each_database(all())]
async fn a_stream_has_no_pages_and_no_total(ctx: Ctx) {
    let service = PostService::new(&ctx);
    for query in [Query::default().first(3), Query::default().after("x"), Query::default().with_total()] {
        let mut rows = service.stream(query);
        assert_eq!(rows.next().await.expect("an item").expect_err("refused").code(), "BAD_REQUEST");
        assert_eq!(rows.next().await, None);
    }
}
