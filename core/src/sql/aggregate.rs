//! Measures of groups of rows, in one statement: the rows that the reader may read, what they have in common, the measures, and
//! which groups in which order.
//!
//! Each step is a table for the next: `rows` has the keys and the measured values of each row, `parts` the aggregates that measures
//! are made of (`measure`), `groups` the measures.

mod buckets;

use std::collections::BTreeSet;

use sea_query::{
    Alias, Cond, Expr, ExprTrait as _, NullOrdering, Order as SqlOrder, OverStatement as _, Query,
    SelectStatement, WindowStatement,
};

use crate::db::{DECIMAL_COLLATION, Dialect, Layout, SqliteType, Statement, sqlite_type};
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::query::{
    AggregateQuery, Direction, GroupKey, GroupSort, GroupSortBy, Having, Measure, Nulls, ZoneOffsets,
};
use crate::sql::measure;
use crate::sql::predicate::{Predicates, TableAlias, check, not_true, test, truth};
use crate::sql::select::{Select, text};
use crate::sql::sorted;
use crate::types::{Function, Kind};

/// The column with the parent's key.
const PARENT: &str = "entify_parent";
/// The column that numbers the groups of one parent, or of one combination of keys.
const RANK: &str = "entify_rank";

/// Measures of groups of the rows of a selection.
#[derive(Debug)]
pub(crate) struct Aggregation<'q> {
    /// The rows: their order and their columns do not count.
    pub(crate) rows: Select<'q>,
    pub(crate) query: &'q AggregateQuery,
    /// Those of [`AggregateQuery::all_measures`].
    pub(crate) measures: &'q [Measure],
    pub(crate) zone: &'q ZoneOffsets,
    /// Groups at most: of all rows, of each parent, or of each combination of keys.
    pub(crate) limit: u32,
    /// Groups at most altogether.
    pub(crate) most: u32,
}

fn key(position: usize) -> String {
    format!("k{position}")
}

fn value(position: usize) -> String {
    format!("m{position}")
}

fn part(measure: usize, position: usize) -> String {
    format!("p{measure}_{position}")
}

fn cell(column: usize) -> String {
    format!("c{column}")
}

fn col(name: &str) -> Expr {
    Expr::col(Alias::new(name))
}

impl Aggregation<'_> {
    fn info(&self) -> &'static EntityInfo {
        self.rows.scope.info
    }

    fn dialect(&self) -> Dialect {
        self.rows.dialect
    }

    /// The statement. A row has the parent's key, where there are several parents, then the keys and the requested measures.
    pub(crate) fn statement(&self) -> Result<(Statement, Layout)> {
        let mut predicates = Predicates::of_scope(self.dialect(), &self.rows.scope);
        let rows = self.rows(&mut predicates)?;
        let unrestricted = predicates.unrestricted();
        let groups = self.groups(rows)?;
        let (selected, most) = self.selected(groups)?;
        let (sql, values) = text(&selected, self.dialect());
        // A literal: PostgreSQL plans `LIMIT $n` again each time.
        let sql = most.map_or_else(|| sql.clone(), |most| format!("{sql} LIMIT {most}"));
        Ok((self.rows.statement(sql, values, unrestricted), self.layout()))
    }

    fn layout(&self) -> Layout {
        let info = self.info();
        let parent = self.rows.related.filter(|_| self.has_parents()).map(|related| related.parent_kind);
        let keys = self.query.group.iter().map(|key| key.grouped_column(info).kind);
        let measures = self.query.measures.iter().map(|measure| measure.kind(info).unwrap_or(Kind::I64));
        parent.into_iter().chain(keys).chain(measures).fold(Layout::default(), Layout::with_column)
    }

    /// Whether the groups are those of several parents.
    fn has_parents(&self) -> bool {
        self.rows.is_ranked()
    }

    /// The columns by which groups are told apart.
    fn common(&self) -> impl Iterator<Item = String> {
        let parent = self.has_parents().then(|| PARENT.to_owned());
        parent.into_iter().chain((0..self.query.group.len()).map(key))
    }

    /// The columns that are measured.
    fn measured(&self) -> BTreeSet<usize> {
        self.measures.iter().filter_map(|measure| measure.measured()).collect()
    }

    /// The keys and the measured values of each row.
    fn rows(&self, predicates: &mut Predicates<'_>) -> Result<SelectStatement> {
        let source = TableAlias::root(self.info(), self.dialect());
        let mut query = Query::select();
        query.from_as(self.info().def.table, source.alias());
        let parent = self.rows.join_parents(&mut query, source, predicates)?;
        self.rows.restrict(&mut query, source, predicates)?;
        if let Some(parent) = parent.filter(|_| self.has_parents()) {
            query.expr_as(parent, Alias::new(PARENT));
        }
        for (position, group) in self.query.group.iter().enumerate() {
            let path = (group.column, group.path);
            let value = sorted::join_path(&mut query, source, position, path, predicates)?;
            let kind = group.grouped_column(self.info()).kind;
            let value = sorted::by_new_names(value, kind, self.dialect());
            let value = match group.unit {
                Some(unit) => buckets::beginning(value, kind, unit, self.zone, self.dialect()),
                None => value,
            };
            query.expr_as(value, Alias::new(key(position)));
        }
        let measured = self.measured();
        for column in &measured {
            query.expr_as(source.column(*column), Alias::new(cell(*column)));
        }
        if measured.is_empty() && self.common().next().is_none() {
            // Rows that are counted and nothing else.
            query.expr(Expr::cust("1"));
        }
        Ok(query)
    }

    /// The measures of each group.
    fn groups(&self, rows: SelectStatement) -> Result<SelectStatement> {
        let (mut parts, mut groups) = (Query::select(), Query::select());
        parts.from_subquery(rows, "r");
        for name in self.common() {
            parts.expr_as(col(&name), Alias::new(&name));
            groups.column(Alias::new(&name));
        }
        parts.add_group_by(self.common_values());
        for (position, of) in self.measures.iter().enumerate() {
            let measure = self.measure(*of)?;
            let measured = self.compared(&cell(of.column), self.info().columns[of.column].kind);
            let mut names = Vec::new();
            for (at, sql) in measure.parts(&measured).into_iter().enumerate() {
                let name = part(position, at);
                parts.expr_as(sql, Alias::new(&name));
                names.push(col(&name));
            }
            groups.expr_as(measure.value(&names), Alias::new(value(position)));
        }
        groups.from_subquery(parts, "p");
        if self.dialect() == Dialect::Sqlite {
            // No table has more rows. SQLite keeps apart what is limited by itself, and computes each value once.
            groups.limit(u64::from(u32::MAX));
        }
        Ok(groups)
    }

    /// The values by which groups are told apart.
    fn common_values(&self) -> Vec<Expr> {
        let parent = self.has_parents().then(|| col(PARENT));
        let keys = self.query.group.iter().enumerate();
        let keys = keys.map(|(position, group)| self.compared(&key(position), self.kind_of(*group)));
        parent.into_iter().chain(keys).collect()
    }

    fn kind_of(&self, group: GroupKey) -> Kind {
        group.grouped_column(self.info()).kind
    }

    /// A column of a step as values of its type are compared.
    fn compared(&self, name: &str, kind: Kind) -> Expr {
        match (self.dialect(), sqlite_type(kind)) {
            (Dialect::Sqlite, SqliteType::Decimal) => {
                Expr::cust(format!("\"{name}\" COLLATE {DECIMAL_COLLATION}"))
            }
            _ => col(name),
        }
    }

    /// A measure as SQL.
    fn measure(&self, of: Measure) -> Result<measure::Measure> {
        let column = &self.info().columns[of.column];
        let scale = column.field.and_then(|field| field.scale);
        match of.function {
            Function::Count => Ok(measure::Measure::count(self.dialect())),
            function => measure::Measure::of(function, column.kind, scale, self.dialect())
                .ok_or_else(|| Error::internal("a field is measured that cannot be")),
        }
    }

    /// The groups that are requested, in their order, and how many of them there may be.
    fn selected(&self, groups: SelectStatement) -> Result<(SelectStatement, Option<u32>)> {
        let mut query = Query::select();
        query.from_subquery(groups, "g");
        if !self.query.having.is_empty() {
            query.and_where(self.having(&self.query.having)?);
        }
        let ranked = self.has_parents() || !self.query.per.is_empty();
        if !ranked || self.query.group.is_empty() {
            self.select_cells(&mut query);
            self.sort(&mut query);
            return Ok((query, (!self.query.group.is_empty()).then_some(self.limit)));
        }
        query.column(sea_query::Asterisk);
        query.expr_window_as(Expr::cust("ROW_NUMBER()"), self.window(), Alias::new(RANK));
        let mut outer = Query::select();
        outer.from_subquery(query, "ranked");
        self.select_cells(&mut outer);
        outer.and_where(col(RANK).lte(Expr::cust(self.limit.to_string())));
        if self.has_parents() {
            outer.order_by(Alias::new(PARENT), SqlOrder::Asc);
        }
        for position in &self.query.per {
            let value = self.sorted_key(*position);
            outer.order_by_expr_with_nulls(value, SqlOrder::Asc, NullOrdering::Last);
        }
        outer.order_by(Alias::new(RANK), SqlOrder::Asc);
        Ok((outer, Some(self.most)))
    }

    fn select_cells(&self, query: &mut SelectStatement) {
        for name in self.common() {
            query.column(Alias::new(name));
        }
        for position in 0..self.query.measures.len() {
            query.expr_as(col(&value(position)), Alias::new(format!("v{position}")));
        }
    }

    /// The value of a key as groups are sorted by it.
    fn sorted_key(&self, position: usize) -> Expr {
        let kind = self.kind_of(self.query.group[position]);
        match kind.ordered_enum() {
            Some(def) => sorted::rank_of(&col(&key(position)), def, self.dialect()),
            None => self.compared(&key(position), kind),
        }
    }

    /// The whole order: what is requested, then every key.
    fn order(&self) -> Vec<(Expr, SqlOrder, NullOrdering)> {
        let named = |position: usize| {
            let is_key = |sort: &GroupSort| sort.by == GroupSortBy::Key(position);
            self.query.order.iter().any(is_key)
        };
        let rest = (0..self.query.group.len()).filter(|position| !named(*position));
        let rest = rest.map(|position| GroupSort::new(GroupSortBy::Key(position), Direction::Asc));
        let sorts = self.query.order.iter().copied().chain(rest);
        let sorted_by = |by: GroupSortBy| match by {
            GroupSortBy::Key(position) => Some(self.sorted_key(position)),
            GroupSortBy::Measure(of) => {
                let position = self.measures.iter().position(|known| *known == of)?;
                Some(self.compared(&value(position), self.kind_of_measure(of)))
            }
        };
        let sorted = sorts.filter_map(|sort| {
            let direction = match sort.direction {
                Direction::Asc => SqlOrder::Asc,
                Direction::Desc => SqlOrder::Desc,
            };
            let nulls = match sort.nulls {
                Nulls::First => NullOrdering::First,
                Nulls::Last => NullOrdering::Last,
            };
            Some((sorted_by(sort.by)?, direction, nulls))
        });
        sorted.collect()
    }

    fn sort(&self, query: &mut SelectStatement) {
        for (value, direction, nulls) in self.order() {
            query.order_by_expr_with_nulls(value, direction, nulls);
        }
    }

    fn window(&self) -> WindowStatement {
        let mut window = WindowStatement::new();
        if self.has_parents() {
            window.add_partition_by(col(PARENT));
        }
        for position in &self.query.per {
            window
                .add_partition_by(self.compared(&key(*position), self.kind_of(self.query.group[*position])));
        }
        for (value, direction, nulls) in self.order() {
            window.order_by_expr_with_nulls(value, direction, nulls);
        }
        window
    }

    fn kind_of_measure(&self, of: Measure) -> Kind {
        of.kind(self.info()).unwrap_or(Kind::I64)
    }

    fn having(&self, having: &Having) -> Result<Expr> {
        let join = |parts: &[Having], joined: Cond, when_empty: bool| {
            if parts.is_empty() {
                return Ok(truth(when_empty));
            }
            let parts = parts.iter().map(|part| self.having(part)).collect::<Result<Vec<_>>>()?;
            Ok(parts.into_iter().fold(joined, Cond::add).into())
        };
        match having {
            Having::All(parts) => join(parts, Cond::all(), true),
            Having::Any(parts) => join(parts, Cond::any(), false),
            Having::Not(inner) => Ok(not_true(self.having(inner)?)),
            Having::Measure(of, op) => {
                check(&of.name(self.info()), op)?;
                let position = self.measures.iter().position(|known| known == of);
                let position = position.ok_or_else(|| Error::internal("a measure that is not computed"))?;
                let kind = self.kind_of_measure(*of);
                Ok(test(self.compared(&value(position), kind), kind, op, self.dialect()))
            }
        }
    }
}
