//! The rows that an INSERT is given.

use sea_query::{Alias, Expr, Func, InsertStatement, Order, Query, SelectStatement};

use crate::db::{Columns, Dialect, bind, columns};
use crate::entity::{ColumnSet, EntityInfo};
use crate::value::Value;

/// The column that numbers the rows.
const PLACE: &str = "entify_place";

/// How rows stand in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'r> {
    /// A value for each cell.
    Cells(&'r [Vec<Value>]),
    /// An array for each column, whatever the number of rows.
    Arrays,
}

impl Given<'_> {
    /// The INSERT of these columns.
    pub(crate) fn insert(
        self,
        info: &'static EntityInfo,
        dialect: Dialect,
        columns: ColumnSet,
    ) -> InsertStatement {
        let mut query = Query::insert();
        query.into_table(info.def.table).columns(columns.iter().map(|index| info.columns[index].column));
        match self {
            Self::Cells(rows) => {
                for row in rows {
                    query.values_panic(row_of(info, dialect, columns, row).into_iter().map(Expr::value));
                }
            }
            Self::Arrays => {
                // It would fail if it had another number of columns.
                let _ = query.select_from(unnested(info, columns));
            }
        }
        query
    }
}

/// The rows of the arrays, each of which is a parameter. Keys are given out in the order of the rows, which only ORDER
/// BY promises.
fn unnested(info: &EntityInfo, columns: ColumnSet) -> SelectStatement {
    let names = || columns.iter().map(|index| info.columns[index].column);
    let mut rows = Query::select();
    for (place, name) in names().enumerate() {
        let array = Expr::cust(format!("${}", place + 1));
        rows.expr_as(Func::cust("unnest").arg(array), Alias::new(name));
    }
    rows.expr_as(Expr::cust("generate_subscripts($1, 1)"), Alias::new(PLACE));
    Query::select().columns(names()).from_subquery(rows, "given").order_by(PLACE, Order::Asc).take()
}

/// The values of a row, bound.
pub(crate) fn row_of(
    info: &EntityInfo,
    dialect: Dialect,
    columns: ColumnSet,
    row: &[Value],
) -> Vec<sea_query::Value> {
    columns.iter().zip(row).map(|(index, value)| bind(value, info.columns[index].kind, dialect)).collect()
}

/// The values of many rows as arrays, where the engine takes them.
pub(crate) fn arrays(
    info: &EntityInfo,
    dialect: Dialect,
    set: ColumnSet,
    rows: &[Vec<Value>],
) -> Option<Columns> {
    let kinds: Vec<_> = set.iter().map(|index| info.columns[index].kind).collect();
    columns(dialect, &kinds, rows)
}
