//! Deleting a row: what would go with it is shown before anything happens.

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::edit::{VERSION, version_of};
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::request::{AdminRequest, parse_key};
use crate::admin::{entities, names};
use crate::entity::{ColumnInfo, Condition, EntityInfo, OnDelete, Op};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::value::{Record, Value};

#[derive(Template)]
#[template(path = "admin/delete.html")]
struct DeletePage {
    frame: Frame,
    /// The version that is shown, and so deleted.
    version: Option<String>,
    heading: String,
    plural: String,
    singular: String,
    path: String,
    row_path: String,
    effects: Vec<Effect>,
    hidden: bool,
    blocked: bool,
    errors: Vec<String>,
}

/// What deleting does to the rows of one reference.
struct Effect {
    count: u64,
    what: String,
    how: &'static str,
    blocks: bool,
}

/// The confirmation page; with `confirmed`, deletes.
pub(super) async fn handle(
    request: &AdminRequest,
    info: &'static EntityInfo,
    id: &str,
    confirmed: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Delete)?;
    let key = parse_key(info, id)?;
    let row = request.records(info).get(&key).await?;
    let Some(form) = confirmed else {
        request.authorize_row(info, Action::Delete, &row).await?;
        return show(request, info, &row, Vec::new()).await;
    };
    let deleted =
        match form.get(VERSION).and_then(|version| version.parse().ok()).filter(|_| info.def.version) {
            Some(shown) => request.records(info).delete_version(&key, shown).await,
            None => request.records(info).delete(&key).await,
        };
    match deleted {
        Ok(_) => Ok(page::redirect(&format!("{}?_done=deleted", request.path(info)))),
        Err(Error::VersionMismatch) => {
            let changed = "Someone else has changed this row since you opened this page; look at it again.";
            show(request, info, &row, vec![changed.to_owned()]).await
        }
        Err(Error::Conflict(errors)) => {
            let errors = errors.iter().map(|error| page::sentence(&error.message)).collect();
            show(request, info, &row, errors).await
        }
        Err(error) => Err(error),
    }
}

async fn show(
    request: &AdminRequest,
    info: &'static EntityInfo,
    row: &Record,
    errors: Vec<String>,
) -> Result<Response> {
    let (effects, hidden) = effects(request, info, row.key()).await?;
    let heading = entities::title(info, row);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let page = DeletePage {
        frame: Frame::new(request, format!("Delete {heading}"), Some(info)),
        version: version_of(info, row),
        heading,
        plural: names::plural(info),
        singular: names::words(info.def.singular),
        path: request.path(info),
        row_path: request.row_path(info, row.key()),
        blocked: effects.iter().any(|effect| effect.blocks),
        effects,
        hidden,
        errors,
    };
    page::render(status, &page)
}

/// What becomes of the rows that point here. Of rows that the account may not see it is only said that there may be
/// such, whether or not there are.
async fn effects(
    request: &AdminRequest,
    info: &'static EntityInfo,
    key: &Value,
) -> Result<(Vec<Effect>, bool)> {
    let (mut effects, mut hidden) = (Vec::new(), false);
    let references = request.state.registry().references(info).collect::<Vec<_>>();
    for (from, index) in references {
        let Some(column) = from.columns.get(index) else {
            continue;
        };
        let shown = from.column_visibility(index, &request.ctx).is_none();
        hidden |= !from.permits_every_row(Action::Read, &request.ctx) || !shown;
        if !from.permits(Action::Read, &request.ctx) || !shown {
            continue;
        }
        let pointing = Condition::column(index, Op::Eq(key.clone()));
        let count = request.records(from).count(&pointing).await?;
        if count > 0 {
            effects.push(effect(info, from, column, count));
        }
    }
    Ok((effects, hidden))
}

fn effect(info: &EntityInfo, from: &EntityInfo, column: &ColumnInfo, count: u64) -> Effect {
    let name = if count == 1 { from.def.singular } else { from.def.plural };
    let on_delete = column.relation().map_or(OnDelete::Restrict, |relation| relation.on_delete);
    Effect {
        count,
        what: format!("{} ({})", names::words(name), names::column(column)),
        how: match on_delete {
            OnDelete::Restrict if count == 1 => "stands in the way",
            OnDelete::Restrict => "stand in the way",
            // A soft deletion takes along what can come back with it.
            OnDelete::Cascade if info.def.soft_delete && !from.def.soft_delete => "will stay",
            OnDelete::Cascade => "will be deleted too",
            OnDelete::SetNull => "will no longer point here",
        },
        blocks: on_delete == OnDelete::Restrict,
    }
}
