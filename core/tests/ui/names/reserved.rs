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

#[derive(Entity)]
#[entity(policy = public, version, soft_delete)]
pub struct Page {
    version: String,
    deleted_at: Option<DateTime<Utc>>,
    #[entity(column = "version")]
    revision: i32,
    #[entity(rename = "deleted_at")]
    gone: bool,
}

/// Without the options these names are free.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Release {
    version: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Entity)]
#[entity(policy = public, version = 3, soft_delete(true), order = -deleted_at)]
pub struct Sheet {
    text: String,
}

fn main() {}
