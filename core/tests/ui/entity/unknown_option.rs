use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, tabel = "users", max_len = 3, colour)]
pub struct User {
    #[entity(uniqe, table = "x", max_length = 5, zzz)]
    email: String,
}

fn main() {}
