//! Pages of related rows, for many parents in one statement.

use std::collections::HashMap;

use crate::entity::{Condition, ManyInfo, ManyLink};
use crate::error::Result;
use crate::policy::Action;
use crate::query::{Deleted, ListQuery, Page, Total};
use crate::service::Records;
use crate::service::lookup_key::{LookupKey, unsigned};
use crate::service::paging::Paging;
use crate::sql::{Related, Select};
use crate::value::{Record, Value};

impl Records<'_> {
    /// For each parent key, a page of the related rows of the to-many relation `many` of this entity, in one
    /// statement (and one more for totals). Returns as many pages as parents, in their order.
    ///
    /// # Errors
    /// As [`Records::list`].
    pub async fn list_related(&self, many: usize, parents: &[Value], query: &ListQuery) -> Result<Vec<Page>> {
        self.scope("list_related").over(self.related_pages(many, parents, query)).await
    }

    async fn related_pages(&self, many: usize, parents: &[Value], query: &ListQuery) -> Result<Vec<Page>> {
        let many = &self.info.many[many];
        let target = self.untyped().of(many.target(), Deleted::Hidden);
        let scope = target.row_scope()?;
        let link = many.link();
        let paging = Paging::new(&target, query, Some((self.info.def.name, many.def.name))).await?;
        if parents.is_empty() || self.is_hidden(many) {
            return Ok(parents.iter().map(|_| paging.page(Vec::new())).collect());
        }
        let related = Some(Related { link, parent_kind: self.info.key().kind, parents });
        let mut select = target.select(scope.clone(), query, &paging);
        select.limit = Some(paging.limit() + 1);
        select.related = related;
        let (statement, layout) = select.page()?;
        let mut rows = self.ctx.executor().read(statement, &layout).await?;
        target.add_numbers(Some(self.ctx), select.numbers_left(), &mut rows).await?;
        let mut pages: Vec<Page> = match parents {
            [_] => vec![paging.page(rows)],
            _ => {
                let related = query.order.iter().filter(|sort| !sort.path.is_empty()).count();
                let groups = grouped(rows, parents, target.info.columns.len() + related);
                groups.into_iter().map(|rows| paging.page(rows)).collect()
            }
        };
        if query.total != Total::None {
            let mut select = target.matching(scope, &query.filter, query.search.as_deref());
            select.related = related;
            let counts = self.counts(&select, parents).await?;
            for (page, count) in pages.iter_mut().zip(counts) {
                page.total = Some(count);
            }
        }
        Ok(pages)
    }

    /// For each parent key, how many related rows of the to-many relation `many` match, in one statement. Returns as
    /// many numbers as parents, in their order.
    ///
    /// # Errors
    /// As of the database and the policy of the related rows.
    pub async fn count_related(
        &self,
        many: usize,
        parents: &[Value],
        filter: &Condition,
    ) -> Result<Vec<u64>> {
        self.scope("count_related").over(self.related_counts(many, parents, filter)).await
    }

    async fn related_counts(&self, many: usize, parents: &[Value], filter: &Condition) -> Result<Vec<u64>> {
        let many = &self.info.many[many];
        let target = self.untyped().of(many.target(), Deleted::Hidden);
        let scope = target.row_scope()?;
        if parents.is_empty() || self.is_hidden(many) {
            return Ok(vec![0; parents.len()]);
        }
        let related = Related { link: many.link(), parent_kind: self.info.key().kind, parents };
        let mut select = target.matching(scope, filter, None);
        select.related = Some(related);
        self.counts(&select, parents).await
    }

    async fn counts(&self, select: &Select<'_>, parents: &[Value]) -> Result<Vec<u64>> {
        let (statement, layout) = select.count()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        let counts: HashMap<LookupKey, u64> =
            rows.iter().filter_map(|row| Some((LookupKey::of(row.get(0))?, unsigned(row.get(1))))).collect();
        let count = |parent: &Value| LookupKey::of(parent).and_then(|key| counts.get(&key).copied());
        Ok(parents.iter().map(|parent| count(parent).unwrap_or(0)).collect())
    }

    /// Whether the principal may not read the joining rows.
    pub(super) fn is_hidden(&self, many: &ManyInfo) -> bool {
        matches!(many.link(), ManyLink::Through { via, .. } if !via.permits(Action::Read, self.ctx))
    }
}

/// The rows of each parent; the parent's key is the cell after the entity's columns.
fn grouped(rows: Vec<Record>, parents: &[Value], parent_cell: usize) -> Vec<Vec<Record>> {
    let mut groups: Vec<Vec<Record>> = parents.iter().map(|_| Vec::new()).collect();
    let mut positions: HashMap<LookupKey, usize> = HashMap::with_capacity(parents.len());
    for (position, parent) in parents.iter().enumerate() {
        if let Some(key) = LookupKey::of(parent) {
            positions.entry(key).or_insert(position);
        }
    }
    for row in rows {
        if let Some(position) = LookupKey::of(row.get(parent_cell)).and_then(|key| positions.get(&key)) {
            groups[*position].push(row);
        }
    }
    groups
}
