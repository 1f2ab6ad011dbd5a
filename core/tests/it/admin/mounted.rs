//! What an application mounts below the admin.

use entify::auth;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve};
use poem::web::Data;
use poem::{Route, handler, post};

use crate::support::browser::{Browser, PASSWORD, Site, tables};
use crate::support::domain::*;

#[handler]
fn who(Data(ctx): Data<&Ctx>) -> String {
    format!("report for {}", ctx.principal().id())
}

#[each_database(tables())]
async fn nothing_below_the_admin_is_open_without_its_sign_in(test: TestDb) {
    let ctx = test.ctx();
    for (email, role) in [("admin@example.org", "admin"), ("reader@example.org", "reader")] {
        auth::create_account(&ctx, email, PASSWORD, vec![role.into()]).await.expect("an account");
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("plan.txt"), "the plan").expect("a file");
    let reports = Route::new().at("/", poem::get(who)).at("/send", post(who));
    let app = App::new(all())
        .mount("/admin/reports", reports)
        .files("/admin/plans", folder.path())
        .mount("/open", Route::new().at("/", poem::get(who)));
    let site = Site { url: format!("http://{}", serve(app, &test).await) };

    let mut browser = Browser::new(&site);
    browser.get("/open").await.is(200).has("report for anonymous");
    for path in
        ["/admin/reports", "/admin/reports?year=2026", "/admin/plans/plan.txt", "/admin/plans/gone.txt"]
    {
        let page = browser.get(path).await;
        page.is(303).lacks("report").lacks("plan");
        assert!(
            page.header("location").starts_with("/admin/sign-in?next=%2Fadmin%2F"),
            "{}",
            page.header("location")
        );
    }
    let client =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
    let sent = client.post(format!("{}/admin/reports/send", site.url)).send().await.expect("an answer");
    assert_eq!(sent.status(), 303, "a write is not let through either");

    browser.sign_in("admin@example.org", PASSWORD).await.is(303);
    browser.get("/admin/reports").await.is(200).has("report for account:");
    browser.get("/admin/plans/plan.txt").await.is(200).has("the plan");

    let mut reader = Browser::new(&site);
    reader.sign_in("reader@example.org", PASSWORD).await;
    let page = reader.get("/admin/reports").await;
    assert!(page.status != 200, "{}", page.body);
    page.lacks("report for");
}
