use entify::prelude::*;

#[derive(EntityEnum)]
pub enum Status {
    Active,
}

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
    #[entity(default = true)]
    e: Status,
    #[entity(max = 3000000000)]
    f: i32,
    #[entity(min = 0.5)]
    g: i32,
    #[entity(default = Status::Actve)]
    h: Status,
}

fn main() {}
