//! Documents that are named instead of sent: automatic persisted queries, trusted documents.

use entify::graphql::{Schema, TrustedDocuments};
use entify::principal::Principal;
use entify::testing::{TestDb, each_database};
use reqwest::StatusCode;
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::{Api, blog, id};
use crate::support::domain::*;

fn sha(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn by_hash(hash: &str) -> Json {
    json!({"persistedQuery": {"version": 1, "sha256Hash": hash}})
}

impl Api {
    async fn named(&self, body: Json) -> Json {
        self.post(body).await.json().await.expect("JSON")
    }

    /// The code of the error that refuses a body.
    async fn refused(&self, body: Json) -> (String, String) {
        let answer = self.named(body.clone()).await;
        assert_eq!(answer.get("data"), None, "{body}: {answer}");
        let error = &answer["errors"][0];
        let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }
}

#[each_database(all())]
async fn a_document_is_registered_and_asked_for_by_its_hash(test: TestDb) {
    let api = Api::start(&test).await;
    blog(&api.ctx, 1).await;
    let query = "query Q($id: ID!) { userById(id: $id) { email } }";
    let (hash, variables) = (sha(query), json!({"id": id("User", 1)}));
    let named = json!({"variables": variables, "extensions": by_hash(&hash)});
    let unknown = api.refused(named.clone()).await;
    assert_eq!(unknown, ("PERSISTED_QUERY_NOT_FOUND".into(), "PersistedQueryNotFound".into()));
    let sent = json!({"query": query, "variables": variables, "extensions": by_hash(&hash)});
    let expected = json!({"data": {"userById": {"email": "u1@example.org"}}});
    assert_eq!(api.named(sent).await, expected);
    assert_eq!(api.named(named).await, expected);
    let by_id = json!({"documentId": format!("sha256:{hash}"), "variables": variables});
    assert_eq!(api.named(by_id).await, expected);

    // By GET, where a query is registered too.
    let other = "{ users { totalCount } }";
    let get = async |query: Option<&str>| {
        let extensions = by_hash(&sha(other)).to_string();
        let mut parameters = vec![("extensions", extensions.as_str())];
        parameters.extend(query.map(|query| ("query", query)));
        api.client.get(&api.url).query(&parameters).send().await.expect("an answer")
    };
    let answer: Json = get(None).await.json().await.expect("JSON");
    assert_eq!(answer["errors"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    for query in [Some(other), None] {
        let answer: Json = get(query).await.json().await.expect("JSON");
        assert_eq!(answer, json!({"data": {"users": {"totalCount": 1}}}));
    }
    // A mutation that was registered by POST is none for a GET.
    let mutation = "mutation { createTag(input: {name: \"x\"}) { name } }";
    api.named(json!({"query": mutation, "extensions": by_hash(&sha(mutation))})).await;
    let extensions = by_hash(&sha(mutation)).to_string();
    let refused =
        api.client.get(&api.url).query(&[("extensions", extensions)]).send().await.expect("an answer");
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[each_database(all())]
async fn what_is_wrong_with_a_hash_is_told(test: TestDb) {
    let api = Api::start(&test).await;
    let query = "{ users { totalCount } }";
    let hash = sha(query);
    let cases = [
        (
            json!({"query": query, "extensions": by_hash(&sha("{ other }"))}),
            "BAD_REQUEST",
            "is not the SHA-256",
        ),
        (json!({"query": query, "extensions": by_hash("")}), "BAD_REQUEST", "is not the SHA-256"),
        (json!({"extensions": by_hash("zz")}), "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"),
        (json!({"extensions": by_hash(&hash)}), "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"),
        (json!({"documentId": "nothing"}), "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"),
        (json!({"documentId": hash}), "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"),
        (json!({"documentId": "a", "query": query}), "BAD_REQUEST", "not both"),
        (json!({"documentId": 1}), "BAD_REQUEST", "`documentId` must be a string"),
        (json!({}), "BAD_REQUEST", "`query` is missing"),
        (json!({"extensions": {"persistedQuery": 1}}), "BAD_REQUEST", "must be an object"),
        (
            json!({"query": query, "extensions": {"persistedQuery": {"sha256Hash": hash}}}),
            "BAD_REQUEST",
            "must be 1",
        ),
        (
            json!({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": hash}}}),
            "BAD_REQUEST",
            "must be 1",
        ),
        (json!({"extensions": {"persistedQuery": {"version": 1}}}), "BAD_REQUEST", "sha256Hash"),
        (json!({"query": query, "extensions": []}), "BAD_REQUEST", "`extensions` must be an object"),
    ];
    for (body, code, message) in cases {
        let refused = api.refused(body.clone()).await;
        assert!(refused.0 == code && refused.1.contains(message), "{body}: {refused:?}");
    }
    // What is not valid is not registered.
    let invalid = "{ nothing }";
    api.refused(json!({"query": invalid, "extensions": by_hash(&sha(invalid))})).await;
    let (code, _) = api.refused(json!({"extensions": by_hash(&sha(invalid))})).await;
    assert_eq!(code, "PERSISTED_QUERY_NOT_FOUND");
    let large = "x".repeat(10 * 1024 * 1024);
    let body = json!({"query": large, "extensions": by_hash(&sha(&large))});
    // The endpoint alone may close the connection while the rest is on its way, which the server's layers do not.
    match api.client.post(&api.url).json(&body).send().await {
        Ok(answer) => assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE),
        Err(error) => assert!(error.is_request(), "{error:?}"),
    }
}

#[each_database(all())]
async fn clients_that_may_not_register_are_told(test: TestDb) {
    let api = Api::with(&test, Principal::Anonymous, |schema| schema.persisted_queries(false)).await;
    let query = "{ __typename }";
    let expected = ("PERSISTED_QUERY_NOT_SUPPORTED".to_owned(), "PersistedQueryNotSupported".to_owned());
    for body in [
        json!({"extensions": by_hash(&sha(query))}),
        json!({"query": query, "extensions": by_hash(&sha(query))}),
    ] {
        assert_eq!(api.refused(body).await, expected);
    }
    assert_eq!(api.data(query).await["__typename"], "Query");
}

fn trusted() -> (tempfile::TempDir, TrustedDocuments) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("manifest.json");
    let manifest = json!({"users": "{ users { totalCount } }", sha("{ tags { totalCount } }"): "{ tags { totalCount } }"});
    std::fs::write(&path, manifest.to_string()).expect("written");
    let trusted = TrustedDocuments::load(&path, vec!["staff".to_owned()]).expect("a manifest");
    (folder, trusted)
}

#[each_database(all())]
async fn only_trusted_documents_run(test: TestDb) {
    let (_folder, documents) = trusted();
    let api =
        Api::with(&test, Principal::Anonymous, |schema| schema.trusted_documents(Some(documents.clone())))
            .await;
    let tags = "{ tags { totalCount } }";
    let trusted = [
        json!({"documentId": "users"}),
        json!({"documentId": sha(tags)}),
        json!({"extensions": by_hash(&sha(tags))}),
        json!({"query": tags}),
        json!({"query": tags, "extensions": by_hash(&sha(tags))}),
    ];
    for body in trusted {
        let answer = api.named(body.clone()).await;
        assert!(answer["data"].is_object(), "{body}: {answer}");
    }
    let other = "{ posts { totalCount } }";
    for body in [
        json!({"query": other}),
        json!({"query": other, "extensions": by_hash(&sha(other))}),
        json!({"query": "{"}),
    ] {
        assert_eq!(api.refused(body).await.0, "QUERY_NOT_IN_SAFELIST");
    }
    assert_eq!(api.refused(json!({"documentId": "tags"})).await.0, "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(api.refused(json!({"extensions": by_hash(&sha(other))})).await.0, "PERSISTED_QUERY_NOT_FOUND");
    // In a batch each by itself.
    let batch = api.named(json!([{"documentId": "users"}, {"query": other}])).await;
    assert!(
        batch[0]["data"].is_object()
            && batch[1]["errors"][0]["extensions"]["code"] == "QUERY_NOT_IN_SAFELIST"
    );
}

#[each_database(all())]
async fn roles_may_send_what_is_not_trusted(test: TestDb) {
    let (_folder, documents) = trusted();
    let staff = Principal::known("account:1", "Ada", vec!["staff".to_owned()]);
    let api = Api::with(&test, staff, |schema| schema.trusted_documents(Some(documents.clone()))).await;
    let other = "{ posts { totalCount } }";
    assert_eq!(api.data(other).await["posts"]["totalCount"], 0);
    api.named(json!({"query": other, "extensions": by_hash(&sha(other))})).await;
    assert!(api.named(json!({"extensions": by_hash(&sha(other))})).await["data"].is_object());
}

#[test]
fn a_trusted_document_that_cannot_run_is_told_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("manifest.json");
    std::fs::write(&path, json!({"good": "{ users { totalCount } }", "bad": "{ nothing }"}).to_string())
        .expect("written");
    let documents = TrustedDocuments::load(&path, Vec::new()).expect("a manifest");
    let registry = entify::entity::Registry::new(&all()).expect("the entities fit");
    let error = Schema::builder(&registry).trusted_documents(Some(documents)).build().expect_err("refused");
    let message = error.to_string();
    assert!(message.contains("`bad`") && message.contains("nothing"), "{message}");
    let missing = TrustedDocuments::load(&folder.path().join("none.json"), Vec::new()).expect_err("no file");
    assert!(missing.to_string().contains("none.json"), "{missing}");
}
