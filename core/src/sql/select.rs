//! SELECT statements: rows by key, pages, pages of related rows, counts.

use std::sync::Arc;

use sea_query::{
    Alias, CaseStatement, Expr, ExprTrait as _, JoinType, NullOrdering, Order as SqlOrder,
    OverStatement as _, PostgresQueryBuilder, Query, SelectStatement, SqliteQueryBuilder, UnionType, Values,
    WindowStatement,
};

use crate::db::{Dialect, Layout, Statement, bind, bind_list};
use crate::entity::{Condition, EntityInfo, ManyLink};
use crate::error::Result;
use crate::query::{Cursor, Deleted, Direction, Nulls, Sort};
use crate::sql::cache::{self, Shape};
use crate::sql::keyset::{IndexRange, Position};
use crate::sql::number::SortedNumbers;
use crate::sql::predicate::{Predicates, TableAlias, is_one_of, truth};
use crate::sql::row_scope::{RowScope, not_deleted};
use crate::sql::sorted::{self, SortSource, sort_value, sorted};
use crate::types::Kind;
use crate::value::{ColumnSet, Value};

/// The column with the parent's key of a related row.
const PARENT: &str = "entify_parent";
/// The column that numbers the rows of one parent.
const RANK: &str = "entify_rank";

/// What to select.
#[derive(Debug)]
pub(crate) struct Select<'q> {
    pub(crate) dialect: Dialect,
    /// Which rows and cells the reader sees.
    pub(crate) scope: RowScope<'q>,
    pub(crate) columns: ColumnSet,
    pub(crate) filter: &'q Condition,
    pub(crate) search: Option<&'q str>,
    /// A total order: it ends in the primary key.
    pub(crate) order: &'q [Sort],
    /// Positions the rows lie strictly after, each under its own order. Where there are any, `columns` holds every
    /// column of `order`.
    pub(crate) bounds: &'q [(Vec<Sort>, Cursor)],
    /// Rows at most (per parent).
    pub(crate) limit: Option<u32>,
    pub(crate) related: Option<Related<'q>>,
}

/// Rows of a to-many relation, for many parents at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Related<'q> {
    pub(crate) link: ManyLink,
    pub(crate) parent_kind: Kind,
    pub(crate) parents: &'q [Value],
}

impl Related<'_> {
    fn is_single(&self) -> bool {
        self.parents.len() == 1
    }

    fn bind(&self, dialect: Dialect) -> sea_query::Value {
        match self.parents {
            [parent] => bind(parent, self.parent_kind, dialect),
            parents => bind_list(parents, self.parent_kind, dialect),
        }
    }
}

impl Select<'_> {
    fn info(&self) -> &'static EntityInfo {
        self.scope.info
    }

    /// The columns that the statement reads: those of the table; the numbers over relations that it sorts by; and of others
    /// that are hidden in some rows, whether they are visible.
    fn read(&self) -> ColumnSet {
        read_columns(&self.scope, self.columns).union(self.columns.intersection(self.sorted_numbers()))
    }

    fn layout(&self) -> Layout {
        layout_of(self.info(), self.read(), self.sorted_numbers())
    }

    /// The numbers over relations that the statement does not read.
    pub(crate) fn numbers_left(&self) -> ColumnSet {
        self.columns.intersection(self.info().numbers).without(self.sorted_numbers())
    }

    /// The columns of the entity itself that rows are sorted by.
    fn sorted_columns(&self) -> impl Iterator<Item = usize> {
        self.order.iter().filter(|sort| sort.path.is_empty()).map(|sort| sort.column)
    }

    fn sorted_numbers(&self) -> ColumnSet {
        self.sorted_columns().collect::<ColumnSet>().intersection(self.info().numbers)
    }

    /// A value in the scope: NULL where it is hidden.
    pub(super) fn cell(
        &self,
        source: TableAlias,
        index: usize,
        predicates: &mut Predicates<'_>,
    ) -> Result<Expr> {
        cell(source, index, &self.scope, predicates)
    }

    /// The page as a statement. With several parents, the last cell of every row is the parent's key.
    pub(crate) fn page(&self) -> Result<(Statement, Layout)> {
        let mut layout = sorted::with_related(self.layout(), self.info(), self.order);
        if let Some(related) = self.related.filter(|_| self.is_ranked()) {
            layout = layout.with_column(related.parent_kind);
        }
        if let Some((shape, values)) = self.cacheable() {
            let sql =
                cache::try_text(self.info(), self.dialect, shape, || self.build().map(|(sql, ..)| sql))?;
            let statement =
                Statement::new(self.limited(sql), values).with_unrestricted(self.info().computed_tables());
            return Ok((statement, layout));
        }
        let (sql, values, unrestricted) = self.build()?;
        Ok((self.statement(self.limited(sql.into()), values, unrestricted), layout))
    }

    /// A page whose text depends on its shape alone, and the values it binds, in the order of the text.
    fn cacheable(&self) -> Option<(Shape, Values)> {
        let unfiltered = self.filter.is_empty() && self.search.is_none() && self.bounds.is_empty();
        let mut read = self.columns;
        if let Some(Related { link: ManyLink::Inverse { column }, .. }) = self.related {
            read.insert(column);
        }
        let plain = unfiltered
            && self.scope.is_plain(read)
            && sorted::of_related(self.order).next().is_none()
            && self.sorted_numbers().is_empty();
        if !plain || matches!(self.related, Some(Related { link: ManyLink::Through { .. }, .. })) {
            return None;
        }
        let related = self.related.map(|related| (related.is_single(), related.column()));
        let parents = self.related.map(|related| related.bind(self.dialect));
        let values = parents.into_iter().chain(self.ranks()).collect();
        let shape = Shape::Page {
            columns: self.columns,
            deleted: self.scope.deleted,
            order: self.order.to_vec(),
            related,
        };
        Some((shape, Values(values)))
    }

    /// Whether the rows of each parent are numbered, because there are several.
    pub(super) fn is_ranked(&self) -> bool {
        self.related.is_some_and(|related| !related.is_single())
    }

    /// The greatest number of a row of a parent. Bound, and not in the text: it causes no replanning.
    fn ranks(&self) -> Option<sea_query::Value> {
        let limit = self.limit.filter(|_| self.is_ranked())?;
        Some(bind(&Value::Int(limit.into()), Kind::I64, self.dialect))
    }

    /// A page's text with its limit: a literal, since PostgreSQL replans `LIMIT $n` on every execution.
    fn limited(&self, sql: Arc<str>) -> Arc<str> {
        match self.limit.filter(|_| !self.is_ranked()) {
            Some(limit) => format!("{sql} LIMIT {limit}").into(),
            None => sql,
        }
    }

    pub(super) fn statement(
        &self,
        sql: impl Into<Arc<str>>,
        values: Values,
        unrestricted: Vec<&'static str>,
    ) -> Statement {
        Statement::new(sql, values)
            .with_unrestricted(unrestricted)
            .with_unrestricted(self.info().computed_tables())
    }

    /// The text without the limit, its values, and the tables of which it needs every row.
    fn build(&self) -> Result<(String, Values, Vec<&'static str>)> {
        let source = TableAlias::root(self.info(), self.dialect);
        let mut query = Query::select();
        query.from_as(self.info().def.table, source.alias());
        let mut predicates = Predicates::of_scope(self.dialect, &self.scope);
        let parent = self.join_parents(&mut query, source, &mut predicates)?;
        self.restrict(&mut query, source, &mut predicates)?;
        let columns = self.sorted_columns().filter(|column| self.info().numbers.contains(*column));
        let numbers = SortedNumbers::of(columns, source, &mut predicates)?;
        for index in self.read().iter() {
            let column = &self.info().columns[index];
            let cell = match numbers.get(index) {
                Some(number) => number,
                None => self.cell(source, index, &mut predicates)?,
            };
            // A page of several parents reads the columns by name from this one.
            match column.is_stored() && column.read_rule().is_none() {
                true => query.expr(cell),
                false => query.expr_as(cell, column.column),
            };
        }
        sorted::join_related(&mut query, source, self.order, &mut predicates)?;
        let source = SortSource { table: source, numbers: &numbers };
        for position in sorted::of_related(self.order) {
            query.expr_as(sort_value(source, self.order, position), sorted::cell_name(position));
        }
        if let Some(index_ranges) = self.index_ranges(source) {
            // Parts are merged by what they select: cells after all that are read.
            for position in self.ranks_of_order() {
                query.expr_as(sorted(source, self.order, position), sorted::cell_name(position));
            }
            let (sql, values) = text(&self.merged(&query, source, index_ranges), self.dialect);
            return Ok((sql, values, predicates.unrestricted()));
        }
        self.bound(&mut query, source);
        let (sql, values) = match (self.related, parent) {
            (Some(_), Some(parent)) if self.is_ranked() => {
                text(&self.ranked(query, source, parent), self.dialect)
            }
            _ => {
                self.sort(self.equal_keys(source), &mut query, source);
                text(&query, self.dialect)
            }
        };
        Ok((sql, values, predicates.unrestricted()))
    }

    pub(super) fn restrict(
        &self,
        query: &mut SelectStatement,
        source: TableAlias,
        predicates: &mut Predicates<'_>,
    ) -> Result<()> {
        query.and_where_option(not_deleted(source, self.scope.deleted));
        query.and_where_option(predicates.rule(source, &self.scope.rows)?);
        if !self.filter.is_empty() {
            query.and_where(predicates.condition(source, self.filter)?);
        }
        if let Some(words) = self.search {
            query.and_where(predicates.search(source, words)?);
        }
        Ok(())
    }

    /// Restricts the rows to those of the parents, if there are any; returns the expression of the parent's key.
    pub(super) fn join_parents(
        &self,
        query: &mut SelectStatement,
        source: TableAlias,
        predicates: &mut Predicates<'_>,
    ) -> Result<Option<Expr>> {
        let Some(related) = &self.related else { return Ok(None) };
        let parent = match related.link {
            ManyLink::Inverse { column } => {
                query.and_where_option(predicates.visible_reference(source, column)?);
                source.column(column)
            }
            ManyLink::Through { via, near, far } => {
                let column = |index: usize| via.columns[index].column;
                // A joining row that exists twice must not return its target twice.
                let joined = TableAlias::root(via, self.dialect);
                let mut pairs = predicates.rows_of(joined)?.ok_or_else(|| via.refused_to_read())?;
                for end in [near, far] {
                    pairs.and_where_option(predicates.visible_reference(joined, end)?);
                }
                pairs.clear_selects().distinct().columns([column(near), column(far)]);
                pairs.and_where(of_parents(Expr::col(column(near)), related, self.dialect));
                let on = Expr::col(("via", column(far))).eq(source.column(0));
                query.join_subquery(JoinType::InnerJoin, pairs, "via", on);
                return Ok(Some(Expr::col(("via", column(near)))));
            }
        };
        query.and_where(of_parents(parent.clone(), related, self.dialect));
        Ok(Some(parent))
    }

    fn bound(&self, query: &mut SelectStatement, source: SortSource<'_>) {
        for (order, cursor) in self.bounds {
            query.and_where(self.position(source, order, cursor).after());
        }
    }

    fn position<'p>(&self, source: SortSource<'p>, order: &'p [Sort], cursor: &'p Cursor) -> Position<'p> {
        Position { source, dialect: self.dialect, order, values: &cursor.0 }
    }

    /// The index ranges of the rows after the only bound, where there are several and an index on the order answers
    /// each of them: a single scan would read every row between two index ranges.
    fn index_ranges(&self, source: SortSource<'_>) -> Option<Vec<IndexRange>> {
        let [(order, cursor)] = self.bounds else { return None };
        if self.related.is_some() || order != self.order || sorted::of_related(order).next().is_some() {
            return None;
        }
        let index_ranges = self.position(source, order, cursor).index_ranges();
        (index_ranges.len() > 1 && self.info().serves(order, self.scope.deleted == Deleted::Hidden))
            .then_some(index_ranges)
    }

    /// The rows of all index ranges, merged in order.
    fn merged(
        &self,
        query: &SelectStatement,
        source: SortSource<'_>,
        index_ranges: Vec<IndexRange>,
    ) -> SelectStatement {
        let columns = || self.read().iter().map(|index| Alias::new(self.info().columns[index].column));
        let names = || columns().chain(self.ranks_of_order().map(sorted::cell_name));
        // Without a limit of its own PostgreSQL would rather read a short table whole. Here it has to be bound. SQLite
        // would sort a part by an expression that is the same in all of its rows.
        let apart = self.dialect == Dialect::Postgres || self.ranks_of_order().next().is_some();
        let part = |range: IndexRange| {
            let mut part = query.clone();
            part.and_where(range.condition);
            if let Some(limit) = self.limit.filter(|_| apart) {
                self.sort(range.equal, &mut part, source);
                part.limit(limit.into());
                return Query::select().columns(names()).from_subquery(part, "range").take();
            }
            part
        };
        let mut parts = index_ranges.into_iter().map(part);
        let mut merged = parts.next().unwrap_or_default();
        merged.unions(parts.map(|part| (UnionType::All, part)));
        for (position, sort) in self.order.iter().enumerate() {
            let column = match self.ranks_of_order().any(|ranked| ranked == position) {
                true => sorted::cell_name(position),
                false => Alias::new(self.info().columns[sort.column].column),
            };
            match self.nulls(sort) {
                None => merged.order_by(column, direction(sort)),
                Some(nulls) => merged.order_by_with_nulls(column, direction(sort), nulls),
            };
        }
        merged
    }

    /// The keys that sort by the declaration of an enum.
    fn ranks_of_order(&self) -> impl Iterator<Item = usize> {
        let keys = self.order.iter().enumerate();
        let ranked = |sort: &Sort| sort.sorted_column(self.info()).kind.ordered_enum().is_some();
        keys.filter(move |(_, sort)| ranked(sort)).map(|(position, _)| position)
    }

    /// How many keys of the order are the same in all rows after the bound.
    fn equal_keys(&self, source: SortSource<'_>) -> usize {
        match self.bounds {
            [(order, cursor)] if order == self.order && self.ranks_of_order().next().is_some() => {
                let ranges = self.position(source, order, cursor).index_ranges();
                if let [only] = ranges.as_slice() { only.equal } else { 0 }
            }
            _ => 0,
        }
    }

    /// Sorts rows in which so many keys are the same. Keys that are expressions are left out then: SQLite does not see that they
    /// are the same, and would not follow the index.
    fn sort(&self, equal: usize, query: &mut SelectStatement, source: SortSource<'_>) {
        let ranks: Vec<usize> = self.ranks_of_order().collect();
        let is_same = |position: usize, sort: &Sort| {
            self.dialect == Dialect::Sqlite
                && ranks.contains(&position)
                && sort.path.is_empty()
                && (position < equal || self.filter.fixes(sort.column))
        };
        for (position, sort) in self.order.iter().enumerate() {
            if is_same(position, sort) {
                continue;
            }
            let column = sorted(source, self.order, position);
            match self.nulls(sort) {
                None => query.order_by_expr(column, direction(sort)),
                Some(nulls) => query.order_by_expr_with_nulls(column, direction(sort), nulls),
            };
        }
    }

    fn nulls(&self, sort: &Sort) -> Option<NullOrdering> {
        sort.is_nullable(self.info()).then_some(match sort.nulls {
            Nulls::First => NullOrdering::First,
            Nulls::Last => NullOrdering::Last,
        })
    }

    /// Numbers the rows of each parent and keeps the first of them, up to the limit.
    fn ranked(&self, mut inner: SelectStatement, source: SortSource<'_>, parent: Expr) -> SelectStatement {
        let mut window = WindowStatement::new();
        window.add_partition_by(parent.clone());
        for (position, sort) in self.order.iter().enumerate() {
            let column = sorted(source, self.order, position);
            match self.nulls(sort) {
                None => window.order_by_expr(column, direction(sort)),
                Some(nulls) => window.order_by_expr_with_nulls(column, direction(sort), nulls),
            };
        }
        inner.expr_as(parent, Alias::new(PARENT));
        inner.expr_window_as(Expr::cust("ROW_NUMBER()"), window, Alias::new(RANK));
        let mut outer = Query::select();
        outer.columns(self.read().iter().map(|index| self.info().columns[index].column));
        outer.columns(sorted::of_related(self.order).map(sorted::cell_name));
        outer.column(PARENT).from_subquery(inner, "page");
        if let Some(last) = self.ranks() {
            outer.and_where(Expr::col(RANK).lte(Expr::value(last)));
        }
        outer.order_by(RANK, SqlOrder::Asc);
        outer
    }

    /// The number of rows, or of rows per parent: `(parent, count)`.
    pub(crate) fn count(&self) -> Result<(Statement, Layout)> {
        let source = TableAlias::root(self.info(), self.dialect);
        let mut query = Query::select();
        query.from_as(self.info().def.table, source.alias());
        let mut layout = Layout::default();
        let mut predicates = Predicates::of_scope(self.dialect, &self.scope);
        let parent = self.join_parents(&mut query, source, &mut predicates)?;
        if let Some((related, parent)) = self.related.zip(parent) {
            query.expr(parent.clone()).add_group_by([parent]);
            layout = layout.with_column(related.parent_kind);
        }
        query.expr(Expr::cust("COUNT(*)"));
        self.restrict(&mut query, source, &mut predicates)?;
        let (sql, values) = text(&query, self.dialect);
        Ok((self.statement(sql, values, predicates.unrestricted()), layout.with_column(Kind::I64)))
    }

    /// The number of rows, counted up to `most`.
    #[cfg(feature = "admin")]
    pub(crate) fn count_up_to(&self, most: u32) -> Result<(Statement, Layout)> {
        let source = TableAlias::root(self.info(), self.dialect);
        let mut rows = Query::select();
        rows.expr(Expr::cust("1")).from_as(self.info().def.table, source.alias());
        let mut predicates = Predicates::of_scope(self.dialect, &self.scope);
        self.restrict(&mut rows, source, &mut predicates)?;
        rows.limit(most.into());
        let mut query = Query::select();
        query.expr(Expr::cust("COUNT(*)")).from_subquery(rows, "matching");
        let (sql, values) = text(&query, self.dialect);
        let layout = Layout::default().with_column(Kind::I64);
        Ok((self.statement(sql, values, predicates.unrestricted()), layout))
    }

    /// Whether there is a row.
    pub(crate) fn exists(&self) -> Result<(Statement, Layout)> {
        let source = TableAlias::root(self.info(), self.dialect);
        let mut rows = Query::select();
        rows.expr(Expr::cust("1")).from_as(self.info().def.table, source.alias());
        let mut predicates = Predicates::of_scope(self.dialect, &self.scope);
        self.restrict(&mut rows, source, &mut predicates)?;
        let mut query = Query::select();
        query.expr(Expr::exists(rows));
        let (sql, values) = text(&query, self.dialect);
        Ok((
            self.statement(sql, values, predicates.unrestricted()),
            Layout::default().with_column(Kind::Bool),
        ))
    }
}

impl Related<'_> {
    fn column(&self) -> usize {
        match self.link {
            ManyLink::Inverse { column } => column,
            ManyLink::Through { near, .. } => near,
        }
    }
}

/// Of these columns those of the table, and the numbers that are hidden in some rows.
fn read_columns(scope: &RowScope<'_>, columns: ColumnSet) -> ColumnSet {
    let numbers = scope.info.numbers;
    let guarded = scope.cells.iter().map(|(column, _)| *column).collect::<ColumnSet>();
    columns.without(numbers).union(columns.intersection(numbers).intersection(guarded))
}

/// The layout of columns that a statement reads; of numbers, but for those that it computes, it reads whether they are visible.
fn layout_of(info: &'static EntityInfo, read: ColumnSet, computed: ColumnSet) -> Layout {
    let marks = info.numbers.without(computed);
    let kind = |index: usize| if marks.contains(index) { Kind::Bool } else { info.columns[index].kind };
    Layout::new(read.iter().map(|index| (index, kind(index))).collect(), info.columns.len(), info)
}

/// A value in this scope: NULL where it is hidden. Of a number over a relation, true where it is not.
fn cell(
    source: TableAlias,
    index: usize,
    scope: &RowScope<'_>,
    predicates: &mut Predicates<'_>,
) -> Result<Expr> {
    let cell = match source.info.numbers.contains(index) {
        true => Expr::cust("TRUE"),
        false => source.column(index),
    };
    let Some((_, visible)) = scope.cells.iter().find(|(hidden, _)| *hidden == index) else {
        return Ok(cell);
    };
    let visible = predicates.rule(source, visible)?.unwrap_or_else(|| truth(true));
    // As an expression of the column, so that the NULL is one of its type.
    Ok(CaseStatement::new().case(visible, cell).into())
}

fn of_parents(column: Expr, related: &Related<'_>, dialect: Dialect) -> Expr {
    match related.parents {
        [_] => column.eq(Expr::value(related.bind(dialect))),
        parents => is_one_of(column, parents, related.parent_kind, dialect),
    }
}

fn direction(sort: &Sort) -> SqlOrder {
    match sort.direction {
        Direction::Asc => SqlOrder::Asc,
        Direction::Desc => SqlOrder::Desc,
    }
}

pub(super) fn text(query: &SelectStatement, dialect: Dialect) -> (String, Values) {
    match dialect {
        Dialect::Postgres => query.build(PostgresQueryBuilder),
        Dialect::Sqlite => query.build(SqliteQueryBuilder),
    }
}

/// The rows that are not deleted whose column has the value, or one of the values, for the engine itself.
pub(crate) fn by_column(
    info: &'static EntityInfo,
    dialect: Dialect,
    columns: ColumnSet,
    column: usize,
    values: &[Value],
) -> (Statement, Layout) {
    by_column_among(Deleted::Hidden, info, dialect, columns, column, values)
}

/// As [`by_column`], among rows that may be deleted.
pub(crate) fn by_column_among(
    deleted: Deleted,
    info: &'static EntityInfo,
    dialect: Dialect,
    columns: ColumnSet,
    column: usize,
    values: &[Value],
) -> (Statement, Layout) {
    let many = values.len() != 1;
    let shape = Shape::ByColumn { columns, deleted, column, many };
    let source = TableAlias::root(info, dialect);
    let sql = cache::text(info, dialect, shape, || {
        let mut query = Query::select();
        query.from_as(info.def.table, source.alias());
        query.exprs(columns.without(info.numbers).iter().map(|index| source.column(index)));
        query.and_where(has_one_of(source, column, values, dialect));
        query.and_where_option(not_deleted(source, deleted));
        text(&query, dialect).0
    });
    let kind = info.columns[column].kind;
    let bound = match values {
        [value] => bind(value, kind, dialect),
        values => bind_list(values, kind, dialect),
    };
    (Statement::new(sql, Values(vec![bound])).with_unrestricted(info.computed_tables()), info.layout(columns))
}

/// The rows of a scope whose column has the value, or one of the values.
pub(crate) fn scoped_by_column(
    scope: &RowScope<'_>,
    dialect: Dialect,
    columns: ColumnSet,
    column: usize,
    values: &[Value],
) -> Result<(Statement, Layout)> {
    let info = scope.info;
    if scope.is_plain(columns) {
        return Ok(by_column_among(scope.deleted, info, dialect, columns, column, values));
    }
    let read = read_columns(scope, columns);
    let source = TableAlias::root(info, dialect);
    let mut predicates = Predicates::of_scope(dialect, scope);
    let mut query = Query::select();
    query.from_as(info.def.table, source.alias());
    for index in read.iter() {
        query.expr(cell(source, index, scope, &mut predicates)?);
    }
    query.and_where(has_one_of(source, column, values, dialect));
    query.and_where_option(not_deleted(source, scope.deleted));
    query.and_where_option(predicates.rule(source, &scope.rows)?);
    let (sql, values) = text(&query, dialect);
    let statement = Statement::new(sql, values)
        .with_unrestricted(predicates.unrestricted())
        .with_unrestricted(info.computed_tables());
    Ok((statement, layout_of(info, read, ColumnSet::EMPTY)))
}

fn has_one_of(source: TableAlias, column: usize, values: &[Value], dialect: Dialect) -> Expr {
    let kind = source.info.columns[column].kind;
    match values {
        [value] => source.column(column).eq(Expr::value(bind(value, kind, dialect))),
        values => is_one_of(source.column(column), values, kind, dialect),
    }
}
