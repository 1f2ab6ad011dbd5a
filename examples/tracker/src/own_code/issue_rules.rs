//! What hooks see to when an issue is written.

use entify::prelude::*;
use entify::types::EntityEnum;

use crate::entities::{
    IssueModel, Member, Milestone, Organisation, Project, ProjectPatch, ProjectService, Status,
};

/// The next number of a project, which is locked until the issue is committed. A project that is not there for the principal has
/// none: the check of references refuses it.
pub async fn next_number(ctx: &Ctx, project: Id<Project>) -> entify::Result<Option<i32>> {
    let project = match ProjectService::new(ctx).lock(project).await {
        Err(Error::NotFound { .. }) => return Ok(None),
        found => found?,
    };
    let number = project.last_number + 1;
    let counted = ProjectPatch { last_number: Change::Set(number), ..ProjectPatch::default() };
    ProjectService::new(&ctx.with_principal(Principal::System)).update(project.id, counted).await?;
    Ok(Some(number))
}

/// Where a status leads.
const fn transitions(from: Status) -> &'static [Status] {
    match from {
        Status::Open => &[Status::InProgress],
        Status::InProgress => &[Status::Open, Status::Closed],
        Status::Closed => &[Status::Open],
    }
}

/// A status follows from the one before.
pub fn check_transition(from: Status, to: Status) -> entify::Result<()> {
    let allowed = transitions(from);
    if from == to || allowed.contains(&to) {
        return Ok(());
    }
    let allowed: Vec<_> = allowed.iter().map(EntityEnum::text).collect();
    let message = format!("cannot follow `{}`, which leads to {}", from.text(), allowed.join(", "));
    Err(Error::Validation(vec![FieldError::new("status", "transition", message)]))
}

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
