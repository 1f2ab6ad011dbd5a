//! Code of the application that runs with an entity's writes: [`Hooks`], and how the untyped service calls it.

mod adapter;

use crate::ctx::Ctx;
use crate::entity::Entity;
use crate::error::Result;

#[doc(hidden)]
pub use crate::entity::{DynHooks, RowChange};
#[doc(hidden)]
pub use adapter::HooksOf;

/// What an entity with `#[entity(hooks)]` does when its rows are written.
///
/// Every method does nothing unless the implementation says otherwise, and may be written as an `async fn`:
///
/// ```
/// # use entify::prelude::*;
/// # #[derive(Entity)]
/// # #[entity(policy = public, hooks)]
/// # struct Post {
/// #     title: String,
/// # }
/// # async fn announce(_post: &PostModel) -> entify::Result<()> {
/// #     Ok(())
/// # }
/// impl Hooks for Post {
///     async fn before_create(ctx: &Ctx, input: &mut PostInput) -> entify::Result<()> {
///         input.title = input.title.trim().to_owned();
///         Ok(())
///     }
///
///     async fn after_commit_create(ctx: &Ctx, post: &PostModel) -> entify::Result<()> {
///         announce(post).await
///     }
/// }
/// ```
///
/// They run for every write of the service, so on every surface: for the bulk forms and imports as well, once for each
/// row. Changes of other rows because one was deleted (`on_delete`) run the hooks of their entities too: those of
/// deletion where they are deleted with it, those of an update where they lose the reference. The latter can refuse, and
/// can set another reference, but cannot keep the lost one.
///
/// - `before_…` and `after_…` run inside the write's transaction, and `ctx` is that transaction's: what they write
///   through it is committed or rolled back together with the row. An error of theirs refuses the write and rolls all of it
///   back. [`Error::Validation`](crate::Error::Validation) with the fields' names reaches the client like any broken
///   rule of a field.
///   When a conflict with other writers rolls the transaction back, it runs again, and they with it: what they do besides
///   the database belongs to `after_commit_…`.
/// - The rules of the fields are checked after `before_…`, so on the values that the hook returned.
/// - `after_commit_…` run outside, one after the other in the order of the writes, once the outermost transaction has
///   been committed: never for what was rolled back, and also when the caller has gone away. They are meant for mails and
///   messages. The caller waits for them; an error or a panic of theirs is logged and has no other effect.
///
/// With `soft_delete`, `after_update` and `after_commit_update` are called for a row that is restored, and the hooks of
/// deletion for a row that is purged, though it may have been deleted before.
///
/// A hook may write other entities, whose hooks then run too. A hook that writes its own entity runs again for that
/// write; the service refuses to go deeper than 8 writes within writes, because that would not end.
#[diagnostic::on_unimplemented(
    message = "the trait bound `{Self}: Hooks` is not satisfied",
    label = "`hooks` asks for `impl Hooks for {Self}`",
    note = "write `impl Hooks for {Self} {{ … }}` with the hooks it needs; every method has a default that does nothing"
)]
pub trait Hooks: Hooked {
    /// A row is about to be created; `input` may be changed.
    fn before_create(ctx: &Ctx, input: &mut Self::Input) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, input);
        async { Ok(()) }
    }

    /// A row was created.
    fn after_create(ctx: &Ctx, row: &Self::Model) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, row);
        async { Ok(()) }
    }

    /// The row `current` is about to be updated; `patch` may be changed. No one else changes the row in between.
    fn before_update(
        ctx: &Ctx,
        current: &Self::Model,
        patch: &mut Self::Patch,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, current, patch);
        async { Ok(()) }
    }

    /// A row was updated, though its values may be what they were.
    fn after_update(
        ctx: &Ctx,
        before: &Self::Model,
        after: &Self::Model,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, before, after);
        async { Ok(()) }
    }

    /// A row is about to be deleted.
    fn before_delete(ctx: &Ctx, row: &Self::Model) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, row);
        async { Ok(()) }
    }

    /// A row was deleted; `row` is what it was.
    fn after_delete(ctx: &Ctx, row: &Self::Model) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, row);
        async { Ok(()) }
    }

    /// A row was created, and the transaction committed.
    fn after_commit_create(ctx: &Ctx, row: &Self::Model) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, row);
        async { Ok(()) }
    }

    /// A row was updated, and the transaction committed.
    fn after_commit_update(
        ctx: &Ctx,
        before: &Self::Model,
        after: &Self::Model,
    ) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, before, after);
        async { Ok(()) }
    }

    /// A row was deleted, and the transaction committed.
    fn after_commit_delete(ctx: &Ctx, row: &Self::Model) -> impl Future<Output = Result<()>> + Send {
        let _ = (ctx, row);
        async { Ok(()) }
    }
}

/// An entity with `#[entity(hooks)]`.
///
/// Emitted by the derive.
#[diagnostic::on_unimplemented(
    message = "the hooks of `{Self}` are never called",
    label = "`{Self}` does not ask for hooks",
    note = "add `hooks` to the `#[entity(…)]` of `{Self}`"
)]
pub trait Hooked: Entity {}
