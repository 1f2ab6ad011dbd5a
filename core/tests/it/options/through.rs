//! `through = Entity`: many to many, by a joining entity. More is in `service/links.rs`.

use crate::graphql::Api;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

#[derive(Entity)]
#[entity(policy = public)]
pub struct Reader {
    name: String,
    #[entity(through = Delivery)]
    papers: Many<Paper>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Paper {
    name: String,
    #[entity(through = Delivery)]
    readers: Many<Reader>,
}

#[derive(Entity)]
#[entity(policy = public, unique(reader, paper))]
pub struct Delivery {
    reader: One<Reader>,
    paper: One<Paper>,
}

#[each_database(entities![Reader, Paper, Delivery])]
async fn each_side_lists_the_other(test: TestDb) {
    let ctx = test.ctx();
    let reader = ReaderService::new(&ctx).create(ReaderInput::new("Ada")).await.expect("a reader");
    for name in ["Morning", "Evening"] {
        let paper = PaperService::new(&ctx).create(PaperInput::new(name)).await.expect("a paper");
        let link = DeliveryInput::new(reader.id, paper.id);
        DeliveryService::new(&ctx).create(link).await.expect("a link");
    }
    let entities = entities![Reader, Paper, Delivery];
    let api = Api::of(&test, &entities, Principal::Anonymous, |schema| schema).await;
    let data = api
        .data("{ readers { nodes { papers { totalCount nodes { readers { nodes { name } } } } } } }")
        .await;
    let other = json!({"readers": {"nodes": [{"name": "Ada"}]}});
    let expected = json!([{"papers": {"totalCount": 2, "nodes": [other, other]}}]);
    assert_eq!(data["readers"]["nodes"], expected);
}
