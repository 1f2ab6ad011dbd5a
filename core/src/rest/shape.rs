//! What of rows is shown: `fields=id,title,artist.name` and `include=artist,tracks(limit:5).genre`, as what to fetch and how to write
//! it.

mod include;
mod tree;

use crate::entity::{EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::filters::Known;
use crate::query::{Cursors, ListQuery, Total};
use crate::rest::json::{Member, NoRows, RowWriter, Shown};
use crate::rest::relations::Relation;
use crate::service::FetchPlan;

pub(super) use tree::ShapeReader;
use tree::Wanted;

/// Levels of related rows.
pub(super) const MAX_LEVELS: usize = 4;
/// Relations in one request.
pub(super) const MAX_INCLUDED: usize = 16;
/// Rows that a request may ask for, those that are related included.
pub(super) const MAX_ROWS: u64 = 10_000;

/// What of rows is shown, and what is fetched for it.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) writer: RowWriter,
    pub(super) plan: FetchPlan,
}

impl Shape {
    /// Of so many rows.
    ///
    /// # Errors
    /// `QueryTooComplex` when they could be too many together with all that is related.
    fn new(info: &'static EntityInfo, wanted: Wanted, rows: u32) -> Result<Self> {
        let most = u64::from(rows).saturating_mul(1_u64.saturating_add(wanted.rows_of_each()));
        if most > MAX_ROWS {
            return Err(Error::QueryTooComplex(
                format!(
                    "this asks for up to {most} rows, those of `include` among them, and may ask for {MAX_ROWS}; give smaller limits, as \
                     in `include=…(limit:5)`"
                )
                .into(),
            ));
        }
        Ok(Self::of(info, wanted))
    }

    fn of(info: &'static EntityInfo, wanted: Wanted) -> Self {
        let mut plan = FetchPlan::new(info);
        let readable = info.on(Surface::Rest).readable().iter();
        let is_shown = |index: usize| wanted.fields.as_ref().is_none_or(|fields| fields.contains(&index));
        let columns = readable.filter(|column| is_shown(column.index));
        let mut members: Vec<Member> = columns
            .map(|column| {
                plan.columns.insert(column.index);
                Member::new(column.wire, Shown::Column(column.index))
            })
            .collect();
        for (relation, wanted) in wanted.related {
            let page = wanted.page.clone();
            let Self { writer, plan: behind } = Self::of(relation.target(info), wanted);
            let shown = match relation {
                Relation::ToOne(column, _) => {
                    plan.columns.insert(column.index);
                    let at = plan.follow(column.index, behind.info);
                    plan.to_one[at].plan = behind;
                    Shown::ToOne(at, writer)
                }
                Relation::ToMany(many) => {
                    let mut query = ListQuery::new(behind.columns);
                    query.cursors = Cursors::Next;
                    query.page.first = page.limit;
                    query.order = page.order;
                    query.total = page.total;
                    let none = NoRows { limit: query.page.limit(), is_counted: query.total != Total::None };
                    Shown::ToMany(plan.add_pages(many.index, query, behind), none, writer)
                }
            };
            members.push(Member::new(relation.name(), shown));
        }
        Self { writer: RowWriter::of(members, plan.columns), plan }
    }
}

/// What of the rows of an entity a request shows, where it says so.
///
/// # Errors
/// As of [`ShapeReader`], and of too many rows.
pub(super) fn shape(known: Known<'_>, reader: ShapeReader, rows: u32) -> Result<Option<Shape>> {
    reader.finish().map(|wanted| Shape::new(known.info, wanted, rows)).transpose()
}
