use entify::prelude::*;

#[derive(Entity)]
#[entity(policy(read = owner, create = owner(), update = owner(autor) | owner("author"), delete = owner(posts)))]
pub struct Blog {
    author: String,
    #[entity(inverse = blog)]
    posts: Many<Post>,
}

#[derive(Entity)]
#[entity(policy(read = owner(published), write = owner(price) & owner(blog) & owner(id)))]
pub struct Post {
    published: bool,
    price: Option<Decimal>,
    blog: One<Blog>,
}

#[derive(Entity)]
#[entity(policy(read = owner(twice), write = owner(a, b)))]
pub struct Note {
    count: i64,
    #[entity(computed(sql = "{count} * 2"))]
    twice: i64,
}

fn main() {}
