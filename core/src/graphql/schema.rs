//! The schema of an application: the entities' types and root fields, and the user's own root types beside them.

use std::sync::Arc;

use std::collections::HashMap;

use async_graphql::parser::types::{FragmentDefinition, OperationDefinition};
use async_graphql::{Name, ObjectType, Positioned, SDLExportOptions, ValidationMode, Variables};

use crate::config::{GraphqlLimits, Settings};
use crate::entity::{Entity, Registry};
use crate::graphql::adapter::{
    self, BatchedField, Builder, BuiltSchema, Declaration, Extension, Extensions, ObjectFields,
    ObjectOfModel, RootType, UserRoot, ValuesOfModels,
};
use crate::graphql::definitions::SchemaError;
use crate::graphql::documents::{DocumentCache, ValidDocument};
use crate::graphql::execution_context::ExecutionContext;
use crate::graphql::limits::{Connections, Ruler};
use crate::graphql::persisted::{PersistedQueries, TrustedDocuments};
use crate::graphql::plan_cache::{DocumentPlans, PlanCache};
use crate::graphql::root_fields::{self, RootFields, root_type};
use crate::graphql::selection::{CollectedField, collect_fields, gather_twins};
use crate::graphql::type_system::TypeSystem;
use crate::graphql::{description, limits, mutation_directives, names};

const QUERY_DOCS: &str = "What can be read.";
const MUTATION_DOCS: &str = "What can be changed. The fields of one request run one after the other; each is kept \
                             before the answer is sent, or all together with `@atomic`.";

/// Puts a value into the schema's data.
type Prepare = Box<dyn FnOnce(Builder) -> Builder + Send>;

/// The schema of these entities in the schema definition language, the same on every machine.
///
/// # Errors
/// [`SchemaError`] when a name is none in GraphQL, or two types or root fields have the same.
pub fn sdl(registry: &Registry) -> Result<String, SchemaError> {
    Ok(Schema::builder(registry).build()?.sdl())
}

/// The GraphQL schema of an application. Cheap to clone.
#[derive(Clone)]
pub struct Schema(Arc<Inner>);

struct Inner {
    built: BuiltSchema,
    types: TypeSystem,
    entities: Registry,
    root_fields: RootFields,
    extensions: Arc<Extensions>,
    documents: DocumentCache,
    plans: PlanCache,
    persisted: PersistedQueries,
    connections: Connections,
    limits: GraphqlLimits,
    introspection: bool,
    /// The roles that may ask how an operation was run.
    explain_roles: Vec<String>,
    /// The schema as a gateway composes it; empty where it is no service of a federation.
    subgraph: String,
}

/// What was done for documents so far: what is kept is not done again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DocumentWork {
    /// Texts parsed.
    pub parsed: u64,
    /// Documents validated.
    pub validated: u64,
    /// Plans made: one for each root field of the entities.
    pub planned: u64,
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schema")
            .field("entities", &self.0.entities)
            .field("documents", &self.0.documents)
            .finish_non_exhaustive()
    }
}

/// Builds a [`Schema`].
pub struct SchemaBuilder {
    entities: Registry,
    data: Vec<Prepare>,
    queries: Vec<Arc<dyn UserRoot>>,
    mutations: Vec<Arc<dyn UserRoot>>,
    extensions: Vec<Arc<dyn Extension>>,
    introspection: bool,
    limits: GraphqlLimits,
    persisted_queries: bool,
    trusted: Option<TrustedDocuments>,
    explain_roles: Vec<String>,
    federation: bool,
}

impl std::fmt::Debug for SchemaBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SchemaBuilder")
            .field("entities", &self.entities)
            .field("queries", &self.queries.len())
            .field("mutations", &self.mutations.len())
            .field("extensions", &self.extensions.len())
            .finish_non_exhaustive()
    }
}

impl SchemaBuilder {
    /// Adds the fields of a user's own `#[Object]` type to `Query`. Its resolvers find the request's
    /// [`Ctx`](crate::Ctx) by `ctx.data::<Ctx>()`.
    #[must_use]
    pub fn query(mut self, root: impl ObjectType + 'static) -> Self {
        self.queries.push(Arc::new(root));
        self
    }

    /// Adds the fields of a user's own `#[Object]` type to `Mutation`.
    #[must_use]
    pub fn mutation(mut self, root: impl ObjectType + 'static) -> Self {
        self.mutations.push(Arc::new(root));
        self
    }

    /// Whether `__schema` and `__type` are answered; they are by default.
    #[must_use]
    pub fn introspection(mut self, answered: bool) -> Self {
        self.introspection = answered;
        self
    }

    /// Adds the fields of an `#[Object]` to the type of an entity. `of` makes the object of a row's model: the name of a tuple
    /// struct that holds one.
    #[must_use]
    pub fn extend<E: Entity>(mut self, of: impl ObjectOfModel<E>) -> Self {
        self.extensions.push(Arc::new(ObjectFields::new(of)));
        self
    }

    /// Adds a field to the type of an entity that is answered at all rows of a level at once, in the order of the models.
    #[must_use]
    pub fn extend_batched<E: Entity>(
        mut self,
        name: impl Into<String>,
        docs: impl Into<String>,
        values: impl ValuesOfModels<E>,
    ) -> Self {
        self.extensions.push(Arc::new(BatchedField::new(name.into(), docs.into(), values)));
        self
    }

    /// Takes what the settings say of GraphQL, but for the trusted documents, which are a file.
    #[must_use]
    pub fn settings(self, settings: &Settings) -> Self {
        Self {
            introspection: settings.serves_introspection(),
            limits: settings.graphql_limits(),
            persisted_queries: settings.graphql_persisted_queries,
            explain_roles: settings.graphql_explain_roles.clone(),
            federation: self.federation || settings.graphql_federation,
            ..self
        }
    }

    /// How much a request may ask for.
    #[must_use]
    pub fn limits(self, limits: GraphqlLimits) -> Self {
        Self { limits, ..self }
    }

    /// Whether clients may register documents and name them by their hashes afterwards; they may by default.
    #[must_use]
    pub fn persisted_queries(self, taken: bool) -> Self {
        Self { persisted_queries: taken, ..self }
    }

    /// Lets these documents run alone, but for those who may send others.
    #[must_use]
    pub fn trusted_documents(self, documents: Option<TrustedDocuments>) -> Self {
        Self { trusted: documents, ..self }
    }

    /// The roles that may ask how an operation was run; none by default.
    #[must_use]
    pub fn explain_roles(self, roles: Vec<String>) -> Self {
        Self { explain_roles: roles, ..self }
    }

    /// Makes the schema a service of a federation (Apollo Federation 2): `_service` and `_entities`.
    #[must_use]
    pub fn federation(self) -> Self {
        Self { federation: true, ..self }
    }

    /// Lends a value to the user's own resolvers: `ctx.data::<T>()`.
    #[must_use]
    pub fn data<T: std::any::Any + Send + Sync>(mut self, value: T) -> Self {
        self.data.push(Box::new(|builder| builder.data(value)));
        self
    }

    /// Builds the schema.
    ///
    /// # Errors
    /// [`SchemaError`] when a name is none in GraphQL, two types or two fields of one type have the same, or a trusted document
    /// could not run.
    pub fn build(self) -> Result<Schema, SchemaError> {
        let Self { entities, data, queries, mutations, extensions, introspection, federation, .. } = self;
        names::check(&entities)?;
        let (query_fields, mutation_fields) = root_fields::definitions(&entities, federation);
        let extensions = Arc::new(Extensions::new(extensions));
        let mut types = description::types(&entities);
        if federation {
            types.extend(description::federation(&entities));
        }
        let declaration = Declaration {
            types,
            extensions: Arc::clone(&extensions),
            federation,
            query: RootType { docs: QUERY_DOCS, fields: query_fields, user_roots: queries.into() },
            connections: description::connections(&entities),
            mutation: RootType { docs: MUTATION_DOCS, fields: mutation_fields, user_roots: mutations.into() },
            directives: &mutation_directives::ALL,
        };
        let (built, types) = adapter::build(declaration, |builder| {
            // Documents are validated before they come to async-graphql.
            let builder = builder.validation_mode(ValidationMode::Fast);
            let builder = builder.limit_recursive_depth(limits::MAX_RECURSION);
            data.into_iter().fold(builder, |builder, prepare| prepare(builder)).finish()
        })?;
        let inner = Inner {
            subgraph: if federation { subgraph(&built, &entities) } else { String::new() },
            root_fields: RootFields::new(&entities, federation),
            connections: description::shown(&entities)
                .map(|info| (format!("{}Connection", info.def.graphql.type_name), info))
                .collect(),
            extensions,
            documents: DocumentCache::default(),
            plans: PlanCache::default(),
            persisted: PersistedQueries::new(self.persisted_queries, self.trusted.clone()),
            limits: self.limits,
            explain_roles: self.explain_roles,
            built,
            types,
            entities,
            introspection,
        };
        let schema = Schema(Arc::new(inner));
        schema.check_trusted(self.trusted.as_ref())?;
        Ok(schema)
    }
}

/// The schema as a gateway composes it: the types of entities have the key `id`.
fn subgraph(built: &BuiltSchema, entities: &Registry) -> String {
    let options = SDLExportOptions::new().federation().include_specified_by().use_space_ident();
    let sdl = built.sdl_with_options(options);
    let heads: HashMap<String, &str> = description::entity_types(entities)
        .into_iter()
        .map(|name| (format!("type {name} implements Node {{"), name))
        .collect();
    let lines = sdl.lines().map(|line| match heads.get(line) {
        Some(name) => format!("type {name} implements Node @key(fields: \"id\") {{\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

impl Schema {
    /// Starts the schema of these entities.
    #[must_use]
    pub fn builder(entities: &Registry) -> SchemaBuilder {
        SchemaBuilder {
            entities: entities.clone(),
            data: Vec::new(),
            queries: Vec::new(),
            mutations: Vec::new(),
            extensions: Vec::new(),
            introspection: true,
            limits: GraphqlLimits::default(),
            persisted_queries: true,
            trusted: None,
            explain_roles: Vec::new(),
            federation: false,
        }
    }

    /// The schema as one service of a federation, as a gateway composes it with others; none where it is not.
    #[must_use]
    pub fn subgraph(&self) -> Option<&str> {
        Some(self.0.subgraph.as_str()).filter(|text| !text.is_empty())
    }

    /// What was done for documents so far.
    #[must_use]
    pub fn work(&self) -> DocumentWork {
        let (parsed, validated) = self.0.documents.work();
        DocumentWork { parsed, validated, planned: self.0.plans.work() }
    }

    /// Every trusted document can run.
    fn check_trusted(&self, trusted: Option<&TrustedDocuments>) -> Result<(), SchemaError> {
        for (id, text) in trusted.into_iter().flat_map(TrustedDocuments::iter) {
            if let Err(errors) = self.documents().document(self.ruler(), text) {
                let reason = errors.into_iter().next().map(|error| error.message).unwrap_or_default();
                return Err(SchemaError::TrustedDocument { id: id.to_owned(), reason });
            }
        }
        Ok(())
    }

    /// By what documents are measured.
    pub(super) fn ruler(&self) -> Ruler<'_> {
        Ruler { limits: &self.0.limits, types: &self.0.types, connections: &self.0.connections }
    }

    /// What the fields of an operation refer to.
    pub(super) fn execution_context<'a>(
        &'a self,
        document: &'a ValidDocument,
        fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
        variables: &'a Variables,
    ) -> ExecutionContext<'a> {
        ExecutionContext {
            entities: &self.0.entities,
            fragments,
            variables,
            plans: DocumentPlans::new(&self.0.plans, document.number, &document.switches, variables),
            extensions: &self.0.extensions,
            subgraph: &self.0.subgraph,
        }
    }

    /// The root fields of an operation to resolve, those that are answered together gathered.
    pub(super) fn root_selection<'a>(
        &self,
        context: &ExecutionContext<'a>,
        operation: &'a OperationDefinition,
    ) -> Vec<CollectedField<'a>> {
        let on = root_type(operation.ty);
        let fields = collect_fields(context, &[&operation.selection_set.node], &|name| name == on);
        let has_twins =
            |name: &Name| self.root_fields().get(operation.ty, name).is_some_and(|field| field.has_twins());
        gather_twins(&fields, has_twins)
    }

    pub(super) fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    pub(super) fn persisted(&self) -> &PersistedQueries {
        &self.0.persisted
    }

    pub(super) fn plan_cache(&self) -> &PlanCache {
        &self.0.plans
    }

    pub(super) fn limits(&self) -> &GraphqlLimits {
        &self.0.limits
    }

    pub(super) fn explain_roles(&self) -> &[String] {
        &self.0.explain_roles
    }

    /// The schema in the schema definition language: types by name, fields as declared.
    #[must_use]
    pub fn sdl(&self) -> String {
        self.0.built.sdl_with_options(SDLExportOptions::new().include_specified_by().use_space_ident())
    }

    pub(super) fn built(&self) -> &BuiltSchema {
        &self.0.built
    }

    pub(super) fn types(&self) -> &TypeSystem {
        &self.0.types
    }

    pub(super) fn answers_introspection(&self) -> bool {
        self.0.introspection
    }

    pub(super) fn documents(&self) -> &DocumentCache {
        &self.0.documents
    }

    pub(super) fn entities(&self) -> &Registry {
        &self.0.entities
    }

    pub(super) fn root_fields(&self) -> &RootFields {
        &self.0.root_fields
    }
}
