//! One operation on both APIs: an issue is closed with a comment.

use entify::View;
use entify::async_graphql::{Context, Object};
use entify::error::ApplicationError;
use entify::poem::web::Data;
use entify::poem_openapi::param::Path;
use entify::poem_openapi::payload::Json;
use entify::poem_openapi::{self, OpenApi};
use entify::prelude::*;

use crate::entities::{CommentInput, CommentService, Issue, IssuePatch, IssueService, Person, Status};

/// Closes an issue and says why, in the principal's name.
pub async fn close(ctx: &Ctx, id: Id<Issue>, words: String) -> entify::Result<View<Issue>> {
    ctx.transaction(async move |ctx: Ctx| {
        let issues = IssueService::new(&ctx);
        if issues.lock(id).await?.status == Status::Closed {
            let closed = ApplicationError::new(409, "ALREADY_CLOSED", "this issue is closed already");
            return Err(closed.on("status").into());
        }
        let me: Id<Person> = ctx.principal().subject_as().ok_or(Error::Forbidden)?;
        CommentService::new(&ctx).create(CommentInput::new(id, me, words)).await?;
        let closed = IssuePatch { status: Change::Set(Status::Closed), ..IssuePatch::default() };
        issues.views().update(id, closed).await
    })
    .await
}

/// On `Mutation`.
#[derive(Debug)]
pub struct CloseMutation;

#[Object(crate = "entify::async_graphql")]
impl CloseMutation {
    /// Closes an issue with a comment.
    async fn close_issue(
        &self,
        context: &Context<'_>,
        id: Id<Issue>,
        text: String,
    ) -> entify::Result<View<Issue>> {
        close(context.data::<Ctx>()?, id, text).await
    }
}

/// Under `/api`.
#[derive(Debug)]
pub struct CloseApi;

/// What is said when an issue is closed.
#[derive(Debug, poem_openapi::Object)]
struct Closing {
    text: String,
}

#[OpenApi]
impl CloseApi {
    /// Closes an issue with a comment.
    #[oai(path = "/issues/:id/close", method = "post", operation_id = "close_issue")]
    async fn close(
        &self,
        ctx: Data<&Ctx>,
        id: Path<Id<Issue>>,
        closing: Json<Closing>,
    ) -> entify::Result<View<Issue>> {
        close(&ctx, id.0, closing.0.text).await
    }
}
