use entify::error::ApplicationError;
use entify::prelude::*;

use crate::entities::{Customer, Employee, InvoiceLine, InvoiceLineInput, Playlist, Track, TrackService};

/// A purchase.
#[derive(Entity)]
#[entity(
    policy = InvoicePolicy,
    index(customer, -invoice_date),
    order = -invoice_date,
    admin(
        label = "#{id} · {customer}",
        list(invoice_date, customer, total),
        group = "Sales",
        group("Billing", billing_address, billing_city, billing_state, billing_country, billing_postal_code),
        inline(lines),
    ),
)]
pub struct Invoice {
    /// Who bought.
    #[entity(on_delete = restrict)]
    customer: One<Customer>,
    /// When it was bought.
    #[entity(filter, sort, aggregate)]
    invoice_date: DateTime<Utc>,
    /// Street and number of the bill.
    #[entity(max_len = 120)]
    billing_address: Option<String>,
    /// The city of the bill.
    #[entity(max_len = 60)]
    billing_city: Option<String>,
    /// The state or province of the bill.
    #[entity(max_len = 40)]
    billing_state: Option<String>,
    /// The country of the bill.
    #[entity(index, max_len = 60)]
    billing_country: Option<String>,
    /// The postal code of the bill.
    #[entity(max_len = 20)]
    billing_postal_code: Option<String>,
    /// The sum of the lines, in dollars.
    #[entity(precision = 10, scale = 2, min = 0, filter, sort, aggregate)]
    total: Decimal,
    /// What was bought.
    #[entity(inverse = invoice)]
    lines: Many<InvoiceLine>,
}

/// Customers read their own invoices. Support employees also create and change the invoices of their customers; staff does so for
/// all customers.
#[derive(Debug)]
pub struct InvoicePolicy;

impl InvoicePolicy {
    /// The invoices that the principal manages.
    pub fn managed(ctx: &Ctx) -> Decision<Invoice> {
        let me = ctx.principal();
        if me.has_role("staff") || me.has_role("admin") {
            return Decision::Allow;
        }
        match me.subject_as::<Id<Employee>>().filter(|_| me.has_role("support")) {
            Some(me) => Invoice::customer().is(Customer::support_rep().eq(me)).into(),
            None => Decision::Deny,
        }
    }

    /// The invoices of the principal as a customer.
    fn own(ctx: &Ctx) -> Decision<Invoice> {
        let me = ctx.principal();
        match me.subject_as::<Id<Customer>>().filter(|_| me.has_role("customer")) {
            Some(me) => Invoice::customer_id().eq(me).into(),
            None => Decision::Deny,
        }
    }
}

impl Policy<Invoice> for InvoicePolicy {
    fn read(ctx: &Ctx) -> Decision<Invoice> {
        Self::own(ctx) | Self::managed(ctx)
    }

    fn create(ctx: &Ctx) -> Decision<Invoice> {
        Self::managed(ctx)
    }

    fn update(ctx: &Ctx) -> Decision<Invoice> {
        Self::managed(ctx)
    }

    fn delete(ctx: &Ctx) -> Decision<Invoice> {
        ctx.principal().has_role("admin").into()
    }
}

/// What is given back of an invoice.
#[derive(EntityInput)]
pub struct Refund {
    /// How much, in dollars.
    #[entity(min = 0.01, precision = 10, scale = 2)]
    amount: Decimal,
}

/// What is bought, and by whom.
#[derive(EntityInput)]
pub struct PlaylistPurchase {
    /// The tracks to be bought.
    playlist: One<Playlist>,
    /// Who buys them.
    customer: One<Customer>,
}

#[entify::actions]
impl Invoice {
    /// Gives a part of an invoice back, or all of it.
    #[action(policy = InvoicePolicy, confirm)]
    async fn refund(ctx: &Ctx, invoice: InvoiceModel, input: Refund) -> entify::Result<InvoiceModel> {
        if input.amount > invoice.total {
            let message = format!("only {} is left of this invoice", invoice.total);
            return Err(ApplicationError::new(409, "REFUND_TOO_LARGE", message).on("amount").into());
        }
        let less = InvoicePatch { total: Change::add(-input.amount), ..InvoicePatch::default() };
        InvoiceService::new(ctx).update(invoice.id, less).await
    }

    /// Opens an invoice of all tracks of a playlist, one of each.
    #[action(collection, policy = role("staff") | role("admin"))]
    async fn open_from_playlist(ctx: &Ctx, input: PlaylistPurchase) -> entify::Result<InvoiceModel> {
        let on_it = Query::filter(Track::playlists().some(Playlist::id().eq(input.playlist.id())));
        let mut tracks = TrackService::new(ctx).stream(on_it.order(Track::id().asc()));
        let (mut bought, mut total) = (Vec::new(), Decimal::ZERO);
        while let Some(track) = tracks.next().await {
            let track = track?;
            total += track.unit_price;
            bought.push((track.id, track.unit_price));
        }
        if bought.is_empty() {
            return Err(ApplicationError::new(409, "PLAYLIST_EMPTY", "nothing is on this playlist")
                .on("playlist_id")
                .into());
        }
        InvoiceService::new(ctx)
            .create_with(InvoiceInput::new(input.customer.id(), ctx.now(), total))
            .children(Invoice::lines(), |invoice| {
                bought.into_iter().map(move |(track, price)| InvoiceLineInput::new(invoice, track, price))
            })
            .save()
            .await
    }
}
