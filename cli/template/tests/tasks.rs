//! Tasks, on a database of each kind.

use entify::prelude::*;
use entify::testing::each_database;
use {{module}}::entities::*;

#[each_database(entities![Project, Task])]
async fn tasks_go_with_their_project(ctx: Ctx) -> entify::Result<()> {
    let (projects, tasks) = (ProjectService::new(&ctx), TaskService::new(&ctx));
    let project = projects.create(ProjectInput::new("House")).await?;
    let task = tasks.create(TaskInput::new("Paint the door", project.id)).await?;
    assert!(!task.done);

    projects.delete(project.id).await?;
    assert!(tasks.find(task.id).await?.is_none());
    Ok(())
}

#[each_database(entities![Project, Task])]
async fn only_staff_write(ctx: Ctx) -> entify::Result<()> {
    let anonymous = ctx.with_principal(Principal::Anonymous);
    let refused = ProjectService::new(&anonymous).create(ProjectInput::new("House")).await;
    assert!(refused.is_err());
    assert_eq!(ProjectService::new(&anonymous).count(Filter::default()).await?, 0);
    Ok(())
}
