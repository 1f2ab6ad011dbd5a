//! The entities of a database that others made, written by `inspect`.

mod auth_group;
mod auth_user;
mod auth_user_group;
mod django_session;
mod shop_product;

pub use auth_group::*;
pub use auth_user::*;
pub use auth_user_group::*;
pub use django_session::*;
pub use shop_product::*;

/// Every entity, for `App::new`.
pub fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![
        AuthGroup,
        AuthUser,
        AuthUserGroup,
        DjangoSession,
        ShopProduct,
    ]
}
