use entify::prelude::*;

use crate::entities::{Issue, Person};
use crate::own_code::mail;

/// What someone is told about an issue: made by the application, and sent as a mail once it is committed.
#[derive(Entity)]
#[entity(
    policy(
        read = owner(person) & owner(issue.project.organisation.members.person),
        create = nobody,
        update = owner(person),
        delete = owner(person),
    ),
    order = -created_at,
    hooks,
    skip(admin),
)]
pub struct Notification {
    #[entity(on_delete = cascade, immutable)]
    person: One<Person>,
    #[entity(on_delete = cascade, immutable)]
    issue: One<Issue>,
    #[entity(max_len = 200, immutable)]
    subject: String,
    #[entity(multiline, max_len = 4000, immutable)]
    text: String,
    #[entity(default = false, filter)]
    seen: bool,
}

impl Hooks for Notification {
    async fn after_commit_create(ctx: &Ctx, notification: &NotificationModel) -> entify::Result<()> {
        mail::send(ctx, notification).await
    }
}
