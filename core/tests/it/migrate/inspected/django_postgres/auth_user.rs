//! The table `auth_user`.

use entify::prelude::*;

use super::{AuthGroup, AuthUserGroup, ShopProduct};

/// A row of `auth_user`.
#[derive(Entity)]
#[entity(policy(read = public, write = nobody), timestamps = none, external)]
pub struct AuthUser {
    // By its name it is secret: no client is shown it.
    #[entity(max_len = 128, min_len = 0, write_only)]
    password: String,
    last_login: Option<DateTime<Utc>>,
    is_superuser: bool,
    #[entity(unique, max_len = 150, min_len = 0)]
    username: String,
    #[entity(max_len = 150, min_len = 0)]
    first_name: String,
    #[entity(max_len = 150, min_len = 0)]
    last_name: String,
    #[entity(max_len = 254, min_len = 0)]
    email: String,
    is_staff: bool,
    is_active: bool,
    date_joined: DateTime<Utc>,
    #[entity(inverse = user)]
    auth_user_groups: Many<AuthUserGroup>,
    #[entity(inverse = owner)]
    shop_products: Many<ShopProduct>,
    #[entity(through = AuthUserGroup)]
    auth_groups: Many<AuthGroup>,
}
