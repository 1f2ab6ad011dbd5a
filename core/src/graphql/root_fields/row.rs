//! Rows with all that they lead to.

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::graphql::json_writer::{FetchedRows, JsonWriter, WrittenJson};
use crate::graphql::own_values::{self, OwnResolvers, OwnValues};
use crate::graphql::plan::{RowShape, RowShapes};
use crate::service::fetch::{self, Related};
use crate::service::lookup_key::DistinctKeys;
use crate::service::{FetchPlan, Records};
use crate::value::{Record, Value};

/// Rows of one entity, and all that was fetched with them.
pub(in crate::graphql) struct RowsWithRelated {
    info: &'static EntityInfo,
    records: Vec<Record>,
    related: Related,
    own: Option<OwnValues>,
}

impl RowsWithRelated {
    /// Fetches what a plan asks for besides the rows.
    pub(in crate::graphql) async fn of(
        ctx: &Ctx,
        (plan, shapes): (&FetchPlan, &RowShapes),
        records: Vec<Record>,
        resolvers: Option<OwnResolvers<'_>>,
    ) -> Result<Self> {
        let related = fetch::related(ctx, plan, &records).await?;
        let own = own_values::resolve(resolvers, shapes.template(), &records, &related).await;
        Ok(Self { info: plan.info, records, related, own })
    }

    /// The values of the application's own fields, where such are selected.
    pub(super) fn own(&self) -> Option<&OwnValues> {
        self.own.as_ref()
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    fn rows(&self) -> FetchedRows<'_> {
        let own = self.own.as_ref();
        FetchedRows { info: self.info, records: &self.records, related: &self.related, own }
    }

    /// Writes one of the rows.
    pub(in crate::graphql) fn write(
        &self,
        shape: &RowShape,
        row: usize,
        writer: &mut JsonWriter,
    ) -> Result<()> {
        writer.expect_own(self.own.as_ref());
        writer.row(self.rows(), shape, row)
    }

    /// Writes a list of all rows.
    pub(super) fn write_all(&self, shape: &RowShape, writer: &mut JsonWriter) -> Result<()> {
        writer.expect_own(self.own.as_ref());
        writer.list(self.len(), |writer, row| self.write(shape, row, writer))
    }
}

/// The row with a key, or null, under each shape.
pub(in crate::graphql) async fn find(
    ctx: &Ctx,
    key: &Value,
    (plan, shapes): (&FetchPlan, &RowShapes),
    resolvers: Option<OwnResolvers<'_>>,
) -> Result<Vec<WrittenJson>> {
    let record = Records::new(ctx, plan.info).find(key, plan.columns).await?;
    let rows = RowsWithRelated::of(ctx, (plan, shapes), record.into_iter().collect(), resolvers).await?;
    let written = shapes.all().iter().map(|shape| {
        JsonWriter::write(|writer| match rows.len() {
            0 => {
                writer.null();
                Ok(())
            }
            _ => rows.write(shape, 0, writer),
        })
    });
    written.collect()
}

/// The JSON of the rows with these keys, in their order; none where there is no row for the reader.
pub(in crate::graphql) async fn find_many(
    ctx: &Ctx,
    keys: &[Value],
    (plan, shapes): (&FetchPlan, &RowShapes),
    resolvers: Option<OwnResolvers<'_>>,
) -> Result<Vec<Option<WrittenJson>>> {
    let DistinctKeys { keys, positions, .. } = DistinctKeys::of(keys.iter());
    let found = Records::new(ctx, plan.info).get_many(&keys, plan.columns).await?;
    // For each key, the position of its row among those that there are.
    let mut there = 0..;
    let place: Vec<Option<usize>> = found.iter().map(|row| row.as_ref().and_then(|_| there.next())).collect();
    let records: Vec<Record> = found.into_iter().flatten().collect();
    let rows = RowsWithRelated::of(ctx, (plan, shapes), records, resolvers).await?;
    let shape = &shapes.all()[0];
    let json = positions.iter().map(|position| {
        let at = usize::try_from(*position).ok().and_then(|key| place.get(key).copied().flatten());
        at.map(|row| JsonWriter::write(|writer| rows.write(shape, row, writer))).transpose()
    });
    json.collect()
}
