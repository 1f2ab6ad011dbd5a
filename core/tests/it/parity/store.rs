//! The entities that every surface writes, and the rows that are there before each write.

use std::collections::HashMap;

use entify::db::{Executor, Statement};
use entify::entity::EntityDef;
use entify::error::ApplicationError;
use entify::prelude::*;
use entify::principal::Principal;

/// What tickets are on.
#[derive(Entity)]
#[entity(policy(read = role("admin"), write = role("admin") & !role("reader")), history)]
pub struct Board {
    #[entity(unique, max_len = 8)]
    name: String,
    #[entity(inverse = board)]
    tickets: Many<Ticket>,
}

#[derive(EntityEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Closed,
    Archived,
}

/// What is to be done.
#[derive(Entity)]
#[entity(
    policy(
        read = role("admin") & !owner(hidden_from),
        create = role("admin") & !role("reader") & !owner(frozen_for),
        update = role("admin") & !role("reader") & !owner(frozen_for),
        delete = role("admin") & !role("reader") & !owner(frozen_for)
    ),
    version,
    soft_delete,
    history,
    hooks,
    admin(label = code)
)]
pub struct Ticket {
    #[entity(unique, max_len = 8, filter)]
    code: String,
    #[entity(max_len = 12)]
    title: String,
    #[entity(default = 0, min = 0, max = 100, filter)]
    votes: i32,
    #[entity(default = State::Open, filter, transitions(Open -> Closed, Closed -> Open, Closed -> Archived))]
    state: State,
    #[entity(max_len = 8)]
    hidden_from: Option<String>,
    #[entity(max_len = 8)]
    frozen_for: Option<String>,
    board: One<Board>,
}

/// What hooks have seen, in their order.
#[derive(Entity)]
#[entity(policy = public, skip(admin))]
pub struct Seen {
    text: String,
}

async fn seen(ctx: &Ctx, text: String) -> entify::Result<()> {
    SeenService::new(&ctx.with_principal(Principal::System)).create(SeenInput::new(text)).await.map(drop)
}

impl Hooks for Ticket {
    async fn before_create(ctx: &Ctx, input: &mut TicketInput) -> entify::Result<()> {
        // The admin's form sends the default that it shows.
        seen(ctx, format!("before create {} {}", input.code, input.votes.unwrap_or_default())).await
    }

    async fn after_create(ctx: &Ctx, row: &TicketModel) -> entify::Result<()> {
        seen(ctx, format!("after create {} {}", row.code, row.votes)).await
    }

    async fn before_update(ctx: &Ctx, current: &TicketModel, patch: &mut TicketPatch) -> entify::Result<()> {
        let TicketPatch { code, title, votes, state, .. } = patch;
        seen(ctx, format!("before update {} {code:?} {title:?} {votes:?} {state:?}", current.code)).await
    }

    async fn after_update(ctx: &Ctx, before: &TicketModel, after: &TicketModel) -> entify::Result<()> {
        seen(ctx, format!("after update {} {} {}", after.code, before.votes, after.votes)).await
    }

    async fn before_delete(ctx: &Ctx, row: &TicketModel) -> entify::Result<()> {
        seen(ctx, format!("before delete {}", row.code)).await
    }

    async fn after_delete(ctx: &Ctx, row: &TicketModel) -> entify::Result<()> {
        seen(ctx, format!("after delete {}", row.code)).await
    }

    async fn after_commit_create(ctx: &Ctx, row: &TicketModel) -> entify::Result<()> {
        seen(ctx, format!("commit create {}", row.code)).await
    }

    async fn after_commit_update(ctx: &Ctx, _: &TicketModel, after: &TicketModel) -> entify::Result<()> {
        seen(ctx, format!("commit update {}", after.code)).await
    }

    async fn after_commit_delete(ctx: &Ctx, row: &TicketModel) -> entify::Result<()> {
        seen(ctx, format!("commit delete {}", row.code)).await
    }
}

/// Why a ticket is closed.
#[derive(EntityInput)]
pub struct Closing {
    #[entity(min_len = 2, max_len = 10)]
    pub reason: String,
    #[entity(min = 0, max = 9, default = 0)]
    pub votes: i32,
}

/// Where tickets are opened again.
#[derive(EntityInput)]
pub struct Reopening {
    pub board: One<Board>,
    /// A field of the name that an option of every command has.
    #[entity(default = 0, max = 1)]
    pub dry_run: i32,
}

#[entify::actions]
impl Ticket {
    /// Closes it.
    #[action(policy = role("admin") & !owner(frozen_for))]
    async fn close(ctx: &Ctx, ticket: TicketModel, input: Closing) -> entify::Result<TicketModel> {
        if ticket.state == State::Closed {
            Err(ApplicationError::new(409, "ALREADY_CLOSED", "this is closed already").on("reason"))?;
        }
        let patch = TicketPatch {
            title: input.reason.into(),
            votes: Change::add(input.votes),
            state: State::Closed.into(),
            ..TicketPatch::default()
        };
        TicketService::new(ctx).update(ticket.id, patch).await
    }

    /// Opens all that are closed.
    #[action(collection, policy = role("admin") & !role("reader"))]
    async fn reopen_all(ctx: &Ctx, input: Reopening) -> entify::Result<Vec<TicketModel>> {
        let tickets = TicketService::new(ctx);
        let closed = Ticket::board().eq(input.board.id()) & Ticket::state().eq(State::Closed);
        let found = tickets.list(Query::filter(closed).order(Ticket::id().asc())).await?;
        let mut opened = Vec::new();
        for ticket in found.items {
            let patch = TicketPatch { state: State::Open.into(), ..TicketPatch::default() };
            opened.push(tickets.update(ticket.id, patch).await?);
        }
        Ok(opened)
    }
}

pub(super) fn entities() -> Vec<&'static EntityDef> {
    entities![Board, Ticket, Seen].to_vec()
}

/// A key that no row has.
const ABSENT: i64 = 999_999;

/// The keys of the rows before a write, by their names.
pub(super) struct World {
    pub(super) ctx: Ctx,
    boards: HashMap<String, i64>,
    tickets: HashMap<String, i64>,
}

impl World {
    /// The same rows as ever, and neither history nor what hooks saw.
    pub(super) async fn new(ctx: &Ctx) -> Self {
        clear(ctx, &["ticket", "board"]).await;
        let boards = BoardService::new(ctx);
        let [main, other] =
            [boards.create(BoardInput::new("main")).await, boards.create(BoardInput::new("other")).await]
                .map(|board| board.expect("a board").id);
        let ada = || Some("ada".to_owned());
        let closed = |code: &str, votes| TicketInput {
            votes: Some(votes),
            state: Some(State::Closed),
            ..TicketInput::new(code, "Second", main)
        };
        let inputs = [
            TicketInput { votes: Some(1), ..TicketInput::new("one", "First", main) },
            closed("two", 2),
            TicketInput { hidden_from: ada(), ..closed("hid", 3) },
            TicketInput { frozen_for: ada(), ..TicketInput::new("ice", "Frozen", other) },
            TicketInput { state: Some(State::Archived), ..TicketInput::new("arc", "Old", other) },
            TicketInput { votes: Some(5), ..TicketInput::new("del", "Deleted", main) },
        ];
        let tickets = TicketService::new(ctx);
        let made = tickets.create_many(inputs).await.expect("tickets");
        tickets.delete(made.last().expect("a ticket").id).await.expect("deleted");
        clear(ctx, &["seen", "entify_history"]).await;
        Self {
            ctx: ctx.clone(),
            boards: [("main".to_owned(), main.get()), ("other".to_owned(), other.get())].into(),
            tickets: made.into_iter().map(|ticket| (ticket.code, ticket.id.get())).collect(),
        }
    }

    pub(super) fn board(&self, name: &str) -> i64 {
        self.boards.get(name).copied().unwrap_or(ABSENT)
    }

    pub(super) fn ticket(&self, code: &str) -> i64 {
        self.tickets.get(code).copied().unwrap_or(ABSENT)
    }
}

async fn clear(ctx: &Ctx, tables: &[&str]) {
    for table in tables {
        let statement = Statement::plain(format!("DELETE FROM {table}"));
        Executor::Pool(ctx.db().clone()).execute(statement).await.expect("an empty table");
    }
}
