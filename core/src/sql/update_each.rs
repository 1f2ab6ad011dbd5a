//! Changes of many rows, each to values of its own, in one statement.

use sea_query::{
    BinOper, Expr, ExprTrait as _, PostgresQueryBuilder, Query, SqliteQueryBuilder, TableRef,
    UpdateStatement, Value as Bound, ValueTuple,
};

use crate::db::{Dialect, Layout, Statement, bind};
use crate::entity::EntityInfo;
use crate::sql::dml;
use crate::value::Value;

/// The new values, as a table.
const NEW: &str = "entify_new";

/// What a row becomes.
#[derive(Debug, Clone)]
pub(crate) struct ChangedRow {
    pub(crate) key: Value,
    /// Values of the columns that are set, in their order.
    pub(crate) values: Vec<Value>,
}

/// Sets these columns of each row to values of its own; `updated_at` moves, and `version` counts, only where one of them
/// changes. Returns every column.
pub(crate) fn update_each(
    info: &'static EntityInfo,
    dialect: Dialect,
    columns: &[usize],
    rows: &[ChangedRow],
    now: &Value,
) -> (Statement, Layout) {
    let existing = |index: usize| Expr::col((info.def.table, info.columns[index].column));
    let new = |position: usize| Expr::col((NEW, name(position)));
    let mut query = Query::update();
    query.table(info.def.table);
    for (position, index) in columns.iter().enumerate() {
        query.value(info.columns[*index].column, new(position + 1));
    }
    let differs = columns.iter().enumerate().map(|(position, index)| {
        existing(*index).binary(BinOper::Custom("IS DISTINCT FROM"), new(position + 1))
    });
    if let Some(changed) = differs.reduce(Expr::or) {
        let stamp = |stamp: usize| Expr::value(bind(now, info.columns[stamp].kind, dialect));
        query.values(dml::engine_values(info, &changed, info.updated_at().map(stamp), existing));
    }
    query.from(new_values(info, dialect, columns, rows));
    query.and_where(existing(0).equals((NEW, name(0))));
    query.and_where_option(dml::deletion_filter_of(info));
    query.returning(dml::returning(info, dialect));
    let (sql, values) = build(&query, dialect);
    let layout = info.layout(info.all());
    let statement = dml::written(info, Statement::new(sql, values)).once();
    (Statement { returns_stored: true, ..statement }, layout)
}

/// The name of a new value: the key is the first.
fn name(position: usize) -> String {
    format!("entify_{position}")
}

/// The keys and the new values. The columns of VALUES are called alike in both dialects, as a column of the entity may be:
/// so they get other names.
fn new_values(
    info: &'static EntityInfo,
    dialect: Dialect,
    columns: &[usize],
    rows: &[ChangedRow],
) -> TableRef {
    let row = |row: &ChangedRow| -> ValueTuple {
        let key = bind(&row.key, info.key().kind, dialect);
        let values = columns
            .iter()
            .zip(&row.values)
            .map(|(index, value)| bind(value, info.columns[*index].kind, dialect));
        ValueTuple::Many(std::iter::once(key).chain(values).collect::<Vec<Bound>>())
    };
    let mut select = Query::select();
    for position in 0..=columns.len() {
        select.expr_as(Expr::col(format!("column{}", position + 1)), name(position));
    }
    select.from_values(rows.iter().map(row), "entify_rows");
    TableRef::SubQuery(Box::new(select), sea_query::IntoIden::into_iden(NEW))
}

fn build(query: &UpdateStatement, dialect: Dialect) -> (String, sea_query::Values) {
    match dialect {
        Dialect::Postgres => query.build(PostgresQueryBuilder),
        Dialect::Sqlite => query.build(SqliteQueryBuilder),
    }
}
