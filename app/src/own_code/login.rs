//! A login: a customer's address and password for a JWT, which every surface takes.

use std::time::Duration;

use entify::auth::{issue_jwt, verify_password};
use entify::poem::web::Data;
use entify::poem_openapi::payload::Json;
use entify::poem_openapi::{self, Object, OpenApi};
use entify::prelude::*;

use crate::entities::Customer;
use crate::own_code::Tag;
use crate::own_code::customer_hooks::address;

const LIFETIME: Duration = Duration::from_secs(3600);

/// What a customer logs in with.
#[derive(Debug, Object)]
pub struct Credentials {
    email: String,
    password: String,
}

/// What `Authorization: Bearer …` takes.
#[derive(Debug, Object)]
pub struct LoginToken {
    token: String,
    /// Seconds.
    expires_in: u64,
}

/// The token of whoever knows the password; for all others the same error, which takes as long.
async fn log_in(ctx: &Ctx, credentials: &Credentials) -> entify::Result<LoginToken> {
    let system = ctx.with_principal(Principal::System);
    let by_address = Query::filter(Customer::email().eq(address(&credentials.email))).first(1);
    let found = Service::<Customer>::new(&system).list(by_address).await?;
    let customer = found.items.into_iter().next();
    let password = customer.as_ref().and_then(|customer| customer.password.as_ref());
    let matches = verify_password(ctx, password, &credentials.password).await?;
    let customer = customer.filter(|_| matches).ok_or(Error::Unauthenticated)?;
    let roles = vec!["customer".to_owned()];
    let subject = Subject::new("", customer.email, roles).owning(customer.id.to_string());
    Ok(LoginToken { token: issue_jwt(ctx, &subject, LIFETIME)?, expires_in: LIFETIME.as_secs() })
}

/// Under `/api`.
#[derive(Debug)]
pub struct LoginApi;

#[OpenApi]
impl LoginApi {
    /// Log a customer in.
    ///
    /// Answers a token for an hour, for the customer with this address and password. It needs `JWT_SECRET`.
    #[oai(path = "/login", method = "post", operation_id = "log_in", tag = "Tag::Store")]
    async fn log_in(
        &self,
        ctx: Data<&Ctx>,
        credentials: Json<Credentials>,
    ) -> entify::Result<Json<LoginToken>> {
        log_in(&ctx, &credentials).await.map(Json)
    }
}
