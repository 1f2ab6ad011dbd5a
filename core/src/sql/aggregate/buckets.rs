//! Where the span of time begins that a value lies in: a year, a month, a week, a day or an hour of local time.
//!
//! The database is told the offsets of the zone, and knows no zones by itself. Spans from a day on are answered as local times,
//! as if those were of UTC: when one was reached is known to [`ZoneOffsets::instant`]. Hours are answered as times of UTC, since a
//! local hour may come twice.

use sea_query::{CaseStatement, Expr, ExprTrait as _};

use crate::db::{Dialect, bind_list, literal};
use crate::query::{TimeUnit, ZoneOffsets};
use crate::types::Kind;
use crate::value::Value;

/// The beginning of the span of a date or a time, of the same type.
pub(super) fn beginning(
    value: Expr,
    kind: Kind,
    unit: TimeUnit,
    zone: &ZoneOffsets,
    dialect: Dialect,
) -> Expr {
    match (kind, dialect) {
        (Kind::Date, _) if unit == TimeUnit::Day => value,
        (Kind::Date, Dialect::Postgres) => {
            let sql = format!("date_trunc('{}', ($1)::timestamp)::date", unit.name());
            Expr::cust_with_exprs(sql, [value])
        }
        (Kind::Date, Dialect::Sqlite) => sqlite_date(value, unit),
        (_, Dialect::Postgres) => postgres_time(value, unit, zone),
        (_, Dialect::Sqlite) => sqlite_time(value, unit, zone),
    }
}

fn postgres_time(value: Expr, unit: TimeUnit, zone: &ZoneOffsets) -> Expr {
    let unit_name = unit.name();
    if zone.starts().is_empty() {
        let sql = format!("date_trunc('{unit_name}', ($1) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'");
        return Expr::cust_with_exprs(sql, [value]);
    }
    let starts = zone.starts().iter().filter_map(|start| chrono::DateTime::from_timestamp(*start, 0));
    let starts: Vec<Value> = starts.map(Value::DateTime).collect();
    let offsets: Vec<Value> = zone.offsets().iter().map(|offset| Value::Int((*offset).into())).collect();
    let starts = Expr::value(bind_list(&starts, Kind::DateTime, Dialect::Postgres));
    let offsets = Expr::value(bind_list(&offsets, Kind::I32, Dialect::Postgres));
    let offset = Expr::cust_with_exprs(
        "((SELECT a[i] FROM (SELECT $3 AS a, width_bucket($1, $2) + 1 AS i) AS x) * interval '1 second')",
        [value.clone(), starts, offsets],
    );
    let local = Expr::cust_with_exprs("($1 AT TIME ZONE 'UTC') + $2", [value, offset.clone()]);
    let begins = Expr::cust_with_exprs(format!("date_trunc('{unit_name}', $1)"), [local]);
    match unit {
        TimeUnit::Hour => Expr::cust_with_exprs("($1 - $2) AT TIME ZONE 'UTC'", [begins, offset]),
        _ => Expr::cust_with_exprs("$1 AT TIME ZONE 'UTC'", [begins]),
    }
}

fn sqlite_date(value: Expr, unit: TimeUnit) -> Expr {
    let sql = match unit {
        TimeUnit::Year => "strftime('%Y-01-01', ?)",
        TimeUnit::Month => "strftime('%Y-%m-01', ?)",
        TimeUnit::Week => "strftime('%Y-%m-%d', ?, 'weekday 0', '-6 days')",
        TimeUnit::Day | TimeUnit::Hour => "?",
    };
    Expr::cust_with_exprs(sql, [value])
}

fn sqlite_time(value: Expr, unit: TimeUnit, zone: &ZoneOffsets) -> Expr {
    // Of the fraction of a second SQLite's functions keep three digits, rounded: into the next day, at worst.
    let second = Expr::cust_with_exprs("substr(?, 1, 19)", [value.clone()]);
    let offset = sqlite_offset(&value, zone.starts(), zone.offsets());
    let modifier = Expr::cust_with_exprs("(?) || ' seconds'", [offset.clone()]);
    let format = |sql: &'static str| Expr::cust_with_exprs(sql, [second.clone(), modifier.clone()]);
    match unit {
        TimeUnit::Year => format("strftime('%Y-01-01T00:00:00.000000Z', ?, ?)"),
        TimeUnit::Month => format("strftime('%Y-%m-01T00:00:00.000000Z', ?, ?)"),
        TimeUnit::Week => format("strftime('%Y-%m-%dT00:00:00.000000Z', ?, ?, 'weekday 0', '-6 days')"),
        TimeUnit::Day => format("strftime('%Y-%m-%dT00:00:00.000000Z', ?, ?)"),
        TimeUnit::Hour => Expr::cust_with_exprs(
            "strftime('%Y-%m-%dT%H:%M:%S.000000Z', ?, (-(?)) || ' seconds')",
            [format("strftime('%Y-%m-%dT%H:00:00', ?, ?)"), offset],
        ),
    }
}

/// The offset at a time, by halving: SQLite has no search in a list.
fn sqlite_offset(value: &Expr, starts: &[i64], offsets: &[i32]) -> Expr {
    let middle = starts.len() / 2;
    let Some(start) = starts.get(middle).and_then(|start| chrono::DateTime::from_timestamp(*start, 0)) else {
        return Expr::cust(offsets.first().copied().unwrap_or(0).to_string());
    };
    // As the column has it: texts of times compare as the times do.
    let start = literal(&start.format("%Y-%m-%dT%H:%M:%S.000000Z").to_string(), Dialect::Sqlite);
    let before = sqlite_offset(value, &starts[..middle], &offsets[..=middle]);
    let after = sqlite_offset(value, &starts[middle + 1..], &offsets[middle + 1..]);
    CaseStatement::new().case(value.clone().lt(Expr::cust(start)), before).finally(after).into()
}
