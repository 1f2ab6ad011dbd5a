//! Entities in a crate whose Cargo.toml says `backend = { package = "entify", … }`: compiling is the test.
#![deny(warnings, missing_docs)]
#![allow(missing_debug_implementations)]

use backend::prelude::*;

/// An entity.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), index(state, -created_at))]
pub struct Branch {
    /// Its state.
    #[entity(default = State::Open)]
    state: State,
    /// Digits.
    #[entity(min = 0, max = 9.5, default = 1)]
    size: Decimal,
    /// The one above.
    #[entity(on_delete = set_null)]
    parent: Option<One<Branch>>,
    /// Those below.
    #[entity(inverse = parent)]
    children: Many<Branch>,
}

/// What an action takes.
#[derive(EntityInput)]
pub struct Graft {
    /// The branch that grows on.
    pub other: One<Branch>,
}

#[backend::actions]
impl Branch {
    /// Grows the other on this one.
    #[action(policy = role("staff"))]
    async fn graft(_: &Ctx, branch: BranchModel, input: Graft) -> backend::Result<BranchModel> {
        let _ = input.other;
        Ok(branch)
    }
}

/// A state.
#[derive(EntityEnum)]
pub enum State {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

#[test]
fn the_list_is_written_with_the_new_name() {
    assert_eq!(entities![Branch].len(), 1);
}

#[cfg(test)]
mod tests {
    use backend::prelude::*;
    use backend::testing::each_database;

    use super::{Branch, BranchInput, BranchService};

    #[each_database(entities![Branch], row_security)]
    async fn tests_on_each_database_find_the_new_name(ctx: Ctx) {
        let made = BranchService::new(&ctx).create(BranchInput::new()).await;
        assert!(made.is_ok(), "{made:?}");
    }
}
