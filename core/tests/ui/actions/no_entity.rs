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

pub struct Plain;

#[entify::actions]
impl Plain {
    #[action(collection, policy = public)]
    async fn pay(ctx: &Ctx, input: Payment) -> entify::Result<()> {
        Ok(())
    }
}

fn main() {}
