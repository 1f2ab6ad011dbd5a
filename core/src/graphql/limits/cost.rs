//! What selection sets cost.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Variables};
use async_graphql_value::Value as Literal;

use crate::error::{Error, Result};
use crate::graphql::execution_context::json;
use crate::graphql::limits::ruler::{Ruler, too_complex};
use crate::graphql::limits::unique_filter;
use crate::graphql::root_fields::ListArgument;
use crate::graphql::type_system::NamedType;
use crate::query::{DEFAULT_GROUPS, DEFAULT_PAGE, MAX_GROUPS, MAX_PAGE};

/// The price of counting the rows of a list.
const COUNT: u64 = 1_000;
/// The price of a look at the schema, and of each value that it answers.
const INTROSPECTION: (u64, u64) = (2_000, 2);
/// The price of the text of the whole schema.
const SUBGRAPH: u64 = 50_000;
/// Lists of types or fields within each other in one introspection: each multiplies the answer.
const MAX_INTROSPECTION: u64 = 2;

/// What a selection set asks for.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    pub(super) depth: usize,
    pub(super) recursion: usize,
    pub(super) fields: u64,
    pub(super) aliases: u64,
    pub(super) directives: u64,
    pub(super) complexity: u64,
    /// What statements cost besides the values that they answer: one serves a level, however many rows it has.
    pub(super) statements: u64,
    /// Values of the schema that introspection answers, about.
    introspected: u64,
    /// Lists of introspection within each other.
    lists: u64,
    /// Whether a page's rows are selected here.
    paged: bool,
}

impl Cost {
    /// The cost of both, side by side in one selection set.
    fn plus(self, other: Self) -> Self {
        Self {
            depth: self.depth.max(other.depth),
            recursion: self.recursion.max(other.recursion),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            complexity: self.complexity.saturating_add(other.complexity),
            statements: self.statements.saturating_add(other.statements),
            introspected: self.introspected.saturating_add(other.introspected),
            lists: self.lists.max(other.lists),
            paged: self.paged || other.paged,
        }
    }
}

/// Values that a field of the introspection answers. Whatever the schema, it is taken for one of a hundred types of eight
/// fields each: so the full introspection that tools send costs the same everywhere, some 80,000.
fn introspected(field: &Field, inner: u64) -> u64 {
    let length = match field.name.node.as_str() {
        "types" => 100,
        "fields" | "inputFields" => 8,
        "directives" => 5,
        "enumValues" => 4,
        "args" => 3,
        "interfaces" | "possibleTypes" => 2,
        // Few types have one, and fewer a second.
        "ofType" => return inner / 2,
        _ => 1,
    };
    inner.max(1).saturating_mul(length)
}

/// Whether a field answers groups of rows.
fn is_grouped(field: &Field) -> bool {
    field.name.node.ends_with("Grouped") && field.get_argument("by").is_some()
}

/// Measures selection sets.
pub(super) struct CostMeter<'a> {
    ruler: Ruler<'a>,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    /// `None` while a fragment is being measured: meeting it again means that it spreads itself.
    fragments: HashMap<&'a Name, Option<Cost>>,
}

impl<'a> CostMeter<'a> {
    pub(super) fn new(ruler: Ruler<'a>, document: &'a ExecutableDocument, variables: &'a Variables) -> Self {
        Self { ruler, document, variables, fragments: HashMap::new() }
    }

    pub(super) fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Cost> {
        self.selection_set(&operation.selection_set.node, self.ruler.types.root(operation.ty))
    }

    /// What the schema does not have is of no type: validation, which comes later, refuses it.
    fn selection_set(&mut self, set: &'a SelectionSet, on: Option<&'a NamedType>) -> Result<Cost> {
        let mut cost = Cost::default();
        for selection in &set.items {
            let mut one = match &selection.node {
                Selection::Field(field) => self.field(&field.node, on)?,
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let on = condition.map_or(on, |on| self.ruler.types.get(&on.node.on.node));
                    self.selection_set(&fragment.node.selection_set.node, on)?
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
            };
            let directives = selection.node.directives().len() as u64;
            one.directives = one.directives.saturating_add(directives);
            cost = cost.plus(one);
        }
        cost.recursion += 1;
        Ok(cost)
    }

    pub(super) fn fragment(&mut self, name: &'a Name) -> Result<Cost> {
        match self.fragments.get(name) {
            Some(Some(cost)) => return Ok(*cost),
            Some(None) => {
                return Err(Error::bad_request(format!("fragment `{name}` spreads itself")));
            }
            None => {}
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            // Validation has named it.
            return Ok(Cost::default());
        };
        self.fragments.insert(name, None);
        let on = self.ruler.types.get(&fragment.node.type_condition.node.on.node);
        let cost = self.selection_set(&fragment.node.selection_set.node, on)?;
        self.fragments.insert(name, Some(cost));
        Ok(cost)
    }

    fn field(&mut self, field: &'a Field, on: Option<&'a NamedType>) -> Result<Cost> {
        let types = self.ruler.types;
        let ty = on.and_then(|on| types.of(&types.field(on, &field.name.node)?.ty));
        let inner = self.selection_set(&field.selection_set.node, ty)?;
        let name = field.name.node.as_str();
        if matches!(name, "__schema" | "__type") && inner.lists > MAX_INTROSPECTION {
            return Err(too_complex("the introspection nests too many lists of fields and types".to_owned()));
        }
        let list = matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes");
        let rows = self.rows(field, ty, inner.paged);
        let introspected = introspected(field, inner.introspected);
        let describes = name == "sdl" && on.is_some_and(|on| on.name == "_Service");
        let introspection = match name {
            "sdl" if describes => SUBGRAPH,
            "__schema" | "__type" => {
                introspected.saturating_mul(INTROSPECTION.1).saturating_add(INTROSPECTION.0)
            }
            _ => 0,
        };
        let measures = name.ends_with("Aggregate") || is_grouped(field);
        let count = if name == "totalCount" || measures { COUNT } else { 0 };
        Ok(Cost {
            depth: inner.depth + 1,
            recursion: inner.recursion,
            fields: inner.fields.saturating_add(1),
            aliases: inner.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: inner.directives,
            complexity: inner.complexity.saturating_mul(rows).saturating_add(1),
            statements: inner.statements.saturating_add(count).saturating_add(introspection),
            introspected,
            lists: inner.lists + u64::from(list),
            paged: matches!(name, "edges" | "nodes"),
        })
    }

    /// How many rows a field may answer: what `first` or `last` say, the default of a page, the length of a list of ids or
    /// inputs, or one; and no more than its filter lets through, as far as unique rules say.
    fn rows(&self, field: &Field, ty: Option<&NamedType>, paged: bool) -> u64 {
        if is_grouped(field) {
            let first = field.get_argument("first").and_then(|value| self.number(&value.node));
            let most = u64::from(MAX_GROUPS);
            return match field.get_argument("per") {
                Some(_) => most,
                None => first.unwrap_or(DEFAULT_GROUPS.into()).clamp(1, most),
            };
        }
        for argument in ListArgument::ALL {
            if let Some(value) = field.get_argument(argument.name()) {
                return self.length(&value.node).max(1);
            }
        }
        let asked = ["first", "last"].into_iter().find_map(|name| {
            let size = field.get_argument(name).and_then(|value| self.number(&value.node))?;
            Some(size.clamp(1, MAX_PAGE.into()))
        });
        let rows = asked.unwrap_or(if paged { DEFAULT_PAGE.into() } else { 1 });
        let most = ty.and_then(|ty| self.most_rows(field, ty));
        most.map_or(rows, |most| rows.min(most.max(1)))
    }

    /// How many rows a list can answer, as its filter tests unique fields.
    fn most_rows(&self, field: &Field, ty: &NamedType) -> Option<u64> {
        let info = self.ruler.connections.get(&ty.name)?;
        let filter = json(&field.get_argument("filter")?.node, self.variables)?;
        unique_filter::most_rows(info, &filter)
    }

    fn number(&self, literal: &Literal) -> Option<u64> {
        match literal {
            Literal::Number(number) => number.as_u64(),
            Literal::Variable(name) => match self.variables.get(name)? {
                async_graphql::Value::Number(number) => number.as_u64(),
                _ => None,
            },
            _ => None,
        }
    }

    fn length(&self, literal: &Literal) -> u64 {
        let length = match literal {
            Literal::List(items) => items.len(),
            Literal::Variable(name) => match self.variables.get(name) {
                Some(async_graphql::Value::List(items)) => items.len(),
                _ => 1,
            },
            _ => 1,
        };
        length as u64
    }
}
