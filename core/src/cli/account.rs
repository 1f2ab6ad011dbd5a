//! `account`.

use std::io::{BufRead as _, IsTerminal as _};

use clap::{Args, Subcommand};
use console::Term;

use crate::auth;
use crate::cli::failure::{Failure, Outcome};
use crate::query::Query;
use crate::server::App;
use crate::service::Service;
use crate::types::Change;

/// Accounts that sign in to the admin.
#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Make an account; the password is asked for
    Create(Create),
    /// List the accounts
    List,
    /// Keep an account from signing in
    Disable {
        /// The account's address
        email: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// The address to sign in with
    email: String,
    /// A role the account holds; may be given several times
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

impl Account {
    pub(super) async fn run(self, app: &App) -> Outcome {
        match self {
            Self::Create(create) => create.run(app).await,
            Self::List => list(app).await,
            Self::Disable { email } => disable(app, &email).await,
        }
    }
}

impl Create {
    async fn run(self, app: &App) -> Outcome {
        let state = super::ready(app).await?;
        let password = match self.password_stdin {
            true => piped_password()?,
            false => asked_password()?,
        };
        let allowed = &state.settings().admin_roles;
        if !self.roles.iter().any(|role| allowed.contains(role)) {
            eprintln!(
                "note: the admin lets in accounts with the role {}; this one has none of them",
                allowed.join(" or ")
            );
        }
        let account = auth::create_account(state.system(), &self.email, &password, self.roles).await?;
        super::say(format_args!("account {} made", account.email));
        Ok(())
    }
}

fn piped_password() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::new(format!("no password on standard input: {error}")))?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Failure::new("no password on standard input"));
    }
    Ok(password.to_owned())
}

fn asked_password() -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            "there is no terminal to ask for the password; pipe it in with `--password-stdin`",
        ));
    }
    let ask = |prompt: &str| {
        let term = Term::stderr();
        term.write_str(prompt)
            .and_then(|()| term.read_secure_line())
            .map_err(|error| Failure::new(format!("the password cannot be read: {error}")))
    };
    let password = ask("Password: ")?;
    if password != ask("Once more: ")? {
        return Err(Failure::new("the two passwords differ"));
    }
    Ok(password)
}

async fn list(app: &App) -> Outcome {
    let state = super::ready(app).await?;
    let accounts = Service::<auth::Account>::new(state.system());
    let mut query = Query::default().order(auth::Account::email().asc()).first(100);
    loop {
        let page = accounts.list(query.clone()).await?;
        for account in page.items {
            let active = if account.active { "active" } else { "disabled" };
            super::say(format_args!("{}\t{active}\t{}", account.email, account.roles.join(",")));
        }
        match page.end_cursor {
            Some(cursor) if page.has_next => query = query.after(cursor),
            _ => return Ok(()),
        }
    }
}

async fn disable(app: &App, email: &str) -> Outcome {
    let state = super::ready(app).await?;
    let accounts = Service::<auth::Account>::new(state.system());
    let email = email.trim().to_lowercase();
    let found = accounts.list(Query::filter(auth::Account::email().eq(email.as_str())).first(1)).await?;
    let account = found.items.first().ok_or_else(|| Failure::new(format!("there is no account {email}")))?;
    let patch = auth::AccountPatch { active: Change::Set(false), ..auth::AccountPatch::default() };
    accounts.update(account.id, patch).await?;
    super::say(format_args!("account {email} disabled"));
    Ok(())
}
