//! The table `auth_user_groups`.

use entify::prelude::*;

use super::{AuthGroup, AuthUser};

/// A row of `auth_user_groups`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "auth_user_groups",
    timestamps = none,
    external,
    graphql(name = "AuthUserGroupRow"),
    unique(user, group),
)]
pub struct AuthUserGroup {
    user: One<AuthUser>,
    group: One<AuthGroup>,
}
