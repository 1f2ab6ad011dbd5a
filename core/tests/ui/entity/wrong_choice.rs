use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, key = uid, skip(grahpql, cli))]
pub struct User {
    #[entity(format = mail, skip(restt))]
    email: String,
    #[entity(on_delete = nullify)]
    manager: Option<One<User>>,
}

fn main() {}
