//! Values that rows are sorted by: columns of their own, or of related rows, which are joined for it.
//!
//! A joined row is one that the reader may read, as anywhere; where there is none its values are NULL.

use sea_query::{
    Alias, CaseStatement, DynIden, Expr, ExprTrait as _, IntoIden as _, JoinType, SelectStatement,
};

use crate::db::{Dialect, Layout, bind, literal};
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::query::{Sort, SortPath};
use crate::sql::number::SortedNumbers;
use crate::sql::predicate::{Predicates, TableAlias};
use crate::types::{EnumDef, Kind, VariantDef};
use crate::value::Value;

/// The table whose rows are sorted, with the numbers over relations that they are sorted by.
#[derive(Debug, Clone, Copy)]
pub(super) struct SortSource<'s> {
    pub(super) table: TableAlias,
    pub(super) numbers: &'s SortedNumbers,
}

/// What the rows are sorted by for a key of an order.
pub(super) fn sorted(source: SortSource<'_>, order: &[Sort], position: usize) -> Expr {
    let column = order[position].sorted_column(source.table.info);
    let value = stored(source, order, position);
    match column.kind.ordered_enum() {
        Some(def) => rank_of(&value, def, source.table.dialect),
        None => by_new_names(value, column.kind, source.table.dialect),
    }
}

/// The value of a key of an order, as cursors hold it.
pub(super) fn sort_value(source: SortSource<'_>, order: &[Sort], position: usize) -> Expr {
    let kind = order[position].sorted_column(source.table.info).kind;
    by_new_names(stored(source, order, position), kind, source.table.dialect)
}

fn stored(source: SortSource<'_>, order: &[Sort], position: usize) -> Expr {
    let sort = order[position];
    match sort.path.columns().count() {
        0 => source.numbers.get(sort.column).unwrap_or_else(|| source.table.column(sort.column)),
        steps => Expr::col((joined(position, steps), sort.sorted_column(source.table.info).column)),
    }
}

/// A value that rows are compared with in an order.
pub(super) fn bound_value(value: &Value, kind: Kind, dialect: Dialect) -> Expr {
    let bound = match (value, kind.ordered_enum()) {
        (Value::Enum(variant), Some(def)) => bind(&rank(def, variant), Kind::I32, dialect),
        (Value::Null, Some(_)) => bind(&Value::Null, Kind::I32, dialect),
        _ => bind(value, kind, dialect),
    };
    Expr::value(bound)
}

/// The position of a variant among those of its enum.
pub(super) fn rank(def: &EnumDef, variant: &VariantDef) -> Value {
    def.position(variant).and_then(|at| i64::try_from(at).ok()).map_or(Value::Null, Value::Int)
}

/// The position of a stored value among the variants of its enum. The name that rows held before (`was = "…"`) has that of
/// the new one; no index has it.
pub(super) fn rank_of(value: &Expr, def: &'static EnumDef, dialect: Dialect) -> Expr {
    let names = def.variants.iter().map(|variant| variant.wire);
    let old = def.variants.iter().enumerate().filter_map(|(at, variant)| Some((def.old_name(variant)?, at)));
    ranked(value, names.zip(0..).chain(old), dialect)
}

/// The positions of values as an expression. An index on it serves the order, since queries have the same.
pub(crate) fn ranked<'n>(
    value: &Expr,
    names: impl Iterator<Item = (&'n str, usize)>,
    dialect: Dialect,
) -> Expr {
    let case = names.fold(CaseStatement::new(), |case, (name, at)| {
        // Literals, as in the index: an expression with a parameter is another one.
        case.case(value.clone().eq(Expr::cust(literal(name, dialect))), Expr::cust(at.to_string()))
    });
    case.into()
}

/// The value of an enum by the name that it has now: rows may hold the old one (`was = "…"`), and cursors hold the new one.
pub(super) fn by_new_names(value: Expr, kind: Kind, dialect: Dialect) -> Expr {
    let Kind::Enum(def) = kind else { return value };
    let renamed = def.variants.iter().filter_map(|variant| Some((def.old_name(variant)?, variant.wire)));
    let cases: Vec<_> = renamed.collect();
    if cases.is_empty() {
        return value;
    }
    let case = cases.into_iter().fold(CaseStatement::new(), |case, (old, now)| {
        // In the text of the statement, which is built once: an order has no parameters.
        let name = |name: &str| Expr::cust(literal(name, dialect));
        case.case(value.clone().eq(name(old)), name(now))
    });
    case.finally(value).into()
}

/// The related row of a key, so many steps away.
fn joined(position: usize, step: usize) -> DynIden {
    Alias::new(format!("by{position}_{step}")).into_iden()
}

/// The name of a related row's value among the columns that are read.
pub(super) fn cell_name(position: usize) -> Alias {
    Alias::new(format!("entify_by{position}"))
}

/// The positions of the keys that are values of related rows.
pub(super) fn of_related(order: &[Sort]) -> impl Iterator<Item = usize> + '_ {
    (0..order.len()).filter(|position| !order[*position].path.is_empty())
}

/// The layout with the values of related rows after all others.
pub(super) fn with_related(layout: Layout, info: &EntityInfo, order: &[Sort]) -> Layout {
    of_related(order)
        .fold(layout, |layout, position| layout.with_column(order[position].sorted_column(info).kind))
}

/// Joins the related rows that an order needs.
pub(super) fn join_related(
    query: &mut SelectStatement,
    source: TableAlias,
    order: &[Sort],
    predicates: &mut Predicates<'_>,
) -> Result<()> {
    for position in of_related(order) {
        join_path(query, source, position, (order[position].column, order[position].path), predicates)?;
    }
    Ok(())
}

/// Joins the related rows that lead to a value, and answers the value. `position` tells it apart from others of the statement.
pub(super) fn join_path(
    query: &mut SelectStatement,
    source: TableAlias,
    position: usize,
    (column, path): (usize, SortPath),
    predicates: &mut Predicates<'_>,
) -> Result<Expr> {
    let (mut info, mut column) = (source.info, column);
    let mut value = source.column(column);
    for (step, next) in path.columns().enumerate() {
        let target = info.columns[column].target().ok_or_else(|| {
            Error::internal("a way over relations leads through a column that is no relation")
        })?;
        let inner = predicates.next(target);
        let mut rows = predicates.rows_of(inner)?.ok_or_else(|| target.refused_to_read())?;
        rows.clear_selects();
        let mut read = vec![target.key().index];
        read.extend((next != target.key().index).then_some(next));
        for index in read {
            rows.expr_as(predicates.value(inner, index)?, Alias::new(target.columns[index].column));
        }
        let name = joined(position, step + 1);
        let key = Expr::col((name.clone(), target.key().column));
        query.join_subquery(JoinType::LeftJoin, rows, name.clone(), key.eq(value));
        value = Expr::col((name, target.columns[next].column));
        (info, column) = (target, next);
    }
    Ok(value)
}
