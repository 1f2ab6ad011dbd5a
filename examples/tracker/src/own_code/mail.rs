//! What members are told: a row for each, in the transaction of what they are told of, and a mail once it is committed.

use std::sync::Arc;

use entify::futures_util::future::BoxFuture;
use entify::prelude::*;
use entify::tracing;

use crate::entities::{
    CommentModel, IssueModel, IssueService, NotificationInput, NotificationModel, NotificationService,
    Person, PersonService,
};
use crate::own_code::settings::TrackerSettings;

/// A mail to one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// How mails leave the application.
pub trait Transport: Send + Sync {
    fn send(&self, mail: Mail) -> BoxFuture<'_, entify::Result<()>>;
}

/// What hooks find by `ctx.data::<Mailer>()`.
#[derive(Clone)]
pub struct Mailer(pub Arc<dyn Transport>);

impl Default for Mailer {
    /// Writes mails to the log. A client of SMTP is a dependency that an example does without.
    fn default() -> Self {
        Self(Arc::new(Log))
    }
}

struct Log;

impl Transport for Log {
    fn send(&self, mail: Mail) -> BoxFuture<'_, entify::Result<()>> {
        tracing::info!(to = mail.to, subject = mail.subject, "mail");
        Box::pin(async { Ok(()) })
    }
}

/// Tells the reporter and the assignee what another has written.
pub async fn notify_of_comment(ctx: &Ctx, comment: &CommentModel) -> entify::Result<()> {
    let issue = IssueService::new(ctx).get(comment.issue_id).await?;
    let mut people = vec![issue.reporter_id];
    people.extend(issue.assignee_id.filter(|assignee| *assignee != issue.reporter_id));
    people.retain(|person| *person != comment.author_id);
    notify(ctx, &issue, &people, &comment.text).await
}

/// Tells people of an issue.
pub async fn notify(ctx: &Ctx, issue: &IssueModel, people: &[Id<Person>], text: &str) -> entify::Result<()> {
    let subject = format!("#{} {}", issue.number, issue.title);
    let told = people.iter().map(|person| NotificationInput::new(*person, issue.id, subject.clone(), text));
    let system = ctx.with_principal(Principal::System);
    NotificationService::new(&system).create_many(told).await.map(drop)
}

/// Sends what was committed.
pub async fn send(ctx: &Ctx, notification: &NotificationModel) -> entify::Result<()> {
    let system = ctx.with_principal(Principal::System);
    let person = PersonService::new(&system).get(notification.person_id).await?;
    let mail = Mail {
        from: ctx.data::<TrackerSettings>()?.mail_from.clone(),
        to: person.email,
        subject: notification.subject.clone(),
        text: notification.text.clone(),
    };
    ctx.data::<Mailer>()?.0.send(mail).await
}
