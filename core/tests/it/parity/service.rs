//! The service in Rust, to which the surfaces are compared.

use entify::entity::Surface;
use entify::error::FieldError;
use entify::prelude::*;
use entify::service::{InputForm, Records};
use serde_json::Value as Json;

use super::store::*;
use super::writes::{Deed, Seen, Who};

pub(super) async fn service(world: &World, who: Who, deed: &Deed) -> entify::Result<()> {
    let subject = Subject::new(format!("token:{}", who.name()), who.name(), who.roles()).owning(who.name());
    let ctx = world.ctx.with_principal(subject.into());
    let tickets = TicketService::new(&ctx);
    let id = |code: &str| Id::<Ticket>::new(world.ticket(code));
    if let Some(field) = missing(deed) {
        // As the service tells of it in values that have no types.
        return Err(Error::Validation(vec![FieldError::new(field, "required", "is required")]));
    }
    let version = |seen: &Seen| if *seen == Seen::Newest { 1 } else { 7 };
    match deed {
        Deed::Create(values) => tickets.create(input(world, values)).await.map(drop),
        Deed::CreateBoard(values) => create_board(&ctx, world, values).await,
        Deed::Update(code, Seen::Unsaid, values) => {
            tickets.update(id(code), patch(world, values)).await.map(drop)
        }
        Deed::Update(code, seen, values) => {
            tickets.update_version(id(code), version(seen), patch(world, values)).await.map(drop)
        }
        Deed::Increment(code, by) => {
            let patch = TicketPatch { votes: Change::add(*by), ..TicketPatch::default() };
            tickets.update(id(code), patch).await.map(drop)
        }
        Deed::Delete(code, Seen::Unsaid) => tickets.delete(id(code)).await.map(drop),
        Deed::Delete(code, seen) => tickets.delete_version(id(code), version(seen)).await.map(drop),
        Deed::Restore(code) => tickets.restore(id(code)).await.map(drop),
        Deed::Purge(code) => tickets.purge(id(code)).await.map(drop),
        Deed::Upsert(values) => tickets.upsert(Ticket::code(), input(world, values)).await.map(drop),
        Deed::UpdateWhere(votes, values) => {
            tickets.update_many(Ticket::votes().gte(*votes), patch(world, values)).await.map(drop)
        }
        Deed::DeleteWhere(votes) => tickets.delete_where(Ticket::votes().gte(*votes)).await.map(drop),
        Deed::Close(code, values) => {
            let input = Closing { reason: text(values, "reason"), votes: votes(values).unwrap_or_default() };
            tickets.act::<_, TicketModel>("close", id(code), input).await.map(drop)
        }
        Deed::Import(values) => TicketService::new(&world.ctx).create(input(world, values)).await.map(drop),
        Deed::ReopenAll(values) => {
            let board = Id::<Board>::new(world.board(&text(values, "board")));
            let input = Reopening { board: board.into(), dry_run: dry_run(values) };
            tickets.act_on_all::<_, Vec<TicketModel>>("reopen_all", input).await.map(drop)
        }
    }
}

/// The required field that an input lacks, which in Rust does not compile.
fn missing(deed: &Deed) -> Option<&'static str> {
    match deed {
        Deed::Close(_, values) if values.get("reason").is_none() => Some("reason"),
        Deed::ReopenAll(values) if values.get("board").is_none() => Some("board_id"),
        _ => None,
    }
}

fn text(values: &Json, name: &str) -> String {
    values[name].as_str().unwrap_or_default().to_owned()
}

fn votes(values: &Json) -> Option<i32> {
    values["votes"].as_i64().map(|votes| i32::try_from(votes).expect("small"))
}

fn dry_run(values: &Json) -> i32 {
    i32::try_from(values["dry_run"].as_i64().unwrap_or_default()).expect("small")
}

fn state(values: &Json) -> Option<State> {
    Some(match values["state"].as_str()? {
        "open" => State::Open,
        "closed" => State::Closed,
        _ => State::Archived,
    })
}

fn input(world: &World, values: &Json) -> TicketInput {
    TicketInput {
        votes: votes(values),
        state: state(values),
        frozen_for: values["frozen_for"].as_str().map(str::to_owned),
        ..TicketInput::new(
            text(values, "code"),
            text(values, "title"),
            Id::<Board>::new(world.board(&text(values, "board"))),
        )
    }
}

fn patch(world: &World, values: &Json) -> TicketPatch {
    let mut patch = TicketPatch::default();
    for (name, value) in values.as_object().into_iter().flatten() {
        let text = || value.as_str().unwrap_or_default().to_owned();
        match name.as_str() {
            "code" => patch.code = text().into(),
            "title" => patch.title = text().into(),
            "votes" => patch.votes = votes(values).expect("a number").into(),
            "state" => patch.state = state(values).expect("a state").into(),
            "frozen_for" => patch.frozen_for = Some(text()).into(),
            "board" => patch.board_id = Id::<Board>::new(world.board(&text())).into(),
            other => panic!("no field {other}"),
        }
    }
    patch
}

async fn create_board(ctx: &Ctx, world: &World, values: &Json) -> entify::Result<()> {
    let Json::Object(members) = super::surfaces::with_keys(world, values) else { panic!("{values}") };
    let info = Board::def().info();
    let input = InputForm::create(info, Surface::Rest).with_related().read_json(members);
    Records::new(ctx, info).create(input).await.map(drop)
}
