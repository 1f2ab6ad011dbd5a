use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, rest(pth = "x"), graphql(title = "y"), admin(lable = email), rest = "users")]
pub struct User {
    email: String,
}

fn main() {}
