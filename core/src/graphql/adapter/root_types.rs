//! `Query` and `Mutation` as async-graphql's types, and the schema that they make.
//!
//! async-graphql asks a type for its description through a function without `self`; [`build`] lends the root types the
//! declaration meanwhile.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaField, Registry};
use async_graphql::resolver_utils::resolve_container;
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, EmptySubscription, ObjectType, OutputType, Positioned,
    ServerResult, Value,
};
use futures_util::future::{BoxFuture, FutureExt as _};

use crate::graphql::adapter::extensions::Extensions;
use crate::graphql::adapter::registry;
use crate::graphql::adapter::resolver::{EntityResolver, RequestedRootField};
use crate::graphql::adapter::type_system::TypeSystemSlot;
use crate::graphql::definitions::{FieldDefinition, InputValueDefinition, SchemaError, TypeDefinition};
use crate::graphql::mutation_directives::MutationDirective;
use crate::graphql::type_system::TypeSystem;

/// What a schema consists of.
pub(in crate::graphql) struct Declaration {
    pub(in crate::graphql) types: Vec<TypeDefinition>,
    pub(in crate::graphql) query: RootType,
    pub(in crate::graphql) mutation: RootType,
    /// The directives on mutations.
    pub(in crate::graphql) directives: &'static [MutationDirective],
    /// What the application adds to the types of entities.
    pub(in crate::graphql) extensions: Arc<Extensions>,
    /// Whether the schema is one service of a federation.
    pub(in crate::graphql) federation: bool,
    /// The arguments of every field that answers a connection, by the connection's name.
    pub(in crate::graphql) connections: HashMap<String, Vec<InputValueDefinition>>,
}

/// A root type.
pub(in crate::graphql) struct RootType {
    pub(in crate::graphql) docs: &'static str,
    /// The engine's own fields.
    pub(in crate::graphql) fields: Vec<FieldDefinition>,
    /// The types whose fields are added.
    pub(in crate::graphql) user_roots: UserRoots,
}

/// Root types of the user's own.
pub(in crate::graphql) type UserRoots = Arc<[Arc<dyn UserRoot>]>;

/// A root type of the user's own, its Rust type erased.
pub(in crate::graphql) trait UserRoot: Send + Sync {
    fn fields(&self, registry: &mut Registry) -> Vec<MetaField>;
    fn resolve<'a>(&'a self, context: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>>;
}

impl<T: ObjectType> UserRoot for T {
    fn fields(&self, registry: &mut Registry) -> Vec<MetaField> {
        registry::fields_of::<T>(registry)
    }

    fn resolve<'a>(&'a self, context: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<Value>>> {
        Box::pin(self.resolve_field(context))
    }
}

/// async-graphql's builder of the schema.
pub(in crate::graphql) type Builder =
    async_graphql::SchemaBuilder<Root<Query>, Root<Mutation>, EmptySubscription>;

/// The schema as async-graphql runs it.
pub(in crate::graphql) type BuiltSchema =
    async_graphql::Schema<Root<Query>, Root<Mutation>, EmptySubscription>;

/// A schema that is being built.
struct Building {
    declaration: Rc<Declaration>,
    /// The first name used twice.
    clash: Option<SchemaError>,
}

thread_local! {
    static BUILDING: RefCell<Option<Building>> = const { RefCell::new(None) };
}

/// Builds a schema. `finish` sets what else is to be set.
///
/// # Errors
/// [`SchemaError`] when two types or two root fields have the same name.
pub(in crate::graphql) fn build(
    declaration: Declaration,
    finish: impl FnOnce(Builder) -> BuiltSchema,
) -> Result<(BuiltSchema, TypeSystem), SchemaError> {
    let query = Root::new(&declaration);
    let mutation = Root::new(&declaration);
    let building = Building { declaration: Rc::new(declaration), clash: None };
    BUILDING.with_borrow_mut(|slot| *slot = Some(building));
    let built = finish(BuiltSchema::build(query, mutation, EmptySubscription));
    match BUILDING.with_borrow_mut(Option::take).and_then(|building| building.clash) {
        Some(clash) => Err(clash),
        None => {
            let types = type_system_of(&built);
            Ok((built, types))
        }
    }
}

/// Has a field of the finished schema resolved, whatever it is called: [`Root`] answers with the registry. Nothing is
/// waited for on the way.
fn type_system_of(built: &BuiltSchema) -> TypeSystem {
    let slot = Arc::new(TypeSystemSlot::default());
    let request = async_graphql::Request::new("{ typeSystem }").data(Arc::clone(&slot));
    let _ = built.execute(request).now_or_never();
    slot.take().unwrap_or_default()
}

fn declaration() -> Option<Rc<Declaration>> {
    BUILDING.with_borrow(|slot| slot.as_ref().map(|building| Rc::clone(&building.declaration)))
}

fn clash(what: &'static str, name: &str) {
    BUILDING.with_borrow_mut(|slot| {
        if let Some(building) = slot {
            building.clash.get_or_insert_with(|| SchemaError::Taken { what, name: name.to_owned() });
        }
    });
}

/// A root type, as async-graphql takes it.
pub(in crate::graphql) struct Root<K> {
    user_roots: UserRoots,
    kind: PhantomData<fn() -> K>,
}

/// Which root type it is.
pub(in crate::graphql) trait RootKind: 'static {
    const NAME: &'static str;
    /// Whether a schema may have no such type.
    const OPTIONAL: bool;

    fn of(declaration: &Declaration) -> &RootType;

    /// The types that are registered with it.
    fn types(declaration: &Declaration) -> &[TypeDefinition];
}

/// The type `Query`. async-graphql asks for it first, so the entities' types come with it.
pub(in crate::graphql) enum Query {}

/// The type `Mutation`.
pub(in crate::graphql) enum Mutation {}

impl RootKind for Query {
    const NAME: &'static str = "Query";
    const OPTIONAL: bool = false;

    fn of(declaration: &Declaration) -> &RootType {
        &declaration.query
    }

    fn types(declaration: &Declaration) -> &[TypeDefinition] {
        &declaration.types
    }
}

impl RootKind for Mutation {
    const NAME: &'static str = "Mutation";
    const OPTIONAL: bool = true;

    fn of(declaration: &Declaration) -> &RootType {
        &declaration.mutation
    }

    fn types(_: &Declaration) -> &[TypeDefinition] {
        &[]
    }
}

/// Adds the application's own fields to the types of entities.
fn extend(extensions: &Extensions, registry: &mut Registry) {
    for extension in extensions.iter() {
        let fields = extension.fields(registry);
        let name = extension.info().def.graphql.type_name;
        if let Some(taken) = registry::extend(registry, name, fields) {
            clash("fields of one type", &taken);
        }
    }
}

impl RootType {
    /// Adds the type to the registry: the engine's fields, then those of the user's own roots.
    fn register(&self, name: &str, registry: &mut Registry) {
        let mut fields: Vec<_> = self.fields.iter().map(registry::field).collect();
        for root in self.user_roots.iter() {
            fields.extend(root.fields(registry));
        }
        let mut known = HashSet::new();
        for field in &fields {
            if !known.insert(field.name.as_str()) {
                clash("root fields", &field.name);
            }
        }
        if !registry::insert_root(registry, name, self.docs, fields) {
            clash("types", name);
        }
    }

    fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.user_roots.is_empty()
    }
}

impl<K: RootKind> Root<K> {
    fn new(declaration: &Declaration) -> Self {
        Self { user_roots: Arc::clone(&K::of(declaration).user_roots), kind: PhantomData }
    }
}

impl<K: RootKind> OutputType for Root<K> {
    fn type_name() -> Cow<'static, str> {
        K::NAME.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        if let Some(declaration) = declaration() {
            for definition in K::types(&declaration) {
                if !registry::insert(registry, definition) {
                    clash("types", &definition.name);
                }
            }
            if !K::OPTIONAL {
                extend(&declaration.extensions, registry);
            }
            K::of(&declaration).register(K::NAME, registry);
            for directive in declaration.directives {
                registry::insert_directive(registry, directive);
            }
            registry::complete(registry, &declaration.connections);
            if declaration.federation {
                registry::federate(registry);
            }
        }
        Self::qualified_type_name()
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl<K: RootKind> ContainerType for Root<K> {
    fn is_empty() -> bool {
        K::OPTIONAL && declaration().is_some_and(|declaration| K::of(&declaration).is_empty())
    }

    /// The engine keeps the results of its own fields; the user's roots answer theirs through async-graphql.
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        if let Some(slot) = ctx.data_opt::<Arc<TypeSystemSlot>>() {
            slot.fill(&ctx.schema_env.registry);
            return Ok(Some(Value::Null));
        }
        if let Some(resolver) = ctx.data_opt::<Arc<dyn EntityResolver>>()
            && resolver.resolve_root_field(RequestedRootField::of(ctx)).await
        {
            return Ok(Some(Value::Null));
        }
        for root in self.user_roots.iter() {
            match root.resolve(ctx).await {
                Ok(None) => {}
                Ok(value) => return Ok(value),
                // The error of one field leaves the others as they are, unless it may not be null.
                Err(error) if is_nullable(ctx, K::NAME) => {
                    ctx.add_error(error);
                    return Ok(Some(Value::Null));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

impl<K: RootKind> ObjectType for Root<K> {}

/// Whether the field of a root type that is being resolved may be null.
fn is_nullable(ctx: &Context<'_>, root: &str) -> bool {
    let field =
        ctx.schema_env.registry.types.get(root).and_then(|ty| ty.field_by_name(&ctx.item.node.name.node));
    field.is_some_and(|field| !field.ty.ends_with('!'))
}
