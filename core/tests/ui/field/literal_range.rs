use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Product {
    #[entity(default = 70000)]
    a: i16,
    #[entity(max = 3000000000)]
    b: Option<i32>,
    #[entity(min = -3000000000)]
    c: i32,
    #[entity(default = -32768, min = -32768)]
    right: i16,
}

fn main() {}
