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
impl Invoice {
    #[action(policy = public)]
    async fn other_row(ctx: &Ctx, invoice: CustomerModel) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn input_first(ctx: &Ctx, input: Payment) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn no_input(ctx: &Ctx, invoice: InvoiceModel, input: Plain) -> entify::Result<()> {
        Ok(())
    }

    #[action(policy = public)]
    async fn no_output(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<Plain> {
        Ok(Plain)
    }

    #[action(policy = public)]
    async fn input_as_output(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<Payment> {
        Ok(Payment { amount: 1 })
    }

    #[action(policy = public)]
    async fn new_row_as_output(ctx: &Ctx, invoice: InvoiceModel) -> entify::Result<InvoiceInput> {
        Ok(InvoiceInput::new(1, 1))
    }

    #[action(policy = public)]
    async fn other_error(ctx: &Ctx, invoice: InvoiceModel) -> Result<(), String> {
        Ok(())
    }
}

fn main() {}
