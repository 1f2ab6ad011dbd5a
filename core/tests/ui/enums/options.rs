use entify::prelude::*;

#[derive(EntityEnum)]
#[entity(rename = "x")]
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
}

fn main() {}
