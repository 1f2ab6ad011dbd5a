use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Post {
    #[entity(on_delete = set_null)]
    author: One<Post>,
    #[entity(on_delete = cascade)]
    title: String,
    #[entity(inverse = author, through = Post)]
    a: Many<Post>,
    b: Many<Post>,
    #[entity(inverse = author, search, default = 1, unique, on_delete = cascade, column = "x", skip(create))]
    c: Many<Post>,
    #[entity(default = 1, search, min = 1, max_len = 5, inverse = author)]
    d: One<Post>,
    #[entity(inverse = author)]
    e: Option<Many<Post>>,
    f: Vec<One<Post>>,
    g: Option<Option<String>>,
    #[entity(through = Post)]
    h: String,
    #[entity(inverse = "author")]
    i: Many<Post>,
    #[entity(inverse = author, skip(rest))]
    j: Many<Post>,
}

fn main() {}
