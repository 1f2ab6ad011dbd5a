use entify::prelude::*;

#[derive(EntityEnum)]
pub enum Status {
    Active,
}

type Count = i16;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Product {
    #[entity(default = true)]
    a: Status,
    #[entity(default = Status::Actve)]
    b: Status,
    #[entity(max_len = 3)]
    c: Status,
    #[entity(max = 70000, default = 70001)]
    d: Count,
    #[entity(min = 0.5)]
    e: Count,
    #[entity(search, sort)]
    f: Option<Count>,
}

fn main() {}
