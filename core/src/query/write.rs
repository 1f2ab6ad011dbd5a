//! INSERT, UPDATE and DELETE statements. Values come back by RETURNING; nothing is read a second time.

use sea_query::{
    BinOper, DeleteStatement, Expr, ExprTrait as _, Func, InsertStatement, PostgresQueryBuilder, Query,
    SqliteQueryBuilder, UpdateStatement, Values,
};

use crate::db::{Dialect, Layout, Statement, bind};
use crate::entity::{ColumnSet, EntityInfo};
use crate::query::computed;
use crate::query::statement::Shape;
use crate::value::Value;

/// New rows with these columns set, in the order of the set; answers every column.
pub(crate) fn insert(
    info: &'static EntityInfo,
    dialect: Dialect,
    columns: ColumnSet,
    rows: &[Vec<Value>],
) -> (Statement, Layout) {
    let bound = |row: &Vec<Value>| {
        columns
            .iter()
            .zip(row)
            .map(|(index, value)| bind(value, info.columns[index].kind, dialect))
            .collect::<Vec<_>>()
    };
    let values = Values(rows.iter().flat_map(bound).collect());
    let build = || {
        let mut query = Query::insert();
        query.into_table(info.def.table).columns(columns.iter().map(|index| info.columns[index].column));
        for row in rows {
            query.values_panic(bound(row).into_iter().map(Expr::value));
        }
        query.returning(returning(info, dialect));
        text_of(&Write::Insert(&query), dialect)
    };
    let sql = if rows.len() == 1 {
        info.statements.get(dialect, Shape::Insert { columns }, build)
    } else {
        build().into()
    };
    (Statement::new(sql, values), Layout::of(info, info.all()))
}

/// Sets columns of a row; `updated_at` moves only when one of them changes. Answers every column.
pub(crate) fn update(
    info: &'static EntityInfo,
    dialect: Dialect,
    key: &Value,
    changes: &[(usize, Value)],
    now: &Value,
) -> (Statement, Layout) {
    let columns: ColumnSet = changes.iter().map(|(index, _)| *index).collect();
    let value = |index: usize, value: &Value| bind(value, info.columns[index].kind, dialect);
    let mut values: Vec<_> = changes.iter().map(|(index, new)| value(*index, new)).collect();
    values.extend(changes.iter().map(|(index, new)| value(*index, new)));
    values.push(value(info.updated_at(), now));
    values.push(value(0, key));
    let sql = info.statements.get(dialect, Shape::Update { columns }, || {
        let stamp = info.columns[info.updated_at()].column;
        let mut query = Query::update();
        query.table(info.def.table);
        for (index, new) in changes {
            query.value(info.columns[*index].column, Expr::value(value(*index, new)));
        }
        let changed = changes.iter().map(|(index, new)| {
            let column = Expr::col(info.columns[*index].column);
            let new = Expr::value(value(*index, new));
            column.binary(BinOper::Custom("IS DISTINCT FROM"), new)
        });
        if let Some(changed) = changed.reduce(Expr::or) {
            let new = Expr::value(value(info.updated_at(), now));
            query.value(stamp, Expr::case(changed, new).finally(Expr::col(stamp)));
        }
        query.and_where(Expr::col(info.key().column).eq(Expr::value(value(0, key))));
        query.returning(returning(info, dialect));
        text_of(&Write::Update(&query), dialect)
    });
    (Statement::new(sql, Values(values)), Layout::of(info, info.all()))
}

/// Removes a row; answers what it was.
pub(crate) fn delete(info: &'static EntityInfo, dialect: Dialect, key: &Value) -> (Statement, Layout) {
    let bound = bind(key, info.key().kind, dialect);
    let sql = info.statements.get(dialect, Shape::Delete, || {
        let mut query = Query::delete();
        query.from_table(info.def.table);
        query.and_where(Expr::col(info.key().column).eq(Expr::value(bound.clone())));
        query.returning(returning(info, dialect));
        text_of(&Write::Delete(&query), dialect)
    });
    (Statement::new(sql, Values(vec![bound])), Layout::of(info, info.all()))
}

/// Lets the identity column of a PostgreSQL table continue after its greatest key.
pub(crate) fn continue_identity(info: &'static EntityInfo) -> Statement {
    let (table, key) = (info.def.table, info.key().column);
    let mut greatest = Query::select();
    greatest.expr(Expr::col(key).max()).from(table);
    let sequence =
        Func::cust("pg_get_serial_sequence").arg(Expr::value(format!("\"{table}\""))).arg(Expr::value(key));
    let next = Func::coalesce([Expr::SubQuery(None, Box::new(greatest.into())).add(1), Expr::cust("1")]);
    let mut query = Query::select();
    query.expr(
        Func::cust("setval").arg(Expr::from(sequence).cast_as("regclass")).arg(next).arg(Expr::cust("false")),
    );
    let (sql, values) = query.build(PostgresQueryBuilder);
    Statement::new(sql, values)
}

/// Puts off the checks of references to the end of the transaction.
pub(crate) fn defer_references(dialect: Dialect) -> Statement {
    let sql = match dialect {
        Dialect::Postgres => "SET CONSTRAINTS ALL DEFERRED",
        Dialect::Sqlite => "PRAGMA defer_foreign_keys = ON",
    };
    Statement::new(sql, sea_query::Values(Vec::new()))
}

fn returning(info: &EntityInfo, dialect: Dialect) -> sea_query::ReturningClause {
    Query::returning().exprs(info.columns.iter().map(|column| match column.computed() {
        None => Expr::col(column.column),
        Some(parts) => computed::expression(info, column, parts, info.def.table, dialect),
    }))
}

enum Write<'q> {
    Insert(&'q InsertStatement),
    Update(&'q UpdateStatement),
    Delete(&'q DeleteStatement),
}

fn text_of(query: &Write<'_>, dialect: Dialect) -> String {
    macro_rules! build {
        ($builder:expr) => {
            match query {
                Write::Insert(query) => query.build($builder).0,
                Write::Update(query) => query.build($builder).0,
                Write::Delete(query) => query.build($builder).0,
            }
        };
    }
    match dialect {
        Dialect::Postgres => build!(PostgresQueryBuilder),
        Dialect::Sqlite => build!(SqliteQueryBuilder),
    }
}
