//! Many-to-many relations: add, remove, set.

use entify::error::Error;
use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::{
    Post, PostInput, PostModel, PostService, PostTagService, Tag, TagInput, TagService, User, UserInput,
    UserService,
};

/// Joined in three ways.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Film {
    title: String,
    #[entity(through = Casting)]
    actors: Many<Actor>,
    #[entity(through = Role)]
    roles: Many<Actor>,
    #[entity(through = Award)]
    awarded: Many<Actor>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Actor {
    name: String,
}

/// Without a unique rule.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Casting {
    #[entity(on_delete = cascade)]
    film: One<Film>,
    #[entity(on_delete = cascade)]
    actor: One<Actor>,
    #[entity(default = 1)]
    position: i32,
}

/// Requires more than the two ends.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Role {
    #[entity(on_delete = cascade)]
    film: One<Film>,
    #[entity(on_delete = cascade)]
    actor: One<Actor>,
    name: String,
}

/// Not for everyone to write.
#[derive(Entity)]
#[entity(policy(read = public, create = role("staff"), update = nobody, delete = role("admin")), unique(actor, film))]
pub struct Award {
    #[entity(on_delete = cascade)]
    film: One<Film>,
    #[entity(on_delete = cascade)]
    actor: One<Actor>,
}

fn all() -> Vec<&'static entify::entity::EntityDef> {
    let mut all = crate::support::domain::all();
    all.extend(entify::entities![Film, Actor, Casting, Role, Award]);
    all
}

async fn post(ctx: &Ctx) -> PostModel {
    let user = UserService::new(ctx).create(UserInput::new("ada@example.org")).await.expect("a user");
    PostService::new(ctx).create(PostInput::new("x", user.id)).await.expect("a post")
}

async fn tags<const N: usize>(ctx: &Ctx, names: [&str; N]) -> [Id<Tag>; N] {
    let mut made = Vec::new();
    for name in names {
        made.push(TagService::new(ctx).create(TagInput::new(name)).await.expect("a tag").id);
    }
    made.try_into().expect("as many")
}

async fn tags_of(ctx: &Ctx, post: &PostModel) -> Vec<String> {
    let query = Query::default().order(Tag::name().asc());
    let pages = PostService::new(ctx).load_many(Post::tags(), std::slice::from_ref(post), query).await;
    pages.expect("pages").remove(0).items.into_iter().map(|tag| tag.name).collect()
}

async fn film(ctx: &Ctx) -> (Id<Film>, Vec<Id<Actor>>) {
    let film = FilmService::new(ctx).create(FilmInput::new("x")).await.expect("a film");
    let mut actors = Vec::new();
    for name in ["a", "b", "c"] {
        actors.push(ActorService::new(ctx).create(ActorInput::new(name)).await.expect("an actor").id);
    }
    (film.id, actors)
}

#[each_database(all())]
async fn links_are_added_removed_and_set(ctx: Ctx) {
    let post = post(&ctx).await;
    let [rust, sql, web] = tags(&ctx, ["rust", "sql", "web"]).await;
    let posts = PostService::new(&ctx);
    let links = posts.links(Post::tags());
    let before = ctx.db().statements();
    assert_eq!(links.add(post.id, [rust, sql, rust]).await, Ok(2));
    assert_eq!(ctx.db().statements() - before, 1, "one statement for all");
    assert_eq!(links.add(post.id, [rust, web]).await, Ok(1), "what is there stays");
    assert_eq!(links.add(post.id, []).await, Ok(0));
    assert_eq!(tags_of(&ctx, &post).await, ["rust", "sql", "web"]);
    assert_eq!(links.remove(post.id, [sql, sql, 404.into()]).await, Ok(1));
    assert_eq!(links.remove(post.id, []).await, Ok(0));
    assert_eq!(tags_of(&ctx, &post).await, ["rust", "web"]);

    let kept =
        PostTagService::new(&ctx).list(Query::default().first(1)).await.expect("a page").items.remove(0);
    assert_eq!(links.set(post.id, [sql, rust]).await, Ok(()));
    assert_eq!(tags_of(&ctx, &post).await, ["rust", "sql"]);
    assert_eq!(PostTagService::new(&ctx).get(kept.id).await, Ok(kept), "a link that stays is not made anew");
    assert_eq!(links.set(post.id, []).await, Ok(()));
    assert_eq!(tags_of(&ctx, &post).await, Vec::<String>::new());
    assert_eq!(links.set(404.into(), [rust]).await, Err(Error::NotFound("Post".into())));
    // From the other side.
    let tags = TagService::new(&ctx);
    assert_eq!(tags.links(Tag::posts()).add(web, [post.id]).await, Ok(1));
    assert_eq!(tags_of(&ctx, &post).await, ["web"]);
}

#[each_database(all())]
async fn links_are_made_all_or_none(ctx: Ctx) {
    let post = post(&ctx).await;
    let [rust, sql] = tags(&ctx, ["rust", "sql"]).await;
    let posts = PostService::new(&ctx);
    let links = posts.links(Post::tags());
    assert_eq!(links.add(post.id, [rust, 404.into()]).await.expect_err("no such tag").code(), "CONFLICT");
    assert_eq!(links.add(404.into(), [rust]).await.expect_err("no such post").code(), "CONFLICT");
    assert_eq!(tags_of(&ctx, &post).await, Vec::<String>::new());
    links.add(post.id, [rust]).await.expect("a link");
    assert_eq!(links.set(post.id, [sql, 404.into()]).await.expect_err("no such tag").code(), "CONFLICT");
    assert_eq!(tags_of(&ctx, &post).await, ["rust"]);
}

#[each_database(all())]
async fn a_pair_is_made_once_by_many_callers(ctx: Ctx) {
    let post = post(&ctx).await;
    let tags = tags(&ctx, ["a", "b", "c", "d"]).await;
    let (film, actors) = film(&ctx).await;
    let callers = (0..8).map(|_| {
        let (ctx, actors) = (ctx.clone(), actors.clone());
        tokio::spawn(async move {
            let posts = PostService::new(&ctx);
            let made = posts.links(Post::tags()).add(post.id, tags).await.expect("links");
            let films = FilmService::new(&ctx);
            let cast = films.links(Film::actors()).add(film, actors.clone()).await.expect("links");
            films.links(Film::actors()).set(film, actors).await.expect("links");
            (made, cast)
        })
    });
    let (mut made, mut cast) = (0, 0);
    for caller in callers.collect::<Vec<_>>() {
        let (some, others) = caller.await.expect("a caller");
        made += some;
        cast += others;
    }
    assert_eq!((made, cast), (4, 3));
    assert_eq!(PostTagService::new(&ctx).count(Filter::all()).await, Ok(4));
    assert_eq!(CastingService::new(&ctx).count(Filter::all()).await, Ok(3), "also without a unique rule");
}

#[each_database(all())]
async fn the_joining_entity_has_its_say(ctx: Ctx) {
    let (film, actors) = film(&ctx).await;
    let as_role = |role: &str| ctx.with_principal(Principal::known("token:1", "t", vec![role.to_owned()]));
    let films = FilmService::new(&ctx);
    let error = films.links(Film::roles()).add(film, actors.clone()).await.expect_err("refused");
    assert_eq!(error, Error::bad_request("Role requires `name`; make its rows through the service of Role"));
    assert_eq!(
        films.links(Film::roles()).remove(film, actors.clone()).await,
        Ok(0),
        "nothing is required to remove"
    );
    let users = UserService::new(&ctx);
    let error = users.links(User::posts()).add(1.into(), [2.into()]).await.expect_err("refused");
    assert_eq!(
        error,
        Error::bad_request(
            "`posts` of User has no joining entity; set `author_id` on the rows of Post instead"
        )
    );
    for (role, add, remove) in [
        ("reader", Err(Error::Forbidden), Err(Error::Forbidden)),
        ("staff", Ok(3), Err(Error::Forbidden)),
        ("admin", Err(Error::Forbidden), Ok(3)),
    ] {
        let someone = as_role(role);
        let films = FilmService::new(&someone);
        assert_eq!(films.links(Film::awarded()).add(film, actors.clone()).await, add, "{role}");
        assert_eq!(films.links(Film::awarded()).remove(film, actors.clone()).await, remove, "{role}");
    }
}
