use entify::prelude::*;

#[derive(EntityEnum)]
#[entity(rename = "x", ordered = true)]
pub enum Status {
    #[entity(renam = "a")]
    Active,
    #[entity(rename = "active")]
    Running,
    #[entity(rename = running)]
    Going,
    #[entity(rename = "")]
    Nothing,
    #[entity(table = "x")]
    Other,
    #[entity(ordered)]
    Last,
}

#[derive(EntityEnum)]
#[entity(orderd)]
pub enum Size {
    Small,
}

#[derive(Entity)]
#[entity(policy = public, ordered)]
pub struct Shirt {
    #[entity(ordered)]
    size: Size,
}

fn main() {}
