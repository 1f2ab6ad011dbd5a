//! What a request may ask for, checked before validation: some of validation takes time exponential in it.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Variables};
use async_graphql_value::Value as Literal;

use crate::error::{Error, Result};
use crate::graphql::root_fields::ListArgument;
use crate::query::{DEFAULT_PAGE, MAX_PAGE};

/// Bytes of a document.
pub(super) const MAX_LENGTH: usize = 64 * 1024;
/// Tokens of a document.
const MAX_TOKENS: usize = 10_000;
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
/// Values an answer may have: fields times the rows asked for, along every path.
const MAX_COMPLEXITY: u64 = 200_000;
/// Lists of types or fields within each other in one introspection: each multiplies the answer.
const MAX_INTROSPECTION: u64 = 2;

fn too_complex(message: String) -> Error {
    Error::QueryTooComplex(message.into())
}

/// Refuses a text that is too long, has too many tokens or nests too deep to be parsed safely.
pub(super) fn check_text(document: &str) -> Result<()> {
    if document.len() > MAX_LENGTH {
        return Err(too_complex(format!("the query is longer than {MAX_LENGTH} bytes; send less at once")));
    }
    let (tokens, nesting) = count_tokens(document.as_bytes());
    if tokens > MAX_TOKENS {
        return Err(too_complex(format!("the query has more than {MAX_TOKENS} tokens; send less at once")));
    }
    if nesting > MAX_NESTING {
        return Err(too_complex(format!("the query nests more than {MAX_NESTING} brackets")));
    }
    Ok(())
}

/// How many tokens, and how many brackets are open at once. Only as exact as a limit needs.
fn count_tokens(text: &[u8]) -> (usize, usize) {
    let (mut tokens, mut open, mut deepest) = (0, 0usize, 0);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b',' => at += 1,
            b'#' => at += text[at..].iter().take_while(|byte| **byte != b'\n').count(),
            b'"' => {
                tokens += 1;
                at = string_end(text, at);
            }
            b'{' | b'[' | b'(' => {
                tokens += 1;
                open += 1;
                deepest = deepest.max(open);
                at += 1;
            }
            b'}' | b']' | b')' => {
                tokens += 1;
                open = open.saturating_sub(1);
                at += 1;
            }
            byte if is_word(byte) => {
                tokens += 1;
                at += text[at..].iter().take_while(|byte| is_word(**byte)).count();
            }
            _ => {
                tokens += 1;
                at += 1;
            }
        }
    }
    (tokens, deepest)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The place after the string that starts at `start`.
fn string_end(text: &[u8], start: usize) -> usize {
    let block = text[start..].starts_with(b"\"\"\"");
    let mut at = start + if block { 3 } else { 1 };
    while at < text.len() {
        if block && text[at..].starts_with(b"\\\"\"\"") {
            at += 4;
        } else if block && text[at..].starts_with(b"\"\"\"") {
            return at + 3;
        } else if !block && text[at] == b'\\' {
            at += 2;
        } else if !block && matches!(text[at], b'"' | b'\n') {
            return at + 1;
        } else {
            at += 1;
        }
    }
    text.len()
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
            lists: self.lists.max(other.lists),
            paged: self.paged || other.paged,
        }
    }
}

/// Refuses an operation that asks for too much. Linear in the document: a fragment is measured once.
pub(super) fn check_operation(
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    variables: &Variables,
) -> Result<()> {
    let mut meter = CostMeter { document, variables, fragments: HashMap::new() };
    // Every operation is walked by validation, and every fragment by other rules of it.
    for (_, other) in document.operations.iter() {
        let cost = meter.selection_set(&other.node.selection_set.node)?;
        check_size(&cost)?;
    }
    for name in document.fragments.keys() {
        let cost = meter.fragment(name)?;
        check_size(&cost)?;
    }
    let cost = meter.selection_set(&operation.selection_set.node)?;
    if cost.depth > MAX_DEPTH {
        return Err(too_complex(format!(
            "the query is {} fields deep; at most {MAX_DEPTH} are allowed",
            cost.depth
        )));
    }
    if cost.complexity > MAX_COMPLEXITY {
        return Err(too_complex(format!(
            "the query may answer {} values; at most {MAX_COMPLEXITY} are allowed: ask for smaller pages",
            cost.complexity
        )));
    }
    Ok(())
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
            // Validation names it.
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
        Ok(Cost {
            depth: inner.depth + 1,
            recursion: inner.recursion,
            fields: inner.fields.saturating_add(1),
            aliases: inner.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: inner.directives,
            complexity: inner.complexity.saturating_mul(rows).saturating_add(1),
            lists: inner.lists + u64::from(list),
            paged: matches!(name, "edges" | "nodes"),
        })
    }

    /// How many rows a field may answer: what `first` or `last` say, the default of a page, the length of a
    /// list of ids or inputs, or one.
    fn rows(&self, field: &Field, paged: bool) -> u64 {
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
