use entify::prelude::*;

pub struct Plain;

fn list() {
    entities![Plain, Missing];
    entities![Plain::new()];
}

entify::main!(Plain, Missing);
