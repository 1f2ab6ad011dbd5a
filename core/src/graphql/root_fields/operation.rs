//! One operation that every entity has as a root field: how the schema describes it, and what it does.

use crate::entity::EntityInfo;
use crate::graphql::definitions::{FieldDefinition, InputValueDefinition};

/// Ids that `nodes` takes, and rows that one bulk mutation takes.
pub(in crate::graphql) const MAX_BULK: usize = 100;

/// Representations that `_entities` takes: a gateway asks for the rows of a whole answer at once.
pub(in crate::graphql) const MAX_REPRESENTATIONS: usize = 1_000;

/// A root field of every entity. `R` reads its arguments.
pub(in crate::graphql) struct Operation<R> {
    /// What it is called: `userById`.
    pub(super) name: fn(&'static EntityInfo) -> String,
    pub(super) output: Output,
    /// Its description, with the entity's type in it.
    pub(super) docs: fn(&str) -> String,
    pub(super) arguments: fn(&'static EntityInfo) -> Vec<InputValueDefinition>,
    /// Whether the entity has it. A field that could take nothing is left out.
    pub(super) offered: fn(&'static EntityInfo) -> bool,
    pub(super) read: R,
}

/// What a root field answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graphql) enum Output {
    /// `User`
    RowOrNull,
    /// `User!`
    Row,
    /// `[User!]!`
    Rows,
    /// `UserConnection!`
    Connection,
    /// `Int!`: how many rows.
    Count,
    /// `UserAggregate!`
    Aggregate,
    /// `[UserGroup!]!`
    Groups,
}

/// An argument with an entry for each row that the field answers.
#[derive(Debug, Clone, Copy)]
pub(in crate::graphql) enum ListArgument {
    /// Global ids.
    Ids,
    /// The values of new rows.
    Inputs,
    /// Rows as other services of a federation refer to them.
    Representations,
}

impl<R> Operation<R> {
    /// The field in the schema, if the entity has it.
    pub(super) fn definition(&self, info: &'static EntityInfo) -> Option<FieldDefinition> {
        let type_name = info.def.graphql.type_name;
        (self.offered)(info).then(|| {
            FieldDefinition::new((self.name)(info), self.output.ty(type_name), (self.docs)(type_name))
                .with_arguments((self.arguments)(info))
                .deprecated(info.def.deprecated)
        })
    }
}

impl Output {
    fn ty(self, type_name: &str) -> String {
        match self {
            Self::RowOrNull => type_name.to_owned(),
            Self::Row => format!("{type_name}!"),
            Self::Rows => format!("[{type_name}!]!"),
            Self::Connection => format!("{type_name}Connection!"),
            Self::Count => "Int!".to_owned(),
            Self::Aggregate => format!("{type_name}Aggregate!"),
            Self::Groups => format!("[{type_name}Group!]!"),
        }
    }

    /// Whether the type is nullable, so that the field's failure leaves the others in place.
    pub(super) fn is_nullable(self) -> bool {
        self == Self::RowOrNull
    }
}

impl ListArgument {
    /// Every one of them: the complexity of a field is multiplied by their length.
    pub(in crate::graphql) const ALL: [Self; 3] = [Self::Ids, Self::Inputs, Self::Representations];

    /// The argument's name.
    pub(in crate::graphql) fn name(self) -> &'static str {
        match self {
            Self::Ids => "ids",
            Self::Inputs => "inputs",
            Self::Representations => "representations",
        }
    }

    /// The most entries that it takes.
    pub(in crate::graphql) fn most(self) -> usize {
        match self {
            Self::Ids | Self::Inputs => MAX_BULK,
            Self::Representations => MAX_REPRESENTATIONS,
        }
    }

    /// The argument in the schema.
    pub(super) fn definition(self, element: &str) -> InputValueDefinition {
        InputValueDefinition::new(self.name(), format!("[{element}!]!"), "")
    }
}

/// The argument `id`.
pub(super) fn id_argument() -> InputValueDefinition {
    InputValueDefinition::new("id", "ID!", "")
}
