//! The sources of settings, and messages about invalid ones.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use figment::error::Kind;
use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use crate::config::app_section::{AppSection, PREFIX, SECTION};
use crate::config::{Environment, Settings};
use crate::db::{Dialect, NO_ROW_SECURITY};

/// The least length of `SECRET_KEY`, in bytes.
const LEAST_SECRET: usize = 32;

/// The least length of `METRICS_TOKEN`, in bytes.
const LEAST_METRICS_TOKEN: usize = 16;

/// Why the settings cannot be used. Names the setting and where it was set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(pub(crate) String);

impl Settings {
    /// Reads the settings of the current folder and the process's environment.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting and its source.
    pub fn load() -> Result<Self, SettingsError> {
        Self::load_from(Path::new("."), std::env::vars_os())
    }

    /// Reads `entify.toml` and `.env` of a folder under the given environment variables.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting and its source.
    pub fn load_from(
        folder: &Path,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingsError> {
        let toml = folder.join("entify.toml");
        let dotenv = folder.join(".env");
        let mut figment = Figment::new();
        if toml.exists() {
            figment = figment.merge(Toml::file_exact(&toml));
        }
        if dotenv.exists() {
            figment = figment.merge(Variables::of_file(&dotenv)?);
        }
        let environment = Variables::of_environment(environment)?;
        let mut settings: Self =
            figment.clone().merge(environment.clone()).extract().map_err(|error| describe(&error, None))?;
        settings.check()?;
        settings.app = AppSection::new(figment, environment);
        Ok(settings)
    }

    /// Checks settings against each other.
    fn check(&self) -> Result<(), SettingsError> {
        let fail = |message: String| Err(SettingsError(message));
        match (&self.secret_key, self.environment) {
            (Some(secret), _) if secret.len() < LEAST_SECRET => {
                return fail(format!("`SECRET_KEY` must be at least {LEAST_SECRET} bytes long"));
            }
            (None, Environment::Production) => {
                return fail(
                    "`SECRET_KEY` must be set with ENTIFY_ENV=production; make one with `openssl rand -hex 32`"
                        .to_owned(),
                );
            }
            _ => {}
        }
        if self.metrics_token.as_ref().is_some_and(|token| token.len() < LEAST_METRICS_TOKEN) {
            return fail(format!("`METRICS_TOKEN` must be at least {LEAST_METRICS_TOKEN} bytes long"));
        }
        match Dialect::of_url(&self.database_url) {
            Err(error) => return fail(error.to_string()),
            Ok(Dialect::Sqlite) if self.database_rls => return fail(NO_ROW_SECURITY.to_owned()),
            Ok(_) => {}
        }
        #[cfg(feature = "server")]
        if let Err(error) = tracing_subscriber::EnvFilter::try_new(&self.log) {
            return fail(format!("`LOG` must be a filter like `info` or `warn,entify=debug`: {error}"));
        }
        if let Some(origin) = self.cors_origins.iter().find(|origin| !is_origin(origin)) {
            return fail(format!(
                "`CORS_ORIGINS` must list origins like https://shop.example, or be `*`; not `{}`",
                // With an `@` it may hold a password.
                if origin.contains('@') { "…@…" } else { origin }
            ));
        }
        if self.session_idle > self.session_lifetime {
            return fail("`SESSION_IDLE` must not be longer than `SESSION_LIFETIME`".to_owned());
        }
        if !self.graphql_trusted_roles.is_empty() && self.graphql_trusted_documents.is_none() {
            return fail(
                "`GRAPHQL_TRUSTED_ROLES` needs `GRAPHQL_TRUSTED_DOCUMENTS`: without it everyone may send any document"
                    .to_owned(),
            );
        }
        self.password_cost()?;
        Ok(())
    }
}

/// `*` or a scheme and a host without a path.
fn is_origin(text: &str) -> bool {
    text == "*"
        || ["http://", "https://"].iter().any(|scheme| {
            text.strip_prefix(scheme).is_some_and(|host| {
                !host.is_empty() && !host.contains(['/', '?', '#', '@', '*']) && host.is_ascii()
            })
        })
}

/// What is wrong with the settings, or with those of a section.
pub(super) fn describe(error: &figment::Error, section: Option<&str>) -> SettingsError {
    let source = error
        .metadata
        .as_ref()
        .map(|metadata| match metadata.source.as_ref().and_then(|source| source.file_path()) {
            Some(path) => format!(" in {}", path.display()),
            None => format!(" in {}", metadata.name),
        })
        .unwrap_or_default();
    let name = error.path.join(".");
    let message = match &error.kind {
        Kind::UnknownField(key, known) => {
            // What does not look like a name may be a part of a value.
            let is_name =
                key.len() <= 40 && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let key = if is_name { key } else { "…" };
            let names = match section {
                None => Settings::NAMES.map(str::to_ascii_lowercase).join(", "),
                Some(_) => known.join(", "),
            };
            format!("`{key}`{source} is not a setting; the settings are {names}")
        }
        kind @ Kind::MissingField(_) => format!(
            "{kind} in {}: set it there, or by its name in the environment",
            section.map_or_else(|| "the settings".to_owned(), |section| format!("`[{section}]`"))
        ),
        // The message of a file that is no TOML quotes the line, and with it a secret: only where it is wrong is told.
        kind if name.is_empty() => {
            let message = kind.to_string();
            let place = message.lines().next().filter(|line| line.starts_with("TOML parse error at line"));
            let place = place.unwrap_or("not TOML");
            format!(
                "settings cannot be read{source}: {place}; texts stand in quotes, those with `\"` or `\\` in single ones"
            )
        }
        kind => format!("`{}`{source} {kind}", spelled(&name, section, source.ends_with(".toml"))),
    };
    SettingsError(message.replace('\n', " "))
}

/// A setting's name as its source spells it.
fn spelled(name: &str, section: Option<&str>, in_toml: bool) -> String {
    match section {
        None => name.to_ascii_uppercase(),
        Some(section) if in_toml => format!("{section}.{name}"),
        Some(_) => format!("{PREFIX}{}", name.replace('.', "__").to_ascii_uppercase()),
    }
}

/// Whether a variable is one of ours or of the application's own.
fn is_setting(name: &str) -> bool {
    Settings::NAMES.contains(&name) || name.starts_with(PREFIX)
}

/// Settings written as `NAME=value`. Names that are not settings are ignored; empty values are unset.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    source: String,
    values: BTreeMap<String, String>,
}

impl Variables {
    /// Forgets a variable, whatever its letters' case, and those that lead into its fields. Answers whether there was one.
    pub(super) fn forget(&mut self, name: &str) -> bool {
        let before = self.values.len();
        let is_it = |found: &str| {
            let found = found.to_ascii_lowercase();
            found
                .strip_prefix(&name.to_ascii_lowercase())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with("__"))
        };
        self.values.retain(|found, _| !is_it(found));
        self.values.len() < before
    }

    fn of_environment(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingsError> {
        let source = "the environment".to_owned();
        let mut values = BTreeMap::new();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| is_setting(name)) else {
                continue;
            };
            let value = value
                .into_string()
                .map_err(|_| SettingsError(format!("`{name}` in {source} is not valid UTF-8")))?;
            values.insert(name.to_owned(), value);
        }
        Ok(Self { source, values })
    }

    fn of_file(path: &Path) -> Result<Self, SettingsError> {
        let source = path.display().to_string();
        let unreadable = |error: dotenvy::Error| {
            SettingsError(match error {
                // Its message quotes the line, and with it a secret.
                dotenvy::Error::LineParse(line, _) => format!(
                    "{source} cannot be read{}: a value with spaces, quotes, `#`, `$` or `\\` stands in single quotes",
                    line_number(path, &line).map(|number| format!(", line {number}")).unwrap_or_default()
                ),
                error => format!("{source} cannot be read: {error}"),
            })
        };
        let mut values = BTreeMap::new();
        for line in dotenvy::from_path_iter(path).map_err(unreadable)? {
            let (name, value) = line.map_err(unreadable)?;
            if is_setting(&name) {
                values.insert(name, value);
            }
        }
        Ok(Self { source, values })
    }
}

/// Where a line stands in a file.
fn line_number(path: &Path, line: &str) -> Option<usize> {
    let text = std::fs::read_to_string(path).ok()?;
    let first = line.lines().next()?.trim();
    text.lines().position(|candidate| candidate.trim() == first).map(|position| position + 1)
}

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let (mut values, mut own) = (Dict::new(), Dict::new());
        for (name, value) in self.values.iter().filter(|(_, value)| !value.trim().is_empty()) {
            let value = Value::from(value.clone());
            match name.strip_prefix(PREFIX) {
                Some(name) => insert(&mut own, &name.to_ascii_lowercase(), value),
                None => {
                    values.insert(name.to_ascii_lowercase(), value);
                }
            }
        }
        if !own.is_empty() {
            values.insert(SECTION.to_owned(), Value::from(own));
        }
        Ok(Map::from([(Profile::Default, values)]))
    }
}

/// Puts a value under a name; `__` leads into the fields of another.
fn insert(values: &mut Dict, name: &str, value: Value) {
    let Some((outer, inner)) = name.split_once("__").filter(|(outer, _)| !outer.is_empty()) else {
        values.insert(name.to_owned(), value);
        return;
    };
    let within = values.entry(outer.to_owned()).or_insert_with(|| Value::from(Dict::new()));
    if !matches!(within, Value::Dict(..)) {
        *within = Value::from(Dict::new());
    }
    if let Value::Dict(_, fields) = within {
        insert(fields, inner, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(toml: &str, dotenv: &str, environment: &[(&str, &str)]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        std::fs::write(folder.path().join("entify.toml"), toml).map_err(|error| error.to_string())?;
        std::fs::write(folder.path().join(".env"), dotenv).map_err(|error| error.to_string())?;
        let environment =
            environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Settings::load_from(folder.path(), environment)
            .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
    }

    fn refused(toml: &str, dotenv: &str, environment: &[(&str, &str)]) -> String {
        load(toml, dotenv, environment).err().unwrap_or_default()
    }

    #[test]
    fn each_source_overrides_the_one_before() {
        let toml = "bind = \"127.0.0.1:1\"\ndb_max_connections = 7\ncors_origins = [\"https://a.example\"]";
        let dotenv = "BIND=127.0.0.1:2\nREQUEST_TIMEOUT=500ms\nUNRELATED=1\nADMIN_ROLES=\n";
        let settings = load(toml, dotenv, &[("BIND", "127.0.0.1:3"), ("BODY_LIMIT", "8M")]).unwrap();
        assert_eq!(settings.bind.port(), 3);
        assert_eq!(settings.db_max_connections, 7);
        assert_eq!(settings.cors_origins, ["https://a.example"]);
        assert_eq!(settings.request_timeout.as_millis(), 500);
        assert_eq!(settings.admin_roles, ["admin"], "an empty value is unset");
        assert_eq!(settings.body_limit, 8 * 1024 * 1024);
    }

    #[test]
    fn a_secret_of_digits_is_a_text() {
        let secret = "12345678901234567890123456789012";
        let settings = load("", "", &[("SECRET_KEY", secret)]).unwrap();
        assert_eq!(settings.secret_key.as_deref(), Some(secret));
    }

    #[test]
    fn bad_values_name_the_setting_and_its_source() {
        let cases = [
            (
                refused("db_max_connections = 0", "", &[]),
                "`DB_MAX_CONNECTIONS` in entify.toml must be a whole number from 1 to 1000, not `0`",
            ),
            (refused("", "LOG_FORMAT=xml", &[]), "`LOG_FORMAT` in .env must be `text` or `json`, not `xml`"),
            (
                refused("", "", &[("REQUEST_TIMEOUT", "soon")]),
                "`REQUEST_TIMEOUT` in the environment must be a time span like 500ms, 30s or 5m, not `soon`",
            ),
            (refused("", "", &[("SECRET_KEY", "short")]), "`SECRET_KEY` must be at least 32 bytes long"),
            (refused("", "METRICS_TOKEN=short", &[]), "`METRICS_TOKEN` must be at least 16 bytes long"),
            (
                refused("", "", &[("DATABASE_URL", "mysql://x")]),
                "DATABASE_URL must start with `sqlite://` or `postgres://`",
            ),
            (
                refused("", "", &[("DATABASE_RLS", "true")]),
                "`DATABASE_RLS` needs PostgreSQL: SQLite has no row-level security; set it to false, or `DATABASE_URL` \
                 to a `postgres://` one",
            ),
        ];
        for (message, expected) in cases {
            assert_eq!(message, expected);
        }
        assert!(refused("bnid = 1", "", &[]).starts_with("`bnid` in entify.toml is not a setting"));
        assert!(refused("bind = [", "", &[]).starts_with("settings cannot be read"));
        #[cfg(feature = "server")]
        assert!(refused("", "", &[("LOG", "a=b=c")]).starts_with("`LOG` must be a filter"));
        assert!(refused("", "", &[("CORS_ORIGINS", "https://a.example/x")]).starts_with("`CORS_ORIGINS`"));
        assert!(refused("", "", &[("ENTIFY_ENV", "production")]).contains("`SECRET_KEY` must be set"));
    }

    #[test]
    fn weak_and_contradictory_limits_are_refused() {
        let cases = [
            ("JWT_LEEWAY", "1h", "a time span from 0 to 5m"),
            ("PASSWORD_MEMORY", "1M", "`PASSWORD_MEMORY`"),
            ("GRAPHQL_MAX_DEPTH", "61", "a whole number from 1 to 60"),
            ("GRAPHQL_MAX_ALIASES", "0", "a whole number from 1 to 1000000000"),
            ("GRAPHQL_TRUSTED_ROLES", "staff", "`GRAPHQL_TRUSTED_ROLES` needs `GRAPHQL_TRUSTED_DOCUMENTS`"),
            ("SESSION_IDLE", "2d", "`SESSION_IDLE` must not be longer"),
            ("TRUSTED_PROXIES", "10.0.0.0/33", "addresses or networks"),
        ];
        for (name, value, expected) in cases {
            let message = refused("", "", &[(name, value)]);
            assert!(message.contains(expected), "{name}: {message}");
        }
    }

    #[test]
    fn the_names_are_those_of_the_fields() {
        let mut message = refused("no_such_setting = 1", "", &[]);
        for name in Settings::NAMES {
            let toml = format!("{} = {{}}", name.to_ascii_lowercase());
            message = refused(&toml, "", &[]);
            assert!(message.starts_with(&format!("`{name}` in entify.toml must be")), "{message}");
        }
        assert!(!message.is_empty());
    }

    #[test]
    fn the_example_file_lists_exactly_the_settings() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../.env.example");
        let example = std::fs::read_to_string(path).unwrap();
        let mut listed = example
            .lines()
            .filter_map(|line| line.trim_start_matches(['#', ' ']).split_once('='))
            .map(|(name, _)| name)
            .filter(|name| name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'))
            .collect::<Vec<_>>();
        let mut names = Settings::NAMES.to_vec();
        listed.sort_unstable();
        names.sort_unstable();
        assert_eq!(listed, names);
    }
}
