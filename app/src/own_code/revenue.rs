//! One number on both APIs and in a task: what invoices come to, as far as the reader may read them.

use entify::async_graphql::{Context, Object};
use entify::chrono::TimeDelta;
use entify::poem::web::Data;
use entify::poem_openapi::param::Query as Parameter;
use entify::poem_openapi::payload::Json;
use entify::poem_openapi::{self, OpenApi};
use entify::prelude::*;
use entify::query::Aggregate;
use entify::tracing;

use crate::entities::{Invoice, InvoiceService};
use crate::own_code::Tag;

/// The sum of the invoices that the principal may read, of one country or of all.
pub async fn revenue(ctx: &Ctx, country: Option<String>) -> entify::Result<Decimal> {
    let of_country = country.map_or(Filter::all(), |country| Invoice::billing_country().eq(country));
    total(ctx, of_country).await
}

async fn total(ctx: &Ctx, filter: Filter<Invoice>) -> entify::Result<Decimal> {
    let measured = Aggregate::of(Invoice::total().sum()).filter(filter);
    let all = InvoiceService::new(ctx).aggregate(measured).await?;
    Ok(all.get(Invoice::total().sum())?.unwrap_or_default())
}

/// Logs what yesterday's invoices came to.
pub async fn log_daily(ctx: Ctx) -> entify::Result<()> {
    let (from, to) = (ctx.now() - TimeDelta::days(1), ctx.now());
    let sum = total(&ctx, Invoice::invoice_date().gte(from) & Invoice::invoice_date().lt(to)).await?;
    tracing::info!(%sum, "revenue of a day");
    Ok(())
}

/// On `Query`.
#[derive(Debug)]
pub struct RevenueQuery;

#[Object(crate = "entify::async_graphql")]
impl RevenueQuery {
    /// What the invoices come to that you may read, of one country or of all, in dollars.
    async fn revenue(&self, context: &Context<'_>, country: Option<String>) -> entify::Result<String> {
        Ok(revenue(context.data::<Ctx>()?, country).await?.to_string())
    }
}

/// Under `/api`.
#[derive(Debug)]
pub struct RevenueApi;

#[OpenApi]
impl RevenueApi {
    /// What invoices come to.
    ///
    /// The sum of the invoices that you may read, of one country or of all, in dollars.
    #[oai(path = "/revenue", method = "get", operation_id = "get_revenue", tag = "Tag::Store")]
    async fn revenue(
        &self,
        ctx: Data<&Ctx>,
        /// The country of the bill.
        country: Parameter<Option<String>>,
    ) -> entify::Result<Json<String>> {
        Ok(Json(revenue(&ctx, country.0).await?.to_string()))
    }
}
