use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
pub struct User {
    manager: One<User>,
    manager_id: i64,
    #[entity(column = "mail")]
    email: String,
    #[entity(column = "mail")]
    mail_box: String,
    #[entity(rename = "mail_box")]
    post_box: String,
    first_name: String,
    #[entity(rename = "first__name")]
    first: String,
    #[entity(rename = "id", column = "created_at")]
    key: String,
}

fn main() {}
