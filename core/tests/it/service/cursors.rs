//! Cursors that were not made for the query they come with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use entify::entity::Entity as _;
use entify::error::Error;
use entify::prelude::*;
use entify::query::{Cursors, ListQuery, PageArgs};
use entify::service::Records;
use entify::testing::each_database;
use entify::value::Value;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::domain::*;

async fn tags(ctx: &Ctx) {
    for name in ["a", "b", "c", "d"] {
        TagService::new(ctx).create(TagInput::new(name)).await.expect("a tag");
    }
}

#[derive(Debug, Clone)]
enum Harm {
    Text(String),
    Bytes(Vec<u8>),
    Flip(prop::sample::Index),
    /// Of the text.
    Cut(prop::sample::Index),
    Append(Vec<u8>),
    Replace(prop::sample::Index, char),
}

impl Harm {
    fn done_to(self, cursor: &str) -> String {
        let mut bytes = BASE64.decode(cursor).expect("a cursor");
        match self {
            Self::Text(text) => text,
            Self::Bytes(bytes) => BASE64.encode(bytes),
            Self::Flip(which) => {
                let bit = which.index(bytes.len() * 8);
                bytes[bit / 8] ^= 1 << (bit % 8);
                BASE64.encode(bytes)
            }
            Self::Cut(at) => cursor[..at.index(cursor.len())].to_owned(),
            Self::Append(more) => {
                bytes.extend(more);
                BASE64.encode(bytes)
            }
            Self::Replace(which, by) => {
                let at = which.index(cursor.len());
                format!("{}{by}{}", &cursor[..at], &cursor[at + 1..])
            }
        }
    }
}

fn harm() -> impl Strategy<Value = Harm> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        any::<String>().prop_map(Harm::Text),
        any::<Vec<u8>>().prop_map(Harm::Bytes),
        index().prop_map(Harm::Flip),
        index().prop_map(Harm::Cut),
        prop::collection::vec(any::<u8>(), 1..40).prop_map(Harm::Append),
        (index(), any::<char>()).prop_map(|(at, by)| Harm::Replace(at, by)),
    ]
}

#[each_database(all())]
async fn a_harmed_cursor_is_invalid_whatever_was_done_to_it(ctx: Ctx) {
    tags(&ctx).await;
    let tags = TagService::new(&ctx);
    let page = tags.list(Query::default().first(2)).await.expect("a page");
    let cursor = page.end_cursor.expect("a cursor");
    let config = Config { cases: 1000, failure_persistence: None, ..Config::default() };
    let outcome = tokio::task::block_in_place(|| {
        let runtime = tokio::runtime::Handle::current();
        TestRunner::new(config).run(&harm(), |harm| {
            let harmed = harm.done_to(&cursor);
            prop_assume!(harmed != cursor);
            for query in [Query::default().after(&*harmed), Query::default().before(&*harmed)] {
                prop_assert_eq!(runtime.block_on(tags.list(query)).err(), Some(Error::CursorInvalid));
            }
            Ok(())
        })
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

#[each_database(all())]
async fn a_cursor_is_for_its_filter_search_order_principal_and_relation(ctx: Ctx) {
    tags(&ctx).await;
    let user = UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    for title in ["x", "y", "z"] {
        PostService::new(&ctx).create(PostInput::new(title, user.id)).await.expect("a post");
    }
    let posts = PostService::new(&ctx);
    let query = || Query::filter(Post::stars().eq(0)).order(Post::published_at().asc()).first(1);
    let searching = |words: &str| Query { search: Some(words.to_owned()), ..query() };
    let cursor = posts.list(query()).await.expect("a page").end_cursor.expect("a cursor");
    let of_search = posts.list(searching("x")).await.expect("a page").end_cursor.expect("a cursor");
    assert!(posts.list(query().first(2).after(&*cursor)).await.is_ok(), "the size is not a part of it");
    assert!(posts.list(searching("x").after(&*of_search)).await.is_ok());
    let others = [
        Query::default().order(Post::published_at().asc()).after(&*cursor),
        Query { filter: Post::stars().eq(1), ..query() }.after(&*cursor),
        Query { filter: Post::stars().eq(0) & Post::title().ne("q"), ..query() }.after(&*cursor),
        query().order(Post::published_at().desc()).after(&*cursor),
        query().order(Post::published_at().asc().nulls_first()).after(&*cursor),
        query().order(Post::published_at().asc() & Post::title().asc()).after(&*cursor),
        query().order(Order::default()).after(&*cursor),
        searching("x").after(&*cursor),
        searching("y").after(&*of_search),
        query().after(&*of_search),
    ];
    for (case, other) in others.into_iter().enumerate() {
        assert_eq!(posts.list(other).await.err(), Some(Error::CursorMismatch), "case {case}");
    }
    let someone = |id: &str| ctx.with_principal(Principal::known(id, "", Vec::new()));
    for other in [ctx.with_principal(Principal::Anonymous), someone("account:1"), someone("")] {
        let refused = PostService::new(&other).list(query().after(&*cursor)).await;
        assert_eq!(refused.err(), Some(Error::CursorMismatch));
    }
    assert_eq!(
        TagService::new(&ctx).list(Query::default().after(&*cursor)).await.err(),
        Some(Error::CursorMismatch),
        "of another entity",
    );
    let users = User::def().info();
    let of = |relation: &str| users.many.iter().position(|many| many.def.name == relation).expect("one");
    let related = |page: PageArgs| ListQuery {
        page,
        cursors: Cursors::Ends,
        ..ListQuery::new(Post::def().info().all())
    };
    let parents = [Value::Int(user.id.get())];
    let service = Records::new(&ctx, users);
    let page =
        service.list_related(of("posts"), &parents, &related(PageArgs::first(1))).await.expect("pages");
    let after = related(PageArgs { after: page[0].end_cursor.clone(), ..PageArgs::first(1) });
    assert!(service.list_related(of("posts"), &parents, &after).await.is_ok());
    assert_eq!(
        service.list_related(of("reviews"), &parents, &after).await.err(),
        Some(Error::CursorMismatch)
    );
    assert_eq!(Records::new(&ctx, Post::def().info()).list(&after).await.err(), Some(Error::CursorMismatch));
}
