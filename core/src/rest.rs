//! The rest surface.

use std::marker::PhantomData;

/// Generic over the entity; `#[derive(Entity)]` names it.
#[derive(Debug)]
pub struct EntityApi<E>(PhantomData<fn() -> E>);
