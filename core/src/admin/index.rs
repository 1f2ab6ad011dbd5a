//! The first page: what there is, the application's tiles, and what has changed last.

use askama::Template;
use futures_util::future::join_all;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::cell::Cell;
use crate::admin::content::Part;
use crate::admin::looks::ShownTile;
use crate::admin::page::{self, Frame};
use crate::admin::request::AdminRequest;
use crate::admin::texts::t;
use crate::admin::{kinds, log, names, titles, who};
use crate::entity::EntityInfo;
use crate::error::Result;
use crate::history::HistoryAction;
use crate::query::ListQuery;
use crate::service::Records;
use crate::service::history::log::{LogEntry, LogQuery, log as newest};
use crate::value::ColumnSet;

/// Rows up to which an entity's are counted: the overview costs the same, however many there are.
const COUNTED: u32 = 100;
/// Changes that are shown.
const CHANGES: usize = 8;

#[derive(Template)]
#[template(path = "admin/index.html")]
struct IndexPage {
    frame: Frame,
    /// How many rows there are, by the address of the entity's list.
    counts: Vec<(String, String)>,
    tiles: Vec<ShownTile>,
    changes: Vec<Change>,
    /// Where the history of all entities is.
    log: Option<String>,
}

/// A change of a row.
struct Change {
    what: String,
    href: Option<String>,
    title: String,
    entity: String,
    who: String,
    at: Cell,
}

impl IndexPage {
    /// How many rows an entity has, by the address of its list.
    fn count(&self, href: &str) -> &str {
        self.counts.iter().find(|(other, _)| other == href).map_or("", |(_, count)| count)
    }
}

/// The entities the account may read, under their headings.
pub(super) async fn show(request: &AdminRequest) -> Result<Response> {
    let frame = Frame::new(request, t().overview, None);
    let shown: Vec<&'static EntityInfo> =
        request.state.registry().iter().filter(|info| request.may_open(info)).collect();
    let looks = &request.reader.looks;
    let (counts, tiles, changes) = tokio::join!(
        join_all(shown.iter().map(|info| count(request, info))),
        looks.tiles(&request.ctx),
        changes(request)
    );
    let counts = counts.into_iter().collect::<Result<Vec<_>>>()?;
    page::render(
        StatusCode::OK,
        &IndexPage { frame, counts, tiles, changes: changes?, log: log::address(request) },
    )
}

async fn count(request: &AdminRequest, info: &'static EntityInfo) -> Result<(String, String)> {
    let count = request.records(info).count_up_to(&ListQuery::new(ColumnSet::KEY), COUNTED + 1).await?;
    let count = if count > COUNTED.into() { format!("{COUNTED}+") } else { count.to_string() };
    Ok((request.path(info), count))
}

async fn changes(request: &AdminRequest) -> Result<Vec<Change>> {
    let query = LogQuery { entities: log::recorded(request), limit: CHANGES, ..LogQuery::default() };
    let recent = newest(&request.ctx, &query).await?.entries;
    let mut changes = Vec::with_capacity(recent.len());
    for LogEntry { info, key, entry } in recent {
        let row = Records::new(&request.ctx, info).find(&key, titles::columns(info)).await?;
        // It has gone meanwhile.
        let Some(row) = row else { continue };
        changes.push(Change {
            what: match entry.action {
                HistoryAction::Create => t().change_created,
                HistoryAction::Update => t().change_updated,
                HistoryAction::Delete => t().change_deleted,
                HistoryAction::Restore => t().change_restored,
            }
            .to_owned(),
            href: request.may_open(info).then(|| request.row_path(info, &key)),
            title: titles::title(&request.ctx, info, &row).await?,
            entity: names::singular(info),
            who: who::name(request, entry.who, entry.subject.as_deref()).await?,
            at: kinds::moment(entry.at),
        });
    }
    Ok(changes)
}
