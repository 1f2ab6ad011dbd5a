//! Settings of the tracker's own: `[app]` in `entify.toml`, `APP_…` in the environment.

use entify::serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(crate = "entify::serde", default, deny_unknown_fields)]
pub struct TrackerSettings {
    /// `APP_MAIL_FROM`: who mails are from.
    pub mail_from: String,
    /// `APP_LOGIN_MINUTES`: how long a login lasts.
    pub login_minutes: u32,
}

impl Default for TrackerSettings {
    fn default() -> Self {
        Self { mail_from: "tracker@tracker.example".to_owned(), login_minutes: 60 }
    }
}
