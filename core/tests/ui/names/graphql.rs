use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Account {
    _2fa: bool,
    größe: i32,
    #[entity(filter)]
    and: bool,
    #[entity(inverse = account)]
    or: Many<Entry>,
    /// Without a filter the name is free.
    not: bool,
    #[entity(skip(graphql))]
    länge: i32,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Entry {
    account: One<Account>,
    not: One<Account>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Größe {
    text: String,
}

/// Each name has a way out.
#[derive(Entity)]
#[entity(policy = public, plural = "lengths", graphql(name = "Length"), skip(rest))]
pub struct Länge {
    text: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct OrderDirection {
    text: String,
}

#[derive(EntityEnum)]
pub enum Säule {
    _12h,
    Säule,
    #[entity(rename = "saeule")]
    Süd,
}

fn main() {}
