//! The names of an entity on the surfaces: what the derive's aliases `UserType`, `UserApi` and the like refer to.
//!
//! They exist whatever surfaces are compiled in, so that the derive writes the same for all; their behaviour is
//! each surface's.

use std::fmt;
use std::marker::PhantomData;

use crate::entity::{Entity, Id};

/// A row as the entity's GraphQL type: what a resolver of your own returns. `#[derive(Entity)]` names it: `UserType`.
///
/// Its selected fields are fetched as in any other query of the entity, under the same policy.
pub struct EntityObject<E: Entity> {
    pub(crate) id: Id<E>,
}

impl<E: Entity> EntityObject<E> {
    /// The row with this key.
    #[must_use]
    pub fn new(id: Id<E>) -> Self {
        Self { id }
    }
}

impl<E: Entity> From<Id<E>> for EntityObject<E> {
    fn from(id: Id<E>) -> Self {
        Self::new(id)
    }
}

impl<E: Entity> fmt::Debug for EntityObject<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntityObject").field("id", &self.id).finish()
    }
}

/// The root fields of an entity's queries in GraphQL, apart from `node` and `nodes`: `UserQuery`.
#[derive(Debug)]
pub struct EntityQuery<E>(PhantomData<fn() -> E>);

/// The root fields of an entity's mutations in GraphQL: `UserMutation`.
#[derive(Debug)]
pub struct EntityMutation<E>(PhantomData<fn() -> E>);

/// The REST resource of `E` as a poem-openapi API: `UserApi`.
///
/// An application's entities need none of this: `entify::rest::endpoint` serves them all. It is for composing a
/// poem-openapi service by hand; requests must then carry a [`Ctx`](crate::Ctx) in their data.
pub struct EntityApi<E>(PhantomData<fn() -> E>);

impl<E: Entity> EntityApi<E> {
    /// The resource.
    #[must_use]
    pub fn new() -> Self {
        Self(PhantomData)
    }
}

impl<E: Entity> Default for EntityApi<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: Entity> fmt::Debug for EntityApi<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EntityApi").field(&E::def().name).finish()
    }
}

/// The admin registration of an entity: `UserAdminView`.
///
/// The pages need nothing but the definition, so this only says which one and where.
#[derive(Debug)]
pub struct EntityView<E>(PhantomData<fn() -> E>);
