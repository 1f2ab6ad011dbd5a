//! Measures of random rows, on both databases, beside what plain integers say.

use rust_decimal::prelude::ToPrimitive as _;
use sea_query::{Expr, Values};

use super::Measure;
use crate::db::{DECIMAL_COLLATION, Dialect, Layout, Statement, postgres_type, quoted, value_literal};
use crate::testing::{Backend, TestDb};
use crate::types::{Decimal, Function, Kind};
use crate::value::Value;

/// Numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }

    /// A number of up to so many digits, often a short or an extreme one.
    fn units(&mut self, digits: u32) -> i128 {
        let most = 10_i128.pow(digits) - 1;
        let units = match self.next(6) {
            0 => 0,
            1 => most,
            2 => i128::from(self.next(1000)).min(most),
            _ => {
                let wide = i128::from(self.next(1 << 31)) << 93 | i128::from(self.next(1 << 31)) << 62;
                let low = i128::from(self.next(1 << 31)) << 31 | i128::from(self.next(1 << 31));
                let length = u32::try_from(self.next(u64::from(digits))).unwrap_or_default() + 1;
                (wide | low) % 10_i128.pow(length)
            }
        };
        if self.next(2) == 0 { -units } else { units }
    }
}

/// What is measured: values of a kind, as whole numbers of units of so many digits after the point.
#[derive(Debug, Clone, Copy)]
struct Case {
    kind: Kind,
    scale: Option<u32>,
    unit_digits: u32,
    digits: u32,
}

const CASES: [Case; 9] = [
    Case { kind: Kind::I16, scale: None, unit_digits: 0, digits: 4 },
    Case { kind: Kind::I32, scale: None, unit_digits: 0, digits: 9 },
    Case { kind: Kind::I64, scale: None, unit_digits: 0, digits: 18 },
    Case { kind: Kind::Decimal, scale: Some(0), unit_digits: 0, digits: 27 },
    Case { kind: Kind::Decimal, scale: Some(2), unit_digits: 2, digits: 27 },
    Case { kind: Kind::Decimal, scale: Some(9), unit_digits: 9, digits: 27 },
    Case { kind: Kind::Decimal, scale: Some(27), unit_digits: 27, digits: 27 },
    Case { kind: Kind::Decimal, scale: None, unit_digits: 10, digits: 20 },
    Case { kind: Kind::Decimal, scale: None, unit_digits: 0, digits: 27 },
];

impl Case {
    fn value(self, units: Option<i128>) -> Value {
        match (units, self.kind) {
            (None, _) => Value::Null,
            (Some(units), Kind::Decimal) => {
                let number = Decimal::from_i128_with_scale(units, self.unit_digits);
                Value::Decimal(if self.scale.is_none() { number.normalize() } else { number })
            }
            (Some(units), _) => Value::Int(units.to_i64().expect("an integer")),
        }
    }

    /// The judge.
    fn expected(self, function: Function, rows: &[Option<i128>]) -> Value {
        let values: Vec<i128> = rows.iter().copied().flatten().collect();
        let sum: i128 = values.iter().sum();
        let Ok(count) = i128::try_from(values.len()) else { panic!("too many rows") };
        match function {
            Function::Count => Value::Int(i64::try_from(rows.len()).expect("a number")),
            _ if values.is_empty() => Value::Null,
            Function::Min => self.value(values.iter().min().copied()),
            Function::Max => self.value(values.iter().max().copied()),
            Function::Sum if matches!(self.kind, Kind::I64 | Kind::Decimal) => {
                Value::Decimal(Decimal::from_i128_with_scale(sum, self.unit_digits))
            }
            Function::Sum => Value::Int(sum.to_i64().expect("a small sum")),
            Function::Avg => {
                let digits = self.function_digits();
                let ten = |digits: u32| 10_i128.pow(digits);
                // As many digits as fit beside those before the point.
                let whole = (sum.abs() / count / ten(self.unit_digits)).to_string().len();
                let whole = u32::try_from(whole).expect("a length");
                let (quotient, rest) = (sum.abs() / count, sum.abs() % count);
                let kept = digits.min(28_u32.saturating_sub(whole));
                let (mut units, mut left) = (quotient, rest);
                let (steps, all) = (kept.saturating_sub(self.unit_digits), digits - self.unit_digits);
                for _ in 0..steps {
                    units = units * 10 + left * 10 / count;
                    left = left * 10 % count;
                }
                // What does not fit is cut off after the last digit was rounded, which carries through nines alone.
                let mut carries = true;
                for _ in steps..all {
                    carries &= left * 10 / count == 9;
                    left = left * 10 % count;
                }
                units += i128::from(carries && left * 2 >= count);
                let units = units / ten(self.unit_digits.saturating_sub(kept)) * sum.signum();
                Value::Decimal(Decimal::from_i128_with_scale(units, kept))
            }
        }
    }

    fn function_digits(self) -> u32 {
        Function::Avg.scale(self.kind, self.scale).expect("a scale")
    }
}

/// Rows of groups as a table in a statement: `"g"`, and the value `"x"`.
fn table(case: Case, groups: &[Vec<Option<i128>>], dialect: Dialect) -> String {
    let (of, after) = match (dialect, case.kind, case.scale) {
        (Dialect::Postgres, Kind::Decimal, Some(scale)) => (format!("numeric(28, {scale})"), String::new()),
        (Dialect::Postgres, kind, _) => (postgres_type(kind), String::new()),
        (Dialect::Sqlite, Kind::Decimal, _) => ("text".to_owned(), format!(" COLLATE {DECIMAL_COLLATION}")),
        (Dialect::Sqlite, ..) => ("integer".to_owned(), String::new()),
    };
    let rows = groups.iter().enumerate().flat_map(|(group, rows)| rows.iter().map(move |row| (group, row)));
    let rows = rows.map(|(group, row)| {
        let value = value_literal(&case.value(*row), case.kind, dialect).unwrap_or_else(|| "NULL".to_owned());
        format!("({group}, {value})")
    });
    let rows = rows.collect::<Vec<_>>().join(", ");
    let names = match dialect {
        Dialect::Postgres => "\"column1\" AS \"g\", CAST(\"column2\" AS",
        Dialect::Sqlite => "column1 AS \"g\", CAST(column2 AS",
    };
    format!("(SELECT {names} {of}){after} AS \"x\" FROM (VALUES {rows}) AS \"v\") AS \"t\"")
}

/// The measures of each group, in the order of the groups.
async fn measure(test: &TestDb, case: Case, function: Function, groups: &[Vec<Option<i128>>]) -> Vec<Value> {
    let dialect = test.db().dialect();
    let measure = Measure::of(function, case.kind, case.scale, dialect).expect("a measure");
    let column = Expr::col("x");
    let names = |part: usize| format!("m{part}");
    let text = |expression: Expr| {
        let mut query = sea_query::Query::select();
        query.expr(expression);
        let sql = match dialect {
            Dialect::Postgres => query.to_string(sea_query::PostgresQueryBuilder),
            Dialect::Sqlite => query.to_string(sea_query::SqliteQueryBuilder),
        };
        sql.trim_start_matches("SELECT ").to_owned()
    };
    let parts = measure.parts(&column);
    let selected: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(part, sql)| format!("{} AS {}", text(sql.clone()), quoted(&names(part))))
        .collect();
    let of_parts: Vec<Expr> = (0..parts.len()).map(|part| Expr::col(names(part))).collect();
    let sql = format!(
        "SELECT \"g\", {} FROM (SELECT \"g\", {} FROM {} GROUP BY \"g\") AS \"p\" ORDER BY \"g\"",
        text(measure.value(&of_parts)),
        selected.join(", "),
        table(case, groups, dialect),
    );
    let layout = Layout::default().with_column(Kind::I64).with_column(measure.result());
    let statement = Statement::new(sql.clone(), Values(Vec::new()));
    let rows = match test.ctx().engine().read(statement, &layout).await {
        Ok(rows) => rows,
        Err(error) => panic!("{error} in:\n{sql}"),
    };
    rows.into_iter().map(|row| row.get(1).clone()).collect()
}

fn on_each_database(seed: u64, body: impl Fn(Case, &mut Random) -> Vec<Vec<Option<i128>>>) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let _ = backend.run(&[], async |test: TestDb| {
            let mut random = Random(seed);
            for case in CASES {
                let groups = body(case, &mut random);
                for function in Function::ALL {
                    let found = measure(&test, case, function, &groups).await;
                    for (group, found) in groups.iter().zip(found) {
                        let expected = case.expected(function, group);
                        assert_eq!(found, expected, "{backend:?}: {function:?} of {case:?}: {group:?}");
                    }
                }
            }
        });
    }
}

#[test]
fn a_measure_is_exact_and_alike_on_both_databases() {
    on_each_database(7, |case, random| {
        let groups = 0..250;
        let rows = |random: &mut Random| {
            let count = random.next(6) + 1;
            let value = |random: &mut Random| (random.next(8) > 0).then(|| random.units(case.digits));
            (0..count).map(|_| value(random)).collect()
        };
        groups.map(|_| rows(random)).collect()
    });
}

#[test]
fn many_rows_carry_from_limb_to_limb() {
    on_each_database(11, |case, random| {
        let most = 10_i128.pow(case.digits.min(24)) - 1;
        let all_nines = vec![Some(most); 500];
        let all_negative = vec![Some(-most); 500];
        let mixed = (0..500).map(|_| Some(random.units(case.digits.min(24)))).collect();
        vec![all_nines, all_negative, mixed]
    });
}

#[test]
fn a_decimal_keeps_the_digits_of_its_column_and_an_average_those_it_needs() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let _ = backend.run(&[], async |test: TestDb| {
            let case = Case { kind: Kind::Decimal, scale: Some(2), unit_digits: 2, digits: 5 };
            let groups =
                [vec![Some(110), Some(190)], vec![Some(100), Some(100), Some(101)], vec![Some(-1), Some(1)]];
            let texts = async |function| {
                let values = measure(&test, case, function, &groups).await;
                values.iter().map(Value::to_text).collect::<Vec<_>>()
            };
            assert_eq!(texts(Function::Sum).await, ["3.00", "3.01", "0.00"]);
            assert_eq!(texts(Function::Avg).await, ["1.5", "1.00333333", "0"]);
            assert_eq!(texts(Function::Max).await, ["1.90", "1.01", "0.01"]);
        });
    }
}
