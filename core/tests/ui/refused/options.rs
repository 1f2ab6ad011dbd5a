use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    #[entity(search(fulltext))]
    email: String,
    #[entity(computed(sql = "lower(email)"))]
    lower: Option<String>,
    #[entity(policy(read = nobody))]
    secret: Option<String>,
}

fn main() {}
