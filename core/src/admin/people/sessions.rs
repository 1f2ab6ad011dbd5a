//! The sessions that are open.

use std::collections::HashMap;

use poem::Response;
use poem::http::StatusCode;

use super::accounts::end_button;
use super::sent_id;
use crate::admin::blocks::{Block, BlocksPage, TableBlock, TableRow};
use crate::admin::cell::Cell;
use crate::admin::kinds;
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::{self, Params};
use crate::admin::request::AdminRequest;
use crate::admin::texts::t;
use crate::auth::{People, SessionModel};
use crate::error::Result;

/// The sessions of all accounts.
pub(super) async fn list(
    request: &AdminRequest,
    people: &People<'_>,
    form: Option<&Params>,
) -> Result<Response> {
    let path = request.people_path("sessions");
    if let Some(form) = form {
        people.end_session(sent_id(form)?).await?;
        return Ok(page::redirect_saying(&path, Notice::Done));
    }
    let found = people.sessions(None, request.query.filled("after")).await?;
    let mut names: HashMap<String, String> = HashMap::new();
    for session in &found.items {
        let id = session.account_id.to_string();
        if !names.contains_key(&id) {
            let account = people.account(session.account_id.get()).await?;
            names.insert(id, account.email);
        }
    }
    let accounts = request.people_path("accounts");
    let named = |session: &SessionModel| {
        let id = session.account_id.to_string();
        let text = names.get(&id).cloned().unwrap_or_default();
        Cell::RowLink { href: format!("{accounts}/{id}"), text }
    };
    let named = found.items.iter().map(named).collect::<Vec<_>>();
    let more = found.end_cursor.as_deref().filter(|_| found.has_next);
    let more = more.map(|cursor| params::link(&path, [("after", cursor)]));
    let page = BlocksPage {
        frame: Frame::new(request, t().sessions, None).at(&path),
        heading: t().sessions.to_owned(),
        about: t().sessions_about.to_owned(),
        crumbs: Vec::new(),
        next: None,
        search: None,
        blocks: vec![Block::Table(TableBlock { more, ..table(request, &found.items, &named) })],
    };
    page.render(StatusCode::OK)
}

/// Sessions with a button that ends each; before them whose they are, where that is not the same for all.
pub(in crate::admin) fn table(
    request: &AdminRequest,
    sessions: &[SessionModel],
    named: &[Cell],
) -> TableBlock {
    let own = request.signed_in().ok().map(|own| own.session.id);
    let row = |(position, session): (usize, &SessionModel)| {
        let is_own = own == Some(session.id);
        let mut cells = vec![
            kinds::moment(session.created_at),
            kinds::moment(session.last_seen_at),
            kinds::moment(session.expires_at),
            if is_own { Cell::Badge(t().this_one.to_owned()) } else { Cell::Text(String::new()) },
        ];
        cells.splice(0..0, named.get(position).cloned());
        TableRow { cells, button: (!is_own).then(|| end_button(&session.id)) }
    };
    let columns = [t().signed_in_at, t().last_used, t().ends_at, t().status_word].map(str::to_owned);
    let account = (!named.is_empty()).then(|| t().account_word.to_owned());
    TableBlock {
        heading: String::new(),
        columns: account.into_iter().chain(columns).collect(),
        rows: sessions.iter().enumerate().map(row).collect(),
        empty: t().none.to_owned(),
        more: None,
    }
}
