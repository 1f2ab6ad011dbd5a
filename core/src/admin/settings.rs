//! Who may use the admin, and how long a sign-in lasts.

use std::time::Duration;

use crate::config::{Environment, Network, Settings};

/// The settings of the admin.
#[derive(Debug, Clone)]
pub struct AdminSettings {
    /// Accounts with one of these roles may use the admin; everyone else is refused. Default: `admin`.
    pub roles: Vec<String>,
    /// Always mark cookies as `Secure`, also where the request came without TLS (a proxy ends it). Requests that
    /// come over TLS get secure cookies in any case.
    pub secure_cookies: bool,
    /// A session ends when it was not used for so long. Default: 2 hours.
    pub idle: Duration,
    /// A session ends so long after sign-in, used or not. Default: 12 hours.
    pub lifetime: Duration,
    /// The proxies whose word about the client's address and TLS is taken. Default: none.
    pub proxies: Vec<Network>,
}

impl AdminSettings {
    /// As the application's settings say.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        Self {
            roles: settings.admin_roles.clone(),
            secure_cookies: settings.environment == Environment::Production,
            idle: settings.session_idle,
            lifetime: settings.session_lifetime,
            proxies: settings.trusted_proxies.clone(),
        }
    }
}

impl Default for AdminSettings {
    fn default() -> Self {
        Self::of(&Settings::default())
    }
}
