use entify::prelude::*;

use crate::entities::{Issue, Person};
use crate::own_code::mail;

/// What a member writes about an issue.
#[derive(Entity)]
#[entity(
    policy(
        read = owner(issue.project.organisation.members.person),
        write = owner(author),
    ),
    order = created_at,
    hooks,
    admin(list(issue, author, text)),
)]
pub struct Comment {
    #[entity(on_delete = cascade, immutable)]
    issue: One<Issue>,
    #[entity(on_delete = restrict, immutable)]
    author: One<Person>,
    #[entity(multiline, max_len = 4000, search)]
    text: String,
}

impl Hooks for Comment {
    async fn after_create(ctx: &Ctx, comment: &CommentModel) -> entify::Result<()> {
        mail::notify_of_comment(ctx, comment).await
    }
}
