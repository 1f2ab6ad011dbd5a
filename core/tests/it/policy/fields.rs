//! Fields that not everyone who may read or write the row may see or set.

use entify::prelude::*;
use entify::service::Records;
use entify::testing::each_database;
use entify::types::Change;
use entify::value::Value;

use super::someone;

#[derive(Entity)]
#[entity(policy(read = public, write = authenticated), history)]
pub struct Employee {
    #[entity(max_len = 40, unique, search)]
    name: String,
    #[entity(max_len = 40, filter, sort, search, policy(read = owner(name) | role("hr")))]
    nickname: Option<String>,
    #[entity(filter, sort, policy(read = role("hr") | role("boss"), write = role("hr")))]
    salary: Option<i64>,
    #[entity(policy(write = owner(name)))]
    motto: Option<String>,
    boss: Option<One<Employee>>,
}

fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Employee].to_vec()
}

async fn made(ctx: &Ctx) -> Id<Employee> {
    let employees = EmployeeService::new(ctx);
    let boss =
        EmployeeInput { nickname: Some("Chief".into()), salary: Some(900), ..EmployeeInput::new("zoe") };
    let boss = employees.create(boss).await.expect("a boss").id;
    let ada = EmployeeInput {
        nickname: Some("Countess".into()),
        salary: Some(100),
        boss_id: Some(boss),
        ..EmployeeInput::new("ada")
    };
    employees.create(ada).await.expect("an employee").id
}

#[each_database(entities(), row_security)]
async fn a_hidden_value_is_null_in_every_read(ctx: Ctx) {
    let ada = made(&ctx).await;
    let seen = async |principal: Principal| {
        let ctx = ctx.with_principal(principal);
        let row = EmployeeService::new(&ctx).get(ada).await.expect("a row");
        let listed = EmployeeService::new(&ctx).list(Query::default()).await.expect("a page").items;
        assert!(listed.contains(&row));
        let boss =
            EmployeeService::new(&ctx).load(Employee::boss(), std::slice::from_ref(&row)).await.expect("one");
        let boss = boss[0].as_ref().expect("a boss").nickname.clone();
        (row.nickname, row.salary, boss)
    };
    assert_eq!(seen(Principal::Anonymous).await, (None, None, None));
    assert_eq!(seen(someone("ada", &[])).await, (Some("Countess".to_owned()), None, None));
    assert_eq!(seen(someone("zoe", &["boss"])).await, (None, Some(100), Some("Chief".to_owned())));
    assert_eq!(
        seen(someone("x", &["hr"])).await,
        (Some("Countess".to_owned()), Some(100), Some("Chief".to_owned()))
    );
}

#[each_database(entities(), row_security)]
async fn a_hidden_field_cannot_be_asked_about(ctx: Ctx) {
    made(&ctx).await;
    let ada = ctx.with_principal(someone("ada", &[]));
    let employees = EmployeeService::new(&ada);
    let refused = |error: Error| {
        assert_eq!(error.code(), "BAD_REQUEST");
        assert!(error.to_string().starts_with("you may not "), "{error}");
    };
    refused(employees.count(Employee::salary().gt(500)).await.expect_err("a filter"));
    refused(employees.count(!Employee::nickname().is_null()).await.expect_err("a filter"));
    refused(employees.count(Employee::boss().is(Employee::salary().eq(900))).await.expect_err("further in"));
    refused(employees.list(Query::default().order(Employee::salary().asc())).await.expect_err("an order"));
    let mut stream = employees.stream(Query::default().order(Employee::salary().asc()));
    refused(stream.next().await.expect("an item").expect_err("an order"));
    refused(
        employees
            .update_many(Employee::salary().gt(1), EmployeePatch::default())
            .await
            .expect_err("a filter"),
    );
    // Words are looked for in the fields that are shown.
    let search = |text: &str| Query { search: Some(text.into()), ..Query::default() };
    assert_eq!(employees.list(search("countess")).await.expect("a page").items.len(), 0);
    assert_eq!(employees.list(search("ada")).await.expect("a page").items.len(), 1);
    let hr = ctx.with_principal(someone("x", &["hr"]));
    let employees = EmployeeService::new(&hr);
    assert_eq!(employees.count(Employee::salary().gt(500)).await, Ok(1));
    assert_eq!(employees.list(search("countess")).await.expect("a page").items.len(), 1);
    assert!(employees.list(Query::default().order(Employee::salary().asc())).await.is_ok());
}

#[each_database(entities(), row_security)]
async fn a_field_is_set_only_by_those_who_may(ctx: Ctx) {
    let id = made(&ctx).await;
    let ada = ctx.with_principal(someone("ada", &[]));
    let employees = EmployeeService::new(&ada);
    let raise = || EmployeePatch { salary: Some(1000).into(), ..EmployeePatch::default() };
    let refused = employees.update(id, raise()).await.expect_err("a refusal");
    assert_eq!((refused.code(), refused.status(), &*refused.fields()[0].field), ("FORBIDDEN", 403, "salary"));
    let rich = EmployeeInput { salary: Some(1), ..EmployeeInput::new("eve") };
    assert_eq!(employees.create(rich).await.expect_err("a refusal").code(), "FORBIDDEN");
    // In her own row, and in no other.
    let motto = || EmployeePatch { motto: Change::Set(Some("on".to_owned())), ..EmployeePatch::default() };
    assert!(employees.update(id, motto()).await.is_ok());
    let boss = EmployeeService::new(&ctx).one(Employee::name().eq("zoe")).await.expect("one").id;
    assert_eq!(employees.update(boss, motto()).await, Err(Error::Forbidden));
    assert_eq!(
        employees.create(EmployeeInput { motto: Some("x".into()), ..EmployeeInput::new("eve") }).await,
        Err(Error::Forbidden)
    );
    assert!(
        employees
            .create(EmployeeInput { motto: Some("x".into()), ..EmployeeInput::new("ada2") })
            .await
            .is_err()
    );
    let hr = ctx.with_principal(someone("x", &["hr"]));
    assert_eq!(EmployeeService::new(&hr).update(id, raise()).await.map(|row| row.salary), Ok(Some(1000)));
    // What a write answers is seen as by a read.
    let answered = employees.update(id, EmployeePatch::default()).await.expect("a row");
    assert_eq!((answered.salary, answered.nickname), (None, Some("Countess".to_owned())));
    let anyone = ctx.with_principal(Principal::Anonymous);
    assert_eq!(EmployeeService::new(&anyone).update(id, raise()).await, Err(Error::Unauthenticated));
}

#[each_database(entities(), row_security)]
async fn history_does_not_tell_what_is_hidden(ctx: Ctx) {
    let id = made(&ctx).await;
    let values = async |principal: Principal, field: &str| {
        let ctx = ctx.with_principal(principal);
        let page = EmployeeService::new(&ctx).history(id, PageArgs::default()).await.expect("a page");
        let entry = page.items.into_iter().next().expect("an entry");
        let change = entry.changes.into_iter().find(|change| change.field == field).expect("a change");
        (change.is_secret(), change.to)
    };
    assert_eq!(values(Principal::Anonymous, "salary").await, (true, None));
    assert_eq!(values(someone("ada", &[]), "nickname").await, (true, None), "hidden in some rows");
    assert_eq!(values(someone("x", &["hr"]), "salary").await, (false, Some(100.into())));
    assert_eq!(values(Principal::Anonymous, "name").await, (false, Some("ada".into())));
}

#[each_database(entities(), row_security)]
async fn untyped_rows_hide_the_same(ctx: Ctx) {
    let id = made(&ctx).await;
    let info = Employee::def().info();
    let salary = info.by_name("salary").expect("a column").index;
    let anyone = ctx.with_principal(Principal::Anonymous);
    let row = Records::new(&anyone, info).get(&Value::Int(id.get())).await.expect("a row");
    assert_eq!(*row.get(salary), Value::Null);
    let row = Records::new(&ctx, info).get(&Value::Int(id.get())).await.expect("a row");
    assert_eq!(*row.get(salary), Value::Int(100));
}
