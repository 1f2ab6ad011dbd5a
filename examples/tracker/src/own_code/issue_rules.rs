//! What hooks see to when an issue is written.

use entify::prelude::*;

use crate::entities::{IssueModel, Member, Milestone, Organisation, Project, ProjectService};

/// The assignee is a member of the project's organisation, and the milestone one of the project: whoever is in two organisations
/// sees the people and the milestones of both.
pub async fn check_references(ctx: &Ctx, issue: &IssueModel) -> entify::Result<()> {
    let system = ctx.with_principal(Principal::System);
    let mut broken = Vec::new();
    if let Some(assignee) = issue.assignee_id {
        let of_a_member = Organisation::members().some(Member::person().eq(assignee));
        let theirs = Project::id().eq(issue.project_id) & Project::organisation().is(of_a_member);
        if !ProjectService::new(&system).exists(theirs).await? {
            broken.push(FieldError::new("assignee_id", "not_a_member", "is no member of the organisation"));
        }
    }
    if let Some(milestone) = issue.milestone_id {
        let theirs = Milestone::id().eq(milestone) & Milestone::project().eq(issue.project_id);
        if !Service::<Milestone>::new(&system).exists(theirs).await? {
            broken.push(FieldError::new("milestone_id", "other_project", "is of another project"));
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(Error::Validation(broken)) }
}
