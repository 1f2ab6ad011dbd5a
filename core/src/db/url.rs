//! What `DATABASE_URL` may look like, checked before a driver reads it.
//!
//! A password with a character that has to be encoded makes a URL of another meaning: its host, port or parameters are parts
//! of the password then, and drivers show those. So no message here, and none of a driver about a URL, shows any
//! part of it; only the character that is to be encoded is named.

use crate::db::DbError;

/// Parameters that sqlx reads. Others are left out: it would log them with their values.
#[cfg(feature = "postgres")]
const PARAMETERS: [&str; 19] = [
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-root-cert",
    "ssl-ca",
    "sslcert",
    "ssl-cert",
    "sslkey",
    "ssl-key",
    "statement-cache-capacity",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
    "options[",
];

/// Refuses a URL of PostgreSQL that would be read differently from what it was meant to say.
pub(super) fn check_postgres(url: &str) -> Result<(), DbError> {
    let Some((_, rest)) = url.split_once("://") else {
        return Err(wrong("it must be like `postgres://user:password@host:5432/name`"));
    };
    if rest.contains(char::is_control) {
        return Err(wrong(
            "it has a line break, a tab or another control character, which must be encoded: `%0A`, `%09`",
        ));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    // Whoever does not encode an `@`, or one of the characters that end a host, has it in the password, most likely.
    if let Some(at) = tail.rfind('@') {
        return Err(unencoded(&rest[..end + at]));
    }
    if tail.contains('#') {
        return Err(unencoded("#"));
    }
    let (user_info, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if !is_percent_encoded(user_info) {
        return Err(unencoded("%"));
    }
    if !is_percent_encoded(tail) || !is_percent_encoded(host) {
        return Err(wrong(
            "a `%` must be followed by two hexadecimal digits of UTF-8; the character itself is `%25`",
        ));
    }
    let host = host.rsplit_once(']').map_or(host, |(_, port)| port);
    let port = host.split_once(':').map(|(_, port)| port).unwrap_or_default();
    if !port.is_empty() && port.parse::<u16>().is_err() {
        return Err(wrong(
            "its port is not a number up to 65535; it must be like `postgres://user:password@host:5432/name`, and an `@` stands \
             before the host",
        ));
    }
    Ok(())
}

/// The options of a URL that was checked.
#[cfg(feature = "postgres")]
pub(super) fn postgres_options(url: &str) -> Result<sqlx::postgres::PgConnectOptions, DbError> {
    check_postgres(url)?;
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let known = |parameter: &&str| {
        let name = parameter.split('=').next().unwrap_or_default();
        let name = name.to_ascii_lowercase().replace("%5b", "[");
        PARAMETERS.contains(&name.as_str()) || name.starts_with("options[")
    };
    let (kept, ignored): (Vec<&str>, Vec<&str>) =
        query.split('&').filter(|parameter| !parameter.is_empty()).partition(known);
    if !ignored.is_empty() {
        tracing::warn!(
            "DATABASE_URL has {} parameters after `?` that are not known, and are ignored; a `?` in the user name or the \
             password is written `%3F`",
            ignored.len()
        );
    }
    for parameter in &kept {
        check_parameter(parameter)?;
    }
    let url = if kept.is_empty() { base.to_owned() } else { format!("{base}?{}", kept.join("&")) };
    // sqlx's own message may quote the URL.
    url.parse().map_err(|_| {
        wrong(
            "it cannot be read; it must be like `postgres://user:password@host:5432/name`, and every character of the user \
             name and the password other than letters, digits and `-._~` is encoded: `[` as `%5B`, a space as `%20`",
        )
    })
}

#[cfg(feature = "postgres")]
fn check_parameter(parameter: &str) -> Result<(), DbError> {
    let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
    let modes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];
    match name {
        "sslmode" | "ssl-mode" if !modes.contains(&value.to_ascii_lowercase().as_str()) => {
            Err(wrong(&format!("`sslmode` must be one of {}", modes.join(", "))))
        }
        "port" if value.parse::<u16>().is_err() => Err(wrong("`port` must be a number up to 65535")),
        "hostaddr" if value.parse::<std::net::IpAddr>().is_err() => {
            Err(wrong("`hostaddr` must be an IP address"))
        }
        _ => Ok(()),
    }
}

/// The options of a URL of SQLite.
#[cfg(feature = "sqlite")]
pub(super) fn sqlite_options(url: &str) -> Result<sqlx::sqlite::SqliteConnectOptions, DbError> {
    url.parse().map_err(|_| {
        wrong(
            "after `?` there may be `mode` (ro, rw, rwc or memory), `cache` (shared or private), `immutable` and `vfs`; a `?` \
             in the path of the file is written `%3F`, a `%` as `%25`",
        )
    })
}

/// Names the characters that end the host where they stand in the user name or the password.
fn unencoded(user_info: &str) -> DbError {
    let characters: Vec<String> = [('/', "%2F"), ('?', "%3F"), ('#', "%23"), ('@', "%40"), ('%', "%25")]
        .iter()
        .filter(|(character, _)| {
            user_info.contains(*character) && (*character != '%' || !is_percent_encoded(user_info))
        })
        .map(|(character, code)| format!("`{character}` as `{code}`"))
        .collect();
    wrong(&format!(
        "a special character in the user name, the password or after the host must be encoded: write {}",
        characters.join(", ")
    ))
}

/// Whether each `%` begins a code, and what is encoded is UTF-8.
fn is_percent_encoded(text: &str) -> bool {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16));
        match (digit(), digit()) {
            (Some(high), Some(low)) => decoded.extend(u8::try_from(high * 16 + low)),
            _ => return false,
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

fn wrong(reason: &str) -> DbError {
    DbError::Config(format!("`DATABASE_URL` cannot be used: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        check_postgres(url).expect_err(url).to_string()
    }

    #[test]
    fn the_character_to_encode_is_named() {
        for (url, named) in [
            ("postgres://ada:pa#ss@host/db", "`#` as `%23`"),
            ("postgres://ada:pa?ss@host/db", "`?` as `%3F`"),
            ("postgres://ada:12/34@host/db", "`/` as `%2F`"),
            ("postgres://ada:12#34", "`#` as `%23`"),
            ("postgres://ada:a@b/c#d@host/db", "`/` as `%2F`, `#` as `%23`, `@` as `%40`"),
            ("postgres://ada:50%@host/db", "`%` as `%25`"),
            ("postgres://ada:50%ff@host/db", "`%` as `%25`"),
            ("postgres:///ada:pass@host/db", "`/` as `%2F`"),
            ("postgres://ada:pass", "an `@` stands before the host"),
            ("postgres:ada:pass@host/db", "it must be like"),
            ("postgres://ada:pa\tss@host/db", "`%09`"),
        ] {
            let message = refused(url);
            assert!(message.contains(named), "{url}: {message}");
            assert!(!message.contains("ada") && !message.contains("ss@"), "{message}");
        }
    }

    #[test]
    fn what_means_what_it_says_is_accepted() {
        for url in [
            "postgres://host/db",
            "postgres://ada@host/db",
            "postgres://ada:p@ss:w$rd!@host:5432/db?sslmode=require&channel_binding=require",
            "postgres://ada:%23%3F%2F%40%25@[::1]:5432/db",
            "postgres://ada@%2Fvar%2Frun/db",
            "postgres:///db?host=/var/run/postgresql&user=ada",
            "postgres://",
        ] {
            check_postgres(url).unwrap_or_else(|error| panic!("{url}: {error}"));
        }
    }
}
