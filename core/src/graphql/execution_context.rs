//! What the fields of one operation refer to: entities, fragments and variables; and the values of their arguments.

use std::collections::HashMap;

use async_graphql::parser::types::{Directive, Field, FragmentDefinition};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value as Literal;
use serde_json::Value as Json;

use crate::entity::Registry;
use crate::error::{Error, Result};
use crate::graphql::adapter::Extensions;
use crate::graphql::constant;
use crate::graphql::plan_cache::DocumentPlans;

/// What the fields of one operation refer to.
#[derive(Clone, Copy)]
pub(super) struct ExecutionContext<'a> {
    /// The entities of the schema.
    pub(super) entities: &'a Registry,
    /// The document's fragments.
    pub(super) fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    /// The values of the variables, defaults included.
    pub(super) variables: &'a Variables,
    /// The plans of the document.
    pub(super) plans: DocumentPlans<'a>,
    /// The application's own fields on entities' types.
    pub(super) extensions: &'a Extensions,
    /// The schema as a gateway composes it, where it is one service of a federation.
    pub(super) subgraph: &'a str,
}

impl ExecutionContext<'_> {
    /// The value of an argument; absent when it is not given, or given as a variable that is not.
    pub(super) fn argument(&self, field: &Field, name: &str) -> Option<Json> {
        self.json(&field.get_argument(name)?.node)
    }

    /// The value of an argument that must be given.
    pub(super) fn required_argument(&self, field: &Field, name: &str) -> Result<Json> {
        match self.argument(field, name) {
            None | Some(Json::Null) => Err(Error::bad_request(format!("`{name}` is required"))),
            Some(value) => Ok(value),
        }
    }

    /// A literal with the variables put in. A member whose variable is absent is absent; an element is null.
    pub(super) fn json(&self, literal: &Literal) -> Option<Json> {
        json(literal, self.variables)
    }

    /// Whether `@skip` and `@include` leave a selection in.
    pub(super) fn includes(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let wanted = match directive.node.name.node.as_str() {
                "skip" => false,
                "include" => true,
                _ => return true,
            };
            let condition = directive.node.get_argument("if").and_then(|value| self.json(&value.node));
            condition == Some(Json::Bool(wanted))
        })
    }
}

/// A literal with the variables put in. A member whose variable is absent is absent; an element is null.
pub(super) fn json(literal: &Literal, variables: &Variables) -> Option<Json> {
    use Literal as V;
    Some(match literal {
        V::Variable(name) => return variables.get(name).map(constant::json),
        V::Null | V::Binary(_) => Json::Null,
        V::Number(number) => Json::Number(number.clone()),
        V::String(text) => Json::String(text.clone()),
        V::Boolean(value) => Json::Bool(*value),
        V::Enum(name) => Json::String(name.to_string()),
        V::List(items) => {
            Json::Array(items.iter().map(|item| json(item, variables).unwrap_or_default()).collect())
        }
        V::Object(members) => Json::Object(
            members
                .iter()
                .filter_map(|(name, member)| Some((name.to_string(), json(member, variables)?)))
                .collect(),
        ),
    })
}
