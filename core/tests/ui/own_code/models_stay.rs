use entify::poem::IntoResponse;
use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    name: String,
    #[entity(write_only)]
    password: Password,
}

fn text(user: &UserModel) -> String {
    entify::serde_json::to_string(user).unwrap_or_default()
}

fn response(user: UserModel) -> impl IntoResponse {
    entify::poem::web::Json(user)
}

fn described(users: Vec<UserModel>) -> impl IntoResponse {
    entify::poem_openapi::payload::Json(users)
}

fn bare(user: UserModel) -> impl IntoResponse {
    user
}

fn main() {}
