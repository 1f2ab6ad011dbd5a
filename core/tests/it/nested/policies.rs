//! The rules of both sides: those of the row, and those of each related row, as if it were written by itself.

use entify::Error;
use entify::entity::EntityDef;
use entify::prelude::*;
use entify::principal::Principal;
use entify::service::Records;
use entify::testing::each_database;
use entify::value::Value;
use serde_json::{Value as Json, json};

use super::{broken, changes, input, key};

#[derive(Entity)]
#[entity(policy(read = owner(owner) | role("staff"), create = owner(owner), update = owner(owner), delete = owner(owner)))]
pub struct Board {
    owner: String,
    name: String,
    #[entity(inverse = board)]
    cards: Many<Card>,
    #[entity(through = Pin)]
    pinned: Many<Card>,
}

#[derive(Entity)]
#[entity(policy(read = owner(owner) | role("guest"), create = owner(owner), update = owner(owner), delete = nobody))]
pub struct Card {
    owner: String,
    text: String,
    #[entity(policy(write = role("grader")))]
    grade: Option<i32>,
    board: Option<One<Board>>,
    #[entity(policy(read = role("auditor"), write = role("grader")))]
    archive: Option<One<Board>>,
}

#[derive(Entity)]
#[entity(policy(read = authenticated, create = role("pinner"), update = nobody, delete = role("pinner")), unique(board, card))]
pub struct Pin {
    #[entity(on_delete = cascade)]
    board: One<Board>,
    #[entity(on_delete = cascade)]
    card: One<Card>,
}

fn tables() -> Vec<&'static EntityDef> {
    entities![Board, Card, Pin].to_vec()
}

fn someone(ctx: &Ctx, name: &str, roles: &[&str]) -> Ctx {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    let subject = Subject::new(format!("token:{name}"), name, roles).owning(name);
    ctx.with_principal(subject.into())
}

async fn make<E: Entity>(ctx: &Ctx, json: Json) -> entify::Result<i64> {
    Records::new(ctx, E::def().info()).create(input::<E>(json)).await.map(|row| key(&row))
}

async fn change<E: Entity>(ctx: &Ctx, id: i64, json: Json) -> entify::Result<()> {
    Records::new(ctx, E::def().info()).update(&Value::Int(id), changes::<E>(json)).await.map(drop)
}

#[track_caller]
fn refused(outcome: entify::Result<impl std::fmt::Debug>, code: &str, place: &str) {
    let error: Error = outcome.expect_err("a refusal");
    let (told, fields) = broken(&error);
    assert_eq!(
        (told, fields.iter().map(|(field, _)| *field).collect::<Vec<_>>()),
        (code, vec![place]),
        "{error:?}"
    );
}

/// A board and a card of each of two people.
async fn people(ctx: &Ctx) -> [(Ctx, i64, i64); 2] {
    let mut people = Vec::new();
    for name in ["ada", "bob"] {
        let own = someone(ctx, name, &[]);
        let board = make::<Board>(&own, json!({"owner": name, "name": name})).await.expect("a board");
        let card = make::<Card>(&own, json!({"owner": name, "text": name})).await.expect("a card");
        people.push((own, board, card));
    }
    let [ada, bob] = <[_; 2]>::try_from(people).expect("two");
    [ada, bob]
}

async fn state(ctx: &Ctx) -> (Vec<(String, Option<Id<Board>>)>, u64) {
    let cards = CardService::new(ctx).list(Query::default().order(Card::id().asc())).await.expect("cards");
    let pins = PinService::new(ctx).count(Filter::all()).await.expect("pins");
    (cards.items.into_iter().map(|card| (card.text, card.board_id)).collect(), pins)
}

#[each_database(tables(), row_security)]
async fn a_hidden_row_is_connected_to_no_more_than_an_absent_one(ctx: Ctx) {
    let [(ada, board, card), (_, board_of_bob, card_of_bob)] = people(&ctx).await;
    let before = state(&ctx).await;
    for hidden in [card_of_bob, 99] {
        for list in ["connect", "set"] {
            let place = format!("cards.{list}.1");
            refused(
                change::<Board>(&ada, board, json!({"cards": {(list): [card, hidden]}})).await,
                "CONFLICT",
                &place,
            );
        }
        for (write, place) in [
            (json!({"disconnect": [hidden]}), "cards.disconnect.0"),
            (json!({"delete": [hidden]}), "cards.delete.0"),
            (json!({"update": [{"id": hidden, "input": {"text": "x"}}]}), "cards.update.0"),
        ] {
            refused(change::<Board>(&ada, board, json!({"cards": write})).await, "CONFLICT", place);
        }
        let pinner = someone(&ctx, "ada", &["pinner"]);
        refused(
            change::<Board>(&pinner, board, json!({"pinned": {"connect": [hidden]}})).await,
            "CONFLICT",
            "pinned.connect.0",
        );
    }
    for hidden in [board_of_bob, 99] {
        let write = json!({"owner": "ada", "text": "x", "board": {"connect": hidden}});
        refused(make::<Card>(&ada, write).await, "CONFLICT", "board.connect");
        let write = json!({"cards": {"create": [], "connect": [card]}});
        let outcome = change::<Board>(&ada, hidden, write).await.expect_err("absent");
        assert_eq!(outcome.code(), "NOT_FOUND");
    }
    assert_eq!(state(&ctx).await, before);
    change::<Board>(&ada, board, json!({"cards": {"connect": [card]}})).await.expect("an own card");
    assert_eq!(state(&ctx).await.0[0].1, Some(Id::new(board)));
}

#[each_database(tables(), row_security)]
async fn what_may_be_read_and_not_written_is_refused_at_its_place(ctx: Ctx) {
    let [(ada, board, card), (bob, board_of_bob, card_of_bob)] = people(&ctx).await;
    // A guest reads every card, and a member of the staff every board.
    let guest = someone(&ctx, "ada", &["guest", "staff"]);
    let before = state(&ctx).await;
    let connect = json!({"cards": {"connect": [card, card_of_bob]}});
    refused(change::<Board>(&guest, board, connect).await, "FORBIDDEN", "cards.connect.1");
    let set = json!({"cards": {"set": [card_of_bob]}});
    refused(change::<Board>(&guest, board, set).await, "FORBIDDEN", "cards.set.0");
    let error = change::<Board>(&guest, board_of_bob, json!({"cards": {"connect": [card]}})).await;
    assert_eq!(error.expect_err("a board of another").code(), "FORBIDDEN");
    let create = json!({"cards": {"create": [{"owner": "ada", "text": "x"}, {"owner": "bob", "text": "y"}]}});
    refused(change::<Board>(&ada, board, create).await, "FORBIDDEN", "cards");
    let pin = json!({"pinned": {"connect": [card]}});
    refused(change::<Board>(&ada, board, pin).await, "FORBIDDEN", "pinned.connect.0");
    assert_eq!(state(&ctx).await, before);

    // Another's card on an own board is still another's.
    change::<Card>(&ctx, card_of_bob, json!({"board_id": board})).await.expect("the system may");
    let edit = json!({"cards": {"update": [{"id": card_of_bob, "input": {"text": "mine"}}]}});
    refused(change::<Board>(&guest, board, edit).await, "FORBIDDEN", "cards.update.0");
    refused(change::<Board>(&guest, board, json!({"cards": {"set": []}})).await, "FORBIDDEN", "cards.set");
    refused(
        change::<Board>(&guest, board, json!({"cards": {"delete": [card_of_bob]}})).await,
        "FORBIDDEN",
        "cards.delete.0",
    );
    // Whoever does not see it leaves it where it is.
    change::<Board>(&ada, board, json!({"cards": {"set": []}})).await.expect("nothing is seen to go");
    assert_eq!(state(&ctx).await.0[1].1, Some(Id::new(board)));
    let _ = bob;
}

#[each_database(tables(), row_security)]
async fn rules_of_fields_hold_within(ctx: Ctx) {
    let [(ada, board, card), _] = people(&ctx).await;
    let create = json!({"cards": {"create": [{"owner": "ada", "text": "x"}, {"owner": "ada", "text": "y", "grade": 1}]}});
    refused(change::<Board>(&ada, board, create).await, "FORBIDDEN", "cards.1.grade");
    change::<Board>(&ada, board, json!({"cards": {"connect": [card]}})).await.expect("an own card");
    let edit = json!({"cards": {"update": [{"id": card, "input": {"grade": 1}}]}});
    refused(change::<Board>(&ada, board, edit.clone()).await, "FORBIDDEN", "cards.update.0.grade");
    let grader = someone(&ctx, "ada", &["grader"]);
    change::<Board>(&grader, board, edit).await.expect("a grade");
    let archive = json!({"owner": "ada", "text": "x", "archive": {"connect": board}});
    refused(make::<Card>(&ada, archive.clone()).await, "FORBIDDEN", "archive.connect");
    let created = json!({"owner": "ada", "text": "x", "archive": {"create": {"owner": "ada", "name": "x"}}});
    refused(make::<Card>(&ada, created).await, "FORBIDDEN", "archive");
    make::<Card>(&grader, archive).await.expect("an archived card");
    assert_eq!(BoardService::new(&ctx).count(Filter::all()).await, Ok(2), "no board was left behind");
    let anonymous = ctx.with_principal(Principal::Anonymous);
    let error = make::<Board>(&anonymous, json!({"owner": "", "name": "x", "cards": {"create": [{}]}})).await;
    assert_eq!(error.expect_err("nobody").code(), "UNAUTHENTICATED");
}
