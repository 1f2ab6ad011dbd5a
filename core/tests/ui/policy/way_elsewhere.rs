//! `owner(a.b.c)`: what is wrong with the names of other entities.
use entify::prelude::*;

#[derive(Entity)]
#[entity(policy(
    read = owner(project.company.member.user),
    create = owner(project.company.members.usr) | owner(project.company.members.user.name),
    update = owner(project.name.user),
    delete = owner(project.company.members),
))]
pub struct Task {
    title: String,
    #[entity(policy(read = owner(project.company_id), write = owner(project.is_open)))]
    secret: Option<String>,
    project: One<Project>,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Project {
    name: String,
    is_open: bool,
    company: One<Company>,
}

#[derive(Entity)]
#[entity(policy = owner(members.user))]
pub struct Company {
    name: String,
    #[entity(inverse = company)]
    members: Many<Member>,
}

#[derive(Entity)]
#[entity(policy = owner(user))]
pub struct Member {
    company: One<Company>,
    user: String,
}

fn main() {}
