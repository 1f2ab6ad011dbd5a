use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Product {
    #[entity(min_len = 5, max_len = 3)]
    name: String,
    #[entity(min = 10, max = -1)]
    stars: i32,
    #[entity(min = 0.5, max = 0.25)]
    price: Decimal,
    #[entity(precision = 2, scale = 3)]
    weight: Decimal,
    #[entity(precision = 0)]
    length: Decimal,
    #[entity(precision = 40, scale = 30)]
    width: Decimal,
    #[entity(min = "1", max = true)]
    height: i64,
    #[entity(default = 7, max = 5)]
    a: i32,
    #[entity(default = "abc", max_len = 2)]
    b: String,
}

fn main() {}
