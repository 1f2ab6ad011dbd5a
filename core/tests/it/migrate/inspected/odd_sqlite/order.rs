//! The table `Order`.

use entify::prelude::*;

use super::Mod;

/// A row of `Order`.
// The column `span` is left out: no field holds a ``.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "Order",
    key = uuid,
    key_column = "key",
    timestamps = none,
    external,
)]
pub struct Order {
    r#type: Option<String>,
    #[entity(column = "self")]
    self_field: Option<String>,
    #[entity(min = 1, max = 9)]
    select: Option<i64>,
    #[entity(column = "Größe")]
    gr_e: Option<f64>,
    // The database checks: "a b" IN ('x y', 'z')
    #[entity(column = "a b")]
    a_b: Option<String>,
    #[entity(column = "A_B")]
    a_b_value: Option<String>,
    #[entity(column = "id")]
    id_value: i64,
    #[entity(column = "2nd")]
    field_2nd: Option<i64>,
    #[entity(column = "and")]
    and_field: Option<String>,
    // SQLite has no times: the text as it is stored.
    updated_at: Option<String>,
    #[entity(max_len = 5, column = "_x")]
    x: Option<String>,
    price: Option<Decimal>,
    // The database computes it.
    #[entity(read_only)]
    total: Option<i64>,
    note: Option<String>,
    #[entity(inverse = order)]
    mods: Many<Mod>,
}
