//! Rate limits over HTTP: who is counted, and what the client is told.
//!
//! A client is a principal, whose credentials were checked, or the address that the connection, or a trusted proxy, says. What
//! the client says of itself never counts.

use std::sync::Arc;

use poem::http::{HeaderName, HeaderValue};
use poem::{Request, Response};

use crate::config::{Network, client_network};
use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::http::problem::whole_seconds;
use crate::http::{client, site};
use crate::principal::Principal;
use crate::rate_limit::{Quota, RateLimits};

/// The limits that a client has, and how many requests may come in which time.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// What it has left of them.
const LEFT: HeaderName = HeaderName::from_static("ratelimit");
/// What is asked for again and again by who watches the server.
const UNLIMITED: [&str; 2] = ["/livez", "/readyz"];

/// The limits, for one client on one path. In the data of its request.
#[derive(Debug, Clone)]
pub(crate) struct ClientLimits {
    limits: Arc<RateLimits>,
    client: Arc<str>,
    path: Arc<str>,
}

impl ClientLimits {
    /// Those of a request of this principal.
    pub(crate) fn of(
        limits: &Arc<RateLimits>,
        principal: &Principal,
        request: &Request,
        proxies: &[Network],
    ) -> Option<Self> {
        let path = site::local_uri(request).path();
        (!UNLIMITED.contains(&path)).then(|| Self {
            limits: Arc::clone(limits),
            client: client_of(principal, request, proxies).into(),
            path: Arc::from(path),
        })
    }

    /// Counts one request, or one operation.
    pub(crate) async fn count(&self, ctx: &Ctx) -> Counted {
        Counted(self.limits.count(ctx, &self.client, &self.path).await)
    }
}

/// What a client has left after a request.
#[derive(Debug)]
pub(crate) struct Counted(Vec<Quota>);

impl Counted {
    /// Whether the request may come.
    ///
    /// # Errors
    /// `RateLimited` when it may not.
    pub(crate) fn permit(&self) -> Result<()> {
        match self.0.iter().find_map(|quota| quota.wait) {
            Some(retry_after) => Err(Error::RateLimited { retry_after }),
            None => Ok(()),
        }
    }

    /// Tells the client, as the draft of the IETF's working group on HTTP APIs has it
    /// (draft-ietf-httpapi-ratelimit-headers-10).
    pub(crate) fn tell(&self, response: &mut Response) {
        let list = |item: &dyn Fn(&Quota) -> String| {
            let items: Vec<String> = self.0.iter().map(item).collect();
            HeaderValue::try_from(items.join(", ")).ok().filter(|value| !value.is_empty())
        };
        let policies = list(&|Quota { name, limit, .. }| {
            format!("\"{name}\";q={};w={}", limit.requests, whole_seconds(limit.period))
        });
        let left = list(&|Quota { name, remaining, reset, .. }| {
            format!("\"{name}\";r={remaining};t={}", whole_seconds(*reset))
        });
        for (name, value) in [(POLICY, policies), (LEFT, left)] {
            if let Some(value) = value {
                response.headers_mut().insert(name, value);
            }
        }
    }
}

/// By what a client is counted.
fn client_of(principal: &Principal, request: &Request, proxies: &[Network]) -> String {
    match principal {
        Principal::Anonymous => format!("address {}", client_network(&client::address(request, proxies))),
        known => format!("principal {}", known.id()),
    }
}
