//! The table `auth_group`.

use entify::prelude::*;

use super::{AuthUser, AuthUserGroup};

/// A row of `auth_group`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), timestamps = none, external)]
pub struct AuthGroup {
    #[entity(unique, max_len = 150, min_len = 0)]
    name: String,
    #[entity(inverse = group)]
    auth_user_groups: Many<AuthUserGroup>,
    #[entity(through = AuthUserGroup)]
    auth_users: Many<AuthUser>,
}
