use entify::prelude::*;

#[derive(EntityEnum)]
pub struct NotAnEnum;

#[derive(EntityEnum)]
pub enum Empty {}

#[derive(EntityEnum)]
pub enum Data {
    A(i32),
    B { x: i32 },
}

#[derive(EntityEnum)]
pub enum Generic<T> {
    A(T),
}

fn main() {}
