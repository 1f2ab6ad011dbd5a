use entify::prelude::*;

pub struct NoEntity;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    author: One<NoEntity>,
    #[entity(on_delete = set_null)]
    reviewer: Option<One<Missing>>,
    #[entity(inverse = post)]
    comments: Many<NoEntity>,
}

fn main() {}
