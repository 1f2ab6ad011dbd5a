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
    fn not_async(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<InvoiceModel> {
        Ok(invoice)
    }

    #[action(policy = public)]
    async fn receiver(&self, ctx: &Ctx) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn no_context(invoice: InvoiceModel) -> entify::Result<InvoiceModel> {
        Ok(invoice)
    }

    #[action(policy = public)]
    async fn nothing() -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn no_row(ctx: &Ctx) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn generic<T>(ctx: &Ctx, invoice: InvoiceModel, input: T) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn reference(ctx: &Ctx, invoice: &InvoiceModel, input: &Payment) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn too_many(ctx: &Ctx, invoice: InvoiceModel, a: Payment, b: Payment) -> entify::Result<()> {
        Ok(())
    }

    #[action(collection, policy = public)]
    async fn too_many_of_all(ctx: &Ctx, a: Payment, b: Payment) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn no_result(ctx: &Ctx, invoice: InvoiceModel) -> InvoiceModel {
        invoice
    }

    #[action(policy = public)]
    async fn no_answer(ctx: &Ctx, invoice: InvoiceModel) {}

    #[action(policy = public)]
    async unsafe fn not_safe(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<()> {
        Ok(())
    }
}

fn main() {}
