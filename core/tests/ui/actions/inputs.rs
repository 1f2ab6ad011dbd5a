#![allow(dead_code, unused)]

use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Invoice {
    total: i32,
    customer: One<Customer>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Customer {
    login: String,
    active: bool,
}

#[derive(EntityInput)]
pub struct Payment {
    amount: i32,
}

#[derive(EntityInput)]
#[entity(table = "x", policy = public)]
pub struct Options {
    #[entity(unique, filter, min = 5, max = 2)]
    number: i32,
    #[entity(read_only, skip(rest), mn_len = 1)]
    text: String,
    #[entity(min_len = 1)]
    size: i64,
    #[entity(on_delete = cascade)]
    customer: One<Customer>,
    #[entity(policy(read = public))]
    secret: String,
    invoices: Many<Invoice>,
    wrong: u64,
}

#[derive(EntityInput)]
pub struct Empty {}

#[derive(EntityInput)]
pub struct Tuple(i32);

#[derive(EntityInput)]
pub enum Choice {
    A,
}

#[derive(EntityInput)]
pub struct Generic<T> {
    value: T,
}

#[derive(EntityOutput)]
pub struct Answer {
    #[entity(min = 1, default = 2, write_only)]
    number: i32,
    #[entity(computed(sql = "1"))]
    computed: i32,
}

fn main() {}
