//! The actions of entities: a mutation each, or a query where it only reads.

use crate::ctx::Ctx;
use crate::entity::{ActionDef, EntityInfo, OutputShape, Surface};
use crate::error::{Error, Result};
use crate::graphql::definitions::{FieldDefinition, InputValueDefinition};
use crate::graphql::description;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::json_writer::{JsonWriter, WrittenJson};
use crate::graphql::own_values::OwnResolvers;
use crate::graphql::plan::{self, RowShapes};
use crate::graphql::root_fields::operation::id_argument;
use crate::graphql::root_fields::root_arguments::RootArguments;
use crate::graphql::root_fields::row::RowsWithRelated;
use crate::graphql::selection::CollectedField;
use crate::service::{Act, Expected, FetchPlan, InputForm, Operation, Records};
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
    let field = FieldDefinition::new(name(info, action), ty, action.docs).with_arguments(arguments);
    field.deprecated(action.deprecated.or(info.def.deprecated))
}

/// An action, ready to run.
pub(in crate::graphql) struct ActionPlan {
    info: &'static EntityInfo,
    act: Act,
    shape: OutputShape,
    /// What is answered of the rows or the values; none for nothing.
    answer: Option<(FetchPlan, RowShapes)>,
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
        let answer = action.output.info().map(|of| plan::rows(context, of, field)).transpose()?;
        let act = Act { action, key, expected: Expected::Any, values };
        Ok(Self { info, act, shape: action.output.shape, answer })
    }

    pub(super) fn scans(&self) -> u64 {
        self.answer.as_ref().map_or(0, |(plan, _)| plan.scans())
    }

    /// What it fetches of the rows that the action answers.
    pub(super) fn fetches(&self) -> Option<&FetchPlan> {
        self.answer.as_ref().map(|(plan, _)| plan)
    }

    /// Whether a field of the application's own is selected.
    pub(super) fn has_own(&self) -> bool {
        self.answer.as_ref().is_some_and(|(_, shapes)| shapes.template().has_own())
    }

    pub(super) async fn run(self, ctx: &Ctx, resolvers: Option<OwnResolvers<'_>>) -> Result<WrittenJson> {
        let Self { info, act, shape, answer } = self;
        let rows = Operation::Act(act).run(Records::new(ctx, info)).await?.rows()?;
        let Some((plan, shapes)) = answer else {
            return JsonWriter::write(|writer| {
                writer.done();
                Ok(())
            });
        };
        let rows = RowsWithRelated::of(ctx, (&plan, &shapes), rows, resolvers).await?;
        let row_shape = &shapes.all()[0];
        JsonWriter::write(|writer| match rows.len() {
            _ if shape == OutputShape::List => rows.write_all(row_shape, writer),
            0 if shape == OutputShape::Optional => {
                writer.null();
                Ok(())
            }
            0 => Err(Error::internal("an action answered no row")),
            rows_answered => rows.write(row_shape, rows_answered - 1, writer),
        })
    }
}
