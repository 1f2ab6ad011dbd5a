use entify::prelude::*;

use crate::entities::{Issue, Label, Member, Organisation, Person, Project, Role};

/// The managers of the organisation that a row belongs to. A rule in Rust, since it asks for a field of the membership; who is a
/// member at all is said by the declarations.
#[derive(Debug)]
pub struct Managers;

/// An entity whose rows belong to an organisation.
pub trait OfOrganisation: Entity {
    /// The rows whose organisation is one of these.
    fn of(organisations: Decision<Organisation>) -> Decision<Self>;
}

impl<E: OfOrganisation> Policy<E> for Managers {
    fn create(ctx: &Ctx) -> Decision<E> {
        E::of(managed(ctx))
    }

    fn update(ctx: &Ctx) -> Decision<E> {
        E::of(managed(ctx))
    }

    fn delete(ctx: &Ctx) -> Decision<E> {
        E::of(managed(ctx))
    }
}

/// The organisations that the principal is a manager of.
fn managed(ctx: &Ctx) -> Decision<Organisation> {
    match ctx.principal().subject_as::<Id<Person>>() {
        Some(me) => {
            let manages = Member::person().eq(me) & Member::role().eq(Role::Manager);
            Organisation::members().some(manages).into()
        }
        None => Decision::Deny,
    }
}

impl OfOrganisation for Organisation {
    fn of(organisations: Decision<Organisation>) -> Decision<Self> {
        organisations
    }
}

impl OfOrganisation for Member {
    fn of(organisations: Decision<Organisation>) -> Decision<Self> {
        organisations.through(Self::organisation())
    }
}

impl OfOrganisation for Project {
    fn of(organisations: Decision<Organisation>) -> Decision<Self> {
        organisations.through(Self::organisation())
    }
}

impl OfOrganisation for Label {
    fn of(organisations: Decision<Organisation>) -> Decision<Self> {
        organisations.through(Self::organisation())
    }
}

impl OfOrganisation for Issue {
    fn of(organisations: Decision<Organisation>) -> Decision<Self> {
        Project::of(organisations).through(Self::project())
    }
}
