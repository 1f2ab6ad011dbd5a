//! Fields that an application adds to the types of entities.

use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaField, Registry};
use async_graphql::{
    ContainerType as _, Context, ContextBase, ObjectType, OutputType, PathSegment, Positioned, QueryEnv,
    QueryPathNode, QueryPathSegment, SchemaEnv, ServerError, ServerResult, Value,
};
use futures_util::future::{BoxFuture, FutureExt as _, join_all};

use crate::ctx::Ctx;
use crate::entity::{Entity, EntityInfo, Model as _};
use crate::error::{Error, Result};
use crate::graphql::adapter::registry;
use crate::value::Record;

/// Fields of a type, asked for at the rows of one level together.
pub(in crate::graphql) trait Extension: Send + Sync {
    fn info(&self) -> &'static EntityInfo;

    /// The fields, with all types that they lead to.
    fn fields(&self, registry: &mut Registry) -> Vec<MetaField>;

    /// The values of a field at rows, a context for each.
    fn resolve<'a>(
        &'a self,
        contexts: &'a [Context<'a>],
        rows: &'a [Record],
    ) -> BoxFuture<'a, Vec<ServerResult<Value>>>;
}

/// What an application adds to the type of an entity: a function that makes an `#[Object]` of a row's model, like the name of
/// a tuple struct `struct UserExtras(UserModel);`. The fields of the object are fields of the entity's type.
pub trait ObjectOfModel<E: Entity>: Send + Sync + 'static {
    /// The `#[Object]`.
    type Object: ObjectType + 'static;

    /// Makes the object of a row.
    fn object(&self, model: E::Model) -> Self::Object;
}

impl<E, F, T> ObjectOfModel<E> for F
where
    E: Entity,
    F: Fn(E::Model) -> T + Send + Sync + 'static,
    T: ObjectType + 'static,
{
    type Object = T;

    fn object(&self, model: E::Model) -> T {
        self(model)
    }
}

/// What answers a field at all rows of a level: an `async fn(Ctx, Vec<UserModel>) -> entify::Result<Vec<T>>`.
pub trait ValuesOfModels<E: Entity>: Send + Sync + 'static {
    /// The type of the field.
    type Output: OutputType + Send + Sync + 'static;

    /// The values, in the order of the models.
    fn values(&self, ctx: Ctx, models: Vec<E::Model>) -> BoxFuture<'static, Result<Vec<Self::Output>>>;
}

impl<E, F, Fut, T> ValuesOfModels<E> for F
where
    E: Entity,
    F: Fn(Ctx, Vec<E::Model>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Vec<T>>> + Send + 'static,
    T: OutputType + Send + Sync + 'static,
{
    type Output = T;

    fn values(&self, ctx: Ctx, models: Vec<E::Model>) -> BoxFuture<'static, Result<Vec<T>>> {
        Box::pin(self(ctx, models))
    }
}

/// The fields of an `#[Object]`.
pub(in crate::graphql) struct ObjectFields<E, F> {
    of: F,
    entity: PhantomData<fn() -> E>,
}

/// A field that is answered at all rows of a level at once.
pub(in crate::graphql) struct BatchedField<E, F> {
    name: String,
    docs: String,
    values: F,
    entity: PhantomData<fn() -> E>,
}

impl<E: Entity, F: ObjectOfModel<E>> ObjectFields<E, F> {
    pub(in crate::graphql) fn new(of: F) -> Self {
        Self { of, entity: PhantomData }
    }
}

impl<E: Entity, F: ValuesOfModels<E>> BatchedField<E, F> {
    pub(in crate::graphql) fn new(name: String, docs: String, values: F) -> Self {
        Self { name, docs, values, entity: PhantomData }
    }
}

fn model<E: Entity>(row: &Record, field: &Positioned<Field>) -> ServerResult<E::Model> {
    E::Model::from_record(row.clone()).map_err(|failure| failed(failure, field))
}

/// The error of a field, as a resolver's `?` makes it.
fn failed(failure: Error, field: &Positioned<Field>) -> ServerError {
    async_graphql::Error::new_with_source(failure).into_server_error(field.pos)
}

impl<E: Entity, F: ObjectOfModel<E>> Extension for ObjectFields<E, F> {
    fn info(&self) -> &'static EntityInfo {
        E::def().info()
    }

    fn fields(&self, registry: &mut Registry) -> Vec<MetaField> {
        registry::fields_of::<F::Object>(registry)
    }

    fn resolve<'a>(
        &'a self,
        contexts: &'a [Context<'a>],
        rows: &'a [Record],
    ) -> BoxFuture<'a, Vec<ServerResult<Value>>> {
        let one = |(context, row): (&'a Context<'a>, &'a Record)| async move {
            let object = self.of.object(model::<E>(row, context.item)?);
            let value = object.resolve_field(context).await?;
            value.ok_or_else(|| failed(Error::internal("an extension does not know its field"), context.item))
        };
        join_all(contexts.iter().zip(rows).map(one)).boxed()
    }
}

impl<E: Entity, F: ValuesOfModels<E>> Extension for BatchedField<E, F> {
    fn info(&self) -> &'static EntityInfo {
        E::def().info()
    }

    fn fields(&self, registry: &mut Registry) -> Vec<MetaField> {
        let ty = <F::Output as OutputType>::create_type_info(registry);
        vec![registry::field_of_type(&self.name, &self.docs, ty)]
    }

    fn resolve<'a>(
        &'a self,
        contexts: &'a [Context<'a>],
        rows: &'a [Record],
    ) -> BoxFuture<'a, Vec<ServerResult<Value>>> {
        async move {
            // A model that cannot be made fails at its own row.
            let (mut models, mut unreadable) = (Vec::with_capacity(rows.len()), HashMap::new());
            for (position, (context, row)) in contexts.iter().zip(rows).enumerate() {
                match model::<E>(row, context.item) {
                    Ok(model) => models.push(model),
                    Err(error) => drop(unreadable.insert(position, error)),
                }
            }
            let mut values = match self.all_values(contexts, models).await {
                Ok(values) => values.into_iter(),
                Err(failure) => {
                    return contexts
                        .iter()
                        .map(|context| Err(failed(failure.clone(), context.item)))
                        .collect();
                }
            };
            let mut resolved = Vec::with_capacity(rows.len());
            for (position, context) in contexts.iter().enumerate() {
                let value = match unreadable.remove(&position) {
                    Some(error) => Err(error),
                    None => values
                        .next()
                        .ok_or_else(|| failed(Error::internal("a value is missing"), context.item)),
                };
                resolved.push(async move {
                    let selection = context.with_selection_set(&context.item.node.selection_set);
                    value?.resolve(&selection, context.item).await
                });
            }
            join_all(resolved).await
        }
        .boxed()
    }
}

impl<E: Entity, F: ValuesOfModels<E>> BatchedField<E, F> {
    /// A value for each model.
    async fn all_values(&self, contexts: &[Context<'_>], models: Vec<E::Model>) -> Result<Vec<F::Output>> {
        let expected = models.len();
        let Some(context) = contexts.first().filter(|_| expected > 0) else { return Ok(Vec::new()) };
        let ctx = context.data::<Ctx>()?.clone();
        let values = self.values.values(ctx, models).await?;
        if values.len() != expected {
            return Err(Error::internal(format!(
                "`{}` answered {} values for {expected} rows",
                self.name,
                values.len()
            )));
        }
        Ok(values)
    }
}

/// The extensions of a schema, by entity.
#[derive(Default)]
pub(in crate::graphql) struct Extensions {
    all: Vec<Arc<dyn Extension>>,
    /// Which extension has a field of an entity's type, and whether the field is nullable.
    fields: HashMap<(&'static str, String), (usize, bool)>,
}

impl Extensions {
    pub(in crate::graphql) fn new(all: Vec<Arc<dyn Extension>>) -> Self {
        let mut fields = HashMap::new();
        for (position, extension) in all.iter().enumerate() {
            let name = extension.info().def.graphql.type_name;
            // The registry of the schema does not tell whose fields they are.
            for field in extension.fields(&mut Registry::default()) {
                fields.insert((name, field.name), (position, !field.ty.ends_with('!')));
            }
        }
        Self { all, fields }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<dyn Extension>> {
        self.all.iter()
    }

    /// Which extension has a field, and whether the field is nullable.
    pub(in crate::graphql) fn find(&self, info: &EntityInfo, field: &str) -> Option<(usize, bool)> {
        if self.all.is_empty() {
            return None;
        }
        self.fields.get(&(info.def.graphql.type_name, field.to_owned())).copied()
    }
}

/// Where async-graphql resolves something, from which fields of entities' types are resolved too.
#[derive(Clone, Copy)]
pub(in crate::graphql) struct OwnContext<'a> {
    schema: &'a SchemaEnv,
    query: &'a QueryEnv,
    place: Option<QueryPathNode<'a>>,
}

impl<'a> OwnContext<'a> {
    pub(super) fn of<T>(context: &ContextBase<'a, T>) -> Self {
        Self { schema: context.schema_env, query: context.query_env, place: context.path_node }
    }

    /// Where it is in the answer.
    pub(in crate::graphql) fn path(self) -> Vec<PathSegment> {
        let here = self.query.create_context(self.schema, self.place, (), None);
        here.set_error_path(ServerError::new("", None)).path
    }

    /// The values of a field of an extension at rows. The paths of errors within them begin with the row's number in `marks`.
    pub(in crate::graphql) async fn resolve(
        self,
        extensions: &Extensions,
        extension: usize,
        field: &Positioned<Field>,
        (rows, marks): (&[Record], std::ops::Range<usize>),
    ) -> Vec<ServerResult<Value>> {
        let places: Vec<_> = marks
            .map(|mark| QueryPathNode { parent: None, segment: QueryPathSegment::Index(mark) })
            .map(|node| self.query.create_context(self.schema, Some(node), (), None))
            .collect();
        let contexts: Vec<Context<'_>> = places.iter().map(|place| place.with_field(field)).collect();
        let values = extensions.all[extension].resolve(&contexts, rows).await;
        let placed = |(value, context): (ServerResult<Value>, &Context<'_>)| {
            value.map_err(|error| if error.path.is_empty() { context.set_error_path(error) } else { error })
        };
        values.into_iter().zip(&contexts).map(placed).collect()
    }
}
