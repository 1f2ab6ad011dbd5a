//! First rows: two companies, which see nothing of each other.

use entify::prelude::*;

use crate::entities::{
    CommentInput, CommentService, Issue, IssueInput, IssueLabelInput, IssueLabelService, IssueService,
    LabelInput, LabelService, MemberInput, MemberService, MilestoneInput, MilestoneService,
    OrganisationInput, OrganisationService, Person, PersonInput, PersonService, ProjectInput, ProjectService,
    Role, TimeEntryInput, TimeEntryService,
};

/// The password of all of them.
pub const PASSWORD: &str = "correct horse battery";

/// Two companies, `acme` and `globex`, each with a manager and a member.
pub async fn seed(ctx: Ctx) -> entify::Result<()> {
    company(&ctx, "acme", ["Ada", "Ann"]).await?;
    company(&ctx, "globex", ["Bob", "Ben"]).await
}

async fn company(ctx: &Ctx, slug: &str, names: [&str; 2]) -> entify::Result<()> {
    let organisation = OrganisationService::new(ctx).create(OrganisationInput::new(slug, slug)).await?;
    let mut people: Vec<Id<Person>> = Vec::new();
    for (name, role) in names.into_iter().zip([Role::Manager, Role::Member]) {
        let email = format!("{}@{slug}.example", name.to_lowercase());
        let person = PersonService::new(ctx).create(PersonInput::new(name, email, PASSWORD)).await?;
        let member = MemberInput { role: Some(role), ..MemberInput::new(organisation.id, person.id) };
        MemberService::new(ctx).create(member).await?;
        people.push(person.id);
    }
    let project = ProjectInput::new(organisation.id, slug.to_uppercase(), format!("The site of {slug}"));
    let project = ProjectService::new(ctx).create(project).await?;
    let milestone = MilestoneService::new(ctx).create(MilestoneInput::new(project.id, "1.0")).await?;
    let label = LabelService::new(ctx).create(LabelInput::new(organisation.id, "bug")).await?;
    let first = IssueInput {
        due: Some(ctx.now().date_naive()),
        assignee_id: Some(people[1]),
        milestone_id: Some(milestone.id),
        ..IssueInput::new(project.id, format!("The page of {slug} is empty"), people[0])
    };
    let second = IssueInput::new(project.id, format!("{slug} needs a logo"), people[1]);
    let first: Id<Issue> = IssueService::new(ctx).create(first).await?.id;
    IssueService::new(ctx).create(second).await?;
    IssueLabelService::new(ctx).create(IssueLabelInput::new(first, label.id)).await?;
    CommentService::new(ctx).create(CommentInput::new(first, people[1], "I can see it too.")).await?;
    TimeEntryService::new(ctx)
        .create(TimeEntryInput::new(first, people[1], ctx.now().date_naive(), 45))
        .await?;
    Ok(())
}
