//! Numbers over to-many relations: `computed(count(comments))`.
//!
//! Where rows are filtered or sorted by one it is a sub-query on the rows that a row leads to. Where it is only read, the page
//! is read without it, and one grouped statement computes it for all rows of the page (`Select::measures`).

use sea_query::{Alias, CaseStatement, Expr, ExprTrait as _, Query, SelectStatement};

use crate::db::{DECIMAL_COLLATION, Dialect, Layout, Statement, postgres_type};
use crate::entity::{ColumnInfo, ManyLink, Number};
use crate::error::{Error, Result};
use crate::sql::measure::Measure;
use crate::sql::predicate::{Predicates, TableAlias, truth};
use crate::sql::select::Select;
use crate::types::Kind;

/// Numbers that may be written within each other: the condition of one may compare another, and so lead back to itself.
const MAX_DEPTH: usize = 8;

impl Number {
    /// The measure of the related rows; none where it is asked only whether there is one.
    fn measure(&self, dialect: Dialect) -> Result<Option<Measure>> {
        let Some(function) = self.function.measure() else { return Ok(None) };
        let measure = match self.measured {
            None => Some(Measure::count(dialect)),
            Some(column) => Measure::of(function, column.kind, scale(column), dialect),
        };
        measure.map(Some).ok_or_else(|| Error::internal("a number measures a field that cannot be measured"))
    }
}

/// Digits after the point of a column's decimals.
fn scale(column: &ColumnInfo) -> Option<u32> {
    column.field.and_then(|field| field.scale)
}

impl Predicates<'_> {
    /// The value of a column of the source, whatever it is.
    pub(crate) fn value(&mut self, source: TableAlias, index: usize) -> Result<Expr> {
        let Some(number) = source.info.number(index) else { return Ok(source.column(index)) };
        if self.number_depth == MAX_DEPTH {
            let name = source.info.def.name;
            return Err(Error::internal(format!("the numbers of {name} are made of each other in a circle")));
        }
        self.number_depth += 1;
        let value = self.number(source, &number);
        self.number_depth -= 1;
        value
    }

    fn number(&mut self, source: TableAlias, number: &Number) -> Result<Expr> {
        let target = self.next(number.many.target());
        let measure = number.measure(self.dialect)?;
        let kind = measure.as_ref().map(Measure::result);
        let Some(mut rows) = self.rows_of_many(source, target, number.many.link())? else {
            return Ok(match (kind, number.measured) {
                (None, _) => truth(false),
                // Not a bare number: an order would take that for the position of a column.
                (Some(_), None) => Expr::cust("CAST(0 AS bigint)"),
                (Some(kind), Some(_)) => null(kind, self.dialect),
            });
        };
        rows.and_where_option(self.rule(target, &number.rows())?);
        let Some(measure) = measure else { return Ok(Expr::exists(rows)) };
        let column = match number.measured {
            Some(column) => self.visible_value(target, column.index)?,
            None => target.column(0),
        };
        rows.clear_selects();
        let mut names = Vec::new();
        for (position, part) in measure.parts(&column).into_iter().enumerate() {
            let name = part_name(0, position);
            names.push(Expr::col(name.clone()));
            rows.expr_as(part, name);
        }
        let mut query = Query::select();
        query.expr(measure.value(&names)).from_subquery(rows, "parts");
        let value = Expr::SubQuery(None, Box::new(query.into()));
        Ok(match (self.dialect, kind) {
            // A sub-query has no collation of its own.
            (Dialect::Sqlite, Some(Kind::Decimal)) => {
                Expr::cust_with_exprs(format!("(? COLLATE {DECIMAL_COLLATION})"), [value])
            }
            _ => value,
        })
    }

    /// The rows that a to-many relation leads to from a row of the source, as far as the reader may read them; none when
    /// there can be no such row.
    fn rows_of_many(
        &mut self,
        source: TableAlias,
        target: TableAlias,
        link: ManyLink,
    ) -> Result<Option<SelectStatement>> {
        let Some(mut rows) = self.rows_of(target)? else { return Ok(None) };
        match link {
            ManyLink::Inverse { column } => {
                rows.and_where(target.column(column).eq(source.column(0)));
                rows.and_where_option(self.visible_reference(target, column)?);
            }
            ManyLink::Through { via, near, far } => {
                let via = self.next(via);
                let Some(mut joining) = self.rows_of(via)? else { return Ok(None) };
                joining.clear_selects().expr(via.column(far));
                joining.and_where(via.column(near).eq(source.column(0)));
                for end in [near, far] {
                    joining.and_where_option(self.visible_reference(via, end)?);
                }
                rows.and_where(target.column(0).in_subquery(joining));
            }
        }
        Ok(Some(rows))
    }

    /// The value of a column as the reader sees it: NULL in the rows in which it is hidden.
    fn visible_value(&mut self, source: TableAlias, index: usize) -> Result<Expr> {
        let visible = self.reader.and_then(|reader| source.info.column_visibility(index, reader));
        match visible {
            None => Ok(source.column(index)),
            Some(rows) => {
                let visible = self.rule(source, &rows)?.unwrap_or_else(|| truth(true));
                Ok(CaseStatement::new().case(visible, source.column(index)).into())
            }
        }
    }
}

fn null(kind: Kind, dialect: Dialect) -> Expr {
    match dialect {
        Dialect::Postgres => Expr::cust(format!("CAST(NULL AS {})", postgres_type(kind))),
        Dialect::Sqlite => Expr::cust("NULL"),
    }
}

fn part_name(measure: usize, part: usize) -> Alias {
    Alias::new(format!("entify_m{measure}_{part}"))
}

/// What one statement measures of the rows of each parent: a number.
#[derive(Debug)]
pub(crate) struct Measured(Measure, Option<usize>);

impl Measured {
    /// A number; whether there is a row is a count of them.
    pub(crate) fn of(number: &Number, dialect: Dialect) -> Result<Self> {
        let measure = number.measure(dialect)?.unwrap_or_else(|| Measure::count(dialect));
        Ok(Self(measure, number.measured.map(|column| column.index)))
    }
}

impl Select<'_> {
    /// The measures of the rows of each parent that has any: `(parent, value, …)`.
    pub(crate) fn measures(&self, measured: &[Measured]) -> Result<(Statement, Layout)> {
        let Some(related) = self.related else { return Err(Error::internal("measures of no parents")) };
        let source = TableAlias::root(self.scope.info, self.dialect);
        let mut rows = Query::select();
        rows.from_as(self.scope.info.def.table, source.alias());
        let mut predicates = Predicates::of_scope(self.dialect, &self.scope);
        let parent = self.join_parents(&mut rows, source, &mut predicates)?;
        let parent = parent.ok_or_else(|| Error::internal("measures of no parents"))?;
        rows.expr_as(parent.clone(), Alias::new("entify_parent")).add_group_by([parent]);
        let mut query = Query::select();
        query.column("entify_parent");
        let mut layout = Layout::default().with_column(related.parent_kind);
        for (position, Measured(measure, column)) in measured.iter().enumerate() {
            let column = self.cell(source, column.unwrap_or(0), &mut predicates)?;
            let mut names = Vec::new();
            for (part, expression) in measure.parts(&column).into_iter().enumerate() {
                let name = part_name(position, part);
                names.push(Expr::col(name.clone()));
                rows.expr_as(expression, name);
            }
            query.expr(measure.value(&names));
            layout = layout.with_column(measure.result());
        }
        self.restrict(&mut rows, source, &mut predicates)?;
        query.from_subquery(rows, "parts");
        let (sql, values) = super::select::text(&query, self.dialect);
        Ok((self.statement(sql, values, predicates.unrestricted()), layout))
    }
}

/// The values of the numbers in an order, which depend on who reads.
#[derive(Debug, Default)]
pub(super) struct SortedNumbers(Vec<(usize, Expr)>);

impl SortedNumbers {
    /// Those of some columns.
    pub(super) fn of(
        columns: impl Iterator<Item = usize>,
        source: TableAlias,
        predicates: &mut Predicates<'_>,
    ) -> Result<Self> {
        let mut values: Vec<(usize, Expr)> = Vec::new();
        for column in columns {
            if values.iter().all(|(known, _)| *known != column) {
                values.push((column, predicates.value(source, column)?));
            }
        }
        Ok(Self(values))
    }

    pub(super) fn get(&self, column: usize) -> Option<Expr> {
        self.0.iter().find(|(known, _)| *known == column).map(|(_, value)| value.clone())
    }
}
