use entify::prelude::*;

use crate::entities::{Issue, Person};

/// What someone has worked on an issue.
#[derive(Entity)]
#[entity(
    policy(
        read = owner(issue.project.organisation.members.person),
        write = owner(person),
    ),
    plural = "time_entries",
    order = -day,
    admin(list(day, person, issue, minutes)),
)]
pub struct TimeEntry {
    #[entity(on_delete = cascade, immutable)]
    issue: One<Issue>,
    #[entity(on_delete = restrict, immutable)]
    person: One<Person>,
    #[entity(filter, sort)]
    day: NaiveDate,
    #[entity(min = 1, max = 1440)]
    minutes: i32,
    #[entity(max_len = 200)]
    note: Option<String>,
}
