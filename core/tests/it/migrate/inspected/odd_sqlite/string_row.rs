//! The table `String`.

use entify::prelude::*;

use super::Friend;

/// A row of `String`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), table = "String", timestamps = none, external)]
pub struct StringRow {
    #[entity(on_delete = cascade, column = "parent")]
    parent: Option<One<StringRow>>,
    #[entity(column = "parent_id")]
    parent_id_2: Option<One<StringRow>>,
    sort: Option<StringRowSort>,
    #[entity(inverse = parent)]
    string_rows_by_parent: Many<StringRow>,
    #[entity(inverse = parent_id_2)]
    string_rows_by_parent_id_2: Many<StringRow>,
    #[entity(inverse = left_one)]
    friends_by_left_one: Many<Friend>,
    #[entity(inverse = right_one)]
    friends_by_right_one: Many<Friend>,
}

/// What `sort` of `String` may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
pub enum StringRowSort {
    /// `a`.
    A,
    /// `b`.
    B,
}
