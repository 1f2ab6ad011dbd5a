//! Related rows of many rows at once.

use entify::error::Error;
use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

async fn user(ctx: &Ctx, name: &str) -> UserModel {
    UserService::new(ctx).create(UserInput::new(format!("{name}@example.org"))).await.expect("a user")
}

async fn post(ctx: &Ctx, title: &str, author: &UserModel, reviewer: Option<&UserModel>) -> PostModel {
    let input = PostInput { reviewer_id: reviewer.map(|user| user.id), ..PostInput::new(title, author.id) };
    PostService::new(ctx).create(input).await.expect("a post")
}

#[each_database(all())]
async fn to_one_relations_load_in_one_statement(ctx: Ctx) {
    let (ada, bob) = (user(&ctx, "ada").await, user(&ctx, "bob").await);
    let rows = [
        post(&ctx, "a", &ada, None).await,
        post(&ctx, "b", &bob, Some(&ada)).await,
        post(&ctx, "c", &ada, Some(&bob)).await,
    ];
    let posts = PostService::new(&ctx);
    let before = ctx.db().statements();
    let authors = posts.load(Post::author(), &rows).await.expect("authors");
    assert_eq!(ctx.db().statements() - before, 1);
    assert_eq!(authors, [Some(ada.clone()), Some(bob.clone()), Some(ada.clone())]);
    let reviewers = posts.load(Post::reviewer(), &rows).await.expect("reviewers");
    assert_eq!(reviewers, [None, Some(ada), Some(bob)]);
    let before = ctx.db().statements();
    assert_eq!(posts.load(Post::reviewer(), &rows[..1]).await, Ok(vec![None]));
    assert_eq!(posts.load(Post::author(), &[]).await, Ok(vec![]));
    assert_eq!(ctx.db().statements() - before, 0, "nothing to ask for");
}

#[each_database(all())]
async fn to_many_pages_and_counts_cost_one_statement_each(ctx: Ctx) {
    let (ada, bob, cy) = (user(&ctx, "ada").await, user(&ctx, "bob").await, user(&ctx, "cy").await);
    for (title, author) in [("a", &ada), ("b", &bob), ("c", &ada), ("d", &ada)] {
        post(&ctx, title, author, None).await;
    }
    let users = UserService::new(&ctx);
    // The same row twice, and in any order.
    let rows = [bob.clone(), cy, ada.clone(), bob];
    let newest = Query::default().order(Post::title().desc()).first(2);
    let before = ctx.db().statements();
    let pages = users.load_many(User::posts(), &rows, newest).await.expect("pages");
    assert_eq!(ctx.db().statements() - before, 1);
    let titles =
        |page: &Page<PostModel>| page.items.iter().map(|post| post.title.clone()).collect::<Vec<_>>();
    assert_eq!(pages.iter().map(titles).collect::<Vec<_>>(), [vec!["b"], vec![], vec!["d", "c"], vec!["b"]]);
    assert_eq!(pages.iter().map(|page| page.has_next).collect::<Vec<_>>(), [false, false, true, false]);

    let before = ctx.db().statements();
    let counts = users.count_many(User::posts(), &rows, Filter::all()).await;
    assert_eq!(counts, Ok(vec![1, 0, 3, 1]));
    assert_eq!(ctx.db().statements() - before, 1);
    let counts = users.count_many(User::posts(), &rows, Post::title().ne("a")).await;
    assert_eq!(counts, Ok(vec![1, 0, 2, 1]));
    assert_eq!(users.count_many(User::posts(), &[], Filter::all()).await, Ok(vec![]));

    let posts =
        PostService::new(&ctx).list(Query::default().order(Post::title().asc())).await.expect("posts").items;
    let tag = TagService::new(&ctx).create(TagInput::new("rust")).await.expect("a tag");
    PostService::new(&ctx).links(Post::tags()).add(posts[1].id, [tag.id]).await.expect("a link");
    let counts = PostService::new(&ctx).count_many(Post::tags(), &posts, Filter::all()).await;
    assert_eq!(counts, Ok(vec![0, 1, 0, 0]));
}

#[each_database(all())]
async fn a_relation_to_what_one_may_not_read_is_refused(ctx: Ctx) {
    let made = NoteService::new(&ctx).create(NoteInput::new("x")).await.expect("a note");
    let reminder = ReminderService::new(&ctx).create(ReminderInput::new(made.id)).await.expect("a reminder");
    let anonymous = ctx.with_principal(Principal::Anonymous);
    let reminders = ReminderService::new(&anonymous);
    let refused = reminders.load(Reminder::note(), &[reminder]).await;
    assert_eq!(refused, Err(Error::Unauthenticated));
}

/// Points to something that not everyone may read.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Reminder {
    #[entity(on_delete = cascade)]
    note: One<Note>,
}

fn all() -> Vec<&'static entify::entity::EntityDef> {
    let mut all = crate::support::domain::all();
    all.push(Reminder::def());
    all
}
