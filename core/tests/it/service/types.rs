use entify::prelude::*;
use entify::testing::each_database;
use entify::types::Change;

use crate::support::domain::*;

fn sample() -> EverythingInput {
    EverythingInput {
        text: "zażółć 🦀 ' \" \\ % _".to_owned(),
        flag: true,
        small: i16::MIN,
        medium: i32::MAX,
        large: i64::MIN,
        single: 0.1,
        double: f64::MAX,
        exact: "-79228162514264337593543950.335".parse().expect("a decimal"),
        unique_id: Uuid::from_u128(u128::MAX),
        day: NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day"),
        hour: NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("a time"),
        moment: "1583-01-01T00:00:00.000001Z".parse().expect("a moment"),
        json: serde_json::json!({"a": [1, null, {"b": "🦀"}], "c": 1.5}),
        bytes: Bytes::from_static(&[0, 255, 10]),
        status: Status::OnHold,
        texts: vec!["a,b".to_owned(), String::new(), "\"".to_owned()],
        numbers: vec![i64::MAX, 0, i64::MIN],
        choices: vec![Status::Blocked, Status::Active],
        maybe_text: None,
        maybe_flag: None,
        maybe_large: None,
        maybe_double: None,
        maybe_exact: None,
        maybe_id: None,
        maybe_day: None,
        maybe_moment: None,
        maybe_json: None,
        maybe_bytes: None,
        maybe_status: None,
        maybe_texts: None,
    }
}

#[each_database(all())]
async fn every_type_comes_back_as_it_went(ctx: Ctx) {
    let rows = EverythingService::new(&ctx);
    let given = sample();
    let made = rows.create(sample()).await.expect("a row");
    let read = rows.get(made.id).await.expect("the row");
    assert_eq!(made, read);
    assert_eq!(read.text, given.text);
    assert_eq!((read.small, read.medium, read.large), (given.small, given.medium, given.large));
    assert_eq!((read.single, read.double), (given.single, given.double));
    assert_eq!(read.exact, given.exact);
    assert_eq!(read.unique_id, given.unique_id);
    assert_eq!((read.day, read.hour, read.moment), (given.day, given.hour, given.moment));
    assert_eq!((read.json, read.bytes, read.status), (given.json, given.bytes, given.status));
    assert_eq!((read.texts, read.numbers, read.choices), (given.texts, given.numbers, given.choices));
    assert_eq!((read.maybe_text, read.maybe_json, read.maybe_texts), (None, None, None));

    let patch = EverythingPatch {
        text: String::new().into(),
        exact: Decimal::ZERO.into(),
        texts: Vec::new().into(),
        maybe_text: Change::Set(Some(String::new())),
        maybe_flag: Change::Set(Some(false)),
        maybe_large: Change::Set(Some(0)),
        maybe_double: Change::Set(Some(-0.5)),
        maybe_exact: Change::Set(Some("0.0000000000000000000000000001".parse().expect("a decimal"))),
        maybe_id: Change::Set(Some(Uuid::nil())),
        maybe_day: Change::Set(NaiveDate::from_ymd_opt(1, 1, 1)),
        maybe_moment: Change::Set(Some("2024-02-29T12:00:00Z".parse().expect("a moment"))),
        maybe_json: Change::Set(Some(Json::Null)),
        maybe_bytes: Change::Set(Some(Bytes::new())),
        maybe_status: Change::Set(Some(Status::Active)),
        maybe_texts: Change::Set(Some(Vec::new())),
        ..EverythingPatch::default()
    };
    let changed = rows.update(made.id, patch).await.expect("the change");
    assert_eq!(changed.text, "");
    assert_eq!(changed.maybe_text.as_deref(), Some(""), "an empty text is not NULL");
    assert_eq!((changed.maybe_flag, changed.maybe_large), (Some(false), Some(0)));
    assert_eq!(changed.maybe_exact, Some("0.0000000000000000000000000001".parse().expect("a decimal")));
    assert_eq!(changed.maybe_id, Some(Uuid::nil()));
    assert_eq!(changed.maybe_day, NaiveDate::from_ymd_opt(1, 1, 1));
    assert_eq!(changed.maybe_json, Some(Json::Null), "JSON null is not NULL");
    assert_eq!(changed.maybe_bytes, Some(Bytes::new()));
    assert_eq!((changed.maybe_status, changed.maybe_texts), (Some(Status::Active), Some(Vec::new())));
    assert!(changed.updated_at > made.updated_at);
}

#[each_database(all())]
async fn what_cannot_be_kept_is_refused(ctx: Ctx) {
    let rows = EverythingService::new(&ctx);
    let error = rows
        .create(EverythingInput {
            double: f64::NAN,
            single: f32::INFINITY,
            texts: vec!["\0".to_owned()],
            moment: DateTime::<Utc>::MAX_UTC,
            ..sample()
        })
        .await
        .expect_err("refused");
    let fields: Vec<_> = error.fields().iter().map(|error| error.field.to_string()).collect();
    assert_eq!(fields, ["single", "double", "moment", "texts"]);
    let nested = serde_json::json!({"a": "\0"});
    let error = rows.create(EverythingInput { json: nested, ..sample() }).await.expect_err("NUL in JSON");
    assert_eq!(error.fields()[0].field, "json");
}

#[each_database(all())]
async fn decimals_sort_and_compare_by_value(ctx: Ctx) {
    let users = UserService::new(&ctx);
    let author = users.create(UserInput::new("ada@example.org")).await.expect("a user");
    let posts = PostService::new(&ctx);
    for price in ["10", "9.5", "9.50", "100.25", "0"] {
        let price = Some(price.parse().expect("a decimal"));
        posts.create(PostInput { price, ..PostInput::new("x", author.id) }).await.expect("a post");
    }
    let page = posts.list(Query::default().order(Post::price().desc())).await.expect("a page");
    let prices: Vec<_> = page.items.iter().map(|post| post.price.to_string()).collect();
    assert_eq!(prices, ["100.25", "10.00", "9.50", "9.50", "0.00"]);
    let nine_and_a_half: Decimal = "9.5".parse().expect("a decimal");
    assert_eq!(posts.count(Post::price().eq(nine_and_a_half)).await, Ok(2));
    assert_eq!(posts.count(Post::price().gt(nine_and_a_half)).await, Ok(2));
    assert_eq!(posts.count(Post::price().is_in([nine_and_a_half, Decimal::ZERO])).await, Ok(3));
}

#[each_database(all())]
async fn uuid_keys_are_made_in_order(ctx: Ctx) {
    let rows = EverythingService::new(&ctx);
    let first = rows.create(sample()).await.expect("a row");
    let second = rows.create(sample()).await.expect("a row");
    assert_eq!(first.id.get().get_version_num(), 7);
    assert!(first.id < second.id);
    let page = rows.list(Query::default().first(1)).await.expect("a page");
    let next =
        rows.list(Query::default().first(1).after(page.end_cursor.expect("a cursor"))).await.expect("a page");
    assert_eq!((page.items[0].id, next.items[0].id), (first.id, second.id));
}
