//! `min_len = n`: at least so many characters, bytes or elements.

use entify::entity::{Entity as _, Registry};
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use entify::transfer::{self, FileFormat};
use serde_json::json;

use super::{field, rest, with_accounts};
use crate::support::browser::signed_in_to;

#[derive(Entity)]
#[entity(policy = public)]
pub struct MinLenSample {
    #[entity(min_len = 2)]
    value: String,
}

#[each_database(entities![MinLenSample])]
async fn other_values_are_refused(test: TestDb) {
    let api = rest(test, &entities![MinLenSample]).await;
    for value in ["ab", "äö"] {
        api.made("/api/min-len-samples", json!({"value": value})).await;
    }
    for (value, code) in [("a", "too_short"), ("ä", "too_short")] {
        let broken =
            api.post("/api/min-len-samples", json!({"value": value})).await.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [("value".to_owned(), code.to_owned())], "{value}");
    }
    let count = api.get("/api/min-len-samples?count=exact").await.json()["page"]["total"].clone();
    assert_eq!(count, 2);
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct PlainSample {
    /// Not empty.
    name: String,
    #[entity(min_len = 0)]
    note: String,
    hint: Option<String>,
}

#[each_database(entities![PlainSample])]
async fn a_text_that_is_no_option_is_not_empty(test: TestDb) {
    let api = rest(test, &entities![PlainSample]).await;
    let made = api.made("/api/plain-samples", json!({"name": "a", "note": "", "hint": ""})).await;
    let path = format!("/api/plain-samples/{made}");
    assert_eq!(api.get(&path).await.json()["note"], "");
    let empty = [("name".to_owned(), "too_short".to_owned())];
    let sent = json!({"name": "", "note": ""});
    assert_eq!(api.post("/api/plain-samples", sent).await.broken(422, "VALIDATION_FAILED"), empty);
    assert_eq!(api.patch(&path, json!({"name": ""})).await.broken(422, "VALIDATION_FAILED"), empty);
}

#[test]
fn every_description_says_so() {
    let least = |name: &str| PlainSample::def().info().by_wire(name).and_then(|column| column.field?.min_len);
    assert_eq!((least("name"), least("note"), least("hint")), (Some(1), None, None));
    let registry = Registry::new(&entities![PlainSample]).expect("a registry");
    let document: serde_json::Value =
        serde_json::from_str(&entify::rest::spec(&registry, "Samples", "1").expect("a description"))
            .expect("JSON");
    let properties = &document["components"]["schemas"]["PlainSampleInput"]["properties"];
    assert_eq!(properties["name"]["minLength"], 1, "{properties}");
    assert_eq!(properties["note"]["minLength"], serde_json::Value::Null, "{properties}");
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct EmptyByDefault {
    #[entity(default = String::new())]
    name: String,
}

#[test]
fn a_default_that_would_be_refused_is_told_at_start() {
    let error = Registry::new(&entities![EmptyByDefault]).expect_err("a wrong default");
    assert!(error.to_string().contains("the default of `EmptyByDefault.name` is empty"), "{error}");
}

#[each_database(with_accounts(&entities![PlainSample]))]
async fn forms_and_files_are_no_way_around(ctx: Ctx) {
    let (_site, mut browser) = signed_in_to(&ctx, &entities![PlainSample]).await;
    let form = browser.open("/admin/plain-samples/new").await;
    let page = browser.submit("/admin/plain-samples/new", &form).await;
    assert!(page.is(422).field("name").contains("Is required."), "{}", page.body);
    let page = browser.get("/admin/plain-samples/new").await;
    assert!(page.field("name").contains(" required") && !page.field("note").contains(" required"));
    let made = PlainSampleService::new(&ctx).create(PlainSampleInput::new("a", "")).await.expect("a row");
    let edit = format!("/admin/plain-samples/{}/edit", made.id);
    let form = browser.open(&edit).await;
    let page = browser.submit(&edit, &form.with("name", "")).await;
    assert!(page.is(422).field("name").contains("Must not be empty."), "{}", page.body);
    let folder = tempfile::tempdir().expect("a folder");
    for (format, text) in [
        (FileFormat::Csv, "name,note\n\"\",x\n"),
        (FileFormat::Csv, "name,note\n,x\n"),
        (FileFormat::Jsonl, r#"{"name": "", "note": "x"}"#),
    ] {
        let path = folder.path().join("rows");
        std::fs::write(&path, text).expect("a file");
        let error = transfer::import(&ctx, PlainSample::def().info(), &path, format, ()).await;
        let error = error.expect_err(text).to_string();
        assert!(error.contains("name"), "{error}");
    }
}

#[test]
fn it_is_declared() {
    assert_eq!(field("sku").min_len, Some(2));
}
