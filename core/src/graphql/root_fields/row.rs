//! One row with all that it leads to.

use crate::ctx::Ctx;
use crate::error::Result;
use crate::graphql::fetch;
use crate::graphql::json_writer::{FetchedRows, JsonWriter};
use crate::graphql::plan::{FetchPlan, RowShape};
use crate::service::Records;
use crate::value::{Record, Value};

/// Writes the row with a key, or null.
pub(in crate::graphql) async fn find(
    ctx: &Ctx,
    key: &Value,
    plan: &FetchPlan,
    shape: &RowShape,
    writer: &mut JsonWriter,
) -> Result<()> {
    match Records::new(ctx, plan.info).find(key, plan.columns).await? {
        Some(record) => write(ctx, plan, shape, record, writer).await,
        None => {
            writer.null();
            Ok(())
        }
    }
}

/// Writes a row.
pub(super) async fn write(
    ctx: &Ctx,
    plan: &FetchPlan,
    shape: &RowShape,
    record: Record,
    writer: &mut JsonWriter,
) -> Result<()> {
    let records = [record];
    let related = fetch::related(ctx, plan, &records).await?;
    let rows = FetchedRows { info: plan.info, records: &records, related: &related };
    writer.row(rows, shape, 0)
}
