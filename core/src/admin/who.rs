//! Who changed a row, as pages call them.

use crate::admin::kinds;
use crate::admin::request::AdminRequest;
use crate::admin::texts::t;
use crate::auth::subject_name;
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::history::{HistoryAction, HistoryWho};
use crate::value::Value;

/// What the reader is called.
pub(super) fn you() -> &'static str {
    t().you
}

/// The name of who made a change.
pub(super) async fn name(request: &AdminRequest, who: HistoryWho, subject: Option<&str>) -> Result<String> {
    let subject = subject.unwrap_or_default();
    Ok(match who {
        HistoryWho::Subject if subject == request.ctx.principal().id() => you().to_owned(),
        HistoryWho::Subject => subject_name(&request.ctx, subject).await?,
        HistoryWho::System => t().the_application.to_owned(),
        HistoryWho::Anonymous => t().someone_anonymous.to_owned(),
    })
}

/// What the history says of the last change of a row, as a sentence after a blank; nothing where it says nothing. A row
/// that is `gone` is asked for its deletion.
pub(super) async fn last_change(
    request: &AdminRequest,
    info: &'static EntityInfo,
    key: &Value,
    gone: bool,
) -> Result<String> {
    let Some(entry) = request.records(info).last_entry(key).await? else { return Ok(String::new()) };
    let who = name(request, entry.who, entry.subject.as_deref()).await?;
    let at = kinds::moment_text(entry.at);
    let said = match (gone, entry.action) {
        (true, HistoryAction::Delete) => t().was_deleted_by(who, at),
        (false, _) => t().last_change_by(who, at),
        (true, _) => return Ok(String::new()),
    };
    Ok(format!(" {said}"))
}
