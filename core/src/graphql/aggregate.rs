//! Measures of rows, and of groups of them: what is asked for, and how it is written.

mod arguments;
mod measure;

use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::graphql::aggregate::measure::{function_of, measure_of};
use crate::graphql::document_size;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::fields::{self, EntityField};
use crate::graphql::selection::{
    Arguments, CollectedField, ResponseKey, collect_fields, members_size, same_arguments,
};
use crate::graphql::{global_id, scalars};
use crate::query::{AggregateQuery, Measure};
use crate::types::Function;

/// Measures of rows that a field asks for, whose arguments are not read yet.
#[derive(Debug)]
pub(super) struct AggregateTemplate {
    pub(super) info: &'static EntityInfo,
    /// Whether the answer is a list of groups.
    grouped: bool,
    arguments: Arguments,
    measures: Vec<Measure>,
    /// The keys that are answered, by the columns that lead to them.
    keys: Vec<Box<[usize]>>,
}

/// How to write measures: of one group, or of a list of them.
#[derive(Debug)]
pub(super) struct AggregateShape {
    pub(super) grouped: bool,
    pub(super) group: GroupShape,
}

/// How to write one group.
pub(super) type GroupShape = Vec<(ResponseKey, GroupField)>;

/// What stands under a key of a group.
#[derive(Debug)]
pub(super) enum GroupField {
    Typename(&'static str),
    /// The number of rows, among the measures.
    Count(usize),
    /// The measures of one function.
    Measures(&'static str, Vec<(ResponseKey, MeasureField)>),
    Key(KeyShape),
}

#[derive(Debug)]
pub(super) enum MeasureField {
    Typename,
    Value { position: usize, big_int: bool },
}

/// How to write the values that the rows of a group have in common.
pub(super) type KeyShape = Vec<(ResponseKey, KeyField)>;

#[derive(Debug)]
pub(super) enum KeyField {
    Typename(&'static str),
    /// The value to which these columns lead: at which position it is, the arguments say.
    Value {
        columns: Box<[usize]>,
        form: KeyForm,
    },
    Related(KeyShape),
}

#[derive(Debug, Clone, Copy)]
pub(super) enum KeyForm {
    Plain,
    BigInt,
    Id(&'static EntityInfo),
}

impl AggregateTemplate {
    /// Nothing is measured yet; `grouped` says whether groups are.
    pub(super) fn new(info: &'static EntityInfo, arguments: Arguments, grouped: bool) -> Self {
        Self { info, grouped, arguments, measures: Vec::new(), keys: Vec::new() }
    }

    /// Whether a field asks for the same, whatever it selects of it.
    pub(super) fn is_of(&self, arguments: &Arguments, grouped: bool) -> bool {
        self.grouped == grouped && same_arguments(&self.arguments, arguments)
    }

    /// The measures under the arguments of a request.
    ///
    /// # Errors
    /// `BadRequest` for an argument that is none, and for a key by which rows are not grouped.
    pub(super) fn bind(&self, context: &ExecutionContext<'_>) -> Result<AggregateQuery> {
        let mut query = arguments::query(context, self.info, &self.arguments)?;
        for columns in &self.keys {
            if !query.group.iter().any(|key| key.columns().eq(columns.iter().copied())) {
                let name = name_of(self.info, columns);
                return Err(Error::bad_request(format!(
                    "`key` has no `{name}`: rows are not grouped `by` it"
                )));
            }
        }
        query.measures.clone_from(&self.measures);
        if self.measures.is_empty() && !self.grouped {
            // Nothing but `__typename`.
            query.measures.push(Measure::COUNT);
        }
        Ok(query)
    }

    /// Adds what a field selects and answers how to write it.
    pub(super) fn shape(
        &mut self,
        context: &ExecutionContext<'_>,
        field: &CollectedField<'_>,
    ) -> Result<AggregateShape> {
        let name = self.info.def.graphql.type_name;
        let suffix = if self.grouped { "Group" } else { "Aggregate" };
        let applies = |condition: &str| condition.strip_prefix(name) == Some(suffix);
        let parts = collect_fields(context, &field.selection_sets(), &applies);
        let group = parts.iter().map(|part| {
            let field = match part.first().name.node.as_str() {
                "__typename" => GroupField::Typename(suffix),
                "count" => GroupField::Count(self.position(Measure::COUNT)),
                "key" => GroupField::Key(self.key_shape(context, part, self.info, &mut Vec::new())?),
                function => self.measures(context, part, function)?,
            };
            Ok((part.written_key(), field))
        });
        Ok(AggregateShape { group: group.collect::<Result<_>>()?, grouped: self.grouped })
    }

    /// The position of a measure, which is asked for.
    fn position(&mut self, measure: Measure) -> usize {
        self.measures.iter().position(|known| *known == measure).unwrap_or_else(|| {
            self.measures.push(measure);
            self.measures.len() - 1
        })
    }

    fn measures(
        &mut self,
        context: &ExecutionContext<'_>,
        field: &CollectedField<'_>,
        function: &str,
    ) -> Result<GroupField> {
        let function = function_of(function)?;
        let suffix = match function {
            Function::Sum => "Sum",
            Function::Avg => "Avg",
            _ => "MinMax",
        };
        let name = self.info.def.graphql.type_name;
        let applies = |condition: &str| condition.strip_prefix(name) == Some(suffix);
        let mut shape = Vec::new();
        for part in collect_fields(context, &field.selection_sets(), &applies) {
            let field = match part.first().name.node.as_str() {
                "__typename" => MeasureField::Typename,
                name => {
                    let measure = measure_of(self.info, function, name)?;
                    let big_int = measure.kind(self.info).is_some_and(scalars::is_big_int);
                    MeasureField::Value { position: self.position(measure), big_int }
                }
            };
            shape.push((part.written_key(), field));
        }
        Ok(GroupField::Measures(suffix, shape))
    }

    /// The keys of a related row, or of the row itself. `way` leads to it.
    fn key_shape(
        &mut self,
        context: &ExecutionContext<'_>,
        field: &CollectedField<'_>,
        at: &'static EntityInfo,
        way: &mut Vec<usize>,
    ) -> Result<KeyShape> {
        let type_name = at.def.graphql.type_name;
        let applies = |condition: &str| condition.strip_prefix(type_name) == Some("GroupValues");
        let mut shape = Vec::new();
        for part in collect_fields(context, &field.selection_sets(), &applies) {
            let name = part.first().name.node.as_str();
            let field = match fields::field(at, name) {
                _ if name == "__typename" => KeyField::Typename(type_name),
                Some(EntityField::Column(column)) => {
                    way.push(column.index);
                    let columns: Box<[usize]> = way.as_slice().into();
                    way.pop();
                    self.keys.push(columns.clone());
                    let form = match global_id::target(at, column).filter(|_| global_id::is_id(column)) {
                        Some(target) => KeyForm::Id(target),
                        None if fields::is_big_int(column) => KeyForm::BigInt,
                        None => KeyForm::Plain,
                    };
                    KeyField::Value { columns, form }
                }
                Some(EntityField::ToOne(column, relation)) => {
                    way.push(column.index);
                    let shape = self.key_shape(context, &part, (relation.target)().info(), way)?;
                    way.pop();
                    KeyField::Related(shape)
                }
                _ => return Err(Error::bad_request(format!("`key` has no `{name}`"))),
            };
            shape.push((part.written_key(), field));
        }
        Ok(shape)
    }

    /// Bytes that it holds, about.
    pub(super) fn size(&self) -> usize {
        let keys =
            self.keys.iter().map(|columns| size_of::<Box<[usize]>>() + size_of_val::<[usize]>(columns));
        document_size::arguments(&self.arguments)
            + self.measures.len() * size_of::<Measure>()
            + keys.sum::<usize>()
    }
}

impl AggregateShape {
    /// Bytes that it holds, about.
    pub(super) fn size(&self) -> usize {
        let within = self.group.iter().map(|(_, field)| match field {
            GroupField::Typename(_) | GroupField::Count(_) => 0,
            GroupField::Measures(_, shape) => members_size(shape),
            GroupField::Key(shape) => key_size(shape),
        });
        members_size(&self.group) + within.sum::<usize>()
    }
}

fn key_size(shape: &KeyShape) -> usize {
    let within = shape.iter().map(|(_, field)| match field {
        KeyField::Typename(_) => 0,
        KeyField::Value { columns, .. } => size_of_val::<[usize]>(columns),
        KeyField::Related(shape) => key_size(shape),
    });
    members_size(shape) + within.sum::<usize>()
}

/// The name of a key, for an error.
fn name_of(info: &'static EntityInfo, columns: &[usize]) -> &'static str {
    let steps = columns.iter().enumerate();
    let (_, name) = steps.fold((Some(info), ""), |(info, name), (_, column)| match info {
        Some(info) => (info.columns[*column].target(), info.columns[*column].graphql),
        None => (None, name),
    });
    name
}
