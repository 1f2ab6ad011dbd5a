//! The table `shop_product`.

use entify::prelude::*;

use super::AuthUser;

/// What is sold.
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
    /// In euros,
    /// with tax.
    #[entity(precision = 8, scale = 2)]
    price: Decimal,
    #[entity(min = 0)]
    stock: i32,
    r#type: ShopProductType,
    tags: Json,
    owner: Option<One<AuthUser>>,
    #[entity(unique)]
    token: Uuid,
}

/// What `type` of `shop_product` may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EntityEnum)]
pub enum ShopProductType {
    /// `book`.
    Book,
    /// `film`.
    Film,
}
