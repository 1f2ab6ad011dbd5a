use entify::prelude::*;

use crate::entities::{Comment, IssueLabel, Label, Managers, Milestone, Person, Project, TimeEntry};
use crate::own_code::issue_rules;

/// Something to be done.
#[derive(Entity)]
#[entity(
    policy(
        read = owner(project.organisation.members.person),
        create = owner(reporter),
        update = owner(project.organisation.members.person),
        delete = Managers,
    ),
    index(project, status),
    order = -created_at,
    version,
    soft_delete,
    history,
    hooks,
    admin(label = "#{number} {title}", list(project, number, title, status, priority, assignee)),
)]
pub struct Issue {
    #[entity(on_delete = restrict, immutable)]
    project: One<Project>,
    /// Counted in each project, from 1.
    #[entity(sequence(per = project))]
    number: i32,
    /// What is wrong, in a sentence.
    #[entity(max_len = 120, search, sort)]
    title: String,
    #[entity(multiline, min_len = 0, default = "", search)]
    body: String,
    #[entity(
        default = Status::Open,
        transitions(Open -> InProgress, InProgress -> Open, InProgress -> Closed, Closed -> Open),
        filter,
        sort,
        skip(create)
    )]
    status: Status,
    #[entity(default = Priority::Normal, filter, sort)]
    priority: Priority,
    #[entity(filter, sort)]
    due: Option<NaiveDate>,
    /// When the assignee was told that it is overdue.
    #[entity(read_only)]
    reminded_at: Option<DateTime<Utc>>,
    #[entity(on_delete = restrict, immutable)]
    reporter: One<Person>,
    #[entity(on_delete = set_null)]
    assignee: Option<One<Person>>,
    #[entity(on_delete = set_null)]
    milestone: Option<One<Milestone>>,
    #[entity(inverse = issue)]
    comments: Many<Comment>,
    #[entity(through = IssueLabel)]
    labels: Many<Label>,
    #[entity(inverse = issue)]
    time_entries: Many<TimeEntry>,
}

/// How far an issue is.
#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[entity(ordered)]
pub enum Status {
    Open,
    /// Someone works on it.
    InProgress,
    Closed,
}

/// How much it matters.
#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[entity(ordered)]
pub enum Priority {
    Low,
    Normal,
    High,
    Urgent,
}

impl Hooks for Issue {
    async fn before_update(_: &Ctx, _: &IssueModel, patch: &mut IssuePatch) -> entify::Result<()> {
        if matches!(patch.due, Change::Set(_)) {
            patch.reminded_at = Change::Set(None);
        }
        Ok(())
    }

    async fn after_create(ctx: &Ctx, issue: &IssueModel) -> entify::Result<()> {
        issue_rules::check_references(ctx, issue).await
    }

    async fn after_update(ctx: &Ctx, before: &IssueModel, issue: &IssueModel) -> entify::Result<()> {
        if (before.assignee_id, before.milestone_id) == (issue.assignee_id, issue.milestone_id) {
            return Ok(());
        }
        issue_rules::check_references(ctx, issue).await
    }
}
