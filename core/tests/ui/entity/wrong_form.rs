use entify::prelude::*;

#[derive(Entity)]
#[entity(
    policy = public,
    table,
    plural = users,
    key = "uuid",
    index,
    unique("a", "b"),
    check(amount > 0),
    order = "email",
    skip = graphql,
    version = 1,
)]
pub struct User {
    #[entity(unique = true, max_len = "5", filter(x), default, format = "email", search(fulltext), min_len = -1, max_len = 1.5)]
    email: String,
    #[entity(unique(a, b), index(a))]
    name: String,
    #[entity = "x"]
    a: String,
    #[entity]
    b: String,
    #[entity(computed("x"))]
    c: String,
    #[entity(min_len =)]
    d: String,
}

fn main() {}
