// The issue tracker of the guide. A program of its own (`cargo run -p app --bin tracker`), and what the examples of the
// chapters build upon.

use entify::prelude::*;

/// Someone who reports issues and works on them.
#[derive(Entity)]
#[entity(
    policy(read = public, create = role("staff"), update = owner(id) | role("staff"), delete = role("staff")),
    order = name,
    admin(label = name, list(name, email)),
)]
pub struct Member {
    #[entity(max_len = 80, search, sort)]
    name: String,
    /// Shown to its owner and to staff.
    #[entity(unique, max_len = 254, format = email, policy(read = owner(id) | role("staff")))]
    email: String,
    /// What is assigned to them.
    #[entity(inverse = assignee)]
    assigned: Many<Issue>,
}

/// What issues are about.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), order = name, admin(label = name))]
pub struct Project {
    /// The short name in addresses.
    #[entity(unique, max_len = 40, format = slug)]
    slug: String,
    #[entity(max_len = 80, sort)]
    name: String,
    #[entity(inverse = project)]
    issues: Many<Issue>,
}

/// Something to be done.
#[derive(Entity)]
#[entity(
    policy(
        read = public,
        create = owner(reporter) | role("staff"),
        update = owner(reporter) | owner(assignee) | role("staff"),
        delete = role("staff"),
    ),
    index(project, status),
    order = -created_at,
    version,
    soft_delete,
    history,
    hooks,
    admin(label = title, list(title, project, status, priority, assignee)),
)]
pub struct Issue {
    /// What is wrong, in a sentence.
    #[entity(min_len = 1, max_len = 120, search, sort)]
    title: String,
    #[entity(multiline, min_len = 0, default = "", search)]
    body: String,
    #[entity(default = Status::Open, filter, sort)]
    status: Status,
    /// 0 is low, 3 is urgent.
    #[entity(min = 0, max = 3, default = 1, filter, sort)]
    priority: i32,
    /// Hours of work.
    #[entity(precision = 6, scale = 2, min = 0, filter)]
    estimate: Option<Decimal>,
    #[entity(filter, sort)]
    due: Option<NaiveDate>,
    #[entity(on_delete = restrict)]
    project: One<Project>,
    #[entity(on_delete = restrict, immutable)]
    reporter: One<Member>,
    #[entity(on_delete = set_null)]
    assignee: Option<One<Member>>,
    #[entity(inverse = issue)]
    comments: Many<Comment>,
    #[entity(through = IssueLabel)]
    labels: Many<Label>,
}

/// How far an issue is.
#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Open,
    /// Someone works on it.
    InProgress,
    Done,
}

/// What a member writes about an issue.
#[derive(Entity)]
#[entity(policy(
    read = public,
    create = owner(author) | role("staff"),
    update = owner(author),
    delete = owner(author) | role("staff"),
))]
pub struct Comment {
    #[entity(on_delete = cascade, immutable)]
    issue: One<Issue>,
    #[entity(on_delete = restrict, immutable)]
    author: One<Member>,
    #[entity(multiline, max_len = 4000)]
    text: String,
}

/// A word that issues are sorted by.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), order = name, admin(label = name))]
pub struct Label {
    #[entity(unique, max_len = 30)]
    name: String,
    #[entity(through = IssueLabel)]
    issues: Many<Issue>,
}

/// Which labels an issue has.
#[derive(Entity)]
#[entity(policy(read = public, write = role("staff")), unique(issue, label))]
pub struct IssueLabel {
    #[entity(on_delete = cascade)]
    issue: One<Issue>,
    #[entity(on_delete = cascade)]
    label: One<Label>,
}

impl Hooks for Issue {
    async fn before_create(_ctx: &Ctx, input: &mut IssueInput) -> entify::Result<()> {
        input.title = input.title.trim().to_owned();
        Ok(())
    }
}

/// The application.
pub fn app() -> App {
    App::new(tables()).title("Tracker").seed(seed)
}

/// Its entities.
pub fn tables() -> Vec<&'static entify::entity::EntityDef> {
    entities![Member, Project, Issue, Comment, Label, IssueLabel]
}

/// The first rows: two members, a project, two issues.
pub async fn seed(ctx: Ctx) -> entify::Result<()> {
    let members = MemberService::new(&ctx);
    let ada = members.create(MemberInput::new("Ada", "ada@tracker.example")).await?;
    let ben = members.create(MemberInput::new("Ben", "ben@tracker.example")).await?;
    let parser = ProjectService::new(&ctx).create(ProjectInput::new("parser", "The parser")).await?;
    let bug = LabelService::new(&ctx).create(LabelInput::new("bug")).await?;
    let issues = IssueService::new(&ctx);
    let first = IssueInput {
        priority: Some(3),
        assignee_id: Some(ben.id),
        ..IssueInput::new("Empty files crash it", parser.id, ada.id)
    };
    let first = issues.create(first).await?;
    issues.create(IssueInput::new("Say where a bracket is missing", parser.id, ben.id)).await?;
    IssueLabelService::new(&ctx).create(IssueLabelInput::new(first.id, bug.id)).await?;
    CommentService::new(&ctx).create(CommentInput::new(first.id, ben.id, "I can see it too.")).await?;
    Ok(())
}
