use entify::prelude::*;

#[derive(Entity)]
#[entity(
    policy = public,
    index(emial, -created_at),
    index(email, email),
    unique(email),
    unique(email, posts),
    order = -crated_at,
    admin(label = titel, list(email, secret, nothing)),
)]
#[entity(index(secret, -author))]
pub struct User {
    email: String,
    #[entity(write_only)]
    secret: String,
    author: One<User>,
    #[entity(inverse = author)]
    posts: Many<User>,
}

fn main() {}
