//! The admin surface.

use std::marker::PhantomData;

/// Generic over the entity; `#[derive(Entity)]` names it.
#[derive(Debug)]
pub struct EntityView<E>(PhantomData<fn() -> E>);
