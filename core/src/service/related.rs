//! Pages of related rows, for many parents in one statement.

use std::collections::HashMap;

use crate::entity::ManyLink;
use crate::error::Result;
use crate::policy::Action;
use crate::query::{ListQuery, Page, Related, Total};
use crate::service::Records;
use crate::service::key::{Key, unsigned};
use crate::service::paging::Paging;
use crate::value::{Record, Value};

impl Records<'_> {
    /// For each parent key, a page of the related rows of the to-many relation `many` of this entity, in one
    /// statement (and one more for totals). Answers as many pages as parents, in their order.
    ///
    /// # Errors
    /// As [`Records::list`].
    pub async fn list_related(&self, many: usize, parents: &[Value], query: &ListQuery) -> Result<Vec<Page>> {
        let many = &self.info.many[many];
        let target = Records::new(self.ctx, many.target());
        target.authorize(Action::Read)?;
        let link = many.link();
        let paging = Paging::new(self.ctx, target.info, query, Some((self.info.def.name, many.def.name)))?;
        let hidden = matches!(link, ManyLink::Through { via, .. }
            if !via.def.policy.rule(Action::Read).allows(self.ctx.principal()));
        if parents.is_empty() || hidden {
            return Ok(parents.iter().map(|_| paging.page(Vec::new())).collect());
        }
        let related = Some(Related { link, parent_kind: self.info.key().kind, parents });
        let mut select = target.select(query, &paging);
        select.limit = Some(paging.limit() + 1);
        select.related = related;
        let (statement, layout) = select.page()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        let mut pages: Vec<Page> = match parents {
            [_] => vec![paging.page(rows)],
            _ => {
                let groups = grouped(rows, parents, target.info.columns.len());
                groups.into_iter().map(|rows| paging.page(rows)).collect()
            }
        };
        if query.total != Total::None {
            let mut select = target.matching(&query.filter, query.search.as_deref());
            select.related = related;
            let (statement, layout) = select.count()?;
            let counts = self.ctx.executor().read(statement, &layout).await?;
            let counts: HashMap<Key, u64> =
                counts.iter().filter_map(|row| Some((Key::of(row.get(0))?, unsigned(row.get(1))))).collect();
            for (page, parent) in pages.iter_mut().zip(parents) {
                let count = Key::of(parent).and_then(|key| counts.get(&key).copied());
                page.total = Some(count.unwrap_or(0));
            }
        }
        Ok(pages)
    }
}

/// The rows of each parent; the parent's key is the cell after the entity's columns.
fn grouped(rows: Vec<Record>, parents: &[Value], parent_cell: usize) -> Vec<Vec<Record>> {
    let mut groups: Vec<Vec<Record>> = parents.iter().map(|_| Vec::new()).collect();
    let mut places: HashMap<Key, usize> = HashMap::with_capacity(parents.len());
    for (place, parent) in parents.iter().enumerate() {
        if let Some(key) = Key::of(parent) {
            places.entry(key).or_insert(place);
        }
    }
    for row in rows {
        if let Some(place) = Key::of(row.get(parent_cell)).and_then(|key| places.get(&key)) {
            groups[*place].push(row);
        }
    }
    groups
}
