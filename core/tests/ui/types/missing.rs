//! Types that there are not, alone and as arguments of others.
use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Plain {
    status: Statos,
    #[entity(default = Kind::Open)]
    kind: Knid,
    title: String,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Wrapped {
    status: Option<Statos>,
    author: One<Persno>,
    kinds: Vec<Kinds>,
    title: String,
}

#[derive(EntityEnum)]
pub enum Kind {
    Open,
}

fn main() {}
