//! Drawing numbers: one statement for all parents, which waits for others that number rows of the same.

use sea_query::{Expr, ExprTrait as _, Func, OnConflict, PostgresQueryBuilder, Query, SqliteQueryBuilder};

use crate::db::{Dialect, Layout, Statement, bind};
use crate::entity::EntityInfo;
use crate::types::Kind;
use crate::value::Value;

/// The table of the numbers that were given last.
const TABLE: &str = "entify_sequence";

/// The rows to be numbered within one parent.
#[derive(Debug)]
pub(crate) struct Drawing<'v> {
    /// What they are counted within, and its value; nothing where all rows are counted.
    pub(crate) parent: Option<(usize, &'v Value)>,
    /// The parent's value as text; empty where all rows are counted.
    pub(crate) text: String,
    /// How many.
    pub(crate) count: i64,
}

/// Draws numbers for a column; returns each parent's text with the last of its numbers. They follow those that were drawn
/// before, and what the table itself holds.
pub(crate) fn draw(
    info: &'static EntityInfo,
    dialect: Dialect,
    column: usize,
    drawings: &[Drawing<'_>],
) -> (Statement, Layout) {
    let number = info.columns[column].column;
    let text = |text: &str| Expr::value(bind(&Value::Text(text.to_owned()), Kind::Text, dialect));
    let name = format!("{}.{number}", info.def.table);
    let mut query = Query::insert();
    query.into_table(TABLE).columns(["name", "parent", "last", "drawn"]);
    for Drawing { parent, text: within, count } in drawings {
        let mut greatest = Query::select();
        greatest.expr(Func::coalesce([Expr::col(number).max(), Expr::cust("0")])).from(info.def.table);
        if let Some((column, value)) = parent {
            let column = &info.columns[*column];
            greatest.and_where(Expr::col(column.column).eq(Expr::value(bind(value, column.kind, dialect))));
        }
        let count = || Expr::value(bind(&Value::Int(*count), Kind::I64, dialect));
        let last = Expr::SubQuery(None, Box::new(greatest.into())).add(count());
        // The values are as many as the columns.
        query.values_panic([text(&name), text(within), last, count()]);
    }
    let given = |column: &'static str| Expr::col(("excluded", column));
    let next = || Expr::col((TABLE, "last")).add(given("drawn"));
    let last = Expr::case(given("last").gt(next()), given("last")).finally(next());
    let mut clause = OnConflict::columns(["name", "parent"]);
    clause.values([("last", last.into()), ("drawn", given("drawn"))]);
    query.on_conflict(clause).returning(Query::returning().columns(["parent", "last"]));
    let (sql, values) = match dialect {
        Dialect::Postgres => query.build(PostgresQueryBuilder),
        Dialect::Sqlite => query.build(SqliteQueryBuilder),
    };
    let layout = Layout::default().with_column(Kind::Text).with_column(Kind::I64);
    (Statement::new(sql, values), layout)
}
