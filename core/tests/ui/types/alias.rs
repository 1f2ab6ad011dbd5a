use entify::prelude::*;

type MaybeText = Option<String>;
type Author = One<User>;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    nickname: MaybeText,
    manager: Author,
}

fn main() {}
