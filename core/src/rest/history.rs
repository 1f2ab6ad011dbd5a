//! The changes of a row: `GET /users/7/history`.

use poem::http::{StatusCode, header};
use poem::{Request, Response};
use serde_json::{Value as Json, json};

use crate::ctx::Ctx;
use crate::entity::{EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::history::{HistoryEntry, HistoryWho};
use crate::rest::params;
use crate::rest::resource::{RequestError, Resource, json as json_response, next_link};
use crate::service::{Records, history};
use crate::types::Scalar as _;
use crate::value::Value;

/// The last segment of the address.
pub(super) const HISTORY: &str = "history";

impl Resource {
    pub(super) fn has_history(&self) -> bool {
        self.info().def.history
    }

    pub(super) async fn history(
        &self,
        ctx: &Ctx,
        request: &Request,
        id: &str,
    ) -> Result<Response, RequestError> {
        let page = params::page(request.uri().query())?;
        let key = self.key(id)?;
        let found = history::read(&Records::new(ctx, self.info()), &key, page).await?;
        let next = found.end_cursor.as_deref().filter(|_| found.has_next);
        let entries: Vec<Json> = found.items.iter().map(|entry| written(self.info(), entry)).collect();
        let body = json!({
            "items": entries,
            "page": {"next_cursor": next, "limit": found.limit, "has_next": found.has_next},
        });
        let body = serde_json::to_vec(&body).map_err(Error::internal)?;
        let mut response = json_response(StatusCode::OK, body);
        if let Some(link) = next_link(request, next) {
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }
}

/// An entry. Fields that clients do not read are no part of it.
fn written(info: &'static EntityInfo, entry: &HistoryEntry) -> Json {
    let view = info.on(Surface::Rest);
    let shown = entry.changes.iter().filter(|change| view.readable_column(&change.field).is_some());
    let changes: Vec<Json> = shown
        .map(|change| json!({"field": change.field, "before": change.from, "after": change.to}))
        .collect();
    let by = match entry.who {
        HistoryWho::Subject => entry.subject.clone(),
        who => Some(who.into_value().to_text()),
    };
    json!({
        "at": Value::DateTime(entry.at).to_text(),
        "by": by,
        "kind": entry.action.into_value().to_text(),
        "action": entry.in_action,
        "changes": changes,
    })
}
