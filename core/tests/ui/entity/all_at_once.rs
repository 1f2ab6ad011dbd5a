use entify::prelude::*;

// Every mistake is reported in one pass, and the generated names still exist.
#[derive(Entity)]
#[entity(tabel = "x", order = emial, history)]
pub struct User {
    #[entity(max_len = 3, min_len = 5, defualt = "x")]
    email: String,
    #[entity(min = 1)]
    name: String,
    #[entity(read_only, write_only)]
    secret: Option<String>,
}

fn uses(user: UserModel) -> UserInput {
    let _: Filter<User> = User::email().eq("a");
    UserInput::new(user.email, user.name)
}

fn main() {}
