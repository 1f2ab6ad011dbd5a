//! The measures of groups in plain Rust, over the rows in memory.

use std::cmp::Ordering;

use chrono::{
    DateTime, Datelike as _, Duration, NaiveDateTime, NaiveTime, Offset as _, TimeZone as _, Timelike as _,
    Utc,
};
use chrono_tz::Tz;
use entify::entity::{Entity as _, Op};
use entify::prelude::*;
use entify::query::{
    AggregateQuery, Direction, Group, GroupKey, GroupSortBy, Having, Measure, Nulls, TimeUnit,
};
use entify::types::Function;
use entify::value::Value;

use super::{Sale, SaleRow, Shop, State, World};

/// Digits after the point that numbers are kept with.
const UNIT: i128 = 1_000_000_000_000_000_000;

/// The value of a column of a sale.
fn value(row: &SaleRow, name: &str) -> Value {
    let input = &row.input;
    let text = |text: &Option<String>| text.clone().map_or(Value::Null, Value::Text);
    let decimal = |number: Option<Decimal>| number.map_or(Value::Null, Value::Decimal);
    match name {
        "id" => Value::Int(row.id),
        "seller" => Value::Text(input.seller.clone()),
        "state" => state(input.state),
        "open" => Value::Bool(input.open),
        "at" => Value::DateTime(input.at),
        "day" => input.day.map_or(Value::Null, Value::Date),
        "pieces" => input.pieces.map_or(Value::Null, |number| Value::Int(number.into())),
        "big" => Value::Int(input.big),
        "total" => decimal(input.total),
        "exact" => decimal(input.exact),
        "note" => text(&input.note),
        "weight" => input.weight.map_or(Value::Null, Value::Float),
        other => panic!("no field {other}"),
    }
}

fn state(state: State) -> Value {
    use entify::types::Scalar as _;
    state.into_value()
}

/// What a reader sees of a world.
#[derive(Clone, Copy)]
pub(super) struct Judge<'w> {
    pub(super) world: &'w World,
    /// All rows, or those of one subject.
    pub(super) subject: Option<&'w str>,
}

impl Judge<'_> {
    fn sales(&self) -> impl Iterator<Item = &SaleRow> {
        self.world.sales.iter().filter(|row| self.subject.is_none_or(|subject| row.input.seller == subject))
    }

    fn column(&self, row: &SaleRow, column: usize) -> Value {
        let name = Sale::def().info().columns[column].name;
        match name {
            "shop_id" => row.shop.map_or(Value::Null, |shop| Value::Int(self.world.shops[shop].0)),
            name => value(row, name),
        }
    }

    fn key(&self, row: &SaleRow, key: GroupKey, zone: Tz) -> Value {
        let mut path = key.path.columns();
        let value = match path.next() {
            None => self.column(row, key.column),
            Some(column) => {
                let seen =
                    |shop: &&super::ShopInput| self.subject.is_none_or(|subject| shop.keeper == subject);
                let shop = row.shop.map(|shop| &self.world.shops[shop].1).filter(seen);
                match (Shop::def().info().columns[column].name, shop) {
                    (_, None) => Value::Null,
                    ("country", Some(shop)) => shop.country.clone().map_or(Value::Null, Value::Text),
                    ("keeper", Some(shop)) => Value::Text(shop.keeper.clone()),
                    (other, _) => panic!("no key {other}"),
                }
            }
        };
        match (value, key.unit) {
            (Value::DateTime(time), Some(unit)) => Value::DateTime(beginning(time, unit, zone)),
            (Value::Date(date), Some(unit)) => {
                let midnight = truncated(date.and_time(NaiveTime::MIN), unit);
                Value::Date(midnight.date())
            }
            (Value::Decimal(number), _) => Value::Decimal(number.normalize()),
            (value, _) => value,
        }
    }

    /// The groups, and whether there are more.
    pub(super) fn groups(
        &self,
        query: &AggregateQuery,
        passes: impl Fn(&SaleRow) -> bool,
    ) -> (Vec<Group>, bool) {
        let zone: Tz = query.time_zone.as_deref().unwrap_or("UTC").parse().expect("a zone");
        let mut found: Vec<(Vec<Value>, Vec<&SaleRow>)> = Vec::new();
        if query.group.is_empty() {
            found.push((Vec::new(), Vec::new()));
        }
        for row in self.sales().filter(|row| passes(row)) {
            let keys: Vec<Value> = query.group.iter().map(|key| self.key(row, *key, zone)).collect();
            match found
                .iter_mut()
                .find(|(known, _)| known.iter().zip(&keys).all(|(a, b)| compare(a, b).is_eq()))
            {
                Some((_, rows)) => rows.push(row),
                None => found.push((keys, vec![row])),
            }
        }
        found.retain(|(_, rows)| self.having(&query.having, rows));
        let by = |(keys, rows): &(Vec<Value>, Vec<&SaleRow>), by: GroupSortBy| match by {
            GroupSortBy::Key(position) => keys[position].clone(),
            GroupSortBy::Measure(measure) => self.exact(measure, rows),
        };
        found.sort_by(|left, right| {
            let requested = query.order.iter().map(|sort| {
                let (a, b) = (by(left, sort.by), by(right, sort.by));
                ordered(&a, &b, sort.direction, sort.nulls)
            });
            let keys = (0..query.group.len())
                .map(|position| ordered(&left.0[position], &right.0[position], Direction::Asc, Nulls::Last));
            requested.chain(keys).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        let limit = query.limit() as usize;
        let mut more = false;
        if query.per.is_empty() {
            more = !query.group.is_empty() && found.len() > limit;
            found.truncate(if query.group.is_empty() { 1 } else { limit });
        } else {
            let common = |keys: &[Value]| query.per.iter().map(|at| keys[*at].clone()).collect::<Vec<_>>();
            let mut kept: Vec<(Vec<Value>, usize)> = Vec::new();
            found.retain(|(keys, _)| {
                let common = common(keys);
                let same = |known: &Vec<Value>| known.iter().zip(&common).all(|(a, b)| compare(a, b).is_eq());
                if let Some((_, count)) = kept.iter_mut().find(|(known, _)| same(known)) {
                    *count += 1;
                    return *count <= limit;
                }
                kept.push((common, 1));
                true
            });
            // Stable: within a part the order stays.
            found.sort_by(|left, right| {
                let parts = query
                    .per
                    .iter()
                    .map(|at| ordered(&left.0[*at], &right.0[*at], Direction::Asc, Nulls::Last));
                parts.into_iter().find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
            });
        }
        let groups = found.into_iter().map(|(keys, rows)| {
            let measures = query.measures.iter().map(|measure| self.measure(*measure, &rows)).collect();
            Group { keys, measures }
        });
        (groups.collect(), more)
    }

    fn having(&self, having: &Having, rows: &[&SaleRow]) -> bool {
        match having {
            Having::All(parts) => parts.iter().all(|part| self.having(part, rows)),
            Having::Any(parts) => parts.iter().any(|part| self.having(part, rows)),
            Having::Not(inner) => !self.having(inner, rows),
            Having::Measure(measure, op) => test(&self.exact(*measure, rows), op),
        }
    }

    /// The measure as it is compared: sums of whole numbers as decimals of any size.
    fn exact(&self, measure: Measure, rows: &[&SaleRow]) -> Value {
        self.measure(measure, rows)
    }

    fn measure(&self, measure: Measure, rows: &[&SaleRow]) -> Value {
        let info = Sale::def().info();
        let column = &info.columns[measure.column];
        let values: Vec<Value> = rows
            .iter()
            .map(|row| self.column(row, measure.column))
            .filter(|value| !value.is_null())
            .collect();
        if measure.function == Function::Count {
            return Value::Int(i64::try_from(rows.len()).expect("a number"));
        }
        if values.is_empty() {
            return Value::Null;
        }
        let least = || values.iter().min_by(|a, b| compare(a, b)).cloned().expect("a value");
        let greatest = || values.iter().max_by(|a, b| compare(a, b)).cloned().expect("a value");
        let scale = column.field.and_then(|field| field.scale);
        match (measure.function, &values[0]) {
            (Function::Min, _) => declared(least(), scale),
            (Function::Max, _) => declared(greatest(), scale),
            (function, Value::Float(_)) => {
                let sum: f64 = values
                    .iter()
                    .map(|value| if let Value::Float(value) = value { *value } else { 0.0 })
                    .sum();
                #[allow(clippy::cast_precision_loss)]
                Value::Float(if function == Function::Sum { sum } else { sum / values.len() as f64 })
            }
            (Function::Sum, Value::Int(_)) if measure.kind(info) == Some(entify::types::Kind::I64) => {
                let sum: i128 = values.iter().map(whole).sum();
                Value::Int(i64::try_from(sum).expect("rows whose sum fits"))
            }
            (Function::Sum, Value::Int(_)) => {
                Value::Decimal(Decimal::from_i128_with_scale(values.iter().map(whole).sum(), 0))
            }
            (Function::Sum, _) => {
                let sum = values.iter().map(units).sum::<i128>();
                declared(Value::Decimal(decimal(sum, 18)), scale)
            }
            (Function::Avg, first) => {
                let count = i128::try_from(values.len()).expect("a number");
                Value::Decimal(match (first, scale) {
                    (Value::Int(_), _) => quotient(values.iter().map(whole).sum(), count, 6),
                    (_, Some(scale)) => quotient(values.iter().map(units).sum(), count * UNIT, scale + 6),
                    (_, None) => quotient(values.iter().map(units).sum(), count * UNIT, 28),
                })
            }
            (Function::Count, _) => unreachable!("counted above"),
        }
    }
}

/// A quotient rounded half away from zero to so many digits after the point, of which those are kept that fit into 28 in all.
/// Digit by digit, as by hand.
fn quotient(dividend: i128, divisor: i128, digits: u32) -> Decimal {
    let (mut left, mut all) = (dividend.abs() % divisor, (dividend.abs() / divisor).to_string());
    let whole = all.len();
    for _ in 0..digits {
        left *= 10;
        all.push_str(&(left / divisor).to_string());
        left %= divisor;
    }
    if left * 2 >= divisor {
        let nines = all.len() - all.trim_end_matches('9').len();
        let at = all.len() - nines;
        let zeros = "0".repeat(nines);
        all = match at.checked_sub(1) {
            None => format!("1{zeros}"),
            Some(last) => {
                let next = all[last..at].parse::<u8>().expect("a digit") + 1;
                format!("{}{next}{zeros}", &all[..last])
            }
        };
    }
    let whole = whole.max(all.len() - digits as usize);
    let fraction = 28_usize.saturating_sub(whole).min(digits as usize);
    let sign = if dividend < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{}", &all[..whole], &all[whole..whole + fraction]);
    text.parse::<Decimal>().expect("a decimal").normalize()
}

/// Without zeros at the end, so that a decimal holds it.
fn decimal(mut digits: i128, mut scale: u32) -> Decimal {
    while scale > 0 && digits % 10 == 0 {
        (digits, scale) = (digits / 10, scale - 1);
    }
    Decimal::from_i128_with_scale(digits, scale)
}

fn declared(value: Value, scale: Option<u32>) -> Value {
    match value {
        Value::Decimal(number) => {
            let mut number = number.normalize();
            if let Some(scale) = scale {
                number.rescale(scale);
            }
            Value::Decimal(number)
        }
        value => value,
    }
}

fn whole(value: &Value) -> i128 {
    match value {
        Value::Int(number) => i128::from(*number),
        other => panic!("no whole number: {other:?}"),
    }
}

fn units(value: &Value) -> i128 {
    match value {
        Value::Decimal(number) => number.mantissa() * 10_i128.pow(18 - number.scale()),
        other => panic!("no number: {other:?}"),
    }
}

fn test(value: &Value, op: &Op) -> bool {
    let order = |to: &Value| (!value.is_null()).then(|| compare(value, to));
    match op {
        Op::IsNull(null) => value.is_null() == *null,
        Op::Eq(to) => order(to).is_some_and(Ordering::is_eq),
        Op::Ne(to) => order(to).is_some_and(Ordering::is_ne),
        Op::Gt(to) => order(to).is_some_and(Ordering::is_gt),
        Op::Gte(to) => order(to).is_some_and(Ordering::is_ge),
        Op::Lt(to) => order(to).is_some_and(Ordering::is_lt),
        Op::Lte(to) => order(to).is_some_and(Ordering::is_le),
        Op::In(values) => values.iter().any(|to| order(to).is_some_and(Ordering::is_eq)),
        Op::NotIn(values) => {
            !value.is_null() && !values.iter().any(|to| order(to).is_some_and(Ordering::is_eq))
        }
        other => panic!("not drawn: {other:?}"),
    }
}

fn ordered(left: &Value, right: &Value, direction: Direction, nulls: Nulls) -> Ordering {
    let nulls = |order: Ordering| if nulls == Nulls::First { order } else { order.reverse() };
    match (left.is_null(), right.is_null()) {
        (true, true) => Ordering::Equal,
        (true, false) => nulls(Ordering::Less),
        (false, true) => nulls(Ordering::Greater),
        (false, false) if direction == Direction::Asc => compare(left, right),
        (false, false) => compare(right, left),
    }
}

fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Int(a), Value::Decimal(b)) => Decimal::from(*a).cmp(b),
        (Value::Decimal(a), Value::Int(b)) => a.cmp(&Decimal::from(*b)),
        (Value::Decimal(a), Value::Decimal(b)) => a.cmp(b),
        (Value::Float(a), Value::Float(b)) => a.total_cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Enum(a), Value::Enum(b)) => a.wire.cmp(b.wire),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.cmp(b),
        (a, b) => panic!("not comparable: {a:?} {b:?}"),
    }
}

fn truncated(local: NaiveDateTime, unit: TimeUnit) -> NaiveDateTime {
    let date = local.date();
    let midnight = |date: chrono::NaiveDate| date.and_time(NaiveTime::MIN);
    match unit {
        TimeUnit::Year => midnight(date.with_ordinal(1).expect("a date")),
        TimeUnit::Month => midnight(date.with_day(1).expect("a date")),
        TimeUnit::Week => midnight(date - Duration::days(date.weekday().num_days_from_monday().into())),
        TimeUnit::Day => midnight(date),
        TimeUnit::Hour => date.and_hms_opt(local.hour(), 0, 0).expect("a time"),
    }
}

/// The beginning of a span of time, by looking at each minute.
pub(super) fn beginning(time: DateTime<Utc>, unit: TimeUnit, zone: Tz) -> DateTime<Utc> {
    let local = |time: DateTime<Utc>| time.with_timezone(&zone);
    let begins = truncated(local(time).naive_local(), unit);
    if unit == TimeUnit::Hour {
        let offset = local(time).offset().fix();
        let same = |time: DateTime<Utc>| {
            let at = local(time);
            at.offset().fix() == offset && truncated(at.naive_local(), unit) == begins
        };
        let mut start = DateTime::from_timestamp(time.timestamp().div_euclid(60) * 60, 0).expect("a time");
        while same(start - Duration::minutes(1)) {
            start -= Duration::minutes(1);
        }
        return start;
    }
    let mut at = begins;
    loop {
        match zone.from_local_datetime(&at) {
            chrono::LocalResult::Single(start) | chrono::LocalResult::Ambiguous(start, _) => {
                return start.with_timezone(&Utc);
            }
            chrono::LocalResult::None => at += Duration::minutes(1),
        }
    }
}
