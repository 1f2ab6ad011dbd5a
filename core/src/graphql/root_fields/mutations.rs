//! The mutations of every entity. Another one is an entry of [`MUTATIONS`] and perhaps a variant of the service's `Operation`.

use crate::ctx::Ctx;
use crate::entity::{Action, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::graphql::definitions::InputValueDefinition;
use crate::graphql::description::unique;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::json_writer::{JsonWriter, WrittenJson};
use crate::graphql::own_values::OwnResolvers;
use crate::graphql::plan::{self, RowShapes};
use crate::graphql::root_fields::operation::{ListArgument, MAX_BULK, Operation, Output, id_argument};
use crate::graphql::root_fields::root_arguments::RootArguments;
use crate::graphql::root_fields::row::RowsWithRelated;
use crate::graphql::selection::CollectedField;
use crate::query::ListQuery;
use crate::service::{self, FetchPlan, InputForm, Records, Written};
use crate::value::ColumnSet;

/// A mutation of every entity; its function reads the arguments. What it answers are the rows written.
pub(in crate::graphql) type Mutation =
    Operation<fn(RootArguments<'_>, &'static EntityInfo) -> Result<service::Operation>>;

/// The mutations, in the schema's order.
pub(super) static MUTATIONS: [Mutation; 11] = [
    Mutation {
        name: |info| format!("create{}", info.def.graphql.type_name),
        output: Output::Row,
        docs: |ty| format!("Makes a `{ty}`."),
        arguments: |info| vec![input_argument(info, "Input")],
        offered: |info| takes(info, Action::Create),
        read: |arguments, info| {
            Ok(service::Operation::Create(arguments.input(info, InputForm::create(info, Surface::Graphql))?))
        },
    },
    Mutation {
        name: |info| bulk_name("create", info),
        output: Output::Rows,
        docs: |ty| format!("Makes `{ty}` rows (at most {MAX_BULK}): all of them, or none."),
        arguments: |info| {
            vec![ListArgument::Inputs.definition(&format!("{}Input", info.def.graphql.type_name))]
        },
        offered: |info| takes(info, Action::Create),
        read: |arguments, info| {
            Ok(service::Operation::CreateMany(
                arguments.inputs(info, InputForm::create(info, Surface::Graphql))?,
            ))
        },
    },
    Mutation {
        name: |info| format!("update{}", info.def.graphql.type_name),
        output: Output::Row,
        docs: |ty| format!("Changes a `{ty}`."),
        arguments: |info| with_version(info, vec![id_argument(), input_argument(info, "Patch")]),
        offered: |info| takes(info, Action::Update),
        read: |arguments, info| {
            let key = arguments.key(info)?;
            let input = arguments.input(info, InputForm::update(info, Surface::Graphql))?;
            Ok(service::Operation::Update {
                key,
                expected: arguments.expected_version()?.into(),
                values: input,
            })
        },
    },
    Mutation {
        name: |info| format!("delete{}", info.def.graphql.type_name),
        output: Output::Row,
        docs: |ty| format!("Removes a `{ty}` and answers what it was."),
        arguments: |info| with_version(info, vec![id_argument()]),
        offered: |_| true,
        read: |arguments, info| {
            let key = arguments.key(info)?;
            Ok(service::Operation::Delete { key, expected: arguments.expected_version()?.into() })
        },
    },
    Mutation {
        name: |info| bulk_name("delete", info),
        output: Output::Rows,
        docs: |ty| {
            format!(
                "Removes `{ty}` rows (at most {MAX_BULK}) and answers what they were: all of them, or none."
            )
        },
        arguments: |_| vec![ListArgument::Ids.definition("ID")],
        // Many keys name no versions.
        offered: |info| !info.def.version_required,
        read: |arguments, info| Ok(service::Operation::DeleteMany(arguments.keys(info)?)),
    },
    Mutation {
        name: |info| bulk_name("update", info),
        output: Output::Count,
        docs: |ty| {
            format!(
                "Changes every `{ty}` that the filter lets pass and answers how many: all of them, or none."
            )
        },
        arguments: |info| vec![filter_argument(info), input_argument(info, "Patch"), max_affected_argument()],
        // A filter names no versions.
        offered: |info| takes(info, Action::Update) && !info.def.version_required,
        read: |arguments, info| {
            Ok(service::Operation::UpdateWhere {
                filter: arguments.filter(info)?,
                values: arguments.input(info, InputForm::update(info, Surface::Graphql))?,
                max_affected: arguments.max_affected()?,
            })
        },
    },
    Mutation {
        name: |info| format!("{}Where", bulk_name("delete", info)),
        output: Output::Count,
        docs: |ty| {
            format!(
                "Removes every `{ty}` that the filter lets pass and answers how many: all of them, or none."
            )
        },
        arguments: |info| vec![filter_argument(info), max_affected_argument()],
        offered: |info| !info.def.version_required,
        read: |arguments, info| {
            Ok(service::Operation::DeleteWhere {
                filter: arguments.filter(info)?,
                max_affected: arguments.max_affected()?,
            })
        },
    },
    Mutation {
        name: |info| format!("upsert{}", info.def.graphql.type_name),
        output: Output::Row,
        docs: |ty| format!("Changes the `{ty}` that has the same values in these fields, or makes one."),
        arguments: |info| vec![by_argument(info), input_argument(info, "Input")],
        offered: upserts,
        read: |arguments, info| {
            let input = arguments.input(info, InputForm::create(info, Surface::Graphql))?;
            Ok(service::Operation::Upsert {
                by: arguments.by(info)?,
                rows: vec![input],
                indexed_errors: false,
            })
        },
    },
    Mutation {
        name: |info| bulk_name("upsert", info),
        output: Output::Rows,
        docs: |ty| {
            format!(
                "Changes `{ty}` rows that have the same values in these fields, or makes them (at most {MAX_BULK}): all \
                 of them, or none."
            )
        },
        arguments: |info| {
            let inputs = ListArgument::Inputs.definition(&format!("{}Input", info.def.graphql.type_name));
            vec![by_argument(info), inputs]
        },
        offered: upserts,
        read: |arguments, info| {
            let rows = arguments.inputs(info, InputForm::create(info, Surface::Graphql))?;
            Ok(service::Operation::Upsert { by: arguments.by(info)?, rows, indexed_errors: true })
        },
    },
    Mutation {
        name: |info| format!("restore{}", info.def.graphql.type_name),
        output: Output::Row,
        docs: |ty| format!("Brings a deleted `{ty}` back."),
        arguments: |_| vec![id_argument()],
        offered: |info| info.def.soft_delete,
        read: |arguments, info| Ok(service::Operation::Restore(arguments.key(info)?)),
    },
    Mutation {
        name: |info| format!("purge{}", info.def.graphql.type_name),
        output: Output::Row,
        docs: |ty| format!("Removes a `{ty}` for good, deleted before or not, and answers what it was."),
        arguments: |_| vec![id_argument()],
        offered: |info| info.def.soft_delete,
        read: |arguments, info| Ok(service::Operation::Purge(arguments.key(info)?)),
    },
];

/// Whether an upsert could find a row and change it. It names no versions.
fn upserts(info: &'static EntityInfo) -> bool {
    takes(info, Action::Create) && !info.def.version_required && unique::columns(info).next().is_some()
}

fn filter_argument(info: &'static EntityInfo) -> InputValueDefinition {
    let docs = "Which rows; a filter that every row passes is refused.";
    InputValueDefinition::new("filter", format!("{}Filter!", info.def.graphql.type_name), docs)
}

fn max_affected_argument() -> InputValueDefinition {
    InputValueDefinition::new("maxAffected", "Int", "When more rows would be reached, nothing is done.")
}

fn by_argument(info: &'static EntityInfo) -> InputValueDefinition {
    let docs = "The fields of one unique rule.";
    InputValueDefinition::new("by", format!("[{}Unique!]!", info.def.graphql.type_name), docs)
}

/// Whether clients may set any field by an action.
fn takes(info: &'static EntityInfo, action: Action) -> bool {
    !info.on(Surface::Graphql).writable(action).is_empty()
}

/// `createUsers`; `createManyNews` where the plural is the singular.
fn bulk_name(verb: &str, info: &'static EntityInfo) -> String {
    let (one, many) = (info.def.graphql.type_name, info.def.graphql.many_type);
    if one == many { format!("{verb}Many{many}") } else { format!("{verb}{many}") }
}

fn input_argument(info: &'static EntityInfo, suffix: &str) -> InputValueDefinition {
    InputValueDefinition::new("input", format!("{}{suffix}!", info.def.graphql.type_name), "")
}

/// With `expectedVersion`, where the entity counts versions.
fn with_version(
    info: &'static EntityInfo,
    mut arguments: Vec<InputValueDefinition>,
) -> Vec<InputValueDefinition> {
    if info.def.version {
        let docs = match info.def.version_required {
            true => {
                "The version that was read, which must be given; when the row has another one by now, nothing is done."
            }
            false => "The version that was read; when the row has another one by now, nothing is done.",
        };
        arguments.push(InputValueDefinition::new("expectedVersion", "Int", docs));
    }
    arguments
}

/// A mutation, ready to run.
pub(in crate::graphql) struct MutationPlan {
    write: service::Operation,
    output: Output,
    /// What is answered of the rows; their number alone where there is none.
    rows: Option<(FetchPlan, RowShapes)>,
    info: &'static EntityInfo,
}

impl MutationPlan {
    pub(super) fn new(
        mutation: &Mutation,
        context: &ExecutionContext<'_>,
        info: &'static EntityInfo,
        field: &CollectedField<'_>,
    ) -> Result<Self> {
        let write = (mutation.read)(RootArguments { context, field: field.first() }, info)?;
        let counts = mutation.output == Output::Count;
        let rows = if counts { None } else { Some(plan::rows(context, info, field)?) };
        Ok(Self { write, output: mutation.output, rows, info })
    }

    pub(super) fn scans(&self, ctx: &Ctx) -> u64 {
        let chosen = self.write.filter().is_some_and(|filter| {
            let list = ListQuery { filter: filter.clone(), ..ListQuery::new(ColumnSet::KEY) };
            Records::new(ctx, self.info).scans(&list)
        });
        u64::from(chosen) + self.rows.as_ref().map_or(0, |(plan, _)| plan.scans())
    }

    pub(super) fn related_rows(&self) -> u64 {
        self.write.related_rows() as u64
    }

    /// What it fetches of the rows written.
    pub(super) fn fetches(&self) -> Option<&FetchPlan> {
        self.rows.as_ref().map(|(plan, _)| plan)
    }

    /// Whether a field of the application's own is selected.
    pub(super) fn has_own(&self) -> bool {
        self.rows.as_ref().is_some_and(|(_, shapes)| shapes.template().has_own())
    }

    pub(super) async fn run(self, ctx: &Ctx, resolvers: Option<OwnResolvers<'_>>) -> Result<WrittenJson> {
        let Self { write, output, rows, info } = self;
        let written = write.run(Records::new(ctx, info)).await?;
        let Some((plan, shapes)) = rows else {
            let Written::Count(count) = written else {
                return Err(Error::internal("a write answered no number"));
            };
            return JsonWriter::write(|writer| {
                writer.number(count);
                Ok(())
            });
        };
        let rows = RowsWithRelated::of(ctx, (&plan, &shapes), written.rows()?, resolvers).await?;
        let shape = &shapes.all()[0];
        JsonWriter::write(|writer| match rows.len() {
            _ if output == Output::Rows => rows.write_all(shape, writer),
            0 => Err(Error::internal("a write answered no row")),
            rows_written => rows.write(shape, rows_written - 1, writer),
        })
    }
}
