//! What a newcomer sees: the start page, and pages for what is not found.

use entify::config::{Environment, Settings};
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve};

use crate::support::browser::{state_with, tables};
use crate::support::domain::*;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

struct Answer {
    status: u16,
    kind: String,
    body: String,
}

async fn get(url: &str, accept: &str) -> Answer {
    let answer = reqwest::Client::new().get(url).header("accept", accept).send().await.expect("an answer");
    let kind =
        answer.headers().get("content-type").map_or("", |kind| kind.to_str().expect("a text")).to_owned();
    Answer { status: answer.status().as_u16(), kind, body: answer.text().await.expect("a body") }
}

#[each_database(tables())]
async fn the_start_page_leads_through_the_first_steps(test: TestDb) {
    let app = App::new(all()).title("Shop <1>").seed(|_| async { Ok(()) });
    let url = format!("http://{}", serve(app, &test).await);
    let Answer { status, kind, body } = get(&url, BROWSER).await;
    assert_eq!((status, kind.as_str()), (200, "text/html; charset=utf-8"));
    for text in [
        "<h1>Shop &lt;1&gt;</h1>",
        "href=\"/admin\"",
        "href=\"/docs\"",
        "href=\"/graphql\"",
        "cargo run -- seed",
        "account create you@example.org --role admin",
        "token create laptop --role admin",
        "/api/users?limit=3",
        "totalCount",
        "src/main.rs",
    ] {
        assert!(body.contains(text), "no {text} in {body}");
    }
    // The request that it shows works.
    let request = body.split("curl &#39;").nth(1).expect("a request").split("&#39;").next().expect("an end");
    assert_eq!(get(request, "application/json").await.status, 200, "{request}");
    // A host that is none is not repeated.
    let asked =
        reqwest::Client::new().get(&url).header("host", "evil\"><script>").send().await.expect("an answer");
    assert!(!asked.text().await.expect("a body").contains("<script>"));
}

#[each_database(tables())]
async fn production_shows_names_and_links_alone(test: TestDb) {
    let settings = Settings { environment: Environment::Production, ..Settings::default() };
    let state = state_with(&test.ctx(), settings);
    let endpoint =
        App::new(all()).title("Shop").seed(|_| async { Ok(()) }).into_endpoint(&state).expect("an app");
    let site = crate::support::browser::Site::serve(endpoint).await;
    let Answer { status, body, .. } = get(&site.url, BROWSER).await;
    assert_eq!(status, 200);
    assert!(body.contains("<h1>Shop</h1>") && body.contains("href=\"/admin\""), "{body}");
    for text in ["cargo", "curl", "token", "/api/users", "/graphql", "src/main.rs"] {
        assert!(!body.contains(text), "{text} in {body}");
    }
}

#[each_database(tables())]
async fn browsers_get_pages_for_what_is_not_found(test: TestDb) {
    let url = format!("http://{}", serve(App::new(all()), &test).await);
    for path in ["/nothing", "/api/nothing", "/api/users/999", "/nothing?%3Cscript%3E"] {
        let page = get(&format!("{url}{path}"), BROWSER).await;
        assert_eq!((page.status, page.kind.as_str()), (404, "text/html; charset=utf-8"), "{path}");
        assert!(page.body.contains("<h1>Not found</h1>") && !page.body.contains("script"), "{}", page.body);
        for accept in ["*/*", "application/json", "application/json, text/html;q=0.5"] {
            let problem = get(&format!("{url}{path}"), accept).await;
            assert_eq!(
                (problem.status, problem.kind.as_str()),
                (404, "application/problem+json"),
                "{path} {accept}"
            );
        }
    }
    let unwanted = get(&format!("{url}/nothing"), "text/html;q=0").await;
    assert_eq!((unwanted.status, unwanted.kind.as_str()), (404, "application/problem+json"));
    let sent = reqwest::Client::new().post(format!("{url}/nothing")).header("accept", BROWSER).send().await;
    assert_eq!(sent.expect("an answer").headers()["content-type"], "application/problem+json");
    assert_eq!(get(&format!("{url}/admin/nothing/at/all"), BROWSER).await.status, 200, "the sign-in page");
}
