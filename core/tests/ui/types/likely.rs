use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use entify::chrono::{FixedOffset, Local, NaiveDateTime};
use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Numbers {
    a: u64,
    b: usize,
    c: u32,
    d: Option<u8>,
    e: i128,
    f: Vec<u64>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Texts {
    a: &'static str,
    b: Box<str>,
    c: Option<Cow<'static, str>>,
    d: char,
    e: PathBuf,
    f: Arc<String>,
    g: IpAddr,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Times {
    a: DateTime<Local>,
    b: DateTime<FixedOffset>,
    c: NaiveDateTime,
    d: Option<SystemTime>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Collections {
    a: HashMap<String, String>,
    b: Option<BTreeMap<String, i64>>,
    c: HashSet<String>,
    d: VecDeque<i64>,
    e: Vec<u8>,
    f: [u8; 32],
    g: &'static [String],
    h: Vec<Option<String>>,
    i: (i32, i32),
}

entify::main!(Numbers, Texts, Times, Collections);
