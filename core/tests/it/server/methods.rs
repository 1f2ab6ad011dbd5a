//! HEAD is GET without the body, and OPTIONS names the methods, wherever something is served.

use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve};
use poem::{Route, get, handler};
use poem_openapi::OpenApi;
use poem_openapi::payload::PlainText;

use crate::support::domain::*;
use crate::support::wire::request;

struct Own;

#[OpenApi]
impl Own {
    #[oai(path = "/own", method = "get", operation_id = "own")]
    async fn own(&self) -> PlainText<&'static str> {
        PlainText("own")
    }

    #[oai(path = "/users/:id/greeting", method = "post", operation_id = "greet")]
    async fn greet(&self) -> PlainText<&'static str> {
        PlainText("hello")
    }
}

#[handler]
fn mounted() -> &'static str {
    "mounted"
}

fn app() -> App {
    App::new(entities![User, Post, Tag, PostTag, Note])
        .api(Own)
        .mount("/mounted", Route::new().at("/", get(mounted)))
}

#[each_database(all(), only(sqlite))]
async fn head_answers_wherever_get_does(test: TestDb) {
    let key = UserService::new(&test.ctx()).create(UserInput::new("a@example.org")).await.expect("a row").id;
    let address = serve(app(), &test).await;
    let row = format!("/api/users/{key}");
    let query = "/graphql?query=%7B__typename%7D";
    let paths = [
        "/",
        "/livez",
        "/readyz",
        "/openapi.json",
        "/openapi.yaml",
        "/docs",
        "/api/users",
        &row,
        "/api/users/0",
        "/api/own",
        query,
        "/graphql",
        "/graphql/ws",
        "/graphql/graphiql/react.js",
        "/admin",
        "/admin/sign-in",
        "/admin/users",
        "/admin/session",
        "/admin/assets/admin.css",
        "/mounted/",
        "/nothing",
    ];
    for path in paths {
        for accept in ["accept: */*", "accept: text/html", "accept-encoding: gzip"] {
            let got = request(address, "GET", path, &[accept]).await;
            let head = request(address, "HEAD", path, &[accept]).await;
            assert_eq!((head.status, head.body.len()), (got.status, 0), "{path} {accept}");
            for name in [
                "content-type",
                "etag",
                "vary",
                "cache-control",
                "content-encoding",
                "location",
                "allow",
                "link",
            ] {
                assert_eq!(head.all(name), got.all(name), "{path} {accept} {name}");
            }
        }
    }
}

#[each_database(all(), only(sqlite))]
async fn options_names_the_methods(test: TestDb) {
    let address = serve(app(), &test).await;
    for (path, allow) in [
        ("/", "GET, HEAD, OPTIONS"),
        ("/livez", "GET, HEAD, OPTIONS"),
        ("/readyz", "GET, HEAD, OPTIONS"),
        ("/openapi.json", "GET, HEAD, OPTIONS"),
        ("/docs", "GET, HEAD, OPTIONS"),
        ("/graphql", "GET, HEAD, POST, OPTIONS"),
        ("/graphql/ws", "GET, HEAD, OPTIONS"),
        ("/admin", "GET, HEAD, OPTIONS"),
        ("/admin/sign-in", "GET, HEAD, POST, OPTIONS"),
        ("/admin/sign-out", "POST, OPTIONS"),
        ("/api/users", "GET, HEAD, POST, PATCH, DELETE, OPTIONS"),
        ("/api/users/1", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("/api/notes/1", "GET, HEAD, PATCH, DELETE, OPTIONS"),
        ("/api/own", "GET, HEAD, OPTIONS"),
        ("/api/users/1/greeting", "POST, OPTIONS"),
    ] {
        let answer = request(address, "OPTIONS", path, &[]).await;
        assert_eq!((answer.status, answer.header("allow")), (204, allow), "{path}");
        let patches = allow.contains("PATCH");
        assert_eq!(answer.header("accept-patch").contains("application/merge-patch+json"), patches, "{path}");
        let refused = request(address, "TRACE", path, &[]).await;
        assert_eq!((refused.status, refused.header("allow")), (405, allow), "{path}");
    }
    assert_eq!(request(address, "OPTIONS", "/nothing", &[]).await.status, 404);
    assert_eq!(request(address, "OPTIONS", "*", &[]).await.status, 204);
}
