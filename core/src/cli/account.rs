//! `account`.

use std::io::{BufRead as _, IsTerminal as _};

use clap::{Args, Subcommand};
use console::Term;

use crate::auth::{self, AccountChange};
use crate::cli::failure::{Failure, Outcome};
use crate::error::Error;
use crate::query::Query;
use crate::server::App;
use crate::service::Service;

/// Accounts that sign in to the admin.
#[derive(Debug, Subcommand)]
pub(super) enum AccountCommand {
    /// Make an account; the password is asked for
    Create(CreateAccount),
    /// List the accounts
    List,
    /// Give an account another password, and sign it out everywhere; the password is asked for
    Password {
        /// The account's address
        email: String,
        /// Read the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Say which roles an account holds; those it held before are gone
    Roles {
        /// The account's address
        email: String,
        /// The roles; none to take all
        roles: Vec<String>,
    },
    /// Say what rows call an account's holder, for `owner(…)` in policies
    Subject {
        /// The account's address
        email: String,
        /// What rows call it, like a customer's id; nothing to have it own nothing
        subject: Option<String>,
    },
    /// Keep an account from signing in, and sign it out everywhere
    Disable {
        /// The account's address
        email: String,
    },
    /// Let a disabled account sign in again
    Enable {
        /// The account's address
        email: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct CreateAccount {
    /// The address to sign in with
    email: String,
    /// A role the account holds; may be given several times
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,
    /// What rows call its holder, for `owner(…)` in policies, like a customer's id; it owns nothing when absent
    #[arg(long)]
    subject: Option<String>,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
}

impl AccountCommand {
    pub(super) async fn run(self, app: &App) -> Outcome {
        match self {
            Self::Create(create) => create.run(app).await,
            Self::List => list(app).await,
            Self::Password { email, password_stdin } => {
                let change = AccountChange {
                    password: Some(read_password(password_stdin)?),
                    ..AccountChange::default()
                };
                change_account(app, &email, change, "has a new password and is signed out everywhere").await
            }
            Self::Roles { email, roles } => {
                let held = if roles.is_empty() { "no roles".to_owned() } else { roles.join(", ") };
                let change = AccountChange { roles: Some(roles), ..AccountChange::default() };
                change_account(app, &email, change, &format!("holds {held}")).await
            }
            Self::Subject { email, subject } => {
                let name = subject.clone().unwrap_or_else(|| "nobody".to_owned());
                let change = AccountChange { subject: Some(subject), ..AccountChange::default() };
                change_account(app, &email, change, &format!("is {name} for `owner(…)`")).await
            }
            Self::Disable { email } => {
                let change = AccountChange { active: Some(false), ..AccountChange::default() };
                change_account(app, &email, change, "disabled").await
            }
            Self::Enable { email } => {
                let change = AccountChange { active: Some(true), ..AccountChange::default() };
                change_account(app, &email, change, "enabled").await
            }
        }
    }
}

impl CreateAccount {
    async fn run(self, app: &App) -> Outcome {
        let state = super::open_state(app).await?;
        let password = read_password(self.password_stdin)?;
        let allowed = &state.settings().admin_roles;
        if !self.roles.iter().any(|role| allowed.contains(role)) {
            eprintln!(
                "note: the admin lets in accounts with the role {}; this one has none of them",
                allowed.join(" or ")
            );
        }
        let system = state.system();
        let account =
            auth::create_account_for(system, &self.email, &password, self.roles, self.subject).await?;
        super::print_line(format_args!("account {} made", account.email));
        Ok(())
    }
}

fn read_password(from_stdin: bool) -> Result<String, Failure> {
    if from_stdin { read_password_from_stdin() } else { prompt_for_password() }
}

fn read_password_from_stdin() -> Result<String, Failure> {
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

fn prompt_for_password() -> Result<String, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::new(
            "there is no terminal to ask for the password; pipe it in with `--password-stdin`",
        ));
    }
    let prompt = |text: &str| {
        let term = Term::stderr();
        term.write_str(text)
            .and_then(|()| term.read_secure_line())
            .map_err(|error| Failure::new(format!("the password cannot be read: {error}")))
    };
    let password = prompt("Password: ")?;
    if password != prompt("Once more: ")? {
        return Err(Failure::new("the two passwords differ"));
    }
    Ok(password)
}

async fn list(app: &App) -> Outcome {
    let state = super::open_state(app).await?;
    let accounts = Service::<auth::Account>::new(state.system());
    let mut query = Query::default().order(auth::Account::email().asc()).first(100);
    loop {
        let page = accounts.list(query.clone()).await?;
        for account in page.items {
            let active = if account.active { "active" } else { "disabled" };
            let (roles, subject) = (account.roles.join(","), account.subject.unwrap_or_default());
            super::print_line(format_args!("{}\t{active}\t{roles}\t{subject}", account.email));
        }
        match page.end_cursor {
            Some(cursor) if page.has_next => query = query.after(cursor),
            _ => return Ok(()),
        }
    }
}

/// Changes an account and prints the outcome.
async fn change_account(app: &App, email: &str, change: AccountChange, outcome: &str) -> Outcome {
    let state = super::open_state(app).await?;
    let email = email.trim().to_lowercase();
    match auth::change_account(state.system(), &email, change).await {
        Ok(account) => {
            super::print_line(format_args!("account {} {outcome}", account.email));
            Ok(())
        }
        Err(Error::NotFound(_)) => Err(Failure::new(format!("there is no account {email}"))),
        Err(error) => Err(error.into()),
    }
}
