//! What a request may ask for, checked before validation: some of validation takes time exponential in it.
//!
//! A document is measured once; what the variables of a request make of it, every time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Variables};
use async_graphql_value::Value as Literal;

use crate::error::{Error, Result};
use crate::graphql::root_fields::ListArgument;
use crate::graphql::syntax::SyntaxLimits;
use crate::query::{DEFAULT_GROUPS, DEFAULT_PAGE, MAX_GROUPS, MAX_PAGE};

/// Bytes of a document.
pub(super) const MAX_LENGTH: usize = 64 * 1024;
/// Tokens of a document.
const MAX_TOKENS: usize = 10_000;
/// Characters of a name. Answers quote names: the keys of their data, the paths of their errors.
const MAX_NAME: usize = 256;
/// Brackets open at once, before a document is parsed.
const MAX_NESTING: usize = 64;
/// Selection sets within each other, fragments counted; what async-graphql's own walks may recurse.
pub(super) const MAX_RECURSION: usize = 64;
/// Fields within each other. graphql-js's full introspection needs 15.
const MAX_DEPTH: usize = 20;
/// Fields a document may have once its fragments are written out.
const MAX_FIELDS: u64 = 5_000;
/// Aliases, written out likewise.
const MAX_ALIASES: u64 = 100;
/// Directives, written out likewise.
const MAX_DIRECTIVES: u64 = 200;
/// The price of what runs: the values its answer may have (fields times the rows asked for, along every path), and what the
/// database does besides.
const MAX_COMPLEXITY: u64 = 200_000;
/// The price of counting the rows of a list.
const COUNT: u64 = 1_000;
/// The price of a look at the schema, and of each value that it answers.
const INTROSPECTION: (u64, u64) = (2_000, 2);
/// The price of a filter, a search or an order that no index serves: every row is looked at.
pub(super) const SCAN: u64 = 10_000;
/// The price of a related row that a mutation writes with its row.
pub(super) const RELATED_ROW: u64 = 10;
/// Lists of types or fields within each other in one introspection: each multiplies the answer.
const MAX_INTROSPECTION: u64 = 2;

fn too_complex(message: String) -> Error {
    Error::QueryTooComplex(message.into())
}

/// What the parser takes.
pub(super) const SYNTAX: SyntaxLimits =
    SyntaxLimits { tokens: MAX_TOKENS, nesting: MAX_NESTING, name: MAX_NAME };

/// Refuses a text that is too long to be read at all.
pub(super) fn check_length(document: &str) -> Result<()> {
    if document.len() > MAX_LENGTH {
        return Err(too_complex(format!("the query is longer than {MAX_LENGTH} bytes; send less at once")));
    }
    Ok(())
}

/// Why a text of too many tokens is refused.
pub(super) fn too_many_tokens() -> Error {
    too_complex(format!("the query has more than {MAX_TOKENS} tokens; send less at once"))
}

/// Why a text with a name that is too long is refused.
pub(super) fn too_long_name() -> Error {
    too_complex(format!("a name in the query is longer than {MAX_NAME} characters"))
}

/// Why a text that nests too deep to be parsed safely is refused.
pub(super) fn too_deep() -> Error {
    too_complex(format!("the query nests more than {MAX_NESTING} brackets"))
}

/// What a selection set asks for.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    depth: usize,
    recursion: usize,
    fields: u64,
    aliases: u64,
    directives: u64,
    complexity: u64,
    /// What statements cost besides the values that they answer: one serves a level, however many rows it has.
    statements: u64,
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

/// Refuses a document that is too large once its fragments are written out, as some of validation does. Linear in the
/// document: a fragment is measured once, in an order in which each comes behind those that it spreads.
pub(super) fn check_document(document: &ExecutableDocument, fragments: &[&str]) -> Result<()> {
    let variables = Variables::default();
    let mut meter = CostMeter { document, variables: &variables, fragments: HashMap::new() };
    for name in fragments {
        if let Some((name, _)) = document.fragments.get_key_value(*name) {
            check_size(&meter.fragment(name)?)?;
        }
    }
    for (_, operation) in document.operations.iter() {
        check_size(&meter.selection_set(&operation.node.selection_set.node)?)?;
    }
    Ok(())
}

/// The price of an operation, without what its plans say of it; an operation that nests too deep is refused.
pub(super) fn price(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<u64> {
    let mut meter = CostMeter { document, variables, fragments: HashMap::new() };
    let cost = meter.selection_set(&operation.selection_set.node)?;
    if cost.depth > MAX_DEPTH {
        return Err(too_complex(format!(
            "the query is {} fields deep; at most {MAX_DEPTH} are allowed",
            cost.depth
        )));
    }
    Ok(cost.complexity.saturating_add(cost.statements))
}

/// What the operations of one request have cost so far: they share one budget.
#[derive(Debug, Default)]
pub(super) struct Spent(AtomicU64);

impl Spent {
    /// Pays for an operation.
    ///
    /// # Errors
    /// `QueryTooComplex` when the request costs too much with it.
    pub(super) fn pay(&self, price: u64) -> Result<()> {
        let before = self.0.fetch_add(price.min(MAX_COMPLEXITY + 1), Ordering::Relaxed);
        if before.saturating_add(price) <= MAX_COMPLEXITY {
            return Ok(());
        }
        let others =
            if before > 0 { format!(" beside {before} for the operations before it") } else { String::new() };
        Err(too_complex(format!(
            "the query costs {price}{others}; at most {MAX_COMPLEXITY} is allowed: ask for smaller pages, fewer counts and \
             searches, or send less at once"
        )))
    }
}

/// Refuses what makes validation slow.
fn check_size(cost: &Cost) -> Result<()> {
    let counted = [
        ("fields", cost.fields, MAX_FIELDS),
        ("aliases", cost.aliases, MAX_ALIASES),
        ("directives", cost.directives, MAX_DIRECTIVES),
    ];
    for (what, count, most) in counted {
        if count > most {
            return Err(too_complex(format!("the query has more than {most} {what}; send less at once")));
        }
    }
    if cost.recursion > MAX_RECURSION {
        return Err(too_complex(format!("the query nests more than {MAX_RECURSION} selections")));
    }
    Ok(())
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
struct CostMeter<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    /// `None` while a fragment is being measured: meeting it again means that it spreads itself.
    fragments: HashMap<&'a Name, Option<Cost>>,
}

impl<'a> CostMeter<'a> {
    fn selection_set(&mut self, set: &'a SelectionSet) -> Result<Cost> {
        let mut cost = Cost::default();
        for selection in &set.items {
            let mut one = match &selection.node {
                Selection::Field(field) => self.field(&field.node)?,
                Selection::InlineFragment(fragment) => {
                    self.selection_set(&fragment.node.selection_set.node)?
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

    fn fragment(&mut self, name: &'a Name) -> Result<Cost> {
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
        let cost = self.selection_set(&fragment.node.selection_set.node)?;
        self.fragments.insert(name, Some(cost));
        Ok(cost)
    }

    fn field(&mut self, field: &'a Field) -> Result<Cost> {
        let inner = self.selection_set(&field.selection_set.node)?;
        let name = field.name.node.as_str();
        if matches!(name, "__schema" | "__type") && inner.lists > MAX_INTROSPECTION {
            return Err(too_complex("the introspection nests too many lists of fields and types".to_owned()));
        }
        let list = matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes");
        let rows = self.rows(field, inner.paged);
        let introspected = introspected(field, inner.introspected);
        let introspection = match name {
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

    /// How many rows a field may answer: what `first` or `last` say, the default of a page, the length of a
    /// list of ids or inputs, or one.
    fn rows(&self, field: &Field, paged: bool) -> u64 {
        if is_grouped(field) {
            let first = field.get_argument("first").and_then(|value| self.number(&value.node));
            let most = u64::from(MAX_GROUPS);
            return match field.get_argument("per") {
                Some(_) => most,
                None => first.unwrap_or(DEFAULT_GROUPS.into()).clamp(1, most),
            };
        }
        for name in ["first", "last"] {
            if let Some(size) = field.get_argument(name).and_then(|value| self.number(&value.node)) {
                return size.clamp(1, MAX_PAGE.into());
            }
        }
        for argument in ListArgument::ALL {
            if let Some(value) = field.get_argument(argument.name()) {
                return self.length(&value.node).max(1);
            }
        }
        if paged { DEFAULT_PAGE.into() } else { 1 }
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
