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
    #[action(policy = public, confrm, colection, table = "x")]
    async fn misspelt(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public, confirm = true, read, confirm)]
    async fn twice(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public, read, confirm)]
    async fn reads(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public, deprecated(sinc = "2"))]
    async fn old(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action]
    async fn bare(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn update(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn zahlen_bitte_ä(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }
}

#[entify::actions(policy = public)]
impl Customer {}

#[entify::actions]
impl Clone for Payment {
    fn clone(&self) -> Self {
        Self { amount: self.amount }
    }
}

fn main() {}
