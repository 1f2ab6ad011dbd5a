//! The application.

pub mod entities;

use entify::prelude::*;

use crate::entities::{Project, ProjectInput, ProjectService, Task, TaskInput, TaskService};

/// What the application consists of.
pub fn app() -> App {
    App::new(entities![Project, Task])
        .title("{{name}}")
        .migrations(entify::migrations!())
        .seed(seed)
}

/// First rows: `cargo run -- seed`.
async fn seed(ctx: Ctx) -> entify::Result<()> {
    let project = ProjectService::new(&ctx).create(ProjectInput::new("Learn entify")).await?;
    TaskService::new(&ctx).create(TaskInput::new("Change a struct", project.id)).await?;
    Ok(())
}
