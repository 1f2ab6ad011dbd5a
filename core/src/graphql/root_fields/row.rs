//! One row with all that it leads to.

use crate::ctx::Ctx;
use crate::error::Result;
use crate::graphql::json_writer::{FetchedRows, JsonWriter};
use crate::graphql::plan::RowShape;
use crate::service::lookup_key::DistinctKeys;
use crate::service::{FetchPlan, Records, fetch};
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

/// The JSON of the rows with these keys, in their order; none where there is no row for the reader.
pub(in crate::graphql) async fn find_many(
    ctx: &Ctx,
    keys: &[Value],
    plan: &FetchPlan,
    shape: &RowShape,
) -> Result<Vec<Option<Vec<u8>>>> {
    let DistinctKeys { keys, positions, .. } = DistinctKeys::of(keys.iter());
    let found = Records::new(ctx, plan.info).get_many(&keys, plan.columns).await?;
    // For each key, the position of its row among those that there are.
    let mut there = 0..;
    let place: Vec<Option<usize>> = found.iter().map(|row| row.as_ref().and_then(|_| there.next())).collect();
    let records: Vec<Record> = found.into_iter().flatten().collect();
    let related = fetch::related(ctx, plan, &records).await?;
    let rows = FetchedRows { info: plan.info, records: &records, related: &related };
    let json = positions.iter().map(|position| {
        let at = usize::try_from(*position).ok().and_then(|key| place.get(key).copied().flatten());
        let write = |row| {
            let mut writer = JsonWriter::default();
            writer.row(rows, shape, row).map(|()| writer.out)
        };
        at.map(write).transpose()
    });
    json.collect()
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
