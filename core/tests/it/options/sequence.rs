//! `sequence`: numbers that the engine gives to new rows.

use entify::ctx::Clock;
use entify::prelude::*;
use entify::testing::{TestDb, each_database};
use entify::{Error, chrono};

/// What has numbered things.
#[derive(Entity)]
#[entity(policy = public)]
pub struct Board {
    #[entity(unique)]
    name: String,
}

/// Something numbered within its board, and among all.
#[derive(Entity)]
#[entity(policy = public, soft_delete)]
pub struct Card {
    #[entity(sequence(per = board))]
    number: i32,
    #[entity(sequence)]
    serial: i64,
    #[entity(unique)]
    title: String,
    #[entity(on_delete = cascade)]
    board: One<Board>,
    #[entity(default = now)]
    seen_at: DateTime<Utc>,
    #[entity(default = now)]
    seen_on: NaiveDate,
    #[entity(default = uuid)]
    token: Uuid,
}

fn tables() -> Vec<&'static entify::entity::EntityDef> {
    entities![Board, Card].to_vec()
}

async fn boards(ctx: &Ctx) -> [Id<Board>; 2] {
    let made = BoardService::new(ctx).create_many(["a", "b"].map(BoardInput::new)).await.expect("boards");
    [made[0].id, made[1].id]
}

async fn numbers(ctx: &Ctx, board: Id<Board>) -> Vec<i32> {
    let query = Query::filter(Card::board().eq(board)).order(Card::number().asc());
    let page = CardService::new(ctx).list(query.first(100)).await.expect("cards");
    page.items.iter().map(|card| card.number).collect()
}

#[each_database(tables(), row_security)]
async fn each_parent_counts_from_one(ctx: Ctx) {
    let [a, b] = boards(&ctx).await;
    let cards = CardService::new(&ctx);
    let first = cards.create(CardInput::new("1", a)).await.expect("a card");
    assert_eq!((first.number, first.serial), (1, 1));
    let before = ctx.db().statements();
    let many =
        ["2", "3", "4", "5"].into_iter().zip([b, a, b, a]).map(|(title, board)| CardInput::new(title, board));
    let made = cards.create_many(many).await.expect("cards");
    assert_eq!(made.iter().map(|card| card.number).collect::<Vec<_>>(), [1, 2, 2, 3]);
    assert_eq!(made.iter().map(|card| card.serial).collect::<Vec<_>>(), [2, 3, 4, 5]);
    // BEGIN, a statement for each sequence, the rows, COMMIT.
    assert!(ctx.db().statements() - before <= 5, "{}", ctx.db().statements() - before);
}

#[each_database(tables())]
async fn what_is_rolled_back_leaves_no_gap_and_what_is_deleted_is_not_given_again(ctx: Ctx) {
    let [a, _] = boards(&ctx).await;
    let cards = CardService::new(&ctx);
    let one = cards.create(CardInput::new("1", a)).await.expect("a card");
    let refused = cards.create(CardInput::new("1", a)).await.expect_err("the title is taken");
    assert_eq!(refused.fields().first().map(|error| &*error.field), Some("title"));
    let undone: entify::Result<()> = ctx
        .transaction(move |ctx| async move {
            CardService::new(&ctx).create(CardInput::new("x", a)).await?;
            Err(Error::NotFound("nothing".into()))
        })
        .await;
    assert!(undone.is_err());
    assert_eq!(cards.create(CardInput::new("2", a)).await.expect("a card").number, 2);
    cards.delete(one.id).await.expect("deleted");
    cards.purge(one.id).await.expect("purged");
    let two = cards.one(Card::title().eq("2")).await.expect("the card");
    cards.delete(two.id).await.expect("deleted");
    assert_eq!(cards.create(CardInput::new("3", a)).await.expect("a card").number, 3);
}

#[each_database(tables())]
async fn given_numbers_are_kept_and_counted_on_from(ctx: Ctx) {
    let [a, _] = boards(&ctx).await;
    let cards = CardService::new(&ctx);
    let given = CardInput { number: Some(7), serial: Some(70), ..CardInput::new("7", a) };
    assert_eq!(cards.create(given).await.expect("a card").number, 7);
    let mixed = [CardInput { number: Some(20), ..CardInput::new("20", a) }, CardInput::new("next", a)];
    let made = cards.create_many(mixed).await.expect("cards");
    assert_eq!(made.iter().map(|card| (card.number, card.serial)).collect::<Vec<_>>(), [(20, 71), (21, 72)]);
}

#[each_database(tables())]
async fn an_upsert_numbers_new_rows_alone(ctx: Ctx) {
    let [a, _] = boards(&ctx).await;
    let cards = CardService::new(&ctx);
    for _ in 0..3 {
        let card = cards.upsert(Card::title(), CardInput::new("1", a)).await.expect("a card");
        assert_eq!(card.number, 1);
        cards.get_or_create(Card::title(), CardInput::new("2", a)).await.expect("a card");
    }
    let rows = ["1", "3", "2"].map(|title| CardInput::new(title, a));
    cards.upsert_many(Card::title(), rows).await.expect("cards");
    assert_eq!(numbers(&ctx, a).await, [1, 2, 3]);
}

#[each_database(tables())]
async fn many_writers_leave_no_gap(test: TestDb) {
    let ctx = test.ctx();
    let boards = boards(&ctx).await;
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..32 {
        let ctx = ctx.clone();
        writers.spawn(async move {
            for turn in 0..6 {
                let title = format!("{writer}-{turn}");
                let board = boards[(writer + turn) % 2];
                let fails = turn % 3 == 2;
                let work = move |ctx: Ctx| {
                    let title = title.clone();
                    async move {
                        CardService::new(&ctx).create(CardInput::new(title, board)).await?;
                        if fails { Err(Error::NotFound("nothing".into())) } else { Ok(()) }
                    }
                };
                let done = ctx.transaction_with_retry(entify::db::Isolation::default(), work).await;
                assert_eq!(done.is_err(), fails, "{done:?}");
            }
        });
    }
    while let Some(done) = writers.join_next().await {
        done.expect("a writer");
    }
    for board in boards {
        let numbers = numbers(&ctx, board).await;
        assert_eq!(numbers, (1..=64).collect::<Vec<_>>());
    }
}

#[each_database(tables())]
async fn defaults_are_the_time_of_the_write_and_a_new_uuid(ctx: Ctx) {
    let time = chrono::DateTime::parse_from_rfc3339("2026-02-03T04:05:06.5Z").expect("a time").to_utc();
    let ctx = ctx.with_clock(Clock::Fixed(time));
    let [a, _] = boards(&ctx).await;
    let cards = CardService::new(&ctx);
    let made = cards.create_many(["1", "2"].map(|title| CardInput::new(title, a))).await.expect("cards");
    for card in &made {
        assert_eq!((card.seen_at, card.seen_on), (time, time.date_naive()));
        assert_eq!(card.token.get_version_num(), 4);
    }
    assert_ne!(made[0].token, made[1].token);
}

#[cfg(feature = "rest")]
#[each_database(tables())]
async fn clients_read_numbers_and_do_not_set_them(test: TestDb) {
    use serde_json::json;

    boards(&test.ctx()).await;
    let api = super::rest(test, &tables()).await;
    let made = api.post("/api/cards", json!({"title": "a", "board_id": 2})).await.json();
    assert_eq!((&made["number"], &made["serial"]), (&json!(1), &json!(1)));
    for wrong in [json!({"title": "b", "board_id": 2, "number": 9})] {
        let refused = api.post("/api/cards", wrong).await.problem(422, "VALIDATION_FAILED");
        assert_eq!(refused["errors"][0]["field"], "number");
    }
}
