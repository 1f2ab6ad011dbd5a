//! An issue tracker for companies: eleven entities, and what an application adds to them by hand.
//!
//! `entities` is declared, `own_code` is written. The README says where each thing stands.

pub mod entities;
pub mod own_code;
pub mod seed;

use entify::entity::EntityDef;
use entify::prelude::*;

use entities::{
    Comment, Issue, IssueLabel, Label, Member, Milestone, Notification, Organisation, Person, Project,
    TimeEntry,
};
use own_code::mail::Mailer;

/// The application, which sends its mails by this mailer.
pub fn app(mailer: Mailer) -> App {
    let app = App::new(tables())
        .title("Issue tracker")
        .migrations(entify::migrations!())
        .seed(seed::seed)
        .data(mailer);
    own_code::add_to(app)
}

/// What it declares.
pub fn tables() -> Vec<&'static EntityDef> {
    entities![
        Organisation,
        Person,
        Member,
        Project,
        Milestone,
        Issue,
        Comment,
        Label,
        IssueLabel,
        TimeEntry,
        Notification
    ]
}
