//! CREATE and DROP statements, written and run.

use entify::db::{Dialect, Executor, Layout, Statement};
use entify::migrate::{DatabaseSchema, ddl};
use entify::testing::{TestDb, each_database};
use entify::types::{Decimal, Kind, Uuid};
use entify::value::Value;
use sea_query::Values;

use super::entities::ALL;

fn script(statements: &[String]) -> String {
    statements.join(";\n")
}

#[test]
fn postgres_tables() {
    let schema = DatabaseSchema::of(ALL, Dialect::Postgres);
    insta::assert_snapshot!(script(&ddl::create(&schema, Dialect::Postgres)));
}

#[test]
fn sqlite_tables() {
    let schema = DatabaseSchema::of(ALL, Dialect::Sqlite);
    insta::assert_snapshot!(script(&ddl::create(&schema, Dialect::Sqlite)));
}

#[test]
fn postgres_drops() {
    let schema = DatabaseSchema::of(ALL, Dialect::Postgres);
    insta::assert_snapshot!(script(&ddl::drop(&schema, Dialect::Postgres)));
}

async fn run(test: &TestDb, sql: &str) -> Result<u64, entify::db::DbError> {
    let executor = Executor::Pool(test.db().clone());
    executor.execute(Statement::new(sql, Values(Vec::new()))).await
}

async fn cell(test: &TestDb, sql: &str, kind: Kind) -> Value {
    let statement = Statement::new(sql, Values(Vec::new()));
    let executor = Executor::Pool(test.db().clone());
    let mut rows = executor.read(statement, &Layout::default().with_column(kind)).await.unwrap();
    rows.remove(0).take(0)
}

const USER_1: &str = r#"INSERT INTO "user" ("email", "status", "password") VALUES ('a@b.c', 'active', 'x')"#;

#[each_database(ALL)]
async fn tables_can_be_dropped_with_rows_in_them(test: TestDb) {
    run(&test, USER_1).await.unwrap();
    run(&test, r#"UPDATE "user" SET "manager_id" = "id""#).await.unwrap();
    let dialect = test.db().dialect();
    for sql in ddl::drop(&DatabaseSchema::of(ALL, dialect), dialect) {
        run(&test, &sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

#[each_database(ALL)]
async fn identity_keys_count_up_and_take_given_values(test: TestDb) {
    run(&test, USER_1).await.unwrap();
    run(&test, r#"INSERT INTO "user" ("id", "email", "status", "password") VALUES (7, 'x', 'active', 'x')"#)
        .await
        .unwrap();
    assert_eq!(cell(&test, r#"SELECT max("id") FROM "user""#, Kind::I64).await, Value::Int(7));
}

#[each_database(ALL)]
async fn times_default_to_now_in_the_form_that_is_read(test: TestDb) {
    run(&test, USER_1).await.unwrap();
    let Value::DateTime(time) = cell(&test, r#"SELECT "created_at" FROM "user""#, Kind::DateTime).await
    else {
        panic!("not a time");
    };
    assert!((entify::types::Utc::now() - time).num_seconds().abs() < 60);
    if test.db().dialect() == Dialect::Sqlite {
        let Value::Text(text) = cell(&test, r#"SELECT "created_at" FROM "user""#, Kind::Text).await else {
            panic!("not a text");
        };
        assert_eq!(text, time.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string());
    }
}

#[each_database(ALL)]
async fn conditions_hold(test: TestDb) {
    run(&test, USER_1).await.unwrap();
    let unknown =
        run(&test, r#"INSERT INTO "user" ("email", "status", "password") VALUES ('x', 'gone', 'x')"#);
    assert_eq!(unknown.await, Err(entify::db::DbError::Check(Some("ck_user_status".to_owned()))));
    let post = |stars: i32, price: &str| {
        format!(
            r#"INSERT INTO "post" ("title", "body", "stars", "price", "author_id")
                   VALUES ('t', 'b', {stars}, '{price}', 1)"#
        )
    };
    run(&test, &post(5, "0.01")).await.unwrap();
    let stars = run(&test, &post(6, "0.01")).await;
    assert_eq!(stars, Err(entify::db::DbError::Check(Some("ck_post_stars".to_owned()))));
    let price = run(&test, &post(5, "0.001")).await;
    // PostgreSQL rounds to the column's scale first.
    assert_eq!(price, Err(entify::db::DbError::Check(Some("ck_post_price".to_owned()))));
}

#[each_database(ALL)]
async fn references_refuse_cascade_and_become_null(test: TestDb) {
    run(&test, USER_1).await.unwrap();
    run(
        &test,
        r#"INSERT INTO "user" ("email", "status", "password", "manager_id") VALUES ('m', 'active', 'x', 1)"#,
    )
    .await
    .unwrap();
    run(
        &test,
        r#"INSERT INTO "post" ("title", "body", "stars", "price", "author_id", "reviewer_id")
                      VALUES ('t', 'b', 1, '1', 2, 2)"#,
    )
    .await
    .unwrap();
    run(
        &test,
        r#"INSERT INTO "post" ("title", "body", "stars", "price", "author_id", "reviewer_id")
                      VALUES ('u', 'b', 1, '1', 1, 2)"#,
    )
    .await
    .unwrap();
    let refused = run(&test, r#"DELETE FROM "user" WHERE "id" = 1"#).await;
    assert!(matches!(refused, Err(entify::db::DbError::ForeignKey(_))), "{refused:?}");
    run(&test, r#"DELETE FROM "user" WHERE "id" = 2"#).await.unwrap();
    assert_eq!(cell(&test, r#"SELECT count(*) FROM "post""#, Kind::I64).await, Value::Int(1));
    assert_eq!(cell(&test, r#"SELECT "reviewer_id" FROM "post""#, Kind::I64).await, Value::Null);
    // Rows that point to each other go together.
    run(&test, r#"UPDATE "user" SET "manager_id" = "id""#).await.unwrap();
    run(&test, r#"DELETE FROM "user""#).await.unwrap();
}

#[each_database(ALL)]
async fn decimals_keep_their_digits_and_sort_by_value(test: TestDb) {
    let insert = |amount: &str| {
        let id = Uuid::now_v7();
        format!(
            r#"INSERT INTO "file" ("id", "flag", "small", "big", "single", "double", "two_digits", "exact",
                   "token", "day", "hour", "moment", "data", "content", "words", "amounts")
                   VALUES ('{id}', {flag}, 1, 1, 1, 1, '1', '{amount}', '{id}', '2024-01-01', '01:00:00',
                   '2024-01-01T00:00:00.000000Z', '{{}}', {content}, '{list}', '{list}')"#,
            flag = if test.db().dialect() == Dialect::Sqlite { "1" } else { "true" },
            content = if test.db().dialect() == Dialect::Sqlite { "x'00'" } else { "'\\x00'" },
            list = if test.db().dialect() == Dialect::Sqlite { "[]" } else { "{}" },
        )
    };
    for amount in ["9.5", "10.25", "-3", "1234567890123456789012345.678"] {
        run(&test, &insert(amount)).await.unwrap();
    }
    let first = r#"SELECT "exact" FROM "file" ORDER BY "exact" LIMIT 1"#;
    assert_eq!(cell(&test, first, Kind::Decimal).await, Value::Decimal(Decimal::from(-3)));
    let last = r#"SELECT "exact" FROM "file" ORDER BY "exact" DESC LIMIT 1"#;
    let expected = "1234567890123456789012345.678".parse().unwrap();
    assert_eq!(cell(&test, last, Kind::Decimal).await, Value::Decimal(expected));
}

#[tokio::test]
async fn sqlite_ids_are_not_given_twice() {
    let test = TestDb::sqlite(ALL).await;
    run(&test, USER_1).await.unwrap();
    run(&test, r#"DELETE FROM "user""#).await.unwrap();
    run(&test, USER_1).await.unwrap();
    assert_eq!(cell(&test, r#"SELECT "id" FROM "user""#, Kind::I64).await, Value::Int(2));
}

#[tokio::test]
async fn sqlite_tables_enforce_types() {
    let test = TestDb::sqlite(ALL).await;
    let wrong = run(&test, r#"INSERT INTO "chicken" ("egg_id") VALUES ('text')"#).await;
    assert!(wrong.is_err());
}
