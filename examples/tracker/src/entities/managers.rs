use entify::prelude::*;

use crate::entities::{Issue, Label, Member, Organisation, Person, Project, Role};

/// The managers of the organisation that a row belongs to. A rule in Rust, since it asks for a field of the membership; who is a
/// member at all is said by the declarations.
#[derive(Debug)]
pub struct Managers;

impl Managers {
    fn of(ctx: &Ctx) -> Decision<Organisation> {
        match ctx.principal().subject_as::<Id<Person>>() {
            Some(me) => {
                let managed = Member::person().eq(me) & Member::role().eq(Role::Manager);
                Organisation::members().some(managed).into()
            }
            None => Decision::Deny,
        }
    }
}

impl Policy<Organisation> for Managers {
    fn update(ctx: &Ctx) -> Decision<Organisation> {
        Self::of(ctx)
    }
}

impl Policy<Member> for Managers {
    fn create(ctx: &Ctx) -> Decision<Member> {
        Self::of(ctx).through(Member::organisation())
    }

    fn update(ctx: &Ctx) -> Decision<Member> {
        Self::of(ctx).through(Member::organisation())
    }

    fn delete(ctx: &Ctx) -> Decision<Member> {
        Self::of(ctx).through(Member::organisation())
    }
}

impl Policy<Project> for Managers {
    fn create(ctx: &Ctx) -> Decision<Project> {
        Self::of(ctx).through(Project::organisation())
    }

    fn update(ctx: &Ctx) -> Decision<Project> {
        Self::of(ctx).through(Project::organisation())
    }

    fn delete(ctx: &Ctx) -> Decision<Project> {
        Self::of(ctx).through(Project::organisation())
    }
}

impl Policy<Label> for Managers {
    fn delete(ctx: &Ctx) -> Decision<Label> {
        Self::of(ctx).through(Label::organisation())
    }
}

impl Policy<Issue> for Managers {
    fn delete(ctx: &Ctx) -> Decision<Issue> {
        Self::of(ctx).through(Project::organisation()).through(Issue::project())
    }
}
