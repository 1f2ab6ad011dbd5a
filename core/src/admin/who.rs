//! Who changed a row, as pages call them.

use crate::admin::kinds;
use crate::admin::request::AdminRequest;
use crate::auth::subject_name;
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::history::{HistoryAction, HistoryWho};
use crate::value::Value;

/// What the reader is called.
pub(super) const YOU: &str = "you";

/// The name of who made a change.
pub(super) async fn name(request: &AdminRequest, who: HistoryWho, subject: Option<&str>) -> Result<String> {
    let subject = subject.unwrap_or_default();
    Ok(match who {
        HistoryWho::Subject if subject == request.ctx.principal().id() => YOU.to_owned(),
        HistoryWho::Subject => subject_name(&request.ctx, subject).await?,
        HistoryWho::System => "the application".to_owned(),
        HistoryWho::Anonymous => "someone who was not signed in".to_owned(),
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
    let done = match (gone, entry.action) {
        (true, HistoryAction::Delete) => "It was deleted",
        (false, _) => "The last change that is known is",
        (true, _) => return Ok(String::new()),
    };
    let who = name(request, entry.who, entry.subject.as_deref()).await?;
    Ok(format!(" {done} by {who}, at {}.", kinds::moment_text(entry.at)))
}
