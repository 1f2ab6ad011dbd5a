//! `%`, `_` and `\` in what is looked for mean themselves.

use entify::prelude::*;
use entify::testing::each_database;

use crate::support::domain::*;

#[each_database(all())]
async fn percent_and_underscore_are_letters_like_others(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let named = |number: usize, name: &str| UserInput {
        nickname: Some(name.to_owned()),
        ..UserInput::new(format!("u{number}@example.org"))
    };
    let names = ["100%", "1000", "a_b", "axb", r"back\slash"];
    users
        .create_many(names.iter().enumerate().map(|(number, name)| named(number, name)))
        .await
        .expect("users");
    for (part, count) in [("%", 1), ("_", 1), (r"\", 1), ("0%", 1), ("a_", 1)] {
        assert_eq!(users.count(User::nickname().contains(part)).await, Ok(count), "{part}");
        let query = Query::<User> { search: Some(part.to_owned()), ..Query::default() };
        assert_eq!(users.list(query).await.expect("a page").items.len() as u64, count, "search {part}");
    }
}
