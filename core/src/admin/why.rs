//! "Why not?": the rules of an entity, and what they mean for who looks at it. For those who may know: roles of `ADMIN_PEOPLE_ROLES`.

use poem::Response;
use poem::http::StatusCode;

use crate::admin::blocks::{Block, BlocksPage, TableBlock, TableRow};
use crate::admin::cell::Cell;
use crate::admin::page::Frame;
use crate::admin::request::{AdminRequest, parse_key};
use crate::admin::texts::t;
use crate::admin::{names, titles};
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::{Explained, ExplainedRows, explain};
use crate::value::Value;

/// The address of the rules of an entity, or of one row; none for who may not know them.
pub(super) fn path(request: &AdminRequest, info: &EntityInfo, key: Option<&Value>) -> Option<String> {
    let row = key.map(|key| format!("/{key}")).unwrap_or_default();
    request.may_know_rules().then(|| format!("{}/admin/why/{}{row}", request.base, info.def.rest_path))
}

/// The page: every rule as it is declared, the rows it holds for, and whether this row is among them.
pub(super) async fn show(
    request: &AdminRequest,
    info: &'static EntityInfo,
    id: Option<&str>,
) -> Result<Response> {
    if !request.may_know_rules() {
        return Err(Error::Forbidden);
    }
    let row = match id {
        // A row that may not be read is not there, here as everywhere.
        Some(id) => Some(request.records(info).get(&parse_key(info, id)?).await?),
        None => None,
    };
    let mut rows = Vec::new();
    for Explained { what, rule, rows: held } in explain(info, &request.ctx)? {
        let holds = match &row {
            Some(row) => holds(request, info, &what, row.key()).await?,
            None => None,
        };
        let mut cells = vec![Cell::Code(what), Cell::Code(rule), held_for(held)];
        if row.is_some() {
            cells.push(holds.map_or(Cell::Empty, verdict));
        }
        rows.push(TableRow { cells, button: None });
    }
    let mut columns = vec![t().what_word, t().rule_word, t().holds_for];
    columns.extend(row.is_some().then_some(t().this_row_word));
    let mut crumbs = vec![(request.path(info), names::plural(info))];
    if let Some(row) = &row {
        crumbs.push((request.row_path(info, row.key()), titles::title(&request.ctx, info, row).await?));
    }
    let heading = t().rules_of(names::plural(info));
    let who = request.viewing.as_deref().unwrap_or(&request.email);
    let page = BlocksPage {
        frame: Frame::new(request, heading.clone(), Some(info)),
        heading,
        about: t().rules_about(who),
        crumbs,
        next: None,
        search: None,
        blocks: vec![Block::Table(TableBlock {
            columns: columns.into_iter().map(str::to_owned).collect(),
            rows,
            ..TableBlock::default()
        })],
    };
    page.render(StatusCode::OK)
}

/// Whether a rule of the entity or of one of its actions holds for a row; unknown of those of fields and of new rows.
async fn holds(
    request: &AdminRequest,
    info: &'static EntityInfo,
    what: &str,
    key: &Value,
) -> Result<Option<bool>> {
    let records = request.records(info);
    if let Some(name) = what.strip_prefix("action ") {
        let action = info.def.actions.iter().find(|action| action.name == name && !action.collection);
        return match action {
            Some(action) => records.permits_action(action, key).await.map(Some),
            None => Ok(None),
        };
    }
    let action =
        [Action::Read, Action::Update, Action::Delete].into_iter().find(|action| action.name() == what);
    match action {
        Some(action) => records.permits(action, key).await.map(Some),
        None => Ok(None),
    }
}

fn held_for(rows: ExplainedRows) -> Cell {
    match rows {
        ExplainedRows::Every => Cell::Badge(t().every_row.to_owned()),
        ExplainedRows::None => Cell::Badge(t().no_row.to_owned()),
        ExplainedRows::Where(sql) => Cell::Code(sql),
    }
}

fn verdict(holds: bool) -> Cell {
    Cell::Badge(if holds { t().holds } else { t().does_not_hold }.to_owned())
}
