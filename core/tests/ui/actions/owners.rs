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
    #[action(policy = owner(custmer))]
    async fn misspelt(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = owner(customer.active))]
    async fn no_subject(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = owner(customer.login) | owner(total))]
    async fn fine(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }
}

fn main() {}
