use entify::error::Error;
use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

/// Rows with many equal and missing sort keys.
async fn posts(ctx: &Ctx, count: i32) {
    let author = UserService::new(ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    for number in 0..count {
        let published_at = (number % 3 != 0)
            .then(|| DateTime::<Utc>::from_timestamp(i64::from(number % 4) * 1000, 0).expect("a time"));
        let input = PostInput {
            stars: Some(number % 5),
            published_at,
            price: Some(Decimal::new(i64::from(number % 7) * 5, 1)),
            ..PostInput::new(format!("title {}", number % 6), author.id)
        };
        PostService::new(ctx).create(input).await.expect("a post");
    }
}

fn orders() -> Vec<Order<Post>> {
    vec![
        Order::default(),
        Post::title().asc(),
        Post::title().desc(),
        Post::stars().desc() & Post::title().asc(),
        Post::published_at().asc(),
        Post::published_at().desc(),
        Post::published_at().asc().nulls_first() & Post::price().desc(),
        Post::published_at().desc().nulls_last() & Post::stars().asc() & Post::title().desc(),
        Post::price().asc() & Post::published_at().desc(),
        Post::id().desc(),
    ]
}

#[each_database(all())]
async fn pages_show_each_row_once_in_both_directions(ctx: Ctx) {
    posts(&ctx, 40).await;
    let service = PostService::new(&ctx);
    for (case, order) in orders().into_iter().enumerate() {
        let whole = service.list(Query::default().order(order.clone()).first(100)).await.expect("all");
        let whole: Vec<_> = whole.items.iter().map(|post| post.id).collect();
        assert_eq!(whole.len(), 40);
        for size in [1, 3, 7, 40] {
            let mut seen = Vec::new();
            let mut query = Query::default().order(order.clone()).first(size);
            loop {
                let page = service.list(query).await.expect("a page");
                seen.extend(page.items.iter().map(|post| post.id));
                if !page.has_next {
                    break;
                }
                query = Query::default()
                    .order(order.clone())
                    .first(size)
                    .after(page.end_cursor.expect("a cursor"));
            }
            assert_eq!(seen, whole, "order {case}, size {size}, forwards");

            let mut seen = Vec::new();
            let mut query = Query::default().order(order.clone()).last(size);
            loop {
                let page = service.list(query).await.expect("a page");
                seen.splice(0..0, page.items.iter().map(|post| post.id));
                if !page.has_previous {
                    break;
                }
                query = Query::default()
                    .order(order.clone())
                    .last(size)
                    .before(page.start_cursor.expect("a cursor"));
            }
            assert_eq!(seen, whole, "order {case}, size {size}, backwards");
        }
    }
}

#[each_database(all())]
async fn a_page_between_two_cursors_holds_what_lies_between(ctx: Ctx) {
    posts(&ctx, 10).await;
    let service = PostService::new(&ctx);
    let whole = service.list(Query::default()).await.expect("all");
    let one = |position: usize| whole.items[position].id;
    let head = service.list(Query::default().first(2)).await.expect("a page");
    let tail = service.list(Query::default().last(3)).await.expect("a page");
    let between = Query::default()
        .first(100)
        .after(head.end_cursor.expect("a cursor"))
        .before(tail.start_cursor.expect("a cursor"));
    let page = service.list(between).await.expect("a page");
    let ids: Vec<_> = page.items.iter().map(|post| post.id).collect();
    assert_eq!(ids, (2..7).map(one).collect::<Vec<_>>());
}

#[each_database(all())]
async fn cursors_belong_to_their_query(ctx: Ctx) {
    posts(&ctx, 5).await;
    let service = PostService::new(&ctx);
    let by_title = || Query::<Post>::default().order(Post::title().asc()).first(2);
    let cursor = service.list(by_title()).await.expect("a page").end_cursor.expect("a cursor");
    assert!(service.list(by_title().after(&*cursor)).await.is_ok());
    let other_order = Query::default().order(Post::title().desc()).after(&*cursor);
    assert_eq!(service.list(other_order).await.err(), Some(Error::CursorMismatch));
    let other_filter = Query::filter(Post::stars().eq(1)).order(Post::title().asc()).after(&*cursor);
    assert_eq!(service.list(other_filter).await.err(), Some(Error::CursorMismatch));
    let other = ctx.with_principal(Principal::Anonymous);
    assert_eq!(
        PostService::new(&other).list(by_title().after(&*cursor)).await.err(),
        Some(Error::CursorMismatch)
    );

    let mut tampered = cursor.clone().into_bytes();
    tampered[10] = if tampered[10] == b'A' { b'B' } else { b'A' };
    let tampered = String::from_utf8(tampered).expect("text");
    for bad in [tampered.as_str(), "", "x", "💥", &cursor[1..], &cursor.repeat(2), &"A".repeat(100_000)] {
        assert_eq!(service.list(by_title().after(bad)).await.err(), Some(Error::CursorInvalid), "{bad:.20}");
    }
}

#[each_database(all())]
async fn page_sizes_have_limits(ctx: Ctx) {
    let service = PostService::new(&ctx);
    for size in [101, u32::MAX] {
        assert_eq!(
            service.list(Query::default().first(size)).await.expect_err("refused").code(),
            "BAD_REQUEST"
        );
        assert_eq!(
            service.list(Query::default().last(size)).await.expect_err("refused").code(),
            "BAD_REQUEST"
        );
    }
    assert!(service.list(Query::default().first(1).last(1)).await.is_err());
    let empty = service.list(Query::default().with_total()).await.expect("a page");
    assert_eq!(
        (empty.items.len(), empty.total, empty.has_next, empty.has_previous),
        (0, Some(0), false, false)
    );
    posts(&ctx, 25).await;
    let page = service.list(Query::default().with_total()).await.expect("a page");
    assert_eq!((page.items.len(), page.total, page.limit), (20, Some(25), 20));
}

#[each_database(all())]
async fn a_page_past_the_end_knows_the_total(ctx: Ctx) {
    let tags = TagService::new(&ctx);
    tags.create_many(["a", "b", "c"].map(TagInput::new)).await.expect("tags");
    let whole = tags.list(Query::default().with_total()).await.expect("a page");
    let end = whole.end_cursor.expect("a cursor");
    let past = tags.list(Query::default().after(end).with_total()).await.expect("a page");
    assert_eq!((past.items.len(), past.total, past.has_next, past.has_previous), (0, Some(3), false, true));
}
