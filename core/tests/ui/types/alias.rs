use entify::prelude::*;

type MaybeText = Option<String>;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    nickname: MaybeText,
}

fn main() {}
