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
    #[action(confirm)]
    async fn none(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = rolle("staff"))]
    async fn misspelt(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy(read = public))]
    async fn each(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(collection, policy = role("staff") | owner(customer))]
    async fn of_all(ctx: &Ctx) -> entify::Result<()> {
        Ok(())
    }
}

fn main() {}
