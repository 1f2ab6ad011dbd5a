//! The entities of a database that others made, written by `inspect`.

mod friend;
mod mod_row;
mod natural_one;
mod of_pair;
mod order;
mod order_row;
mod pair;
mod string_row;

pub use friend::*;
pub use mod_row::*;
pub use natural_one::*;
pub use of_pair::*;
pub use order::*;
pub use order_row::*;
pub use pair::*;
pub use string_row::*;

/// Every entity, for `App::new`.
pub fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![
        Order,
        OrderRow,
        StringRow,
        Friend,
        Mod,
        NaturalOne,
        OfPair,
        Pair,
    ]
}
