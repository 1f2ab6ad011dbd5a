//! What failed to be an entity is not blamed again where it is used.
use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    #[entity(inverse = author)]
    posts: Many<Post>,
    #[entity(through = Like)]
    liked: Many<Post>,
}

#[derive(Entity)]
#[entity(policy = public, nonsense)]
pub struct Post {
    author: One<User, User>,
}

#[derive(Entity)]
#[entity(policy = owner(post.author.name.first))]
pub struct Like(One<Post>, One<User>);

#[derive(Entity)]
#[entity(policy = owner(post.author.posts.whoever))]
pub struct Comment {
    post: One<Post>,
    tag: Option<Option<One<User>>>,
}

#[derive(Entity)]
#[entity(policy = owner(post.writer))]
pub struct Note {
    post: One<Post>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub enum Kind {
    Open,
}

entify::main!(User, Post, Like, Comment, Note, Kind);
