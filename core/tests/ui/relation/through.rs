use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    #[entity(through = Half)]
    half: Many<Tag>,
    #[entity(through = Tag)]
    none: Many<Tag>,
    #[entity(through = Missing)]
    missing: Many<Tag>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Tag {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Half {
    post: One<Post>,
}

fn main() {}
