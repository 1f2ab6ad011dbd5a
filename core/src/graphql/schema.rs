//! The schema of an application: the entities' types and root fields, and the user's own root types beside them.

use std::sync::Arc;

use async_graphql::{ObjectType, SDLExportOptions, ValidationMode};

use crate::entity::Registry;
use crate::graphql::adapter::{self, Builder, BuiltSchema, Declaration, RootType, UserRoot};
use crate::graphql::definitions::SchemaError;
use crate::graphql::documents::DocumentCache;
use crate::graphql::root_fields::{self, RootFields};
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
    documents: DocumentCache,
    introspection: bool,
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
    introspection: bool,
}

impl std::fmt::Debug for SchemaBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SchemaBuilder")
            .field("entities", &self.entities)
            .field("queries", &self.queries.len())
            .field("mutations", &self.mutations.len())
            .finish()
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

    /// Lends a value to the user's own resolvers: `ctx.data::<T>()`.
    #[must_use]
    pub fn data<T: std::any::Any + Send + Sync>(mut self, value: T) -> Self {
        self.data.push(Box::new(|builder| builder.data(value)));
        self
    }

    /// Builds the schema.
    ///
    /// # Errors
    /// [`SchemaError`] when a name is none in GraphQL, or two types or two root fields have the same.
    pub fn build(self) -> Result<Schema, SchemaError> {
        let Self { entities, data, queries, mutations, introspection } = self;
        names::check(&entities)?;
        let (query_fields, mutation_fields) = root_fields::definitions(&entities);
        let declaration = Declaration {
            types: description::types(&entities),
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
        let root_fields = RootFields::new(&entities);
        let documents = DocumentCache::default();
        Ok(Schema(Arc::new(Inner { built, types, entities, root_fields, documents, introspection })))
    }
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
            introspection: true,
        }
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
