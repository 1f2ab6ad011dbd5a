//! How settings are spelled. `.env` and the environment have texts only, `entify.toml` has types; both are read
//! alike, so that `SECRET_KEY=12345…` stays a text and `DB_MAX_CONNECTIONS=20` becomes a number.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::config::{
    Environment, GraphqlLimits, LogFormat, NestedLimits, Network, RateLimit, RateLimitStore,
};

/// A setting as it was written.
#[derive(Deserialize)]
#[serde(untagged)]
enum Raw {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<String>),
}

impl std::fmt::Display for Raw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Raw::Bool(value) => value.fmt(f),
            Raw::Int(value) => value.fmt(f),
            Raw::Float(value) => value.fmt(f),
            Raw::Text(text) => f.write_str(text),
            Raw::List(items) => f.write_str(&items.join(",")),
        }
    }
}

/// Reads a setting by its text; `expected` completes "must be …".
fn read<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let text = Raw::deserialize(deserializer)
        .map_err(|_| D::Error::custom(format!("must be {expected}")))?
        .to_string();
    parse(text.trim()).ok_or_else(|| D::Error::custom(format!("must be {expected}, not `{text}`")))
}

pub(super) fn text<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    read(from, "a text", |text| Some(text.to_owned()))
}

pub(super) fn optional_text<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    text(from).map(Some)
}

pub(super) fn path<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
    read(from, "a path", |text| Some(PathBuf::from(text)))
}

pub(super) fn optional_path<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    path(from).map(|path| Some(path).filter(|path| !path.as_os_str().is_empty()))
}

pub(super) fn address<'de, D: Deserializer<'de>>(from: D) -> Result<SocketAddr, D::Error> {
    read(from, "an address and port like 127.0.0.1:8000", |text| text.parse().ok())
}

pub(super) fn boolean<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    read(from, "true or false", |text| match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    })
}

/// A setting whose default depends on another.
pub(super) fn optional_boolean<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    boolean(from).map(Some)
}

/// A path to stand before all others, without a slash at its end; `/` is none.
pub(super) fn base_path<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    read(from, "a path like /shop, of letters, digits and `-._~`", |text| {
        let path = text.strip_suffix('/').unwrap_or(text);
        is_base_path(path).then(|| path.to_owned())
    })
}

/// Whether a text is empty or a path of plain segments, so that it needs no escape in a URL, a header or HTML.
pub(crate) fn is_base_path(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let is_segment = |segment: &str| {
        !segment.is_empty() && segment.bytes().all(is_plain) && !segment.trim_matches('.').is_empty()
    };
    path.is_empty() || path.strip_prefix('/').is_some_and(|path| path.split('/').all(is_segment))
}

pub(super) fn connections<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    read(from, "a whole number from 1 to 1000", |text| {
        text.parse().ok().filter(|number| (1..=1000).contains(number))
    })
}

pub(super) fn sockets<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    read(from, "a whole number from 1 to 1000000", |text| {
        text.parse().ok().filter(|number| (1..=1_000_000).contains(number))
    })
}

pub(super) fn operations<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    read(from, "a whole number from 1 to 10000", |text| {
        text.parse().ok().filter(|number| (1..=10_000).contains(number))
    })
}

pub(super) fn nested_depth<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    read(from, "a whole number from 1 to 16", |text| {
        text.parse().ok().filter(|number| (1..=NestedLimits::DEEPEST).contains(number))
    })
}

pub(super) fn count<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    read(from, "a whole number from 1 to 1000000000", |text| {
        text.parse().ok().filter(|number| (1..=1_000_000_000).contains(number))
    })
}

pub(super) fn graphql_depth<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    read(from, "a whole number from 1 to 60", |text| {
        text.parse().ok().filter(|number| (1..=GraphqlLimits::DEEPEST).contains(number))
    })
}

pub(super) fn iterations<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    read(from, "a whole number from 1 to 100", |text| {
        text.parse().ok().filter(|number| (1..=100).contains(number))
    })
}

pub(super) fn lanes<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    read(from, "a whole number from 1 to 16", |text| {
        text.parse().ok().filter(|number| (1..=16).contains(number))
    })
}

pub(super) fn size<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    read(from, "a number of bytes like 1048576, 512K or 8M", |text| {
        let (digits, unit) = match text.strip_suffix(['k', 'K']) {
            Some(digits) => (digits, 1024),
            None => match text.strip_suffix(['m', 'M']) {
                Some(digits) => (digits, 1024 * 1024),
                None => (text, 1),
            },
        };
        let bytes = digits.parse::<usize>().ok()?.checked_mul(unit)?;
        (bytes > 0).then_some(bytes)
    })
}

pub(super) fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    read(from, "a time span like 500ms, 30s or 5m", time_span)
}

/// A time span that may be none at all: `0`.
pub(super) fn leeway<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    read(from, "a time span from 0 to 5m", |text| {
        let span = if text == "0" || text == "0s" { Some(Duration::ZERO) } else { time_span(text) };
        span.filter(|span| *span <= Duration::from_secs(300))
    })
}

/// `500ms`, `30s`, `5m`, `2h`, `30d`; a bare number is seconds. Never zero.
pub(crate) fn time_span(text: &str) -> Option<Duration> {
    let split = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..split].parse().ok()?;
    let span = match text[split..].trim() {
        "ms" => Duration::from_millis(number),
        "s" | "" => Duration::from_secs(number),
        "m" => Duration::from_secs(number.checked_mul(60)?),
        "h" => Duration::from_secs(number.checked_mul(3600)?),
        "d" => Duration::from_secs(number.checked_mul(86400)?),
        _ => return None,
    };
    (!span.is_zero()).then_some(span)
}

pub(super) fn environment<'de, D: Deserializer<'de>>(from: D) -> Result<Environment, D::Error> {
    read(from, "`development` or `production`", |text| match text {
        "development" => Some(Environment::Development),
        "production" => Some(Environment::Production),
        _ => None,
    })
}

pub(super) fn log_format<'de, D: Deserializer<'de>>(from: D) -> Result<LogFormat, D::Error> {
    read(from, "`text` or `json`", |text| match text {
        "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    })
}

pub(super) fn rate_limit<'de, D: Deserializer<'de>>(from: D) -> Result<Option<RateLimit>, D::Error> {
    let expected = "a limit like 600/1m, of 1 to 1000000 requests in 1s to 1d";
    read(from, expected, |text| text.parse().ok()).map(Some)
}

pub(super) fn rate_limit_store<'de, D: Deserializer<'de>>(from: D) -> Result<RateLimitStore, D::Error> {
    read(from, "`node` or `database`", |text| match text {
        "node" => Some(RateLimitStore::Node),
        "database" => Some(RateLimitStore::Database),
        _ => None,
    })
}

/// Items separated by commas, or a list in `entify.toml`.
pub(super) fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    read(from, "a list separated by commas", |text| {
        Some(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())
    })
}

/// Addresses and networks separated by commas, or a list of them in `entify.toml`.
pub(super) fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Network>, D::Error> {
    read(from, "addresses or networks like 10.0.0.0/8, separated by commas", |text| {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        items.map(|item| item.parse().ok()).collect()
    })
}
