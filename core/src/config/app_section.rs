//! The application's own settings: `[app]` in `entify.toml`, `APP_…` in `.env` and the environment.

use figment::Figment;
use figment::error::Kind;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use crate::config::load::{Variables, describe};
use crate::config::{Settings, SettingsError};

/// What the names of the application's own settings start with in `.env` and the environment.
pub(super) const PREFIX: &str = "APP_";

/// The section of `entify.toml` with the application's own settings.
pub(super) const SECTION: &str = "app";

/// The application's own settings, not read yet: their type is the application's.
#[derive(Clone, Default)]
pub struct AppSection {
    files: Figment,
    environment: Variables,
}

impl AppSection {
    pub(super) fn new(files: Figment, environment: Variables) -> Self {
        Self { files, environment }
    }
}

// Written by hand: what it holds may be secret.
impl std::fmt::Debug for AppSection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppSection")
    }
}

/// The type is not known when the settings are read: [`Settings::load`] keeps them as they are.
impl<'de> Deserialize<'de> for AppSection {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(from).map(|_| Self::default())
    }
}

impl Settings {
    /// The application's own settings: the table `[app]` of `entify.toml`, over it `APP_…` of `.env` and of the environment.
    /// `APP_MAIL_FROM` is the field `mail_from`; `__` leads into a field's own fields. Texts become numbers and booleans
    /// where the type asks for them.
    ///
    /// With `#[serde(deny_unknown_fields)]` a name that is no field is an error in the files. The environment may have
    /// others, which are not meant for the application.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting and its source.
    pub fn app<T: DeserializeOwned>(&self) -> Result<T, SettingsError> {
        let AppSection { files, mut environment } = self.app.clone();
        loop {
            let section = files.clone().merge(environment.clone()).focus(SECTION);
            let error = match section.extract_lossy() {
                Ok(settings) => return Ok(settings),
                Err(error) => error,
            };
            match &error.kind {
                Kind::UnknownField(name, _) if environment.forget(&format!("{PREFIX}{name}")) => {}
                _ => return Err(describe(&error, Some(SECTION))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Own {
        mail_from: String,
        #[serde(default = "three")]
        retries: u8,
        #[serde(default)]
        smtp: Smtp,
    }

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct Smtp {
        port: u16,
        tls: bool,
    }

    fn three() -> u8 {
        3
    }

    fn load(toml: &str, dotenv: &str, environment: &[(&str, &str)]) -> Result<Own, String> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("entify.toml"), toml).unwrap();
        std::fs::write(folder.path().join(".env"), dotenv).unwrap();
        let environment =
            environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        let settings = Settings::load_from(folder.path(), environment).map_err(|error| error.to_string())?;
        settings
            .app()
            .map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn each_source_overrides_the_one_before() {
        let toml = "[app]\nmail_from = \"a\"\nretries = 5\nsmtp = { port = 25, tls = true }";
        let own = load(
            toml,
            "APP_MAIL_FROM=b\nAPP_SMTP__PORT=26\n",
            &[("APP_MAIL_FROM", "12"), ("APP_HOME", "/srv")],
        );
        let smtp = Smtp { port: 26, tls: true };
        assert_eq!(own, Ok(Own { mail_from: "12".to_owned(), retries: 5, smtp }));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_source() {
        let wrong = |toml: &str, dotenv: &str, environment: &[(&str, &str)]| {
            load(toml, dotenv, environment).unwrap_err()
        };
        for (found, expected) in [
            (wrong("", "", &[]), "missing field `mail_from`"),
            (wrong("", "APP_MAIL_FROM=a\nAPP_RETRIES=many", &[]), "`APP_RETRIES` in .env invalid type"),
            (
                wrong("[app]\nmail_from = \"a\"\nretries = 999", "", &[]),
                "`app.retries` in entify.toml invalid",
            ),
            (
                wrong("[app]\nmail_from = \"a\"\nretires = 1", "", &[]),
                "`retires` in entify.toml is not a setting",
            ),
        ] {
            assert!(found.contains(expected), "{found}");
        }
    }
}
