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

struct NoPolicy;

#[entify::actions]
impl Invoice {
    #[action(policy = NoPolicy)]
    async fn no_policy(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }
}

fn main() {}
