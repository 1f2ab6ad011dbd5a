//! The table `shop_product`.

use entify::prelude::*;

use super::AuthUser;

/// A row of `shop_product`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    timestamps = none,
    external,
    index(r#type, -price),
)]
pub struct ShopProduct {
    #[entity(max_len = 50, min_len = 0)]
    slug: String,
    price: Decimal,
    #[entity(min = 0)]
    stock: i64,
    r#type: ShopProductType,
    #[entity(min_len = 0)]
    tags: String,
    owner: Option<One<AuthUser>>,
    #[entity(unique, max_len = 32, min_len = 0)]
    token: String,
}

/// What `type` of `shop_product` may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
pub enum ShopProductType {
    /// `book`.
    Book,
    /// `film`.
    Film,
}
