//! The schema: every type and root field of the registered entities, and the user's own root types beside them.
//!
//! The root types are ordinary async-graphql types written by hand over the entities. async-graphql asks a type
//! for its description through a function without `self`; [`declaring`] lends it the entities meanwhile.

mod inputs;
mod objects;
mod roots;
mod scalars;

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::resolver_utils::resolve_container;
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, EmptySubscription, ObjectType, OutputType, Positioned,
    SDLExportOptions, ServerResult, Value,
};
use futures_util::future::BoxFuture;

use crate::entity::{EntityInfo, Registry as Entities};
use crate::graphql::answer::Answers;
use crate::graphql::execute::Documents;
use crate::graphql::registry::{self, MetaField, MetaType, Registry};
use crate::graphql::visible;

pub(super) use inputs::DIRECTIONS;
pub(super) use roots::{RootField, RootFields};
pub(super) use scalars::has_test;

/// Ids that `nodes` takes, and rows that one bulk mutation takes.
pub(super) const MAX_BULK: usize = 100;

/// Puts a value into the schema's data.
type Prepare = Box<dyn FnOnce(Builder) -> Builder + Send>;
type Builder = async_graphql::SchemaBuilder<QueryRoot, MutationRoot, EmptySubscription>;
type Built = async_graphql::Schema<QueryRoot, MutationRoot, EmptySubscription>;

/// Why a schema cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "two {what} of the GraphQL schema are called `{name}`; rename one of them (an entity's by `graphql(name = …)`)"
)]
pub struct SchemaError {
    /// "types" or "root fields".
    what: &'static str,
    /// The name used twice.
    name: String,
}

/// A user's own root type, its Rust type erased.
trait Extra: Send + Sync {
    fn fields(&self, registry: &mut Registry) -> Vec<MetaField>;
    fn resolve<'a>(&'a self, context: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>>;
}

impl<T: ObjectType> Extra for T {
    fn fields(&self, registry: &mut Registry) -> Vec<MetaField> {
        registry::fields_of::<T>(registry)
    }

    fn resolve<'a>(&'a self, context: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>> {
        Box::pin(self.resolve_field(context))
    }
}

type Extras = Arc<[Arc<dyn Extra>]>;

/// What the root types describe while a schema is being built.
struct Declared {
    entities: Entities,
    queries: Extras,
    mutations: Extras,
    clash: Option<SchemaError>,
}

thread_local! {
    static DECLARED: RefCell<Option<Declared>> = const { RefCell::new(None) };
}

/// Runs `build` with what its root types describe; answers the first name used twice.
fn declaring<T>(declared: Declared, build: impl FnOnce() -> T) -> Result<T, SchemaError> {
    DECLARED.with_borrow_mut(|slot| *slot = Some(declared));
    let built = build();
    match DECLARED.with_borrow_mut(Option::take).and_then(|declared| declared.clash) {
        Some(clash) => Err(clash),
        None => Ok(built),
    }
}

fn clash(what: &'static str, name: &str) {
    DECLARED.with_borrow_mut(|slot| {
        if let Some(declared) = slot {
            declared.clash.get_or_insert_with(|| SchemaError { what, name: name.to_owned() });
        }
    });
}

fn insert(registry: &mut Registry, meta: MetaType) {
    let name = meta.name().to_owned();
    if registry.types.insert(name.clone(), meta).is_some() {
        clash("types", &name);
    }
}

/// Registers every type of the entities, once per schema.
fn register_types(registry: &mut Registry, entities: &Entities) {
    let shown = || entities.iter().filter(|info| visible::entity(info.def));
    let names = shown().map(|info| info.def.graphql.type_name).collect::<Vec<_>>();
    let mut filters = std::collections::BTreeMap::new();
    let mut enums: Vec<&'static crate::types::EnumDef> = Vec::new();
    for meta in scalars::scalars() {
        insert(registry, meta);
    }
    if !names.is_empty() {
        objects::shared(&names).into_iter().for_each(|meta| insert(registry, meta));
        insert(registry, inputs::direction());
    }
    for info in shown() {
        insert(registry, objects::entity(info));
        registry.add_implements(info.def.graphql.type_name, "Node");
        let [connection, edge] = objects::connection(info);
        for meta in [connection, edge, inputs::filter(info), inputs::list_filter(info), inputs::order(info)] {
            insert(registry, meta);
        }
        for meta in [inputs::create(info), inputs::patch(info)].into_iter().flatten() {
            insert(registry, meta);
        }
        filters.extend(scalars::filters(info));
        for def in scalars::enums(info) {
            if !enums.iter().any(|known| std::ptr::eq(*known, def)) {
                enums.push(def);
            }
        }
    }
    for meta in filters.into_values() {
        insert(registry, meta);
    }
    for def in enums {
        let values = def.variants.iter().map(|variant| (variant.graphql, variant.docs));
        insert(registry, registry::enumeration(def.name, def.docs, values));
    }
}

/// Registers a root type: the entities' fields, then the fields of the user's own roots.
fn register_root(registry: &mut Registry, name: &str, docs: &str, own: Vec<MetaField>, extras: &Extras) {
    let mut fields = own;
    for extra in extras.iter() {
        fields.extend(extra.fields(registry));
    }
    let mut seen = std::collections::HashSet::new();
    for field in &fields {
        if !seen.insert(field.name.clone()) {
            clash("root fields", &field.name);
        }
    }
    insert(registry, registry::object(name, docs, fields));
}

/// The type `Query`.
pub(super) struct QueryRoot {
    extras: Extras,
}

/// The type `Mutation`.
pub(super) struct MutationRoot {
    extras: Extras,
}

impl OutputType for QueryRoot {
    fn type_name() -> Cow<'static, str> {
        "Query".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let declared = DECLARED.with_borrow(|slot| {
            slot.as_ref().map(|declared| (declared.entities.clone(), declared.queries.clone()))
        });
        if let Some((entities, extras)) = declared {
            register_types(registry, &entities);
            let own = roots::all(&entities).0.into_iter().map(|(field, _)| field).collect();
            register_root(registry, "Query", "What can be read.", own, &extras);
        }
        Self::qualified_type_name()
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl ContainerType for QueryRoot {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        resolve_root(ctx, &self.extras).await
    }
}

impl ObjectType for QueryRoot {}

impl OutputType for MutationRoot {
    fn type_name() -> Cow<'static, str> {
        "Mutation".into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        let declared = DECLARED.with_borrow(|slot| {
            slot.as_ref().map(|declared| (declared.entities.clone(), declared.mutations.clone()))
        });
        if let Some((entities, extras)) = declared {
            let own = roots::all(&entities).1.into_iter().map(|(field, _)| field).collect();
            let docs = "What can be changed. The fields of one request run one after the other; each is kept \
                        before the answer is sent.";
            register_root(registry, "Mutation", docs, own, &extras);
        }
        Self::qualified_type_name()
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl ContainerType for MutationRoot {
    fn is_empty() -> bool {
        DECLARED.with_borrow(|slot| {
            slot.as_ref().is_some_and(|declared| {
                declared.mutations.is_empty() && roots::all(&declared.entities).1.is_empty()
            })
        })
    }

    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        resolve_root(ctx, &self.extras).await
    }
}

impl ObjectType for MutationRoot {}

/// A root field: the engine answers its own beside async-graphql, the user's roots answer theirs through it.
async fn resolve_root(ctx: &Context<'_>, extras: &Extras) -> ServerResult<Option<Value>> {
    if let Some(answers) = ctx.data_opt::<Arc<Answers>>()
        && answers.resolve(ctx).await
    {
        return Ok(Some(Value::Null));
    }
    for extra in extras.iter() {
        if let Some(value) = extra.resolve(ctx).await? {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// The GraphQL schema of an application. Cheap to clone.
#[derive(Clone)]
pub struct Schema(Arc<Inner>);

struct Inner {
    built: Built,
    entities: Entities,
    queries: RootFields,
    mutations: RootFields,
    documents: Documents,
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schema").field("entities", &self.0.entities).finish_non_exhaustive()
    }
}

/// Builds a [`Schema`].
pub struct SchemaBuilder {
    entities: Entities,
    data: Vec<Prepare>,
    queries: Vec<Arc<dyn Extra>>,
    mutations: Vec<Arc<dyn Extra>>,
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

    /// Lends a value to the user's own resolvers: `ctx.data::<T>()`.
    #[must_use]
    pub fn data<T: std::any::Any + Send + Sync>(mut self, value: T) -> Self {
        self.data.push(Box::new(|builder| builder.data(value)));
        self
    }

    /// Builds the schema.
    ///
    /// # Errors
    /// [`SchemaError`] when two types or two root fields have the same name.
    pub fn build(self) -> Result<Schema, SchemaError> {
        let queries: Extras = self.queries.into();
        let mutations: Extras = self.mutations.into();
        let declared = Declared {
            entities: self.entities.clone(),
            queries: queries.clone(),
            mutations: mutations.clone(),
            clash: None,
        };
        let built = declaring(declared, || {
            let query = QueryRoot { extras: queries };
            let mutation = MutationRoot { extras: mutations };
            let plain = Built::build(query, mutation, EmptySubscription)
                .limit_recursive_depth(crate::graphql::limits::MAX_RECURSION);
            let data = self.data.into_iter();
            data.fold(plain, |builder, prepare| prepare(builder)).finish()
        })?;
        let (queries, mutations) = roots::all(&self.entities);
        let by_name = |fields: Vec<(MetaField, RootField)>| {
            fields.into_iter().map(|(field, root)| (field.name, root)).collect::<RootFields>()
        };
        Ok(Schema(Arc::new(Inner {
            built,
            entities: self.entities,
            queries: by_name(queries),
            mutations: by_name(mutations),
            documents: Documents::default(),
        })))
    }
}

impl Schema {
    /// Starts the schema of these entities.
    #[must_use]
    pub fn builder(entities: &Entities) -> SchemaBuilder {
        SchemaBuilder {
            entities: entities.clone(),
            data: Vec::new(),
            queries: Vec::new(),
            mutations: Vec::new(),
        }
    }

    /// The schema in the schema definition language: types by name, fields as declared.
    #[must_use]
    pub fn sdl(&self) -> String {
        self.0.built.sdl_with_options(SDLExportOptions::new().include_specified_by().use_space_ident())
    }

    pub(super) fn query_fields(info: &'static EntityInfo) -> Vec<String> {
        roots::queries(info).into_iter().map(|(field, _)| field.name).collect()
    }

    pub(super) fn mutation_fields(info: &'static EntityInfo) -> Vec<String> {
        roots::mutations(info).into_iter().map(|(field, _)| field.name).collect()
    }

    pub(super) fn built(&self) -> &Built {
        &self.0.built
    }

    pub(super) fn documents(&self) -> &Documents {
        &self.0.documents
    }

    pub(super) fn entities(&self) -> &Entities {
        &self.0.entities
    }

    pub(super) fn queries(&self) -> &RootFields {
        &self.0.queries
    }

    pub(super) fn mutations(&self) -> &RootFields {
        &self.0.mutations
    }
}
