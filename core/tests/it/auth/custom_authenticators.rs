//! Authenticators of the application's own.

use entify::auth::create_token;
use entify::config::Settings;
use entify::prelude::*;
use entify::testing::each_database;
use poem::Request;
use serde_json::json;

use super::issuer::{ask, claims, secret, settings, shop};
use crate::support::browser::tables;

/// Believes a gateway, which says who it is by a header.
struct Gateway;

impl Authenticator for Gateway {
    async fn authenticate(&self, ctx: &Ctx, request: &Request) -> entify::Result<Option<Principal>> {
        assert_eq!(ctx.principal(), &Principal::Anonymous);
        let Some(user) = request.header("x-gateway-user") else { return Ok(None) };
        let Some((user, role)) = user.split_once(':') else { return Err(Error::Unauthenticated) };
        let claims = json!({"tenant": 3}).as_object().cloned().unwrap_or_default();
        let subject = Subject::new(format!("gateway:{user}"), user, vec![role.to_owned()]);
        Ok(Some(subject.owning(user).with_claims(claims).into()))
    }
}

/// Looks tenants up in the database.
struct Tenants;

impl Authenticator for Tenants {
    async fn authenticate(&self, ctx: &Ctx, request: &Request) -> entify::Result<Option<Principal>> {
        match request.header("x-tenant") {
            None => Ok(None),
            Some("blocked") => Err(Error::Forbidden),
            Some("away") => Err(Error::Unavailable),
            Some(_) => {
                let system = ctx.with_principal(Principal::System);
                let tags = Service::<crate::support::domain::Tag>::new(&system).count(Filter::all()).await?;
                Ok(Some(Principal::known(format!("tenant:{tags}"), "", vec![])))
            }
        }
    }
}

#[each_database(tables())]
async fn they_come_first_in_their_order(ctx: Ctx) {
    let app = |app: App| app.authenticator(Gateway).authenticator(Tenants);
    let (_site, browser) = shop(&ctx, app, settings()).await;
    let (token, plain) = create_token(&ctx, "api", vec![], None).await.expect("a token");
    let bearer = format!("Bearer {plain}");
    let jwt = format!("Bearer {}", secret(&claims()));

    // Not theirs: as ever.
    ask(&browser, "/who", &[]).await.is(200).has("anonymous");
    ask(&browser, "/who", &[("authorization", &bearer)]).await.is(200).has(&format!("token:{}", token.id));
    ask(&browser, "/who", &[("authorization", &jwt)]).await.is(200).has("jwt:");
    ask(&browser, "/who", &[("authorization", "Bearer nonsense")]).await.is(401);

    let gateway = ("x-gateway-user", "ada:staff");
    ask(&browser, "/who", &[gateway]).await.is(200).has("gateway:ada ada [staff] 3");
    ask(&browser, "/api/notes", &[gateway]).await.is(200);
    ask(&browser, "/who", &[gateway, ("x-tenant", "blocked")]).await.is(200).has("gateway:ada");
    ask(&browser, "/who", &[gateway, ("authorization", &bearer)]).await.is(200).has("gateway:ada");
    ask(&browser, "/who", &[("x-tenant", "a")]).await.is(200).has("tenant:0");
}

#[each_database(tables())]
async fn what_they_refuse_is_refused(ctx: Ctx) {
    let app = |app: App| app.authenticator(Gateway).authenticator(Tenants);
    let (_site, browser) = shop(&ctx, app, Settings::default()).await;
    for path in ["/who", "/api/users", "/graphql", "/admin", "/docs"] {
        let page = ask(&browser, path, &[("x-gateway-user", "nonsense")]).await;
        page.is(401).lacks("anonymous");
        assert!(page.header("www-authenticate").starts_with("Bearer"), "{path}");
        ask(&browser, path, &[("x-tenant", "blocked")]).await.is(403);
        ask(&browser, path, &[("x-tenant", "away")]).await.is(503);
    }
}
