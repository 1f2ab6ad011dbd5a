//! Nothing of a secret is in what is shown or logged, whatever the secret looks like.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use entify::auth::{Accounts, Jwt};
use entify::config::Settings;
use entify::db::{Db, DbOptions};
use entify::prelude::*;
use entify::server::AppState;
use entify::testing::TestDb;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::support::log::{self, Log};

/// Runs work and returns everything that it logged.
fn logged(work: impl Future<Output = ()>) -> String {
    let subscriber = |log: Log| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || log.clone())
            .finish()
    };
    log::logged(subscriber, work)
}

/// An error, all it can print, and what caused it.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = format!("{error}\n{error:?}\n{error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!("\n{cause}\n{cause:?}"));
        source = cause.source();
    }
    text
}

/// A password: parts that stand nowhere else, with characters between them.
#[derive(Debug, Clone)]
struct Secret {
    parts: Vec<String>,
    text: String,
}

fn secret() -> impl Strategy<Value = Secret> {
    let separator = prop::sample::select(vec![
        "#", "?", "/", "@", "%", ":", "[", "]", "\\", "\"", "'", " ", "$", "&", "=", "%23", "%zz", "%ff",
        "😀", "\t", "?a=", "#/", "@@", "{", "}", "\u{7f}", "//", "ä",
    ]);
    prop::collection::vec((separator, "[0-9]{9}|Q[a-z]{8}Q"), 1..4).prop_map(|drawn| {
        let mut text = "Zx81y2Zq".to_owned();
        let mut parts = vec![text.clone()];
        for (separator, part) in drawn {
            text.push_str(separator);
            text.push_str(&part);
            parts.push(part);
        }
        Secret { parts, text }
    })
}

impl Secret {
    fn is_not_in(&self, what: &str, text: &str) -> Result<(), TestCaseError> {
        for part in &self.parts {
            prop_assert!(!text.contains(part.as_str()), "{what} of {:?} shows `{part}`: {text}", self.text);
        }
        prop_assert!(!text.contains("Xuser7"), "{what} of {:?} shows the user: {text}", self.text);
        Ok(())
    }
}

/// URLs that hold the secret, right ones and wrong ones. Nothing listens on the port.
fn urls(secret: &str) -> Vec<String> {
    vec![
        format!("postgres://Xuser7:{secret}@127.0.0.1:1/shop"),
        format!("postgres://Xuser7:{secret}@127.0.0.1:1/shop?sslmode=disable"),
        format!("postgres://{secret}@127.0.0.1:1/shop"),
        format!("postgresql://Xuser7:{secret}"),
        format!("postgres://Xuser7:1{secret}@127.0.0.1:1"),
        format!("postgres:Xuser7:{secret}@127.0.0.1:1/shop"),
        format!("postgres:///Xuser7:{secret}@127.0.0.1:1/shop"),
        format!("postgres://127.0.0.1:1/shop?user=Xuser7&password={secret}"),
        format!("postgres://127.0.0.1:1/shop?sslpassword={secret}"),
        format!("postgres://127.0.0.1:1/shop?sslmode={secret}"),
        format!("postgres://Xuser7:{secret}@127.0.0.1:port/shop"),
        format!("mysql://Xuser7:{secret}@127.0.0.1:1/shop"),
        format!("Xuser7:{secret}@127.0.0.1:1/shop"),
        format!("sqlite:///dev/null/Xuser7:{secret}@127.0.0.1/shop.db"),
        format!("sqlite:///dev/null/shop.db?key={secret}"),
        secret.to_owned(),
    ]
}

/// The settings of a folder with these files.
fn load(toml: &str, dotenv: &str, environment: &[(&str, &str)]) -> Result<Settings, String> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("entify.toml"), toml).expect("written");
    std::fs::write(folder.path().join(".env"), dotenv).expect("written");
    let environment = environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    Settings::load_from(Path::new(folder.path()), environment).map_err(|error| told(&error))
}

async fn opening(url: &str) -> String {
    let options = DbOptions { acquire_timeout: Duration::from_millis(30), ..DbOptions::new(url) };
    let mut text = format!("{options:?} {options:#?}");
    if let Err(error) = Db::connect(&options).await {
        text.push_str(&told(&error));
    }
    let settings = Settings {
        database_url: url.to_owned(),
        db_acquire_timeout: Duration::from_millis(30),
        ..Settings::default()
    };
    text.push_str(&format!("{settings:?} {settings:#?}"));
    // In development a key is made, beside the database.
    if url.starts_with("sqlite")
        && let Err(error) = settings.secret()
    {
        text.push_str(&told(&error));
    }
    let registry = App::new(entities![Word]).registry().expect("a registry");
    if let Err(error) = AppState::open(registry, settings).await {
        text.push_str(&told(&error));
    }
    text
}

/// Something to list.
#[derive(Entity)]
#[entity(policy = public)]
struct Word {
    name: String,
}

fn for_any_secret(cases: u32, check: impl Fn(Secret) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 50, ..Config::default() };
    if let Err(failure) = TestRunner::new(config).run(&secret(), check) {
        panic!("{failure}");
    }
}

#[test]
fn no_part_of_a_database_url_is_shown() {
    for_any_secret(24, |secret| {
        for url in urls(&secret.text) {
            // What would be made beside the database, for a URL of PostgreSQL in the folder `data`.
            if url.starts_with("postgres") || url.starts_with("sqlite") {
                let text = Mutex::new(String::new());
                let log = logged(async {
                    *text.lock().expect("a text") = opening(&url).await;
                });
                secret.is_not_in("an error", &text.lock().expect("a text"))?;
                secret.is_not_in("the log", &log)?;
            }
            for setting in ["DATABASE_URL", "SECRET_KEY", "JWT_SECRET", "JWT_KEYS"] {
                let message = load("", "", &[(setting, &url)]);
                secret.is_not_in(
                    setting,
                    &message.map_or_else(|error| error, |settings| format!("{settings:?}")),
                )?;
            }
        }
        Ok(())
    });
}

#[test]
fn no_part_of_a_file_of_settings_is_shown() {
    for_any_secret(32, |secret| {
        for name in ["database_url", "secret_key", "jwt_secret", "jwt_keys", "jwt_isuer"] {
            let value = format!("postgres://Xuser7:{}@127.0.0.1:1/shop", secret.text);
            let upper = name.to_ascii_uppercase();
            for (toml, dotenv) in [
                (format!("{name} = \"{value}\""), String::new()),
                (format!("{name} = {value}"), String::new()),
                (format!("{name} = \"{value}\"\n{name} = \"{value}\""), String::new()),
                (format!("{name} = '{value}"), String::new()),
                (format!("{name} = {{ url = \"{value}\" }}"), String::new()),
                (format!("\"{value}\" = 1"), String::new()),
                (String::new(), format!("{upper}={value}")),
                (String::new(), format!("{upper}='{value}")),
                (String::new(), format!("{upper}=\"{value}\"")),
                (String::new(), format!("{upper} {value}")),
            ] {
                let message = load(&toml, &dotenv, &[]);
                let message = message.map_or_else(|error| error, |settings| format!("{settings:?}"));
                secret.is_not_in(name, &message)?;
            }
        }
        Ok(())
    });
}

#[test]
fn no_part_of_a_key_is_shown() {
    for_any_secret(32, |secret| {
        let long = format!("{}{}", secret.text, "k".repeat(32));
        let settings = [
            Settings { jwt_secret: Some(secret.text.clone()), ..Settings::default() },
            Settings { jwt_secret: Some(long.clone()), ..Settings::default() },
            Settings { jwt_secret: Some(long.clone()), secret_key: Some(long), ..Settings::default() },
            Settings { jwt_keys: Some(secret.text.clone()), ..Settings::default() },
            Settings {
                jwt_keys: Some(format!("{{\"keys\": [\"{}\"]}}", secret.text)),
                ..Settings::default()
            },
            Settings {
                jwt_keys: Some(format!("{{\"keys\": [{{\"kty\": \"RSA\", \"n\": {:?}}}]}}", secret.text)),
                ..Settings::default()
            },
        ];
        for settings in settings {
            let text = match Jwt::of(&settings) {
                Ok(jwt) => format!("{settings:?} {jwt:?} {jwt:#?}"),
                Err(error) => told(&error),
            };
            secret.is_not_in("a key", &text)?;
        }
        let accounts = Accounts::new(secret.text.as_bytes());
        let bytes = format!("{:?}", secret.text.as_bytes());
        let shown = format!("{accounts:?}");
        prop_assert!(!shown.contains(bytes.trim_matches(['[', ']'])), "{}", shown);
        Ok(())
    });
}

#[tokio::test]
async fn a_state_and_its_contexts_show_no_secret() {
    let db = TestDb::sqlite(&entities![Word]).await;
    let secret = b"a secret that nobody reads 123456";
    let registry = App::new(entities![Word]).registry().expect("a registry");
    let state = AppState::new(registry, db.db().clone(), secret);
    let text = format!("{state:?} {state:#?} {:?}", state.system());
    let bytes = format!("{:?}", &secret[..]);
    assert!(!text.contains(bytes.trim_matches(['[', ']'])) && !text.contains("nobody reads"), "{text}");
    let indented = secret.iter().take(6).map(u8::to_string).collect::<Vec<_>>();
    assert!(!text.split_whitespace().collect::<String>().contains(&indented.join(",")), "{text}");
}
