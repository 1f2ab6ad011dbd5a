//! What the script of relation pickers asks: rows by a few letters.

use poem::Response;
use serde_json::json;

use crate::admin::request::AdminRequest;
use crate::admin::{entities, picker};
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::policy::Action;

/// The rows that match `q` as `{"rows": [{"id", "label"}], "more": bool}`.
pub(super) async fn respond(request: &AdminRequest, info: &'static EntityInfo) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    let search = request.query.get("q").unwrap_or_default();
    let (rows, more) = picker::search(&request.ctx, info, search).await?;
    let rows = rows
        .iter()
        .map(|row| json!({ "id": row.key().to_text(), "label": entities::title(info, row) }))
        .collect::<Vec<_>>();
    Ok(Response::builder()
        .content_type("application/json")
        .body(json!({ "rows": rows, "more": more }).to_string()))
}
