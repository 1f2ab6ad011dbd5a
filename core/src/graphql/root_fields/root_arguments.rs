//! The arguments of root fields, read from the query.

use async_graphql::parser::types::Field;
use serde_json::Value as Json;

use crate::entity::{Condition, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::graphql::description::unique;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::root_fields::operation::ListArgument;
use crate::graphql::{coercion, filter, global_id};
use crate::service::InputForm;
use crate::value::{Assignments, Value};

/// The arguments of one root field.
#[derive(Clone, Copy)]
pub(in crate::graphql) struct RootArguments<'a> {
    pub(super) context: &'a ExecutionContext<'a>,
    pub(super) field: &'a Field,
}

impl RootArguments<'_> {
    /// `id`, whatever it is the id of.
    pub(super) fn id(self) -> Result<String> {
        coercion::id("id", self.context.required_argument(self.field, "id")?)
    }

    /// `id` as the key of an entity's row.
    pub(super) fn key(self, info: &'static EntityInfo) -> Result<Value> {
        global_id::decode(info, &self.id()?)
    }

    /// `expectedVersion`, where it is given.
    pub(super) fn expected_version(self) -> Result<Option<i64>> {
        let version = self.context.argument(self.field, "expectedVersion");
        version.map_or(Ok(None), |value| coercion::expected_version(&value))
    }

    /// `input`.
    pub(super) fn input(self, info: &'static EntityInfo, form: InputForm) -> Result<Assignments> {
        assignments(info, form, "input", self.context.required_argument(self.field, "input")?)
    }

    /// `inputs`.
    pub(super) fn inputs(self, info: &'static EntityInfo, form: InputForm) -> Result<Vec<Assignments>> {
        let inputs = self.list(ListArgument::Inputs)?.into_iter().enumerate();
        inputs.map(|(row, input)| assignments(info, form, &format!("inputs.{row}"), input)).collect()
    }

    /// `filter`.
    pub(super) fn filter(self, info: &'static EntityInfo) -> Result<Condition> {
        filter::condition(info, self.context.required_argument(self.field, "filter")?)
    }

    /// `maxAffected`, where it is given.
    pub(super) fn max_affected(self) -> Result<Option<u64>> {
        let Some(most) = self.context.argument(self.field, "maxAffected").filter(|most| !most.is_null())
        else {
            return Ok(None);
        };
        let most = most.as_u64();
        most.map(Some).ok_or_else(|| Error::bad_request("`maxAffected` must be a whole number, 0 or more"))
    }

    /// `by`: the columns by which rows are found.
    pub(super) fn by(self, info: &'static EntityInfo) -> Result<Vec<usize>> {
        let names = coercion::list(self.context.required_argument(self.field, "by")?);
        let column = |name: Json| {
            let name = name.as_str().unwrap_or_default();
            let column = unique::columns(info).find(|column| unique::value_name(column) == name);
            let column = column.ok_or_else(|| Error::bad_request("`by` takes fields of a unique rule"));
            column.map(|column| column.index)
        };
        names.into_iter().map(column).collect()
    }

    /// `ids`, whatever they are the ids of.
    pub(super) fn ids(self) -> Result<impl Iterator<Item = Result<String>>> {
        let ids = self.list(ListArgument::Ids)?.into_iter();
        Ok(ids.map(|id| coercion::id(ListArgument::Ids.name(), id)))
    }

    /// `ids` as the keys of an entity's rows.
    pub(super) fn keys(self, info: &'static EntityInfo) -> Result<Vec<Value>> {
        self.ids()?.map(|id| global_id::decode(info, &id?)).collect()
    }

    /// `representations`: rows as other services of a federation refer to them.
    pub(super) fn representations(self) -> Result<Vec<(&'static EntityInfo, Value)>> {
        let all = self.list(ListArgument::Representations)?.into_iter().enumerate();
        let read = |(position, representation): (usize, Json)| {
            let wrong = |what: &str| Error::bad_request(format!("`representations.{position}` {what}"));
            let text = |name: &str| representation.get(name).and_then(Json::as_str);
            let name = text("__typename").ok_or_else(|| wrong("must be an object with a `__typename`"))?;
            let info = self
                .context
                .entities
                .iter()
                .find(|info| info.def.graphql.type_name == name && info.is_on(Surface::Graphql));
            let shown = crate::types::shorten(name, 64);
            let info = info.ok_or_else(|| wrong(&format!("is of `{shown}`, which is no entity here")))?;
            let id = text("id").ok_or_else(|| wrong("must have an `id`, by which its row is found"))?;
            let key =
                global_id::decode(info, id).map_err(|error| wrong(&format!("has no valid `id`: {error}")))?;
            Ok((info, key))
        };
        all.map(read).collect()
    }

    fn list(self, argument: ListArgument) -> Result<Vec<Json>> {
        let name = argument.name();
        let items = coercion::list(self.context.required_argument(self.field, name)?);
        let most = argument.most();
        if items.len() > most {
            return Err(Error::bad_request(format!("`{name}` takes at most {most} entries")));
        }
        Ok(items)
    }
}

/// An input object as values of columns.
fn assignments(info: &'static EntityInfo, form: InputForm, name: &str, input: Json) -> Result<Assignments> {
    Ok(form.with_related().read_json(coercion::input_members(info, name, input)?))
}
