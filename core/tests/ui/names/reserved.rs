use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    id: i64,
    created_at: DateTime<Utc>,
    #[entity(inverse = owner)]
    updated_at: Many<User>,
    owner: One<User>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Query {
    text: String,
}

#[derive(Entity)]
#[entity(policy = public, graphql(name = "Int"))]
pub struct Number {
    text: String,
}

fn main() {}
