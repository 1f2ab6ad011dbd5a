//! `format = email | url | slug`: texts of a well-known form.

use entify::entity::Format;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use serde_json::json;

use super::{Product, field, rest};

#[derive(Entity)]
#[entity(policy = public)]
pub struct FormatSample {
    #[entity(format = email)]
    email: Option<String>,
    #[entity(format = url)]
    url: Option<String>,
    #[entity(format = slug)]
    slug: Option<String>,
}

#[each_database(entities![FormatSample])]
async fn other_forms_are_refused(test: TestDb) {
    let api = rest(test, &entities![FormatSample]).await;
    for (name, good, bad) in [
        ("email", "ada@example.org", "ada"),
        // As RFC 5321 has it, and so validators of OpenAPI's `email`.
        ("email", "ada.b+c@example.org", ".ada@example.org"),
        ("email", "a@example.org", "a..b@example.org"),
        ("url", "https://example.org/a?b", "example.org"),
        ("slug", "a-slug-2", "No Slug"),
    ] {
        api.made("/api/format-samples", json!({name: good})).await;
        let refused = api.post("/api/format-samples", json!({name: bad})).await;
        let broken = refused.broken(422, "VALIDATION_FAILED");
        assert_eq!(broken, [(name.to_owned(), "format".to_owned())], "{bad}");
    }
}

#[test]
fn it_is_declared() {
    assert_eq!(field("sku").format, Some(Format::Slug));
    let formats: Vec<_> = Product::def().fields.iter().filter_map(|field| field.format).collect();
    assert_eq!(formats, [Format::Email, Format::Url]);
}
