//! A task: each minute, on one node of all.

use entify::prelude::*;

use crate::entities::{Issue, IssueModel, IssuePatch, IssueService, Status};
use crate::own_code::mail;

/// Tells assignees, once, that the day of an issue is over.
pub async fn remind(ctx: Ctx) -> entify::Result<()> {
    let open = Issue::status().ne(Status::Closed) & Issue::assignee().is_not_null();
    let overdue = open & Issue::due().lt(ctx.now().date_naive()) & Issue::reminded_at().is_null();
    let mut issues = IssueService::new(&ctx).stream(Query::filter(overdue));
    while let Some(issue) = issues.next().await {
        let issue = issue?;
        ctx.transaction(async move |ctx: Ctx| remind_of(&ctx, issue).await).await?;
    }
    Ok(())
}

/// Together, or not at all: whoever is told is not told again.
async fn remind_of(ctx: &Ctx, issue: IssueModel) -> entify::Result<()> {
    let told = IssuePatch { reminded_at: Change::Set(Some(ctx.now())), ..IssuePatch::default() };
    let issue = IssueService::new(ctx).update_version(issue.id, issue.version, told).await?;
    mail::notify(ctx, &issue, issue.assignee_id.as_slice(), "This issue is overdue.").await
}
