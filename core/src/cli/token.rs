//! `token`.

use clap::{Args, Subcommand};

use crate::auth;
use crate::cli::failure::{Failure, Outcome};
use crate::config::time_span;
use crate::entity::Id;
use crate::query::Query;
use crate::server::App;
use crate::service::Service;
use crate::types::{DateTime, Utc};

/// Tokens that programs send as `Authorization: Bearer …`.
#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token and print it, this once
    Create(CreateToken),
    /// List the tokens, without their secrets
    List,
    /// End a token
    Revoke {
        /// The token's number, as `token list` shows it
        id: i64,
    },
}

#[derive(Debug, Args)]
pub(super) struct CreateToken {
    /// What the token is for
    #[arg(long)]
    name: String,
    /// A role the token's bearer holds; may be given several times
    #[arg(long = "role", value_name = "ROLE", required = true)]
    roles: Vec<String>,
    /// How long it is good for, like 12h or 30d; without an end when absent
    #[arg(long, value_name = "SPAN", value_parser = parse_span)]
    expires: Option<std::time::Duration>,
    /// What rows call its bearer, for `owner(…)` in policies, like a customer's id; it owns nothing when absent
    #[arg(long)]
    subject: Option<String>,
}

fn parse_span(text: &str) -> Result<std::time::Duration, String> {
    time_span(text).ok_or_else(|| "must be a time span like 12h or 30d".to_owned())
}

impl TokenCommand {
    pub(super) async fn run(self, app: &App) -> Outcome {
        match self {
            Self::Create(create) => create.run(app).await,
            Self::List => list(app).await,
            Self::Revoke { id } => {
                let state = super::open_state(app).await?;
                let token = auth::revoke_token(state.system(), Id::from(id)).await?;
                super::print_line(format_args!("token {id} ({}) revoked", token.name));
                Ok(())
            }
        }
    }
}

impl CreateToken {
    async fn run(self, app: &App) -> Outcome {
        let state = super::open_state(app).await?;
        let expires_at = self.expires.map(|span| expiry(state.system().now(), span)).transpose()?;
        let (_, secret) =
            auth::create_token_for(state.system(), &self.name, self.roles, expires_at, self.subject).await?;
        eprintln!("The token, shown this once:");
        super::print_line(format_args!("{secret}"));
        Ok(())
    }
}

fn expiry(now: DateTime<Utc>, span: std::time::Duration) -> Result<DateTime<Utc>, Failure> {
    chrono::TimeDelta::from_std(span)
        .ok()
        .and_then(|span| now.checked_add_signed(span))
        .ok_or_else(|| Failure::new("`--expires` lies too far ahead"))
}

async fn list(app: &App) -> Outcome {
    let state = super::open_state(app).await?;
    let now = state.system().now();
    let tokens = Service::<auth::ApiToken>::new(state.system());
    let mut query = Query::default().first(100);
    loop {
        let page = tokens.list(query.clone()).await?;
        for token in page.items {
            let status = match (token.revoked_at, token.expires_at) {
                (Some(time), _) => format!("revoked {}", day(time)),
                (None, Some(time)) if time <= now => format!("expired {}", day(time)),
                (None, Some(time)) => format!("until {}", day(time)),
                (None, None) => "active".to_owned(),
            };
            let used = token
                .last_used_at
                .map_or("never used".to_owned(), |time| format!("used {}", time.format("%Y-%m-%d %H:%M")));
            super::print_line(format_args!(
                "{}\t{}\t…{}\t{}\t{}\t{status}\t{used}",
                token.id,
                token.name,
                token.hint,
                token.roles.join(","),
                token.subject.unwrap_or_default(),
            ));
        }
        match page.end_cursor {
            Some(cursor) if page.has_next => query = query.after(cursor),
            _ => return Ok(()),
        }
    }
}

fn day(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d").to_string()
}
