//! Lists that hold NULLs, which only others than the engine can write.

use entify::db::{Dialect, Executor, Statement};
use entify::entity::Entity as _;
use entify::error::Error;
use entify::prelude::*;
use entify::service::Records;
use entify::testing::each_database;
use entify::value::{Assignments, Value};

#[derive(Entity)]
#[entity(policy = public)]
pub struct Bag {
    words: Vec<String>,
    numbers: Vec<i64>,
    days: Option<Vec<NaiveDate>>,
}

fn all() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![Bag].to_vec()
}

#[each_database(all())]
async fn a_null_in_a_stored_list_is_one_clear_error(ctx: Ctx) {
    let bags = BagService::new(&ctx);
    let bag = bags.create(BagInput::new(vec!["a".to_owned()], vec![1])).await.expect("a bag");
    let executor = Executor::Pool(ctx.db().clone());
    for (column, list, array) in [
        ("words", "'[\"a\",null]'", "ARRAY['a', NULL]"),
        ("numbers", "'[null]'", "ARRAY[NULL]::bigint[]"),
        ("days", "'[null,\"2024-02-29\"]'", "ARRAY[NULL, '2024-02-29']::date[]"),
    ] {
        let list = if ctx.db().dialect() == Dialect::Postgres { array } else { list };
        let sql = format!("UPDATE \"bag\" SET \"{column}\" = {list}");
        executor.execute(Statement::plain(sql)).await.expect("by hand");
        assert_eq!(bags.get(bag.id).await, Err(Error::UnreadableValue), "{column}");
        assert_eq!(bags.list(Query::default()).await.map(drop), Err(Error::UnreadableValue), "{column}");
        // It can be put right.
        let patch =
            BagPatch { words: vec!["b".to_owned()].into(), numbers: vec![2].into(), days: Change::Set(None) };
        let right = bags.update(bag.id, patch).await.expect("new lists");
        assert_eq!((right.words, right.numbers, right.days), (vec!["b".to_owned()], vec![2], None));
    }
}

#[each_database(all())]
async fn no_null_gets_into_a_list(ctx: Ctx) {
    let info = Bag::def().info();
    let records = Records::new(&ctx, info);
    let mut values = Assignments::new();
    let index = |name: &str| info.by_name(name).expect("a field").index;
    values.set(index("words"), Value::List(vec![Value::Text("a".to_owned()), Value::Null]));
    values.set(index("numbers"), Value::List(Vec::new()));
    let refused = records.create(values).await.expect_err("a null");
    assert_eq!((refused.code(), &*refused.fields()[0].field), ("VALIDATION_FAILED", "words"));
}

#[each_database(all())]
async fn what_is_no_key_finds_nothing(ctx: Ctx) {
    let bags = BagService::new(&ctx);
    let bag = bags.create(BagInput::new(Vec::new(), vec![1])).await.expect("a bag");
    let info = Bag::def().info();
    let records = Records::new(&ctx, info);
    let keys = [Value::Null, Value::Int(bag.id.get()), Value::Text("x".to_owned())];
    let found = records.get_many(&keys, info.all()).await.expect("an answer");
    assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!(records.find_many(0, &keys, info.all()).await.expect("an answer").len(), 1);
    assert_eq!(records.delete_many(&keys).await.map(drop).expect_err("absent").code(), "NOT_FOUND");
}
