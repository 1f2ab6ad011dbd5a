//! Running a request: parse, limits, validation, execution, the answer as JSON text.
//!
//! async-graphql validates a document and runs introspection and the user's own root fields. A document that it
//! has found valid is kept; when such a document comes again and asks for the engine's fields alone, they run
//! without it.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Type,
};
use async_graphql::{Positioned, ServerError, Value, Variables};
use futures_util::future::join_all;

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::graphql::answer::{Answer, Answers, answer, root_type};
use crate::graphql::arguments::Scope;
use crate::graphql::plan::{Group, groups};
use crate::graphql::root::RootPlan;
use crate::graphql::schema::{RootField, Schema};
use crate::graphql::{error, limits};

/// Documents kept.
const KEPT_DOCUMENTS: usize = 1000;
/// Bytes of a document worth keeping.
const KEPT_LENGTH: usize = 8 * 1024;

/// One operation to run.
#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) query: String,
    pub(super) operation: Option<String>,
    pub(super) variables: Variables,
    /// Whether only queries may run (a GET request).
    pub(super) read_only: bool,
}

/// The answer to a call.
#[derive(Debug)]
pub(super) struct Reply {
    /// The response object as JSON text.
    pub(super) body: Vec<u8>,
    /// Whether the operation ran; otherwise the request was refused as a whole.
    pub(super) executed: bool,
    /// A mutation was asked for where only queries may run.
    pub(super) wrong_method: bool,
}

/// What the body of a reply that is refused as a whole starts with; its errors and `}` follow.
const REFUSED: &[u8] = b"{\"errors\":";

impl Reply {
    /// The errors of a reply that did not run, as JSON text.
    pub(super) fn errors(&self) -> &[u8] {
        let end = self.body.len().saturating_sub(1);
        self.body.get(REFUSED.len()..end).unwrap_or_default()
    }
}

/// Documents that were found valid, by their text.
#[derive(Default)]
pub(super) struct Documents(RwLock<HashMap<Box<str>, Arc<ExecutableDocument>>>);

impl Documents {
    fn get(&self, text: &str) -> Option<Arc<ExecutableDocument>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(text).cloned()
    }

    /// Keeps a document. When there are too many, all are let go: the busy ones are back at once.
    fn keep(&self, text: &str, document: Arc<ExecutableDocument>) {
        if text.len() > KEPT_LENGTH {
            return;
        }
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT_DOCUMENTS {
            kept.clear();
        }
        kept.insert(text.into(), document);
    }
}

/// What ran of an operation.
struct Ran {
    answers: Vec<(String, Answer)>,
    /// What async-graphql answered itself.
    data: Value,
    errors: Vec<ServerError>,
    executed: bool,
}

impl Schema {
    /// Runs one operation.
    pub(super) async fn execute(&self, ctx: &Ctx, call: Call) -> Reply {
        let (document, known) = match self.document(&call.query) {
            Ok(found) => found,
            Err(refused) => return refuse(vec![*refused], ctx),
        };
        let operation = match operation_of(&document, call.operation.as_deref()) {
            Ok(operation) => operation,
            Err(error) => return refuse(vec![error::of_request(&error, ctx.request_id())], ctx),
        };
        if call.read_only && operation.ty == OperationType::Mutation {
            let error = Error::bad_request("a GET request cannot run a mutation; send it by POST");
            let mut reply = refuse(vec![error::of_request(&error, ctx.request_id())], ctx);
            reply.wrong_method = true;
            return reply;
        }
        if operation.ty == OperationType::Subscription {
            let error = Error::bad_request("the schema has no subscriptions; ask by a query");
            return refuse(vec![error::of_request(&error, ctx.request_id())], ctx);
        }
        let checked = coerce(operation, call.variables).and_then(|variables| {
            limits::operation(&document, operation, &variables)?;
            Ok(variables)
        });
        let variables = match checked {
            Ok(variables) => variables,
            Err(error) => return refuse(vec![error::of_request(&error, ctx.request_id())], ctx),
        };
        let scope =
            Scope { entities: self.entities(), fragments: &document.fragments, variables: &variables };
        let on = root_type(operation.ty);
        let fields = groups(&scope, &[&operation.selection_set.node], &|name| name == on);
        let ran = match self.planned(known, operation.ty, &scope, &fields) {
            Some(steps) => run(ctx, operation.ty, &fields, steps).await,
            None => {
                self.through(ctx, &call.query, call.operation.as_deref(), &document, variables.clone()).await
            }
        };
        if !ran.executed {
            return refuse(ran.errors, ctx);
        }
        if !known && document.operations.iter().len() == 1 {
            self.documents().keep(&call.query, document.clone());
        }
        reply(&fields, on, ran, ctx)
    }

    /// The parsed document, and whether it is known to be valid.
    fn document(&self, text: &str) -> Result<(Arc<ExecutableDocument>, bool), Box<ServerError>> {
        if let Some(document) = self.documents().get(text) {
            return Ok((document, true));
        }
        limits::text(text).map_err(|error| Box::new(error::of_request(&error, "")))?;
        match parse_query(text) {
            Ok(document) => Ok((Arc::new(document), false)),
            Err(error) => Err(Box::new(error.into())),
        }
    }

    /// The plans of all root fields when they can run without async-graphql. A request with a mistake in its
    /// arguments goes through async-graphql, so that it is told the same the first time and later.
    fn planned(
        &self,
        known: bool,
        ty: OperationType,
        scope: &Scope<'_>,
        fields: &[Group<'_>],
    ) -> Option<Vec<Step>> {
        if !known {
            return None;
        }
        fields
            .iter()
            .map(|group| {
                let name = &group.field().name.node;
                if name == "__typename" {
                    return Some(Step::Typename);
                }
                let root = self.root_field(ty, name)?;
                let plan = root.plan(scope, group).ok()?;
                Some(Step::Field(root, Box::new(plan)))
            })
            .collect()
    }

    /// Runs an operation through async-graphql; the engine's own fields answer beside it.
    async fn through(
        &self,
        ctx: &Ctx,
        query: &str,
        operation: Option<&str>,
        document: &ExecutableDocument,
        variables: Variables,
    ) -> Ran {
        let answers = Arc::new(Answers::new(self.clone(), ctx.clone()));
        let mut request = async_graphql::Request::new(query)
            .variables(variables)
            .data(ctx.clone())
            .data(self.entities().clone())
            .data(answers.clone());
        request.operation_name = operation
            .filter(|_| matches!(document.operations, DocumentOperations::Multiple(_)))
            .map(str::to_owned);
        request.set_parsed_query(document.clone());
        let response = self.built().execute(request).await;
        let answers = answers.take();
        let executed = !answers.is_empty()
            || response.data != Value::Null
            || response.errors.iter().all(|error| !error.path.is_empty());
        Ran { answers, data: response.data, errors: response.errors, executed }
    }
}

/// A root field to run.
enum Step {
    Typename,
    Field(RootField, Box<RootPlan>),
}

async fn step(ctx: &Ctx, ty: OperationType, group: &Group<'_>, step: Step) -> (String, Answer) {
    let answer = match step {
        Step::Typename => Answer::Json(format!("\"{}\"", root_type(ty)).into_bytes()),
        Step::Field(root, plan) => answer(ctx, root, group, Ok(*plan)).await,
    };
    (group.key.to_string(), answer)
}

/// Queries run side by side, mutations one after the other.
async fn run(ctx: &Ctx, ty: OperationType, fields: &[Group<'_>], steps: Vec<Step>) -> Ran {
    let mut answers = Vec::with_capacity(steps.len());
    let planned = fields.iter().zip(steps);
    if ty == OperationType::Mutation || fields.len() == 1 {
        for (group, planned) in planned {
            answers.push(step(ctx, ty, group, planned).await);
        }
    } else {
        answers = join_all(planned.map(|(group, planned)| step(ctx, ty, group, planned))).await;
    }
    Ran { answers, data: Value::Null, errors: Vec::new(), executed: true }
}

/// The operation to run.
fn operation_of<'a>(document: &'a ExecutableDocument, name: Option<&str>) -> Result<&'a OperationDefinition> {
    let unknown = |name: &str| {
        let shown = crate::types::shorten(name, 64);
        Error::bad_request(format!("the query has no operation called `{shown}`"))
    };
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(&operation.node),
        (DocumentOperations::Single(_), Some(name)) => Err(unknown(name)),
        (DocumentOperations::Multiple(operations), Some(name)) => {
            operations.get(name).map(|operation| &operation.node).ok_or_else(|| unknown(name))
        }
        (DocumentOperations::Multiple(operations), None) => {
            let mut all = operations.values();
            match (all.next(), all.next()) {
                (Some(only), None) => Ok(&only.node),
                _ => {
                    Err(Error::bad_request("the query has several operations; say which by `operationName`"))
                }
            }
        }
    }
}

/// Puts the defaults of the variables in and checks what must be there.
fn coerce(operation: &OperationDefinition, mut given: Variables) -> Result<Variables> {
    for Positioned { node: variable, .. } in &operation.variable_definitions {
        let name = &variable.name.node;
        let ty = &variable.var_type.node;
        match (given.get(name), &variable.default_value) {
            (None, Some(default)) => {
                given.insert(name.clone(), default.node.clone());
            }
            (None | Some(Value::Null), _) if !ty.nullable => {
                return Err(Error::bad_request(format!("the variable `${name}` of type `{ty}` is required")));
            }
            (Some(value), _) if !fits(ty, value) => {
                return Err(Error::bad_request(format!("the variable `${name}` must be of type `{ty}`")));
            }
            _ => {}
        }
    }
    Ok(given)
}

/// Whether a variable's value is of its type, as far as GraphQL's own scalars go; the rest is read where it is
/// used.
fn fits(ty: &Type, value: &Value) -> bool {
    if matches!(value, Value::Null) {
        return ty.nullable;
    }
    match (&ty.base, value) {
        (BaseType::List(element), Value::List(items)) => items.iter().all(|item| fits(element, item)),
        (BaseType::List(element), one) => fits(element, one),
        (BaseType::Named(name), value) => match (name.as_str(), value) {
            ("Boolean", value) => matches!(value, Value::Boolean(_)),
            ("Int", Value::Number(number)) => {
                number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
            }
            ("Float", Value::Number(_)) | ("String" | "ID", Value::String(_)) => true,
            ("ID", Value::Number(number)) => number.is_i64() || number.is_u64(),
            ("Int" | "Float" | "String" | "ID", _) => false,
            _ => true,
        },
    }
}

/// The answer to a request that is refused as a whole.
pub(super) fn refuse(mut errors: Vec<ServerError>, ctx: &Ctx) -> Reply {
    for error in &mut errors {
        error::complete(error, ctx.request_id());
    }
    let mut body = REFUSED.to_vec();
    // Writing errors to memory cannot fail.
    let _ = serde_json::to_writer(&mut body, &errors);
    body.push(b'}');
    Reply { body, executed: false, wrong_method: false }
}

/// The answer of an operation that ran: the root fields in the query's order.
fn reply(fields: &[Group<'_>], on: &str, ran: Ran, ctx: &Ctx) -> Reply {
    let Ran { mut answers, data, mut errors, .. } = ran;
    for error in &mut errors {
        error::complete(error, ctx.request_id());
    }
    let mut body = Vec::with_capacity(64 + answers.iter().map(|(_, answer)| answer.size()).sum::<usize>());
    body.extend_from_slice(b"{\"data\":");
    let start = body.len();
    let mut whole = true;
    let mut open = b'{';
    for group in fields {
        let key = group.key.as_str();
        body.push(open);
        open = b',';
        body.push(b'"');
        body.extend_from_slice(key.as_bytes());
        body.extend_from_slice(b"\":");
        let own = answers.iter().position(|(name, _)| name == key);
        match own.map(|at| answers.swap_remove(at).1) {
            Some(Answer::Json(json)) => body.extend_from_slice(&json),
            Some(Answer::Failed { error, nullable }) => {
                body.extend_from_slice(b"null");
                errors.push(*error);
                whole &= nullable;
            }
            None => foreign(&data, key, group, on, &mut body),
        }
    }
    if open == b'{' {
        body.push(b'{');
    }
    body.push(b'}');
    if !whole {
        // A field that cannot be null failed: so did what holds it.
        body.truncate(start);
        body.extend_from_slice(b"null");
    }
    if !errors.is_empty() {
        body.extend_from_slice(b",\"errors\":");
        let _ = serde_json::to_writer(&mut body, &errors);
    }
    body.push(b'}');
    Reply { body, executed: true, wrong_method: false }
}

/// The value of a root field that async-graphql resolved.
fn foreign(data: &Value, key: &str, group: &Group<'_>, on: &str, body: &mut Vec<u8>) {
    let value = match data {
        Value::Object(members) => members.get(key),
        _ => None,
    };
    match value {
        Some(value) => {
            let _ = serde_json::to_writer(body, value);
        }
        None if group.field().name.node == "__typename" => {
            body.extend_from_slice(format!("\"{on}\"").as_bytes());
        }
        None => body.extend_from_slice(b"null"),
    }
}
