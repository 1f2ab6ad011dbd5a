use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    #[entity(through = Half)]
    half: Many<Tag>,
    #[entity(through = Tag)]
    none: Many<Tag>,
    #[entity(through = Twice)]
    twice: Many<Tag>,
    #[entity(through = PostTag)]
    right: Many<Tag>,
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

#[derive(Entity)]
#[entity(policy = public)]
pub struct Twice {
    post: One<Post>,
    first: One<Tag>,
    second: Option<One<Tag>>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct PostTag {
    post: One<Post>,
    tag: One<Tag>,
}

fn main() {}
