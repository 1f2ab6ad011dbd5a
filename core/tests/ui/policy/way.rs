//! `owner(a.b.c)`: where a way begins is known here; where it leads, the registry knows.
use entify::prelude::*;

#[derive(Entity)]
#[entity(policy(
    read = owner(compny.members.user),
    create = owner(title.user),
    update = owner(company.0),
    delete = owner(company.a.b.c.d.e.f.g.h),
))]
pub struct Task {
    title: String,
    company: One<Company>,
}

#[derive(Entity)]
#[entity(policy = owner(members))]
pub struct Company {
    name: String,
    #[entity(inverse = company, policy(read = owner(tasks.title)))]
    tasks: Many<Task>,
    #[entity(inverse = company)]
    members: Many<Member>,
}

#[derive(Entity)]
#[entity(policy = owner(user.name))]
pub struct Member {
    company: One<Company>,
    user: String,
}

fn main() {}
