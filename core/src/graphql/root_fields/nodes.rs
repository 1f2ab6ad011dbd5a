//! Rows of any entities: `nodes`, by their global ids, and `_entities`, as other services of a federation refer to them.

use std::collections::HashMap;

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::graphql::definitions::FieldDefinition;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::global_id;
use crate::graphql::json_writer::{JsonWriter, WrittenJson};
use crate::graphql::own_values::OwnResolvers;
use crate::graphql::plan::{self, RowShapes};
use crate::graphql::root_fields::operation::{ListArgument, MAX_BULK, id_argument};
use crate::graphql::root_fields::root_arguments::RootArguments;
use crate::graphql::root_fields::row::RowsWithRelated;
use crate::graphql::selection::CollectedField;
use crate::service::lookup_key::LookupKey;
use crate::service::{FetchPlan, Records};
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
    /// For each id, which of the entities and which of its keys.
    order: Vec<(usize, usize)>,
    /// How many fields are answered: the field and its twins.
    fields: usize,
}

/// The rows of one entity.
struct EntityNodes {
    plan: FetchPlan,
    shapes: RowShapes,
    /// Each once.
    keys: Vec<Value>,
    /// For each key, its position.
    known: HashMap<Option<LookupKey>, usize>,
}

impl NodesPlan {
    /// `nodes`
    pub(super) fn of_ids(context: &ExecutionContext<'_>, field: &CollectedField<'_>) -> Result<Self> {
        let ids = (RootArguments { context, field: field.first() }).ids()?;
        let rows = ids.map(|id| global_id::decode_any(context.entities, &id?));
        Self::new(context, field, rows)
    }

    /// `_entities`
    pub(super) fn of_representations(
        context: &ExecutionContext<'_>,
        field: &CollectedField<'_>,
    ) -> Result<Self> {
        let rows = (RootArguments { context, field: field.first() }).representations()?;
        Self::new(context, field, rows.into_iter().map(Ok))
    }

    fn new(
        context: &ExecutionContext<'_>,
        field: &CollectedField<'_>,
        rows: impl Iterator<Item = Result<(&'static EntityInfo, Value)>>,
    ) -> Result<Self> {
        let mut nodes = Self { fields: field.all().count(), ..Self::default() };
        for row in rows {
            let (info, key) = row?;
            let known = nodes.entities.iter().position(|entity| std::ptr::eq(entity.plan.info, info));
            let entity = match known {
                Some(entity) => entity,
                None => {
                    let (plan, shapes) = plan::rows(context, info, field)?;
                    let (keys, known) = (Vec::new(), HashMap::new());
                    nodes.entities.push(EntityNodes { plan, shapes, keys, known });
                    nodes.entities.len() - 1
                }
            };
            let EntityNodes { keys, known, .. } = &mut nodes.entities[entity];
            let at = *known.entry(LookupKey::of(&key)).or_insert(keys.len());
            if at == keys.len() {
                keys.push(key);
            }
            nodes.order.push((entity, at));
        }
        Ok(nodes)
    }

    /// What it fetches of the rows of each entity.
    pub(super) fn fetches(&self) -> impl Iterator<Item = &FetchPlan> {
        self.entities.iter().map(|entity| &entity.plan)
    }

    /// Whether a field of the application's own is selected.
    pub(super) fn has_own(&self) -> bool {
        self.entities.iter().any(|entity| entity.shapes.template().has_own())
    }

    pub(super) fn scans(&self) -> u64 {
        self.entities.iter().map(|entity| entity.plan.scans()).sum()
    }

    pub(super) async fn run(
        self,
        ctx: &Ctx,
        resolvers: Option<OwnResolvers<'_>>,
    ) -> Result<Vec<WrittenJson>> {
        let mut found = Vec::with_capacity(self.entities.len());
        for EntityNodes { plan, shapes, keys, .. } in &self.entities {
            let records = Records::new(ctx, plan.info).find_many(0, keys, plan.columns).await?;
            let row_of_key = records
                .iter()
                .enumerate()
                .filter_map(|(row, record)| Some((LookupKey::of(record.key())?, row)))
                .collect::<HashMap<_, _>>();
            let rows = RowsWithRelated::of(ctx, (plan, shapes), records, resolvers).await?;
            found.push((rows, row_of_key));
        }
        let write = |twin: usize| {
            JsonWriter::write(|writer| {
                found.iter().for_each(|(rows, _)| writer.expect_own(rows.own()));
                writer.list(self.order.len(), |writer, position| {
                    let (entity, key) = self.order[position];
                    let EntityNodes { shapes, keys, .. } = &self.entities[entity];
                    let (rows, row_of_key) = &found[entity];
                    match LookupKey::of(&keys[key]).and_then(|key| row_of_key.get(&key)) {
                        Some(row) => writer.or_null(|writer| rows.write(&shapes.all()[twin], *row, writer)),
                        None => {
                            writer.null();
                            Ok(())
                        }
                    }
                })
            })
        };
        (0..self.fields).map(write).collect()
    }
}
