//! What a subgraph of Apollo Federation has besides: `_service`, which describes it, and `_entities`, by which a gateway reads
//! the rows that other services refer to.

use crate::error::{Error, Result};
use crate::graphql::definitions::FieldDefinition;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::json_writer::{JsonWriter, WrittenJson};
use crate::graphql::root_fields::operation::{ListArgument, MAX_REPRESENTATIONS};
use crate::graphql::selection::{CollectedField, ResponseKey, collect_fields};

/// The field `_service`.
pub(super) fn service() -> FieldDefinition {
    FieldDefinition::new("_service", "_Service!", "This service, as a gateway composes it with others.")
}

/// The field `_entities`.
pub(super) fn entities() -> FieldDefinition {
    let docs = format!(
        "The rows that these representations (at most {MAX_REPRESENTATIONS}) stand for, in their order; null where there is \
         none."
    );
    let argument = ListArgument::Representations.definition("_Any");
    FieldDefinition::new("_entities", "[_Entity]!", docs).with_arguments(vec![argument])
}

/// `_service`, ready to be written.
pub(in crate::graphql) struct ServicePlan {
    sdl: std::sync::Arc<str>,
    shape: Vec<(ResponseKey, bool)>,
}

impl ServicePlan {
    pub(super) fn new(context: &ExecutionContext<'_>, field: &CollectedField<'_>) -> Result<Self> {
        let parts = collect_fields(context, &field.selection_sets(), &|name| name == "_Service");
        let part = |part: &CollectedField<'_>| match part.first().name.node.as_str() {
            "__typename" => Ok((part.written_key(), false)),
            "sdl" => Ok((part.written_key(), true)),
            other => Err(Error::bad_request(format!("`_Service` has no field `{other}`"))),
        };
        Ok(Self { sdl: context.subgraph.into(), shape: parts.iter().map(part).collect::<Result<_>>()? })
    }

    pub(super) fn run(self) -> Result<WrittenJson> {
        JsonWriter::write(|writer| {
            writer.object(&self.shape, |writer, is_sdl| {
                writer.text(if *is_sdl { &self.sdl } else { "_Service" });
                Ok(())
            })
        })
    }
}
