use entify::prelude::*;

struct NotAnEntity;

fn list() {
    let _ = entities![NotAnEntity];
    let _ = entities![Missing];
    let _ = entities!["x"];
}

fn main() {}
