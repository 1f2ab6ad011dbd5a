//! What the script of relation pickers asks: rows by a few letters.

use poem::Response;
use serde_json::json;

use crate::admin::visit::Visit;
use crate::admin::{entities, picker};
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::policy::Action;

/// Answers the rows that match `q` as `{"rows": [{"id", "label"}], "more": bool}`.
pub(super) async fn answer(visit: &Visit, info: &'static EntityInfo) -> Result<Response> {
    visit.require(info, Action::Read)?;
    let search = visit.query.get("q").unwrap_or_default();
    let (rows, more) = picker::find(&visit.ctx, info, search).await?;
    let rows = rows
        .iter()
        .map(|row| json!({ "id": row.key().to_text(), "label": entities::title(info, row) }))
        .collect::<Vec<_>>();
    Ok(Response::builder()
        .content_type("application/json")
        .body(json!({ "rows": rows, "more": more }).to_string()))
}
