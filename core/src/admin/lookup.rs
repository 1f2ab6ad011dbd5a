//! What the script of relation pickers asks: rows by a few letters.

use poem::Response;
use serde_json::json;

use crate::admin::request::AdminRequest;
use crate::admin::{picker, titles};
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::policy::Action;

/// The rows that match `q` as `{"rows": [{"id", "label"}], "more": bool}`.
pub(super) async fn respond(request: &AdminRequest, info: &'static EntityInfo) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    let search = request.query.get("q").unwrap_or_default();
    let (rows, more) = picker::search(&request.ctx, info, search).await?;
    let titles = titles::told_apart(&rows, titles::titles(&request.ctx, info, &rows).await?);
    let rows = rows
        .iter()
        .zip(titles)
        .map(|(row, title)| json!({ "id": row.key().to_text(), "label": title }))
        .collect::<Vec<_>>();
    Ok(Response::builder()
        .content_type("application/json")
        .body(json!({ "rows": rows, "more": more }).to_string()))
}
