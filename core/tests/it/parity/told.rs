//! What came of a write, in words that do not depend on the surface or on keys.

use std::collections::HashMap;

use entify::history::HistoryRow;
use entify::prelude::*;
use entify::service::Service;
use serde_json::Value as Json;

use super::store::*;

/// How a write ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Answer {
    Done,
    /// In the words of the surface, sorted.
    Refused(Vec<String>),
}

impl Answer {
    pub(super) fn refused(mut lines: Vec<String>) -> Self {
        lines.sort();
        Self::Refused(lines)
    }
}

/// Rows, history and what hooks saw.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct After {
    rows: Vec<String>,
    history: Vec<String>,
    hooks: Vec<String>,
}

impl After {
    pub(super) async fn of(world: &World) -> Self {
        let ctx = &world.ctx;
        let boards = BoardService::new(ctx).list(Query::default().order(Board::id().asc()).first(50)).await;
        let boards = boards.expect("boards").items;
        let tickets = TicketService::new(ctx).with_deleted();
        let tickets = tickets.list(Query::default().order(Ticket::id().asc()).first(50)).await;
        let tickets = tickets.expect("tickets").items;
        let board_names: HashMap<i64, &str> =
            boards.iter().map(|board| (board.id.get(), board.name.as_str())).collect();
        let mut names: HashMap<(&str, String), String> = HashMap::new();
        for board in &boards {
            names.insert(("board", board.id.to_string()), board.name.clone());
        }
        for ticket in &tickets {
            names.insert(("ticket", ticket.id.to_string()), ticket.code.clone());
        }
        let of_ticket = |ticket: &TicketModel| {
            let TicketModel { code, title, votes, state, hidden_from, frozen_for, version, .. } = ticket;
            format!(
                "{code} {title:?} {votes} {state:?} {hidden_from:?} {frozen_for:?} on {} v{version}{}",
                board_names[&ticket.board_id.get()],
                if ticket.deleted_at.is_some() { " deleted" } else { "" },
            )
        };
        let query = Query::default().order(HistoryRow::id().asc()).first(100);
        let history = Service::<HistoryRow>::new(ctx).list(query).await.expect("history").items;
        let of_entry = |entry: &entify::history::HistoryRowModel| {
            let name = names.get(&(entry.entity.as_str(), entry.key.clone()));
            let name = name.map_or("one that is gone", String::as_str);
            let mut changes = entry.changes.clone();
            if let Some(Json::Object(sides)) = changes.get_mut("board_id") {
                for side in sides.values_mut() {
                    *side = side.as_i64().and_then(|id| board_names.get(&id).copied()).into();
                }
            }
            let (kind, who) = (entry.action, entry.who);
            format!("{kind:?} of {} {name} by {who:?} in {:?}: {changes}", entry.entity, entry.in_action)
        };
        let seen = SeenService::new(ctx).list(Query::default().order(Seen::id().asc()).first(100)).await;
        Self {
            rows: boards
                .iter()
                .map(|board| board.name.clone())
                .chain(tickets.iter().map(of_ticket))
                .collect(),
            history: history.iter().map(of_entry).collect(),
            hooks: seen.expect("lines").items.into_iter().map(|seen| seen.text).collect(),
        }
    }

    /// Whether the write left history.
    pub(super) fn has_traces(&self) -> bool {
        !self.history.is_empty()
    }
}
