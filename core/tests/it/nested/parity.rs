//! Random principals, rows and writes: a nested write is allowed exactly when the same writes, row by row in one transaction, are
//! allowed to the same principal; and then it comes to the same.

use entify::prelude::*;
use entify::service::Records;
use entify::testing::each_database;
use entify::value::Value;
use serde_json::{Value as Json, json};

use super::policies::{Board, BoardService, Card, CardService, Pin, PinService, make, someone, tables};
use super::random::Numbers;
use super::{changes, input, key};

/// What is done to the cards of a board; each card is named once.
#[derive(Debug, Default)]
struct Write {
    delete: Vec<i64>,
    disconnect: Vec<i64>,
    update: Vec<(i64, Json)>,
    connect: Vec<i64>,
    create: Vec<Json>,
    unpin: Vec<i64>,
    pin: Vec<i64>,
}

impl Write {
    fn random(numbers: &mut Numbers, cards: &[i64]) -> Self {
        let mut write = Self::default();
        for card in cards {
            match numbers.below(60) {
                0 => write.delete.push(*card),
                1 | 2 => write.disconnect.push(*card),
                3 | 4 => write.update.push((*card, json!({"text": "new"}))),
                5 => write.update.push((*card, json!({"grade": 1}))),
                6 => write.update.push((*card, json!({"owner": "bob"}))),
                7 | 8 => write.connect.push(*card),
                9 => write.pin.push(*card),
                10 => write.unpin.push(*card),
                _ => {}
            }
        }
        if numbers.chance(4) {
            let owner = if numbers.chance(4) { "bob" } else { "ada" };
            let grade = if numbers.chance(4) { json!(2) } else { Json::Null };
            write.create.push(json!({"owner": owner, "text": "made", "grade": grade}));
        }
        write
    }

    fn nested(&self) -> Json {
        let update: Vec<_> =
            self.update.iter().map(|(id, input)| json!({"id": id, "input": input})).collect();
        json!({"cards": {"delete": self.delete, "disconnect": self.disconnect, "update": update, "connect": self.connect,
                         "create": self.create},
               "pinned": {"connect": self.pin, "disconnect": self.unpin}})
    }
}

fn records<'c, E: Entity>(ctx: &'c Ctx) -> Records<'c> {
    Records::new(ctx, E::def().info())
}

async fn edit<E: Entity>(ctx: &Ctx, id: i64, json: Json) -> entify::Result<()> {
    records::<E>(ctx).update(&Value::Int(id), changes::<E>(json)).await.map(drop)
}

/// Whether the principal sees that a card is one of the board.
async fn belongs(ctx: &Ctx, board: i64, card: i64) -> entify::Result<bool> {
    let column = Card::def().info().by_name("board_id").expect("a column").index;
    let row = records::<Card>(ctx).find(&Value::Int(card), Card::def().info().all()).await?;
    Ok(row.is_some_and(|row| *row.get(column) == Value::Int(board)))
}

async fn pins(ctx: &Ctx, board: i64, card: i64) -> entify::Result<Vec<i64>> {
    let filter = (Pin::board().eq(Id::new(board)) & Pin::card().eq(Id::new(card))).into_condition();
    let query = entify::query::ListQuery { filter, ..entify::query::ListQuery::new(Pin::def().info().all()) };
    let page = records::<Pin>(ctx).list(&query).await?;
    Ok(page.items.iter().map(key).collect())
}

/// The same, one after the other.
async fn row_by_row(ctx: &Ctx, board: i64, write: &Write) -> entify::Result<()> {
    let absent = || Error::NotFound("a card".into());
    edit::<Board>(ctx, board, json!({})).await?;
    let named = write.delete.iter().chain(&write.disconnect).chain(write.update.iter().map(|(card, _)| card));
    for card in named {
        if !belongs(ctx, board, *card).await? {
            return Err(absent());
        }
    }
    for card in &write.delete {
        records::<Card>(ctx).delete(&Value::Int(*card)).await?;
    }
    for card in &write.disconnect {
        edit::<Card>(ctx, *card, json!({"board_id": null})).await?;
    }
    for (card, values) in &write.update {
        edit::<Card>(ctx, *card, values.clone()).await?;
    }
    for card in &write.connect {
        edit::<Card>(ctx, *card, json!({"board_id": board})).await?;
    }
    for card in &write.create {
        let mut card = card.clone();
        card["board_id"] = json!(board);
        records::<Card>(ctx).create(input::<Card>(card)).await?;
    }
    for card in &write.unpin {
        let visible =
            records::<Card>(ctx).find(&Value::Int(*card), Card::def().info().all()).await?.is_some();
        let links = if visible { pins(ctx, board, *card).await? } else { Vec::new() };
        let Some(pin) = links.first() else { return Err(absent()) };
        records::<Pin>(ctx).delete(&Value::Int(*pin)).await?;
    }
    for card in &write.pin {
        if pins(ctx, board, *card).await?.is_empty() {
            records::<Pin>(ctx).create(input::<Pin>(json!({"board_id": board, "card_id": card}))).await?;
        }
    }
    Ok(())
}

type State = (Vec<(String, String, Option<i32>, Option<Id<Board>>)>, Vec<(Id<Board>, Id<Card>)>);

/// All rows, whoever may see them.
async fn state(ctx: &Ctx) -> entify::Result<State> {
    let ctx = ctx.with_principal(Principal::System);
    let cards = CardService::new(&ctx).list(Query::default().first(100)).await?.items;
    let mut cards: Vec<_> =
        cards.into_iter().map(|card| (card.owner, card.text, card.grade, card.board_id)).collect();
    cards.sort_by_key(|card| format!("{card:?}"));
    let pins = PinService::new(&ctx).list(Query::default().first(100)).await?.items;
    let mut pins: Vec<_> = pins.into_iter().map(|pin| (pin.board_id, pin.card_id)).collect();
    pins.sort_by_key(|pin| format!("{pin:?}"));
    Ok((cards, pins))
}

#[each_database(tables(), row_security)]
async fn a_nested_write_is_allowed_as_its_rows_are(ctx: Ctx) {
    let mut numbers = Numbers(0x5EED_0015);
    let mut boards = Vec::new();
    let mut cards = Vec::new();
    for owner in ["ada", "bob"] {
        boards.push(make::<Board>(&ctx, json!({"owner": owner, "name": owner})).await.expect("a board"));
    }
    for n in 0..8_usize {
        let board = [json!(boards[0]), json!(boards[1]), Json::Null][n % 3].clone();
        let card =
            json!({"owner": (["ada", "ada", "bob"][n / 3]), "text": format!("card {n}"), "board_id": board});
        cards.push(make::<Card>(&ctx, card).await.expect("a card"));
    }
    for card in &cards[..3] {
        make::<Pin>(&ctx, json!({"board_id": boards[0], "card_id": card})).await.expect("a pin");
    }
    let (mut allowed, mut refused) = (0, 0);
    for case in 0..600 {
        let roles: Vec<&str> =
            ["staff", "guest", "grader", "pinner"].into_iter().filter(|_| numbers.chance(2)).collect();
        let ada = someone(&ctx, "ada", &roles);
        let board = boards[usize::from(numbers.chance(6))];
        let write = std::sync::Arc::new(Write::random(&mut numbers, &cards));
        let (one, each) = (std::sync::Arc::clone(&write), std::sync::Arc::clone(&write));
        let at_once = ada.dry_run(move |ctx| async move {
            edit::<Board>(&ctx, board, one.nested()).await?;
            state(&ctx).await
        });
        let at_once = at_once.await;
        let one_by_one = ada.dry_run(move |ctx| async move {
            row_by_row(&ctx, board, &each).await?;
            state(&ctx).await
        });
        let one_by_one = one_by_one.await;
        let shown = format!("case {case}, {roles:?}, board {board}: {write:?}");
        match (at_once, one_by_one) {
            (Ok(at_once), Ok(one_by_one)) => {
                assert_eq!(at_once, one_by_one, "{shown}");
                allowed += 1;
            }
            (Err(_), Err(_)) => refused += 1,
            (at_once, one_by_one) => panic!("{shown}\nat once: {at_once:?}\none by one: {one_by_one:?}"),
        }
    }
    assert!(allowed > 60 && refused > 60, "{allowed} allowed, {refused} refused");
    assert_eq!(BoardService::new(&ctx).count(Filter::all()).await, Ok(2));
}
