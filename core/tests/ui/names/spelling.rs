use entify::prelude::*;

#[derive(Entity)]
#[entity(
    policy = public,
    table = "",
    plural = "user",
    rest(path = "Users/all"),
    graphql(name = "my user"),
    check(" "),
)]
pub struct User {
    #[entity(rename = "e-mail")]
    email: String,
    #[entity(column = "a_name_that_is_longer_than_the_sixty_three_bytes_that_postgres_keeps")]
    long: String,
    #[entity(was = "same")]
    same: String,
}

fn main() {}
