use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, index(tags, name), order = data)]
pub struct Product {
    #[entity(min = 1)]
    name: String,
    #[entity(max_len = 3)]
    stars: i32,
    #[entity(search, aggregate)]
    active: bool,
    #[entity(pattern = "a", format = email, multiline)]
    price: Option<Decimal>,
    #[entity(scale = 2)]
    ratio: f64,
    #[entity(sort, aggregate)]
    data: Json,
    #[entity(unique)]
    password: Password,
    tags: Vec<String>,
}

fn main() {}
