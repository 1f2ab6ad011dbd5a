//! A login of the application's own: an address and a password for a JWT.

use std::time::Duration;

use entify::auth::{issue_jwt, verify_password};
use entify::error::ApplicationError;
use entify::poem::web::Data;
use entify::poem_openapi::payload::Json;
use entify::poem_openapi::{self, OpenApi};
use entify::prelude::*;

use crate::entities::{Person, PersonService};
use crate::own_code::settings::TrackerSettings;

/// Who signs in.
#[derive(poem_openapi::Object)]
struct Credentials {
    email: String,
    password: String,
}

/// What is sent as `Authorization: Bearer …`.
#[derive(poem_openapi::Object)]
struct Login {
    token: String,
    person_id: Id<Person>,
}

/// Under `/api`.
#[derive(Debug)]
pub struct LoginApi;

#[OpenApi]
impl LoginApi {
    /// Answers a token for an address and its password.
    #[oai(path = "/login", method = "post", operation_id = "login")]
    async fn login(&self, ctx: Data<&Ctx>, credentials: Json<Credentials>) -> entify::Result<Json<Login>> {
        login(&ctx, &credentials.email, &credentials.password).await.map(Json)
    }
}

/// A token, or the same error whatever is wrong.
async fn login(ctx: &Ctx, email: &str, password: &str) -> entify::Result<Login> {
    let system = ctx.with_principal(Principal::System);
    let found = PersonService::new(&system).list(Query::filter(Person::email().eq(email)).first(1)).await?;
    let person = found.items.into_iter().next();
    // Takes as long where there is nobody of this address.
    let matches = verify_password(ctx, person.as_ref().map(|person| &person.password), password).await?;
    let person = person.filter(|_| matches).ok_or_else(|| {
        ApplicationError::new(401, "WRONG_CREDENTIALS", "the address or the password is not right")
    })?;
    let subject = Subject::new("", person.name, Vec::new()).owning(person.id.to_string());
    let minutes = ctx.data::<TrackerSettings>()?.login_minutes;
    let token = issue_jwt(ctx, &subject, Duration::from_secs(u64::from(minutes) * 60))?;
    Ok(Login { token, person_id: person.id })
}
