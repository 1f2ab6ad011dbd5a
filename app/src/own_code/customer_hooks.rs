//! A hook: what every write of a customer goes through, on whichever surface.

use entify::prelude::*;

use crate::entities::{Customer, CustomerInput, CustomerModel, CustomerPatch};

impl Hooks for Customer {
    async fn before_create(_ctx: &Ctx, input: &mut CustomerInput) -> entify::Result<()> {
        input.email = address(&input.email);
        Ok(())
    }

    async fn before_update(
        _ctx: &Ctx,
        _before: &CustomerModel,
        patch: &mut CustomerPatch,
    ) -> entify::Result<()> {
        if let Change::Set(email) = &mut patch.email {
            *email = address(email);
        }
        Ok(())
    }
}

/// An address as it is kept: the login finds it however it is written.
pub fn address(email: &str) -> String {
    email.trim().to_lowercase()
}
