//! What the admin begins with.

use entify::admin::Tile;
use entify::chrono::TimeDelta;
use entify::prelude::*;

use crate::entities::Invoice;

/// How many invoices there are of late, as far as the reader may read them.
pub fn tile() -> Tile {
    Tile::number("Invoices of 30 days", |ctx| async move {
        let since = Invoice::invoice_date().gte(ctx.now() - TimeDelta::days(30));
        Service::<Invoice>::new(&ctx).count(since).await
    })
}
