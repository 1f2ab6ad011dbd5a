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

#[entify::actions]
impl Invoice {
    #[action(policy = public)]
    async fn pay(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }
}

#[entify::actions]
impl Invoice {
    #[action(policy = public)]
    async fn refund(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }
}

fn main() {}
