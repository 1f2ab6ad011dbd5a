//! Rows that other programs wrote: each is answered truly, or by one clear error.

use entify::db::{Dialect, Executor, Statement};
use entify::entity::Entity as _;
use entify::error::Error;
use entify::prelude::*;
use entify::principal::Principal;
use entify::rest::Rest;
use entify::testing::{TestDb, each_database};
use entify::transfer::{self, FileFormat};
use serde_json::{Value as Json, json};

use crate::{graphql, rest};

#[derive(EntityEnum)]
pub enum Mood {
    Glad,
    Sad,
}

#[derive(Entity)]
#[entity(policy = public)]
pub struct Thing {
    #[entity(filter)]
    name: String,
    flag: Option<bool>,
    small: Option<i16>,
    double: Option<f64>,
    exact: Option<Decimal>,
    unique_id: Option<Uuid>,
    day: Option<NaiveDate>,
    hour: Option<NaiveTime>,
    moment: Option<DateTime<Utc>>,
    document: Option<Json>,
    mood: Option<Mood>,
    doubles: Option<Vec<f64>>,
    exacts: Option<Vec<Decimal>>,
    days: Option<Vec<NaiveDate>>,
    moments: Option<Vec<DateTime<Utc>>>,
}

fn all() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Thing].to_vec()
}

/// What only others write, as SQL, with the column.
fn unreadable(dialect: Dialect) -> Vec<(&'static str, &'static str)> {
    match dialect {
        Dialect::Postgres => vec![
            ("double", "'NaN'"),
            ("double", "'-infinity'"),
            ("exact", "'NaN'"),
            ("exact", "'infinity'"),
            ("exact", "1234567890123456789012345678901234567890"),
            ("exact", "1e-40"),
            ("day", "'infinity'"),
            ("day", "'-infinity'"),
            ("day", "'12000-01-01'"),
            ("day", "'5874897-12-31'"),
            ("day", "'0044-03-15 BC'"),
            ("hour", "'24:00:00'"),
            ("moment", "'infinity'"),
            ("moment", "'-infinity'"),
            ("moment", "'12000-01-01T00:00:00Z'"),
            ("moment", "'294276-12-31T23:59:59Z'"),
            ("moment", "'4713-01-01T00:00:00Z BC'"),
            ("doubles", "ARRAY[1, 'NaN']::double precision[]"),
            ("exacts", "ARRAY[1, 'NaN']::numeric[]"),
            ("days", "ARRAY['infinity']::date[]"),
            ("days", "ARRAY[ARRAY['2024-01-01'], ARRAY['2024-01-02']]::date[]"),
            ("moments", "ARRAY['-infinity', '2024-01-01T00:00:00Z']::timestamptz[]"),
        ],
        Dialect::Sqlite => vec![
            ("name", "CAST(x'ff41' AS TEXT)"),
            ("flag", "2"),
            ("small", "70000"),
            ("double", "9e999"),
            ("exact", "'NaN'"),
            ("exact", "'1234567890123456789012345678901234567890'"),
            ("exact", "'many'"),
            ("unique_id", "'not a uuid'"),
            ("day", "'12000-01-01'"),
            ("day", "'-0044-03-15'"),
            ("day", "'2024-02-30'"),
            ("hour", "'24:00:00'"),
            ("hour", "'12:00:00.1234567'"),
            ("moment", "'0000-01-01T00:00:00Z'"),
            ("moment", "'2024-01-01T00:00:00.123456789Z'"),
            ("moment", "'yesterday'"),
            ("document", "'{\"a\":'"),
            ("document", "'{\"a\":1,\"a\":2}'"),
            ("mood", "'angry'"),
            ("doubles", "'[1,NaN]'"),
            ("doubles", "'[1e999]'"),
            ("exacts", "'[\"NaN\"]'"),
            ("days", "'[\"12000-01-01\"]'"),
        ],
    }
}

async fn run(ctx: &Ctx, sql: &str) {
    let ran = Executor::Pool(ctx.db().clone()).execute(Statement::plain(sql)).await;
    ran.unwrap_or_else(|error| panic!("{error}: {sql}"));
}

/// Sets a column of every row as another program would.
async fn write(ctx: &Ctx, column: &str, sql: &str) {
    if ctx.db().dialect() == Dialect::Sqlite {
        run(ctx, "PRAGMA ignore_check_constraints = on").await;
    }
    run(ctx, &format!("UPDATE \"thing\" SET \"{column}\" = {sql} WHERE id = 1")).await;
}

#[each_database(all())]
async fn what_a_field_cannot_hold_is_one_clear_error(test: TestDb) {
    let ctx = test.ctx();
    let things = ThingService::new(&ctx);
    let graphql = graphql::Api::of(&test, &all(), Principal::Anonymous, |schema| schema).await;
    let rest = rest::Api::of_entities(test, &all(), Rest::new()).await;
    let cases = unreadable(ctx.db().dialect());
    for (column, sql) in cases {
        run(&ctx, "DELETE FROM \"thing\"").await;
        let broken = things.create(ThingInput::new("broken".to_owned())).await.expect("a row").id;
        run(&ctx, &format!("UPDATE \"thing\" SET id = 1 WHERE id = {broken}")).await;
        let sound = things.create(ThingInput::new("sound".to_owned())).await.expect("a row").id;
        write(&ctx, column, sql).await;

        assert_eq!(things.get(Id::new(1)).await.map(drop), Err(Error::UnreadableValue), "{column} = {sql}");
        rest.get("/api/things/1").await.problem(500, "UNREADABLE_VALUE");
        rest.get("/api/things").await.problem(500, "UNREADABLE_VALUE");
        assert_eq!(rest.get(&format!("/api/things/{sound}")).await.status, 200, "{column} = {sql}");
        let field = if column == "unique_id" { "uniqueId" } else { column };
        let query = format!("{{ things {{ nodes {{ id {field} }} }} }}");
        let answer = graphql.answer(&query, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNREADABLE_VALUE", "{answer}");
        assert_eq!(answer["errors"][0]["path"], json!(["things"]), "{answer}");
        // Who does not ask for it is answered.
        let answer = graphql.answer("{ things { nodes { createdAt } } }", json!({})).await;
        assert_eq!(answer["data"]["things"]["nodes"].as_array().map(Vec::len), Some(2), "{answer}");
        let mut out = Vec::new();
        let exported = transfer::export(&ctx, Thing::def().info(), FileFormat::Csv, &mut out, &()).await;
        assert_eq!(exported, Err(Error::UnreadableValue));

        // What cannot be answered is not written.
        let (other, new) = if column == "small" { ("flag", json!(true)) } else { ("small", json!(7)) };
        rest.patch("/api/things/1", json!({other: new})).await.problem(500, "UNREADABLE_VALUE");
        let query = format!(
            "mutation {{ updateThing(id: {}, input: {{{other}: {new}}}) {{ id }} }}",
            json!(graphql::id("Thing", 1))
        );
        let answer = graphql.answer(&query, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNREADABLE_VALUE", "{answer}");
        let query = format!("mutation {{ deleteThing(id: {}) {{ id }} }}", json!(graphql::id("Thing", 1)));
        graphql.answer(&query, json!({})).await;
        assert_eq!(things.count(Thing::id().eq(Id::new(1))).await, Ok(1), "{column} = {sql}");
        let query = format!("{{ thingById(id: {}) {{ {other} }} }}", json!(graphql::id("Thing", 1)));
        let answer = graphql.answer(&query, json!({})).await;
        assert_eq!(answer["data"]["thingById"][other], Json::Null, "{column} = {sql}: {answer}");

        // It can be put right.
        let right = if column == "name" { json!("x") } else { Json::Null };
        let answer = rest.patch("/api/things/1", json!({column: right})).await;
        assert_eq!(answer.status, 200, "{column} = {sql}: {}", answer.text);
    }
}

#[each_database(all())]
async fn what_a_field_can_hold_is_answered_truly(test: TestDb) {
    let ctx = test.ctx();
    let things = ThingService::new(&ctx);
    let first = things.create(ThingInput::new("odd".to_owned())).await.expect("a row").id;
    run(&ctx, &format!("UPDATE \"thing\" SET id = 1 WHERE id = {first}")).await;
    let rest = rest::Api::of_entities(test, &all(), Rest::new()).await;
    let both = [
        ("exact", "'0.1000'", "0.1000"),
        ("exact", "'12345678901234567890.12345678'", "12345678901234567890.12345678"),
        ("exact", "'79228162514264337593543950335'", "79228162514264337593543950335"),
        ("exact", "'-0.0000000000000000000000000001'", "-0.0000000000000000000000000001"),
        ("exact", "'100000'", "100000"),
        ("day", "'9999-12-31'", "9999-12-31"),
        ("day", "'0001-01-01'", "0001-01-01"),
    ];
    for (column, sql, expected) in both {
        write(&ctx, column, sql).await;
        assert_eq!(rest.get("/api/things/1").await.json()[column], expected, "{sql}");
    }
    let dialect = ctx.db().dialect();
    let document = "{\"a\":123456789012345678901234567890.5,\"b\":1.50,\"c\":1e2}";
    write(&ctx, "document", &format!("'{document}'")).await;
    let answer = rest.get("/api/things/1").await;
    let c = if dialect == Dialect::Postgres { "100" } else { "100.0" };
    let expected = format!("\"document\":{{\"a\":123456789012345678901234567890.5,\"b\":1.5,\"c\":{c}}}");
    assert!(answer.text.contains(&expected), "{}", answer.text);
}
