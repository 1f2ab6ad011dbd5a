//! What the tracker adds to its entities.

pub mod close;
pub mod csv;
pub mod issue_rules;
pub mod login;
pub mod mail;
pub mod member_command;
pub mod overdue;
pub mod settings;
pub mod statistics;

use entify::prelude::*;

/// The application with what is its own.
pub fn add_to(app: App) -> App {
    app.query(statistics::StatisticsQuery)
        .mutation(close::CloseMutation)
        .api(close::CloseApi)
        .api(statistics::StatisticsApi)
        .api(login::LoginApi)
        .mount("/csv", csv::endpoint())
        .files("/", entify::files!("web"))
        .settings::<settings::TrackerSettings>()
        .rate_limit("/api/login", "10/1m")
        .every("1m", "overdue issues", overdue::remind)
        .command(member_command::add_member)
}
