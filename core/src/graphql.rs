//! The graphql surface.

use std::marker::PhantomData;

/// Generic over the entity; `#[derive(Entity)]` names it.
#[derive(Debug)]
pub struct EntityObject<E>(PhantomData<fn() -> E>);

/// Generic over the entity; `#[derive(Entity)]` names it.
#[derive(Debug)]
pub struct EntityQuery<E>(PhantomData<fn() -> E>);

/// Generic over the entity; `#[derive(Entity)]` names it.
#[derive(Debug)]
pub struct EntityMutation<E>(PhantomData<fn() -> E>);
