//! What else there is of an entity and of what uses it is not blamed for a relation that leads nowhere.
use entify::prelude::*;

pub struct Person {
    pub name: String,
}

#[derive(Entity)]
#[entity(policy = owner(author), index(author, title), order = author)]
pub struct Post {
    title: String,
    author: One<Person>,
    #[entity(inverse = post)]
    comments: Many<Comment>,
}

#[derive(Entity)]
#[entity(policy = owner(post.author))]
pub struct Comment {
    post: One<Post>,
}

async fn titles(ctx: &Ctx, author: Id<Person>) -> entify::Result<Vec<String>> {
    let posts = PostService::new(ctx);
    let made = posts.create(PostInput::new("title", author)).await?;
    let patch = PostPatch { author_id: author.into(), ..PostPatch::default() };
    posts.update(made.id, patch).await?;
    let page = posts.list(Query::filter(Post::title().eq("title"))).await?;
    assert!(page.items.iter().all(|post| post.author_id == author && *post == post.clone()));
    Ok(page.items.into_iter().map(|post| post.title).collect())
}

entify::main!(Post, Comment);
