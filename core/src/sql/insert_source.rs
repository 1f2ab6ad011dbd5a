//! The rows that an INSERT writes.

use std::sync::Arc;

use sea_query::{Alias, Expr, Func, InsertStatement, Order, Query, SelectStatement, Values};

use crate::db::{Dialect, Statement, bind, bind_columns};
use crate::entity::EntityInfo;
use crate::value::{ColumnSet, Value};

/// The column that numbers the rows.
const POSITION: &str = "entify_position";

/// How rows are written in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) enum InsertSource<'r> {
    /// A value for each cell.
    Cells(&'r [Vec<Value>]),
    /// An array for each column, whatever the number of rows.
    Arrays,
}

impl InsertSource<'_> {
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

/// The rows of the arrays, each of which is a parameter. Keys are assigned in the order of the rows, which only ORDER
/// BY guarantees.
fn unnested(info: &EntityInfo, columns: ColumnSet) -> SelectStatement {
    let names = || columns.iter().map(|index| info.columns[index].column);
    let mut rows = Query::select();
    for (index, name) in names().enumerate() {
        let array = Expr::cust(format!("${}", index + 1));
        rows.expr_as(Func::cust("unnest").arg(array), Alias::new(name));
    }
    rows.expr_as(Expr::cust("generate_subscripts($1, 1)"), Alias::new(POSITION));
    Query::select().columns(names()).from_subquery(rows, "new_rows").order_by(POSITION, Order::Asc).take()
}

/// The values of a row, bound.
fn row_of(info: &EntityInfo, dialect: Dialect, columns: ColumnSet, row: &[Value]) -> Vec<sea_query::Value> {
    columns.iter().zip(row).map(|(index, value)| bind(value, info.columns[index].kind, dialect)).collect()
}

/// The INSERT of rows, which sets these columns. `build` writes its text; `cached_text` caches the text for one row, or
/// for any number of them, so that it is built once.
pub(crate) fn statement(
    info: &EntityInfo,
    dialect: Dialect,
    set: ColumnSet,
    rows: &[Vec<Value>],
    build: impl Fn(InsertSource<'_>) -> (String, Values),
    cached_text: impl Fn(bool, &dyn Fn() -> String) -> Arc<str>,
) -> Statement {
    let one = |row| cached_text(false, &|| build(InsertSource::Cells(std::slice::from_ref(row))).0);
    let bound = |row: &Vec<Value>| row_of(info, dialect, set, row);
    match rows {
        [row] => Statement::new(one(row), Values(bound(row))),
        [first, ..] if dialect == Dialect::Sqlite => {
            let text = repeated(&one(first), set.len(), rows.len());
            Statement::new(text, Values(rows.iter().flat_map(bound).collect())).once()
        }
        _ => {
            let kinds: Vec<_> = set.iter().map(|index| info.columns[index].kind).collect();
            match bind_columns(dialect, &kinds, rows) {
                Some(arrays) => {
                    Statement::of_columns(cached_text(true, &|| build(InsertSource::Arrays).0), arrays)
                }
                None => {
                    let (text, values) = build(InsertSource::Cells(rows));
                    Statement::new(text, values).once()
                }
            }
        }
    }
}

/// The text of an INSERT of one row, for so many rows. Only in a dialect that does not number what it binds.
fn repeated(text: &str, columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    text.replacen(&row, &vec![row.as_str(); rows].join(", "), 1)
}
