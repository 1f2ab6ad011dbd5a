//! The actions of entities: a mutation each, or a query where it only reads.

use crate::ctx::Ctx;
use crate::entity::{ActionDef, EntityInfo, OutputShape, Surface};
use crate::error::{Error, Result};
use crate::graphql::definitions::{FieldDefinition, InputValueDefinition};
use crate::graphql::description;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::json_writer::{FetchedRows, JsonWriter};
use crate::graphql::plan::RowShape;
use crate::graphql::root_fields::operation::id_argument;
use crate::graphql::root_fields::root_arguments::RootArguments;
use crate::graphql::root_fields::row;
use crate::graphql::selection::CollectedField;
use crate::service::{Act, Expected, FetchPlan, InputForm, Operation, Records, fetch};
use crate::value::Assignments;

/// The actions of an entity that the schema shows: those that read, or the others.
pub(super) fn of(
    info: &'static EntityInfo,
    reads: bool,
) -> impl Iterator<Item = (FieldDefinition, &'static ActionDef)> {
    let shown =
        info.def.actions.iter().filter(move |action| action.read == reads && description::shows(action));
    shown.map(move |action| (definition(info, action), action))
}

/// `payInvoice`, `openMonthInvoices`.
fn name(info: &'static EntityInfo, action: &ActionDef) -> String {
    let (one, many) = (info.def.graphql.type_name, info.def.graphql.many_type);
    match action.collection {
        false => format!("{}{one}", action.graphql),
        true if one == many => format!("{}Many{many}", action.graphql),
        true => format!("{}{many}", action.graphql),
    }
}

fn definition(info: &'static EntityInfo, action: &'static ActionDef) -> FieldDefinition {
    let mut arguments = Vec::new();
    if !action.collection {
        arguments.push(id_argument());
    }
    if let Some(input) = action.input_info() {
        arguments.push(InputValueDefinition::new(
            "input",
            format!("{}!", description::input_type(input)),
            "",
        ));
    }
    let of = action.output.info().map_or("Boolean", |info| info.def.graphql.type_name);
    let ty = match action.output.shape {
        OutputShape::Nothing | OutputShape::One => format!("{of}!"),
        OutputShape::Optional => of.to_owned(),
        OutputShape::List => format!("[{of}!]!"),
    };
    let mut docs = action.docs.to_owned();
    if let Some(deprecated) = action.deprecated {
        docs = [docs, format!("Deprecated. {}", deprecated.reason())].join("\n\n").trim_start().to_owned();
    }
    FieldDefinition::new(name(info, action), ty, docs).with_arguments(arguments)
}

/// An action, ready to run.
pub(in crate::graphql) struct ActionPlan {
    info: &'static EntityInfo,
    act: Act,
    shape: OutputShape,
    /// What is answered of the rows or the values; none for nothing.
    answer: Option<(FetchPlan, RowShape)>,
}

impl ActionPlan {
    pub(super) fn new(
        context: &ExecutionContext<'_>,
        info: &'static EntityInfo,
        action: &'static ActionDef,
        field: &CollectedField<'_>,
    ) -> Result<Self> {
        let arguments = RootArguments { context, field: field.first() };
        let key = if action.collection { None } else { Some(arguments.key(info)?) };
        let values = match action.input_info() {
            Some(input) => arguments.input(input, InputForm::create(input, Surface::Graphql))?,
            None => Assignments::new(),
        };
        let answer = action.output.info().map(|of| FetchPlan::of(context, of, field)).transpose()?;
        let act = Act { action, key, expected: Expected::Any, values };
        Ok(Self { info, act, shape: action.output.shape, answer })
    }

    pub(super) fn scans(&self) -> u64 {
        self.answer.as_ref().map_or(0, |(plan, _)| plan.scans())
    }

    pub(super) async fn run(self, ctx: &Ctx, writer: &mut JsonWriter) -> Result<()> {
        let Self { info, act, shape, answer } = self;
        let mut rows = Operation::Act(act).run(Records::new(ctx, info)).await?.rows()?;
        let Some((plan, row_shape)) = answer else {
            writer.done();
            return Ok(());
        };
        if shape == OutputShape::List {
            let related = fetch::related(ctx, &plan, &rows).await?;
            let fetched = FetchedRows { info: plan.info, records: &rows, related: &related };
            return writer.list(rows.len(), |writer, row| writer.row(fetched, &row_shape, row));
        }
        match rows.pop() {
            Some(record) => row::write(ctx, &plan, &row_shape, record, writer).await,
            None if shape == OutputShape::Optional => {
                writer.null();
                Ok(())
            }
            None => Err(Error::internal("an action answered no row")),
        }
    }
}
