//! What stands in the parentheses.
use entify::prelude::*;
use entify::testing::each_database;

#[each_database]
async fn no_entities(_ctx: Ctx) {}

#[each_database()]
async fn nothing_in_parentheses(_ctx: Ctx) {}

#[each_database(entities![], row_securty)]
async fn misspelt_option(_ctx: Ctx) {}

#[each_database(entities![], mysql)]
async fn unknown_option(_ctx: Ctx) {}

#[each_database(entities![], row_security, row_security)]
async fn option_twice(_ctx: Ctx) {}

#[each_database(entities![], row_security = true)]
async fn option_with_value(_ctx: Ctx) {}

#[each_database(entities![], only(postgres), row_security)]
async fn only_and_more(_ctx: Ctx) {}

#[each_database(entities![], only)]
async fn only_nothing(_ctx: Ctx) {}

#[each_database(entities![], only(sqlite, postgress))]
async fn unknown_database(_ctx: Ctx) {}

fn main() {}
