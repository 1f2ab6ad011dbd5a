use std::collections::HashMap;

use entify::prelude::*;
use entify::chrono::Local;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    a: u64,
    b: &'static str,
    c: Option<HashMap<String, String>>,
    d: DateTime<Local>,
    e: Vec<u8>,
    f: Box<String>,
    g: u8,
}

entify::main!(User);
