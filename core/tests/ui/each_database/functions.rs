//! What can be a test on each database, and what cannot.
use entify::prelude::*;
use entify::testing::{TestDb, each_database};

#[each_database(entities![])]
fn not_async(_ctx: Ctx) {}

#[each_database(entities![])]
async fn no_argument() {}

#[each_database(entities![])]
async fn two_arguments(_ctx: Ctx, _db: TestDb) {}

#[each_database(entities![])]
fn both_at_once() {}

#[each_database(entities![])]
async fn generic<T>(_ctx: Ctx) {}

struct Tests;

impl Tests {
    #[each_database(entities![])]
    async fn method(&self) {}
}

#[each_database(entities![])]
struct NoFunction;

fn main() {}
