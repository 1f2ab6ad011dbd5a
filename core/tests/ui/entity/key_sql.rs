use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, key = uuid, key_sql = "md5({name})::uuid", key_column = "key")]
pub struct Ours {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public, timestamps = some)]
pub struct Stamped {
    created_at: String,
}

#[derive(Entity)]
#[entity(policy = public, timestamps = none)]
pub struct Own {
    created_at: String,
}

fn main() {}
