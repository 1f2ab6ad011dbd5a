//! A login of the application's own.

use std::time::Duration;

use entify::auth::{issue_jwt, verify_password};
use entify::config::Settings;
use entify::prelude::*;
use entify::testing::{TestDb, each_database, serve_until};
use poem::web::Data;
use poem::{handler, post};

/// Someone with a password in the application's own table.
#[derive(Entity)]
#[entity(policy(read = owner(id), write = nobody))]
struct Customer {
    #[entity(unique, max_len = 254, format = email)]
    email: String,
    #[entity(write_only, min_len = 8, max_len = 1024)]
    password: Password,
}

#[handler]
async fn login(Data(ctx): Data<&Ctx>, body: String) -> poem::Result<String> {
    let (email, password) = body.split_once(' ').unwrap_or_default();
    let system = ctx.with_principal(Principal::System);
    let found =
        CustomerService::new(&system).list(Query::filter(Customer::email().eq(email)).first(1)).await?;
    let customer = found.items.into_iter().next();
    let stored = customer.as_ref().map(|customer| &customer.password);
    let matches = verify_password(ctx, stored, password).await?;
    let customer = customer.filter(|_| matches).ok_or(Error::Unauthenticated)?;
    let subject = Subject::new("", customer.email, vec!["buyer".to_owned()]).owning(customer.id.to_string());
    Ok(issue_jwt(ctx, &subject, Duration::from_secs(60))?)
}

async fn served(test: &TestDb, settings: Settings) -> String {
    let app = App::new(entities![Customer]).mount("/login", post(login));
    let (address, _) = serve_until(app, test, settings, std::future::pending()).await;
    format!("http://{address}")
}

#[each_database(entities![Customer])]
async fn a_token_that_is_issued_is_taken(test: TestDb) {
    let ctx = test.ctx();
    for email in ["ada@example.org", "ben@example.org"] {
        CustomerService::new(&ctx)
            .create(CustomerInput::new(email, "correct horse"))
            .await
            .expect("a customer");
    }
    let settings = Settings {
        jwt_secret: Some("a secret for the tests, of 32 bytes".to_owned()),
        jwt_issuer: Some("https://shop.example".to_owned()),
        jwt_audience: vec!["shop".to_owned()],
        jwt_roles_claim: "shop.roles".to_owned(),
        ..Settings::default()
    };
    let base = served(&test, settings).await;
    let http = reqwest::Client::new();
    let send = async |body: &'static str| {
        http.post(format!("{base}/login")).body(body).send().await.expect("an answer")
    };
    assert_eq!(send("ada@example.org wrong horse").await.status(), 401);
    assert_eq!(send("eve@example.org correct horse").await.status(), 401);
    let token = send("ada@example.org correct horse").await.text().await.expect("a token");
    let rows = http.get(format!("{base}/api/customers")).bearer_auth(&token).send().await.expect("an answer");
    let rows: serde_json::Value = rows.json().await.expect("JSON");
    let emails: Vec<_> = rows["items"].as_array().into_iter().flatten().map(|row| &row["email"]).collect();
    assert_eq!(emails, ["ada@example.org"], "owner(id) is the token's subject: {rows}");
}

#[each_database(entities![Customer], only(sqlite))]
async fn without_a_secret_there_is_no_token(test: TestDb) {
    let ctx = test.ctx();
    CustomerService::new(&ctx)
        .create(CustomerInput::new("ada@example.org", "correct horse"))
        .await
        .expect("a customer");
    let base = served(&test, Settings::default()).await;
    let request = reqwest::Client::new().post(format!("{base}/login")).body("ada@example.org correct horse");
    assert_eq!(request.send().await.expect("an answer").status(), 500);
}

/// How long a login takes does not say whether there is an account.
#[each_database(entities![Customer], only(sqlite))]
async fn a_password_that_is_not_stored_takes_as_long(ctx: Ctx) -> entify::Result<()> {
    let ctx = ctx.with_password_cost(entify::types::PasswordCost::default());
    let customer =
        CustomerService::new(&ctx).create(CustomerInput::new("ada@example.org", "correct horse")).await?;
    let mut quickest = [Duration::MAX; 2];
    for _ in 0..5 {
        for (position, stored) in [Some(&customer.password), None].into_iter().enumerate() {
            let begun = std::time::Instant::now();
            assert!(!verify_password(&ctx, stored, "wrong horse").await?);
            quickest[position] = quickest[position].min(begun.elapsed());
        }
    }
    assert!(quickest[1] * 3 > quickest[0], "{quickest:?}");
    assert!(verify_password(&ctx, Some(&customer.password), "correct horse").await?);
    assert!(!verify_password(&ctx, Some(&customer.password), &"x".repeat(5000)).await?);
    Ok(())
}
