use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public)]
struct Project {
    name: String,
}

#[derive(Entity)]
#[entity(policy = public)]
struct Issue {
    project: One<Project>,
    group: Option<String>,
    #[entity(sequence(per = projekt))]
    number: i32,
    #[entity(sequence(per = group))]
    of_group: i64,
    #[entity(sequence(by = project))]
    other: i64,
    #[entity(sequence, default = 1)]
    serial: i64,
    #[entity(sequence)]
    absent: Option<i64>,
    #[entity(sequence)]
    word: String,
    #[entity(sequence = project)]
    last: i64,
}

fn main() {}
