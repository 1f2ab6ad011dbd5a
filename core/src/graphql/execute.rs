//! Running a request: its document, its variables, what it may ask for, execution.
//!
//! async-graphql runs introspection and the user's own root fields. An operation that asks for the engine's fields alone
//! runs without it.

use std::sync::Arc;
use std::time::Instant;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, OperationDefinition, OperationType,
};
use async_graphql::{PathSegment, ServerError, Value, Variables};
use futures_util::future::join_all;
use serde_json::{Value as Json, json};

use crate::ctx::Ctx;
use crate::error::{Error, MAX_LISTED, Result};
use crate::graphql::adapter::{AbsentRow, EntityResolver};
use crate::graphql::documents::ValidDocument;
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::field_result::{FieldResult, KeyedResults, resolve};
use crate::graphql::limits::Spent;
use crate::graphql::mutation_directives::keeping;
use crate::graphql::persisted::DocumentSource;
use crate::graphql::resolver::OperationResolver;
use crate::graphql::response::{ExecutionResult, GraphqlResponse};
use crate::graphql::root_fields::{RootField, RootPlan, root_type};
use crate::graphql::schema::Schema;
use crate::graphql::selection::CollectedField;
use crate::graphql::{error, explain, limits, variables};
use crate::http::access::OperationName;
use crate::idempotency::KeyedRequest;
use crate::service::Keeping;

/// One operation to run.
#[derive(Debug, Default)]
pub(super) struct GraphqlRequest {
    pub(super) document: DocumentSource,
    pub(super) operation_name: Option<String>,
    pub(super) variables: Variables,
    /// Whether only queries may run (a GET request).
    pub(super) read_only: bool,
    /// Whether to say how it was run (`extensions.explain`).
    pub(super) explain: bool,
    /// By which it may be sent again.
    pub(super) key: Option<KeyedRequest>,
    /// What it shares with the others of its batch.
    pub(super) batch: Arc<Batch>,
}

/// What the operations of one request share.
#[derive(Debug)]
pub(super) struct Batch {
    operations: usize,
    spent: Spent,
}

impl Default for Batch {
    fn default() -> Self {
        Self::of(1)
    }
}

impl Batch {
    /// A batch of so many operations.
    pub(super) fn of(operations: usize) -> Self {
        Self { operations, spent: Spent::default() }
    }
}

impl GraphqlRequest {
    /// How many errors its response lists: the operations of a batch share what one answer may.
    pub(super) fn most_errors(&self) -> usize {
        (MAX_LISTED / self.batch.operations.max(1)).max(1)
    }
}

/// A root field that is planned, to be run without async-graphql.
enum PlannedField {
    Typename,
    Engine(RootField, Box<RootPlan>),
}

impl PlannedField {
    /// Whether a field of the application's own is selected, which async-graphql resolves.
    fn has_own(&self) -> bool {
        match self {
            Self::Typename => false,
            Self::Engine(_, plan) => plan.has_own(),
        }
    }

    /// What it fetches.
    fn explain(&self) -> Vec<Json> {
        match self {
            Self::Typename => Vec::new(),
            Self::Engine(_, plan) => plan.fetches().into_iter().map(explain::fetch).collect(),
        }
    }

    fn scans(&self, ctx: &Ctx) -> u64 {
        match self {
            Self::Typename => 0,
            Self::Engine(_, plan) => plan.scans(ctx),
        }
    }

    fn related_rows(&self) -> u64 {
        match self {
            Self::Typename => 0,
            Self::Engine(_, plan) => plan.related_rows(),
        }
    }
}

impl Schema {
    /// Runs one operation.
    pub(super) async fn execute(&self, ctx: &Ctx, request: GraphqlRequest) -> GraphqlResponse {
        let most = request.most_errors();
        let document = match self.document(ctx, &request) {
            Ok(document) => document,
            Err(errors) => return GraphqlResponse::refused(errors, most, ctx),
        };
        let operation = match operation_of(&document.executable, request.operation_name.as_deref()) {
            Ok(operation) => operation,
            Err(error) => {
                let error = error::request_error(&error, ctx.request_id());
                return GraphqlResponse::refused(vec![error], most, ctx);
            }
        };
        let name = OperationName::new(kind_of(operation.ty), name_of(&document.executable, &request));
        let response = match request.explain {
            false => self.execute_operation(ctx, request, &document, operation, None).await,
            true => self.explain_operation(ctx, request, &document, operation).await,
        };
        GraphqlResponse { operation: Some(name), ..response }
    }

    /// Runs an operation and says how, to those who may know.
    async fn explain_operation(
        &self,
        ctx: &Ctx,
        request: GraphqlRequest,
        document: &Arc<ValidDocument>,
        operation: &OperationDefinition,
    ) -> GraphqlResponse {
        let most = request.most_errors();
        let refused = |error: &Error| {
            GraphqlResponse::refused(vec![error::request_error(error, ctx.request_id())], most, ctx)
        };
        if !self.explain_roles().iter().any(|role| ctx.principal().has_role(role)) {
            return refused(&Error::Forbidden);
        }
        let Some((logged, log)) = ctx.logged() else {
            return refused(&Error::bad_request("`explain` is not for a request with an `Idempotency-Key`"));
        };
        let begun = Instant::now();
        let mut plans = Vec::new();
        let response = self.execute_operation(&logged, request, document, operation, Some(&mut plans)).await;
        response.with_extensions(&explain::extensions(plans, &log, begun.elapsed()))
    }

    /// The document of a request.
    fn document(&self, ctx: &Ctx, request: &GraphqlRequest) -> Result<Arc<ValidDocument>, Vec<ServerError>> {
        let text = self.persisted().text(&request.document, ctx).map_err(|error| vec![error])?;
        let document = self.documents().document(self.ruler(), &text)?;
        self.persisted().register(&text);
        Ok(document)
    }

    async fn execute_operation(
        &self,
        ctx: &Ctx,
        request: GraphqlRequest,
        document: &Arc<ValidDocument>,
        operation: &OperationDefinition,
        explained: Option<&mut Vec<Json>>,
    ) -> GraphqlResponse {
        let most = request.most_errors();
        let refused = |error: &Error| {
            GraphqlResponse::refused(vec![error::request_error(error, ctx.request_id())], most, ctx)
        };
        if request.read_only && operation.ty == OperationType::Mutation {
            let error = Error::bad_request("a GET request cannot run a mutation; send it by POST");
            return GraphqlResponse { wrong_method: true, ..refused(&error) };
        }
        if !self.answers_introspection() && document.introspects {
            return refused(&Error::bad_request("introspection is not answered here"));
        }
        let checked = variables::coerce(self.types(), operation, request.variables).and_then(|variables| {
            let price = self.ruler().price(&document.executable, operation, &variables)?;
            Ok((variables, price))
        });
        let (variables, price) = match checked {
            Ok(checked) => checked,
            Err(error) => return refused(&error),
        };
        let context = self.execution_context(document, &document.executable.fragments, &variables);
        let fields = self.root_selection(&context, operation);
        let answered = fields.iter().map(|field| field.all().count()).sum();
        if let Err(error) = self.ruler().check_root_fields(answered) {
            return refused(&error);
        }
        let plans = self.plans(operation.ty, &context, &fields);
        let scans = plans.iter().flatten().map(|plan| plan.scans(ctx)).sum::<u64>();
        let related = plans.iter().flatten().map(PlannedField::related_rows).sum::<u64>();
        let price = price
            .saturating_add(scans.saturating_mul(limits::SCAN))
            .saturating_add(related.saturating_mul(limits::RELATED_ROW));
        if let Err(error) = request.batch.spent.pay(price, self.limits().complexity) {
            return refused(&error);
        }
        if let Some(explained) = explained {
            let keys = |field: &CollectedField<'_>| -> Vec<String> {
                field.all().map(|field| field.response_key.to_string()).collect()
            };
            explained.extend(fields.iter().zip(&plans).map(|(field, plan)| {
                let fetches = plan.as_ref().map_or_else(Vec::new, PlannedField::explain);
                json!({ "keys": keys(field), "field": field.first().name.node.as_str(), "fetches": fetches })
            }));
        }
        let keeping = keeping(operation, ctx);
        let writes = match keeping.begin(ctx).await {
            Ok(writes) => writes,
            Err(error) => return refused(&error),
        };
        // All, or none: async-graphql runs those without a mistake, where others have one.
        let has_own = plans.iter().flatten().any(PlannedField::has_own);
        let ran = match plans.into_iter().collect::<Option<Vec<_>>>() {
            Some(planned) if !has_own => {
                Ok(run(writes.ctx(), (operation.ty, keeping), &fields, planned).await)
            }
            _ => {
                let name = request.operation_name.as_deref();
                self.run_through(writes.ctx(), name, document, variables.clone()).await
            }
        };
        let failed = ran.as_ref().map_or(true, ExecutionResult::failed);
        let undone = match Box::pin(writes.end(failed)).await {
            Ok(undone) => undone,
            Err(error) => return refused(&error),
        };
        match ran {
            Ok(result) => {
                GraphqlResponse::executed(&fields, root_type(operation.ty), result, undone, (most, ctx))
            }
            Err(errors) => GraphqlResponse::refused(errors, most, ctx),
        }
    }

    /// Whether the operation of a request is a mutation. What cannot be read is none.
    pub(super) fn is_mutation(&self, ctx: &Ctx, request: &GraphqlRequest) -> bool {
        let Ok(document) = self.document(ctx, request) else { return false };
        let operation = operation_of(&document.executable, request.operation_name.as_deref());
        operation.is_ok_and(|operation| operation.ty == OperationType::Mutation)
    }

    /// The plans of the engine's root fields; nothing for those of others, and for one with a mistake in its arguments.
    fn plans(
        &self,
        ty: OperationType,
        context: &ExecutionContext<'_>,
        fields: &[CollectedField<'_>],
    ) -> Vec<Option<PlannedField>> {
        let plan = |field: &CollectedField<'_>| {
            let name = &field.first().name.node;
            if name == "__typename" {
                return Some(PlannedField::Typename);
            }
            let root = self.root_fields().get(ty, name)?;
            let plan = root.plan(context, field).ok()?;
            Some(PlannedField::Engine(root, Box::new(plan)))
        };
        fields.iter().map(plan).collect()
    }

    /// Runs an operation through async-graphql, which leaves the engine its own fields. Answers the errors of a
    /// request that is refused as a whole.
    async fn run_through(
        &self,
        ctx: &Ctx,
        operation_name: Option<&str>,
        document: &Arc<ValidDocument>,
        variables: Variables,
    ) -> Result<ExecutionResult, Vec<ServerError>> {
        let resolver = Arc::new(OperationResolver::new(self.clone(), ctx.clone(), Arc::clone(document)));
        let entity_resolver: Arc<dyn EntityResolver> = resolver.clone();
        let mut request = async_graphql::Request::new("")
            .variables(variables)
            .data(ctx.clone())
            .data(self.entities().clone())
            .data(entity_resolver);
        request.operation_name = operation_name
            .filter(|_| matches!(document.executable.operations, DocumentOperations::Multiple(_)))
            .map(str::to_owned);
        request.set_parsed_query(document.executable.clone());
        let mut response = self.built().execute(request).await;
        // A row that the reader may not see is null where that may be, as if it were absent.
        let data = &response.data;
        response.errors.retain_mut(|error| {
            let is_within_own = resolver.place(error);
            error.source::<AbsentRow>().is_none() || !(is_within_own || is_null(data, &error.path))
        });
        for error in &mut response.errors {
            error::unwrap_source(error, ctx.request_id());
        }
        let fields = resolver.take();
        let executed = !fields.is_empty()
            || response.data != Value::Null
            || response.errors.iter().all(|error| !error.path.is_empty());
        if !executed {
            return Err(response.errors);
        }
        Ok(ExecutionResult { fields, data: response.data, errors: response.errors })
    }
}

/// Whether there is a null at a path: what failed there may be null.
fn is_null(data: &Value, path: &[PathSegment]) -> bool {
    let mut at = data;
    for step in path {
        let next = match (step, at) {
            (PathSegment::Field(name), Value::Object(members)) => members.get(name.as_str()),
            (PathSegment::Index(index), Value::List(items)) => items.get(*index),
            _ => None,
        };
        let Some(next) = next else { return false };
        at = next;
    }
    *at == Value::Null
}

async fn run_field(
    ctx: &Ctx,
    ty: OperationType,
    field: &CollectedField<'_>,
    planned: PlannedField,
) -> KeyedResults {
    match planned {
        PlannedField::Typename => {
            let json = format!("\"{}\"", root_type(ty)).into_bytes();
            vec![(field.response_key.to_string(), FieldResult::Json { json, errors: Vec::new() })]
        }
        PlannedField::Engine(root, plan) => resolve(ctx, root, field, Ok(*plan), None).await,
    }
}

/// Queries run side by side, mutations one after the other.
async fn run(
    ctx: &Ctx,
    (ty, keeping): (OperationType, Keeping),
    fields: &[CollectedField<'_>],
    planned: Vec<PlannedField>,
) -> ExecutionResult {
    let mut results = Vec::with_capacity(planned.len());
    let planned = fields.iter().zip(planned);
    if ty == OperationType::Mutation || fields.len() == 1 {
        for (field, planned) in planned {
            let result = run_field(ctx, ty, field, planned).await;
            let ends = keeping.is_together() && result.iter().any(|(_, result)| result.failed());
            results.extend(result);
            if ends {
                break;
            }
        }
    } else {
        let ran = join_all(planned.map(|(field, planned)| run_field(ctx, ty, field, planned))).await;
        results = ran.into_iter().flatten().collect();
    }
    ExecutionResult { fields: results, data: Value::Null, errors: Vec::new() }
}

fn kind_of(ty: OperationType) -> &'static str {
    match ty {
        OperationType::Query => "query",
        OperationType::Mutation => "mutation",
        OperationType::Subscription => "subscription",
    }
}

/// The name of the operation that the request asks for, as the document has it; empty without one.
fn name_of<'a>(document: &'a ExecutableDocument, request: &GraphqlRequest) -> &'a str {
    let DocumentOperations::Multiple(operations) = &document.operations else { return "" };
    let mut names = operations.keys().map(async_graphql::Name::as_str);
    match &request.operation_name {
        Some(asked) => names.find(|name| name == asked).unwrap_or_default(),
        None => names.next().unwrap_or_default(),
    }
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
