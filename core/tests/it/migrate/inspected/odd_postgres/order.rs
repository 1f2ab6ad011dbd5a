//! The table `Order`.

use entify::prelude::*;

use super::Mod;

/// A row of `Order`.
// The column `A B` is left out: another has its name, but for upper and lower case.
// The column `span` is left out: no field holds a `interval`.
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
    select: Option<i32>,
    #[entity(column = "Größe")]
    gr_e: Option<f32>,
    // The database checks: ("a b" = ANY (ARRAY['x y'::text, 'z'::text]))
    #[entity(column = "a b")]
    a_b: Option<String>,
    #[entity(column = "id")]
    id_value: i64,
    #[entity(column = "2nd")]
    field_2nd: Option<i16>,
    #[entity(column = "and")]
    and_field: Option<String>,
    updated_at: Option<NaiveDate>,
    #[entity(max_len = 5, column = "_x")]
    x: Option<String>,
    models: Option<Vec<String>>,
    price: Option<Decimal>,
    // The database computes it.
    #[entity(read_only)]
    total: Option<i32>,
    note: Option<String>,
    #[entity(inverse = order)]
    mods: Many<Mod>,
}
