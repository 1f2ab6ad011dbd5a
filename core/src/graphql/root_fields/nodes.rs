//! `node` and `nodes`: rows of any entities, by their global ids.

use std::collections::HashMap;

use crate::ctx::Ctx;
use crate::error::Result;
use crate::graphql::definitions::FieldDefinition;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::global_id;
use crate::graphql::json_writer::{FetchedRows, JsonWriter};
use crate::graphql::plan::RowShape;
use crate::graphql::root_fields::operation::{ListArgument, MAX_BULK, id_argument};
use crate::graphql::root_fields::root_arguments::RootArguments;
use crate::graphql::selection::CollectedField;
use crate::service::lookup_key::LookupKey;
use crate::service::{FetchPlan, Records, fetch};
use crate::value::Value;

/// The field `node`.
pub(super) fn node() -> FieldDefinition {
    let docs = "The row with this id, of whatever type, if there is one.";
    FieldDefinition::new("node", "Node", docs).with_arguments(vec![id_argument()])
}

/// The field `nodes`.
pub(super) fn nodes() -> FieldDefinition {
    let docs =
        format!("The rows with these ids (at most {MAX_BULK}), in their order; null where there is none.");
    FieldDefinition::new("nodes", "[Node]!", docs).with_arguments(vec![ListArgument::Ids.definition("ID")])
}

/// Rows of any entities, each entity's fetched together.
#[derive(Default)]
pub(in crate::graphql) struct NodesPlan {
    entities: Vec<EntityNodes>,
    /// For each id, which of the entities and its key.
    order: Vec<(usize, Value)>,
}

/// The rows of one entity.
struct EntityNodes {
    plan: FetchPlan,
    shape: RowShape,
    /// Each once.
    keys: Vec<Value>,
}

impl NodesPlan {
    pub(super) fn new(context: &ExecutionContext<'_>, field: &CollectedField<'_>) -> Result<Self> {
        let mut nodes = Self::default();
        for id in (RootArguments { context, field: field.first() }).ids()? {
            let (info, key) = global_id::decode_any(context.entities, &id?)?;
            let known = nodes.entities.iter().position(|entity| std::ptr::eq(entity.plan.info, info));
            let entity = match known {
                Some(entity) => entity,
                None => {
                    let (plan, shape) = FetchPlan::of(context, info, field)?;
                    nodes.entities.push(EntityNodes { plan, shape, keys: Vec::new() });
                    nodes.entities.len() - 1
                }
            };
            let keys = &mut nodes.entities[entity].keys;
            if !keys.contains(&key) {
                keys.push(key.clone());
            }
            nodes.order.push((entity, key));
        }
        Ok(nodes)
    }

    pub(super) fn scans(&self) -> u64 {
        self.entities.iter().map(|entity| entity.plan.scans()).sum()
    }

    pub(super) async fn run(self, ctx: &Ctx, writer: &mut JsonWriter) -> Result<()> {
        let mut found = Vec::with_capacity(self.entities.len());
        for EntityNodes { plan, keys, .. } in &self.entities {
            let records = Records::new(ctx, plan.info).find_many(0, keys, plan.columns).await?;
            let related = fetch::related(ctx, plan, &records).await?;
            let row_of_key = records
                .iter()
                .enumerate()
                .filter_map(|(row, record)| Some((LookupKey::of(record.key())?, row)))
                .collect::<HashMap<_, _>>();
            found.push((records, related, row_of_key));
        }
        writer.list(self.order.len(), |writer, position| {
            let (entity, key) = &self.order[position];
            let EntityNodes { plan, shape, .. } = &self.entities[*entity];
            let (records, related, row_of_key) = &found[*entity];
            match LookupKey::of(key).and_then(|key| row_of_key.get(&key)) {
                Some(row) => writer.row(FetchedRows { info: plan.info, records, related }, shape, *row),
                None => {
                    writer.null();
                    Ok(())
                }
            }
        })
    }
}
