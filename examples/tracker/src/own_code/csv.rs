//! An endpoint that answers no JSON: the issues of a project as CSV (RFC 4180).

use entify::poem::web::{Data, Path};
use entify::poem::{self, Response, Route, get, handler};
use entify::prelude::*;
use entify::types::EntityEnum as _;

use crate::entities::{Issue, IssueService, Project, ProjectService};

pub fn endpoint() -> Route {
    Route::new().at("/projects/:id", get(issues))
}

/// `/csv/projects/7`
#[handler]
async fn issues(Data(ctx): Data<&Ctx>, Path(id): Path<Id<Project>>) -> poem::Result<Response> {
    let project = ProjectService::new(ctx).get(id).await?;
    let of_project = Query::filter(Issue::project().eq(project.id)).order(Issue::number().asc());
    let mut issues = IssueService::new(ctx).stream(of_project);
    let mut file = "number,title,status,priority,due\r\n".to_owned();
    while let Some(issue) = issues.next().await {
        let issue = issue?;
        let number = format!("{}-{}", project.key, issue.number);
        let due = issue.due.map(|day| day.to_string()).unwrap_or_default();
        let cells = [&*number, &issue.title, issue.status.text(), issue.priority.text(), &due];
        file += &cells.map(cell).join(",");
        file += "\r\n";
    }
    let name = format!("attachment; filename=\"{}.csv\"", project.key);
    let response = Response::builder().content_type("text/csv; charset=utf-8");
    Ok(response.header("content-disposition", name).body(file))
}

/// A text as a cell; one that a spreadsheet would take for a formula has a quote before it.
fn cell(text: &str) -> String {
    let formula = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{formula}{}\"", text.replace('"', "\"\""))
}
