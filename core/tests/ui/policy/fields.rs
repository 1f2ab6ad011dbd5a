use entify::prelude::*;

#[derive(Entity)]
#[entity(policy = public, order = salary)]
pub struct Employee {
    #[entity(policy = role("hr"))]
    name: String,
    #[entity(policy)]
    title: String,
    #[entity(policy(red = role("hr"), update = nobody, read = owner(nam)))]
    nickname: Option<String>,
    #[entity(policy(read = role("hr"), read = nobody))]
    salary: i64,
    #[entity(write_only, policy(read = role("hr")))]
    password: Password,
    #[entity(read_only, default = 0, policy(write = role("hr")))]
    points: i64,
    #[entity(search(fulltext), policy(read = role("hr")))]
    notes: String,
    #[entity(inverse = boss, policy(read = nobody))]
    reports: Many<Employee>,
    boss: Option<One<Employee>>,
    #[entity(policy(read = role("hr")))]
    bonus: i64,
    #[entity(computed(sql = "{points} + {bonus}"))]
    total: i64,
    #[entity(computed(sql = "{points} + {bonus}"), policy(read = authenticated))]
    shown: i64,
}

fn main() {}
