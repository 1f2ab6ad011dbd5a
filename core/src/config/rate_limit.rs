//! How many requests in which time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::config::parse::time_span;

/// So many requests in a period: `600/1m`. All of them may come at once; they come back evenly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    pub(crate) requests: u32,
    pub(crate) period: Duration,
}

/// Where requests are counted for their limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RateLimitStore {
    /// Each node counts what it gets itself.
    #[default]
    Node,
    /// All nodes count in the database, by one more statement for each request.
    Database,
}

/// A text that is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a limit like 600/1m: from 1 to 1000000 requests in 1s to 1d")]
pub struct NotARateLimit;

impl FromStr for RateLimit {
    type Err = NotARateLimit;

    fn from_str(text: &str) -> Result<Self, NotARateLimit> {
        let (requests, period) = text.split_once('/').ok_or(NotARateLimit)?;
        let requests = requests.trim().parse().ok().filter(|requests| (1..=1_000_000).contains(requests));
        let day = Duration::from_secs(24 * 60 * 60);
        let period =
            time_span(period.trim()).filter(|period| (Duration::from_secs(1)..=day).contains(period));
        Ok(Self { requests: requests.ok_or(NotARateLimit)?, period: period.ok_or(NotARateLimit)? })
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}s", self.requests, self.period.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::RateLimit;

    #[test]
    fn a_limit_has_a_number_and_a_time() {
        for (text, read) in
            [("600/1m", "600/60s"), ("10 / 1h", "10/3600s"), ("1/1s", "1/1s"), ("5/30", "5/30s")]
        {
            assert_eq!(text.parse::<RateLimit>().map(|limit| limit.to_string()).as_deref(), Ok(read));
        }
        for text in
            ["", "600", "/1m", "600/", "0/1m", "-1/1m", "1000001/1m", "1/500ms", "1/2d", "x/1m", "1/m"]
        {
            assert!(text.parse::<RateLimit>().is_err(), "{text}");
        }
    }
}
