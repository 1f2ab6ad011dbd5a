//! Which lists make the database look at every row: those of filters, searches and orders that no index serves.

use crate::entity::{ColumnInfo, Condition, EntityInfo, Op, Quantifier, Rule};
use crate::query::{AggregateQuery, ListQuery, total_order};

impl ListQuery {
    /// Whether no index leads to the rows of the entity that match and that the reader may read, by this condition: the time
    /// grows with the table, however few rows are answered.
    pub(crate) fn scans_for(&self, info: &EntityInfo, readable: &Condition) -> bool {
        if readable.is_never() {
            return false;
        }
        let leads = self.search.is_some() || !self.filter.is_empty();
        self.scans(info) || (!leads && !readable.is_always() && !info.finds_by_index(readable))
    }

    /// Whether no index leads to the rows that match, whoever reads them.
    pub(crate) fn scans(&self, info: &EntityInfo) -> bool {
        if self.search.is_some() && !info.searches_by_index() {
            return true;
        }
        if !self.filter.is_empty() {
            return !info.finds_by_index(&self.filter);
        }
        let undeleted_only = info.deleted_at().is_some();
        !self.order.is_empty() && !info.serves(&total_order(info, &self.order), undeleted_only)
    }
}

impl AggregateQuery {
    /// Whether no index leads to the rows that are measured, whoever reads them.
    pub(crate) fn scans(&self, info: &EntityInfo) -> bool {
        let searches = self.search.is_some() && !info.searches_by_index();
        searches || (!self.filter.is_empty() && !info.finds_by_index(&self.filter))
    }
}

impl EntityInfo {
    /// What rules over relations compare with the principal where no index finds it: lists begin at every row then, and not at those
    /// of the principal. Lines for people.
    pub(crate) fn unindexed_owners(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for path in self.def.rules().flat_map(Rule::owners) {
            let Ok(way) = self.owner_path(path) else { continue };
            if way.steps.is_empty() || way.last.leads_an_index(way.column) {
                continue;
            }
            let (entity, field) = (way.last.def.name, way.last.columns[way.column].name);
            let line = format!(
                "no index of `{entity}` begins with `{field}`, by which `owner({path})` of `{}` finds rows of the principal; \
                 give it `index`",
                self.def.name
            );
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    /// Whether all searched fields are in the full-text index.
    fn searches_by_index(&self) -> bool {
        self.searched().next().is_some() && self.searched().all(ColumnInfo::is_fulltext)
    }

    /// Whether an index leads to the rows of a condition.
    fn finds_by_index(&self, condition: &Condition) -> bool {
        match condition {
            Condition::All(all) => all.iter().any(|one| self.finds_by_index(one)),
            Condition::Any(any) => any.iter().all(|one| self.finds_by_index(one)),
            Condition::Not(_) => false,
            Condition::Column { index, op } => {
                let selects = match op {
                    Op::Eq(_)
                    | Op::In(_)
                    | Op::Gt(_)
                    | Op::Gte(_)
                    | Op::Lt(_)
                    | Op::Lte(_)
                    | Op::StartsWith(_)
                    | Op::IsNull(_) => true,
                    Op::Ne(_) | Op::NotIn(_) | Op::Contains(_) | Op::EndsWith(_) => false,
                };
                selects && self.leads_an_index(*index)
            }
            Condition::ToOne { index, matches } => self
                .columns
                .get(*index)
                .and_then(ColumnInfo::target)
                .is_some_and(|target| target.finds_by_index(matches)),
            Condition::ToMany { index, quantifier, matches } => {
                *quantifier == Quantifier::Some
                    && self.many.get(*index).is_some_and(|many| many.target().finds_by_index(matches))
            }
        }
    }

    /// Whether an index begins with the column: the key's, one of a reference, of a unique rule, or a declared one.
    fn leads_an_index(&self, column: usize) -> bool {
        let Some(info) = self.columns.get(column) else { return false };
        let leads_rule = |rule: &crate::entity::IndexDef| {
            let first = rule.fields.first().and_then(|part| self.by_name(part.field));
            first.is_some_and(|first| first.index == column)
        };
        column == 0
            || info.relation().is_some()
            || info.field.is_some_and(|field| field.unique || field.index)
            || self.def.uniques.iter().any(leads_rule)
            || self
                .indexes()
                .iter()
                .any(|index| index.columns.first().is_some_and(|(first, _)| *first == column))
    }
}
