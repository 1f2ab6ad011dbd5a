//! What the argument and the answer of a test may be.
use entify::prelude::*;
use entify::testing::each_database;

#[each_database(entities![])]
async fn a_text(_name: String) {}

#[each_database(entities![])]
async fn a_number(_ctx: Ctx) -> u8 {
    0
}

fn main() {}
