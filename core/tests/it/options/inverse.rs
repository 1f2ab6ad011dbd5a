//! `inverse = field`: the other side of a to-one relation.

use crate::graphql::Api;
use entify::entity::Link;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::def;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Shelf {
    name: String,
    #[entity(inverse = shelf)]
    books: Many<Book>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Book {
    shelf: One<Shelf>,
}

#[each_database(entities![Shelf, Book])]
async fn it_lists_the_rows_that_point_here(test: TestDb) {
    let ctx = test.ctx();
    for books in [0, 2] {
        let shelf =
            ShelfService::new(&ctx).create(ShelfInput::new(format!("{books}"))).await.expect("a shelf");
        for _ in 0..books {
            BookService::new(&ctx).create(BookInput::new(shelf.id)).await.expect("a book");
        }
    }
    let api = Api::of(&test, &entities![Shelf, Book], Principal::Anonymous, |schema| schema).await;
    let data = api.data("{ shelves { nodes { name books { totalCount } } } }").await;
    let expected =
        json!([{"name": "0", "books": {"totalCount": 0}}, {"name": "2", "books": {"totalCount": 2}}]);
    assert_eq!(data["shelves"]["nodes"], expected);
}

#[test]
fn it_is_declared() {
    let Link::Inverse(manager) = &def().many[0].link else { panic!("an inverse") };
    assert_eq!(*manager, "manager");
}
