use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    email: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    author: One<User>,
}

fn publish(_: Id<Post>) {}

fn mixed(user: Id<User>, post: Id<Post>) {
    publish(user);
    let _ = PostInput { author_id: post };
    let _ = user == post;
    let _: Id<Post> = user;
}

fn main() {}
