use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Product {
    #[entity(default = 70000)]
    a: i16,
    #[entity(default = "x")]
    b: i32,
    #[entity(default = 0.5)]
    c: i64,
    #[entity(default = 5)]
    d: String,
    #[entity(max = 3000000000)]
    f: i32,
    #[entity(min = 0.5)]
    g: i32,
}

fn main() {}
