//! Who may use the admin, and how long a sign-in lasts.

use std::time::Duration;

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
}

impl Default for AdminSettings {
    fn default() -> Self {
        Self {
            roles: vec!["admin".to_owned()],
            secure_cookies: false,
            idle: Duration::from_secs(2 * 60 * 60),
            lifetime: Duration::from_secs(12 * 60 * 60),
        }
    }
}
