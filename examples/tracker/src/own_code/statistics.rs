//! A query on both APIs: how a project stands.

use entify::async_graphql::{Context, Object, SimpleObject};
use entify::poem::web::Data;
use entify::poem_openapi::param::Path;
use entify::poem_openapi::payload::Json;
use entify::poem_openapi::{self, OpenApi};
use entify::prelude::*;

use crate::entities::{Issue, IssueService, Project, ProjectService, Status, TimeEntry};

/// How a project stands.
#[derive(Debug, SimpleObject, poem_openapi::Object)]
#[graphql(crate = "entify::async_graphql")]
pub struct ProjectStatistics {
    pub open: u64,
    pub in_progress: u64,
    pub closed: u64,
    /// Issues that are not closed though their day is over.
    pub overdue: u64,
    /// What was worked on its issues.
    pub minutes: i64,
}

/// The numbers of a project, of what the principal may read.
pub async fn statistics(ctx: &Ctx, id: Id<Project>) -> entify::Result<ProjectStatistics> {
    let project = ProjectService::new(ctx).get(id).await?;
    let issues = IssueService::new(ctx);
    let count = |of: Filter<Issue>| issues.count(Issue::project().eq(project.id) & of);
    let late = Issue::due().lt(ctx.now().date_naive()) & Issue::status().ne(Status::Closed);
    let worked = TimeEntry::issue().is(Issue::project().eq(project.id));
    let mut entries = Service::<TimeEntry>::new(ctx).stream(Query::filter(worked));
    let mut minutes = 0;
    while let Some(entry) = entries.next().await {
        minutes += i64::from(entry?.minutes);
    }
    Ok(ProjectStatistics {
        open: count(Issue::status().eq(Status::Open)).await?,
        in_progress: count(Issue::status().eq(Status::InProgress)).await?,
        closed: count(Issue::status().eq(Status::Closed)).await?,
        overdue: count(late).await?,
        minutes,
    })
}

/// On `Query`.
#[derive(Debug)]
pub struct StatisticsQuery;

#[Object(crate = "entify::async_graphql")]
impl StatisticsQuery {
    /// How a project stands.
    async fn project_statistics(
        &self,
        context: &Context<'_>,
        id: Id<Project>,
    ) -> entify::Result<ProjectStatistics> {
        statistics(context.data::<Ctx>()?, id).await
    }
}

/// Under `/api`.
#[derive(Debug)]
pub struct StatisticsApi;

#[OpenApi]
impl StatisticsApi {
    /// How a project stands.
    #[oai(path = "/projects/:id/statistics", method = "get", operation_id = "project_statistics")]
    async fn statistics(
        &self,
        ctx: Data<&Ctx>,
        id: Path<Id<Project>>,
    ) -> entify::Result<Json<ProjectStatistics>> {
        statistics(&ctx, id.0).await.map(Json)
    }
}
