//! Counting a request for a rate limit: one statement, so that nodes count one after the other.

use sea_query::Values;

use crate::db::{Dialect, Layout, Statement, bind};
use crate::types::Kind;
use crate::value::Value;

/// Counts a request of a client at a time (in microseconds since 1970), if it is within the limit: an interval between
/// requests, and what a whole quota takes. Answers when nothing counts any more, and whether the request does.
pub(crate) fn count(
    dialect: Dialect,
    client: &str,
    now: i64,
    (interval, whole): (i64, i64),
) -> (Statement, Layout) {
    let (greatest, parameter) = match dialect {
        Dialect::Postgres => ("greatest", '$'),
        Dialect::Sqlite => ("max", '?'),
    };
    let next = format!("{greatest}(\"entify_rate_limit\".\"full_at\", {parameter}2) + {parameter}3");
    let fits = format!("{next} - {parameter}2 <= {parameter}4");
    let sql = format!(
        "INSERT INTO \"entify_rate_limit\" (\"client\", \"full_at\", \"taken\") \
         VALUES ({parameter}1, {parameter}2 + {parameter}3, {yes}) \
         ON CONFLICT (\"client\") DO UPDATE SET \"taken\" = ({fits}), \
         \"full_at\" = CASE WHEN {fits} THEN {next} ELSE \"entify_rate_limit\".\"full_at\" END \
         RETURNING \"full_at\", \"taken\"",
        yes = if dialect == Dialect::Postgres { "true" } else { "1" },
    );
    let client = bind(&Value::Text(client.to_owned()), Kind::Text, dialect);
    let numbers = [now, interval, whole].map(|number| bind(&Value::Int(number), Kind::I64, dialect));
    let values = std::iter::once(client).chain(numbers).collect();
    let layout = Layout::default().with_column(Kind::I64).with_column(Kind::Bool);
    (Statement::new(sql, Values(values)), layout)
}
