//! Deleting a row: what would go with it is shown before anything happens.

use std::collections::HashMap;

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::list::FILTER;
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::request::{AdminRequest, parse_key};
use crate::admin::texts::t;
use crate::admin::{entities, names, params, titles, who};
use crate::entity::{EntityInfo, Surface};
use crate::error::{self, Error, MAX_LISTED, Result};
use crate::policy::Action;
use crate::service::{Confirmed, DeletionEffect, DeletionPreview, Outcome, ShownDeletion};
use crate::value::{Record, Value};

/// The version of the row that the page showed.
const VERSION: &str = "_version";
/// What the page showed of other rows, which is all that a confirmation confirms.
const SHOWN: &str = "_shown";

#[derive(Template)]
#[template(path = "admin/delete.html")]
struct DeletePage {
    frame: Frame,
    /// The version that is shown, and so deleted.
    version: Option<String>,
    /// What else is shown to go or to change.
    shown: String,
    heading: String,
    plural: String,
    singular: String,
    path: String,
    row_path: String,
    /// Whether the row can come back.
    soft: bool,
    /// What stands in the way.
    blocking: Vec<Effect>,
    /// What else happens.
    effects: Vec<Effect>,
    hidden: bool,
    more: bool,
    errors: Vec<String>,
}

/// What deleting does to the rows of one reference.
struct Effect {
    count: u64,
    what: String,
    how: &'static str,
    rows: Vec<AffectedRow>,
    /// How many rows are not named.
    others: u64,
    /// Where all of them are listed.
    all: Option<String>,
}

struct AffectedRow {
    title: String,
    href: Option<String>,
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
        return preview(request, info, &row, Vec::new()).await;
    };
    let shown = form.get(SHOWN).map(ShownDeletion::read).transpose()?;
    let version = form.get(VERSION).and_then(|version| version.parse().ok()).filter(|_| info.def.version);
    let records = request.records(info);
    match records.delete_confirmed(&key, version, shown).await {
        Ok(Confirmed::Deleted) => Ok(page::redirect_saying(&request.path(info), Notice::Deleted)),
        Ok(Confirmed::Unseen { preview, new }) => {
            let reason = match new {
                None => t().not_confirmed.to_owned(),
                Some(new) => t().deletes_more(new),
            };
            show(request, info, &row, preview, vec![reason]).await
        }
        Err(Error::VersionMismatch) => {
            let last = who::last_change(request, info, &key, false).await?;
            let changed = format!("{}{last}", t().changed_look_again);
            preview(request, info, &row, vec![changed]).await
        }
        Err(Error::Conflict(errors)) => {
            let errors = error::listed(&errors, MAX_LISTED);
            let errors = errors.iter().map(|error| page::sentence(&error.message)).collect();
            preview(request, info, &row, errors).await
        }
        Err(error) => Err(error),
    }
}

/// The page, with what a deletion would do now.
async fn preview(
    request: &AdminRequest,
    info: &'static EntityInfo,
    row: &Record,
    errors: Vec<String>,
) -> Result<Response> {
    let preview = request.records(info).deletion_preview(row.key()).await?;
    show(request, info, row, preview, errors).await
}

async fn show(
    request: &AdminRequest,
    info: &'static EntityInfo,
    row: &Record,
    preview: DeletionPreview,
    errors: Vec<String>,
) -> Result<Response> {
    let (mut blocking, mut effects) = (Vec::new(), Vec::new());
    for effect in &preview.effects {
        let to = if effect.outcome == Outcome::Blocks { &mut blocking } else { &mut effects };
        to.push(self::effect(request, info, row, effect).await?);
    }
    let heading = titles::title(&request.ctx, info, row).await?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::CONFLICT };
    let page = DeletePage {
        frame: Frame::new(request, t().delete_of(&heading), Some(info)),
        version: info.version().map(|column| row.get(column).to_text()),
        shown: preview.shown.write(),
        heading,
        plural: names::plural(info),
        singular: names::words(info.def.singular),
        path: request.path(info),
        row_path: request.row_path(info, row.key()),
        soft: info.def.soft_delete,
        blocking,
        effects,
        hidden: preview.hidden,
        more: preview.more,
        errors,
    };
    page::render(status, &page)
}

async fn effect(
    request: &AdminRequest,
    info: &'static EntityInfo,
    row: &Record,
    effect: &DeletionEffect,
) -> Result<Effect> {
    let DeletionEffect { from, column, outcome, count, keys } = effect;
    let column = &from.columns[*column];
    let name = if *count == 1 { from.def.singular } else { from.def.plural };
    let rows = rows(request, from, keys).await?;
    let direct = column.target().is_some_and(|target| std::ptr::eq(target, info));
    let filterable = from.on(Surface::Admin).filterable_column(column.wire).is_some();
    let listed = direct && request.may_open(from) && request.may_query_by(from, filterable, column);
    let others = count.saturating_sub(rows.len() as u64);
    Ok(Effect {
        count: *count,
        what: format!("{} ({})", names::words(name), names::column(column)),
        how: match outcome {
            Outcome::Blocks if *count == 1 => t().stands_in_way,
            Outcome::Blocks => t().stand_in_way,
            Outcome::Deleted => t().deleted_too,
            Outcome::Unlinked => t().unlinked,
            Outcome::Kept => t().will_stay,
        },
        all: (listed && others > 0).then(|| {
            let (filter, key) = (format!("{FILTER}{}", column.wire), row.key().to_text());
            params::link(&request.path(from), [(filter.as_str(), key.as_str())])
        }),
        rows,
        others,
    })
}

/// The rows by name, in the order of their keys. Those that are deleted softly have no page.
async fn rows(request: &AdminRequest, from: &'static EntityInfo, keys: &[Value]) -> Result<Vec<AffectedRow>> {
    let mut columns = titles::columns(from);
    columns = columns.union(from.deleted_at().into_iter().collect());
    let found = request.records(from).with_deleted().find_many(0, keys, columns).await?;
    let titles = titles::told_apart(&found, &titles::titles(&request.ctx, from, &found).await?);
    let found: HashMap<String, (&Record, String)> =
        found.iter().zip(titles).map(|(row, title)| (row.key().to_text(), (row, title))).collect();
    let affected = |key: &Value| match found.get(&key.to_text()) {
        None => AffectedRow { title: entities::title_by_key(from, key), href: None },
        Some((row, title)) => {
            let deleted = from.deleted_at().is_some_and(|column| !row.get(column).is_null());
            let title = if deleted { t().deleted_mark(title) } else { title.clone() };
            let open = request.may_open(from) && !deleted;
            AffectedRow { title, href: open.then(|| request.row_path(from, key)) }
        }
    };
    Ok(keys.iter().map(affected).collect())
}
