//! Exact sums and averages on SQLite, whose own numbers hold 64 bits or are floats.
//!
//! A number is nine digits at a time: `limbs`, the first of which is as large as it has to be. Each is summed by itself, for more
//! rows than a table has, and the sums are put together afterwards, in steps: the sign of the whole, its digits, the text.
//! A limb is carried into the one before it by a division that cuts, which needs numbers that are not negative: what is
//! added to a limb for it is taken from the one before.

use sea_query::{Alias, Expr, Query, SelectStatement};

use crate::entity::{ColumnInfo, EntityInfo};
use crate::query::Function;
use crate::sql::aggregate::{Aggregation, cell, measure};
use crate::types::Kind;

/// Digits of a limb, and what is one more than the greatest.
const DIGITS: usize = 9;
const BASE: &str = "1000000000";
/// Digits after the point of a decimal.
const MAX_SCALE: usize = 28;

/// The limbs of a column's values: before the point, and after it.
#[derive(Clone, Copy)]
struct Limbs {
    column: usize,
    whole: usize,
    fraction: usize,
    /// Those of an average, after the point.
    average: usize,
    /// Digits after the point, where the column says how many.
    scale: Option<usize>,
}

/// The digits after the point of an average.
pub(super) fn of_average(column: &ColumnInfo) -> usize {
    Limbs::of(column).average * DIGITS
}

impl Limbs {
    fn of(column: &ColumnInfo) -> Self {
        let index = column.index;
        if column.kind != Kind::Decimal {
            return Self { column: index, whole: 2, fraction: 0, average: 1, scale: None };
        }
        let scale = column.field.and_then(|field| field.scale);
        let scale = scale.and_then(|scale| usize::try_from(scale).ok());
        let fraction = scale.unwrap_or(MAX_SCALE).div_ceil(DIGITS).max(1);
        Self { column: index, whole: 3, fraction, average: fraction.min(2), scale }
    }

    fn all(self) -> usize {
        self.whole + self.fraction
    }

    fn name(self, prefix: char, limb: usize) -> String {
        format!("\"{prefix}{}_{limb}\"", self.column)
    }

    /// How many values there are.
    fn count(self) -> String {
        format!("\"n{}\"", self.column)
    }

    fn sign(self) -> String {
        format!("\"g{}\"", self.column)
    }

    /// Whether a value is no number as the engine writes it, and its parts mean nothing.
    fn broken(self) -> String {
        format!("\"b{}\"", self.column)
    }

    /// A limb of a value, with its sign.
    fn part(self, limb: usize) -> String {
        let value = format!("\"{}\"", cell(self.column));
        if self.fraction == 0 {
            let operator = if limb == 0 { '/' } else { '%' };
            return format!("{value} {operator} {BASE}");
        }
        let digits = match limb.checked_sub(self.whole) {
            None => {
                let padded = format!("'{}' || {}", "0".repeat(DIGITS * self.whole), whole_digits(&value));
                match self.whole - limb {
                    1 => format!("substr({padded}, -{DIGITS})"),
                    from if limb > 0 => format!("substr({padded}, -{}, {DIGITS})", from * DIGITS),
                    from => {
                        let rest = (from - 1) * DIGITS;
                        format!("substr({padded}, 1, length({padded}) - {rest})")
                    }
                }
            }
            Some(after) => {
                let zeros = "0".repeat(DIGITS * self.fraction);
                format!("substr({} || '{zeros}', {}, {DIGITS})", fraction_digits(&value), after * DIGITS + 1)
            }
        };
        format!("CASE WHEN substr({value}, 1, 1) = '-' THEN -1 ELSE 1 END * CAST({digits} AS INTEGER)")
    }

    /// The sums of limbs as numbers that are not negative but for the first, times a factor. The value is the same.
    fn lifted(self, factor: &str, limb: usize) -> String {
        let (sum, count) = (self.name('s', limb), self.count());
        let lifted = if limb > 0 { format!(" + {count} * {BASE}") } else { String::new() };
        let taken = if limb + 1 < self.all() { format!(" - {count}") } else { String::new() };
        format!("({factor}{sum}{lifted}{taken})")
    }
}

/// The digits of a decimal before its point, without the sign.
fn whole_digits(value: &str) -> String {
    format!("substr(ltrim({value}, '-'), 1, instr(ltrim({value}, '-') || '.', '.') - 1)")
}

/// The digits of a decimal after its point.
fn fraction_digits(value: &str) -> String {
    format!("substr({value}, instr({value} || '.', '.') + 1)")
}

/// Carries limbs: each is what is left of it and what comes from those behind.
fn carried(limbs: &[String]) -> Vec<String> {
    let mut carried = Vec::with_capacity(limbs.len());
    let mut from_behind = String::new();
    for (position, limb) in limbs.iter().enumerate().rev() {
        let whole = format!("({limb}{from_behind})");
        carried.push(if position == 0 { whole.clone() } else { format!("({whole} % {BASE})") });
        from_behind = format!(" + {whole} / {BASE}");
    }
    carried.reverse();
    carried
}

/// The columns of which exact numbers are requested.
fn exact<'a>(aggregation: &'a Aggregation<'_>) -> impl Iterator<Item = Limbs> + 'a {
    let info: &EntityInfo = aggregation.info();
    let is_exact = move |column: usize| {
        aggregation.measures.iter().any(|measure| measure.column == column && measure.is_exact(info))
    };
    let columns = aggregation.measured().into_iter();
    columns.filter(move |column| is_exact(*column)).map(|column| Limbs::of(&info.columns[column]))
}

/// Adds the sums of the limbs to the groups.
pub(super) fn add_parts(groups: &mut SelectStatement, aggregation: &Aggregation<'_>) {
    let mut add = |sql: String, name: String| {
        groups.expr_as(Expr::cust(sql), Alias::new(name.trim_matches('"')));
    };
    for limbs in exact(aggregation) {
        let value = format!("\"{}\"", cell(limbs.column));
        add(format!("COUNT({value})"), limbs.count());
        for limb in 0..limbs.all() {
            add(format!("SUM({})", limbs.part(limb)), limbs.name('s', limb));
        }
        if limbs.fraction > 0 {
            let (whole, most) = (whole_digits(&value), limbs.fraction * DIGITS);
            let fraction = fraction_digits(&value);
            let broken = format!(
                "MAX({value} GLOB '*[^-0-9.]*' OR {value} = '' OR length({whole}) > 29 OR length({fraction}) > {most})"
            );
            add(broken, limbs.broken());
        }
    }
}

/// The groups with their exact measures as texts.
pub(super) fn in_words(groups: SelectStatement, aggregation: &Aggregation<'_>) -> SelectStatement {
    let limbs: Vec<Limbs> = exact(aggregation).collect();
    if limbs.is_empty() {
        return groups;
    }
    let signs = limbs.iter().map(|limbs| {
        let sums: Vec<String> = (0..limbs.all()).map(|limb| limbs.lifted("", limb)).collect();
        let first = carried(&sums).swap_remove(0);
        (format!("CASE WHEN {first} < 0 THEN -1 ELSE 1 END"), limbs.sign())
    });
    let signed = step(groups, signs);
    let sizes = limbs.iter().flat_map(|limbs| {
        let factor = format!("{} * ", limbs.sign());
        let sums: Vec<String> = (0..limbs.all()).map(|limb| limbs.lifted(&factor, limb)).collect();
        let digits = carried(&sums).into_iter().enumerate();
        digits.map(|(limb, digits)| (digits, limbs.name('d', limb))).collect::<Vec<_>>()
    });
    let sized = step(signed, sizes);
    let halves = limbs.iter().filter(|limbs| is_averaged(aggregation, limbs.column)).flat_map(|limbs| {
        let digits = carried(&doubled(*limbs)).into_iter().enumerate();
        digits.map(|(limb, digits)| (digits, limbs.name('e', limb))).collect::<Vec<_>>()
    });
    let halved = step(sized, halves);
    let info = aggregation.info();
    let measures = aggregation.measures.iter().enumerate().filter(|(_, measure)| measure.is_exact(info));
    let texts = measures.map(|(position, of)| {
        let limbs = Limbs::of(&info.columns[of.column]);
        let text = match of.function {
            Function::Avg => average(limbs),
            _ => sum(limbs),
        };
        let broken = match limbs.fraction {
            0 => String::new(),
            _ => format!("WHEN {} THEN '{BROKEN}' ", limbs.broken()),
        };
        (format!("CASE {broken}WHEN {} > 0 THEN {text} END", limbs.count()), measure(position))
    });
    step(halved, texts)
}

/// What is answered of numbers that are none: no decimal.
const BROKEN: &str = "none";

fn is_averaged(aggregation: &Aggregation<'_>, column: usize) -> bool {
    let measures = aggregation.measures.iter();
    measures.filter(|of| of.column == column).any(|of| of.function == Function::Avg)
}

/// A step with more columns. It is not merged with the next one, which names its columns many times.
fn step(from: SelectStatement, columns: impl Iterator<Item = (String, String)>) -> SelectStatement {
    let mut query = Query::select();
    query.column(sea_query::Asterisk).from_subquery(from, "s");
    for (sql, name) in columns {
        query.expr_as(Expr::cust(sql), Alias::new(name.trim_matches('"')));
    }
    // No table has more rows. SQLite keeps apart what is limited by itself.
    query.limit(u64::from(u32::MAX));
    query
}

/// Twice a sum, and the number of values in the last place of the average: what is divided by twice that number is rounded.
fn doubled(limbs: Limbs) -> Vec<String> {
    let last = limbs.whole + limbs.average - 1;
    let limb = |at: usize| {
        let digits = if at < limbs.all() { format!("2 * {}", limbs.name('d', at)) } else { "0".to_owned() };
        if at == last { format!("{digits} + {}", limbs.count()) } else { digits }
    };
    (0..limbs.all().max(last + 1)).map(limb).collect()
}

/// Limbs as a text with a point.
fn written(sign: &str, whole: &[String], fraction: &[String], digits: usize) -> String {
    let printed = |first: &str, limbs: &[String]| {
        let form = format!("{first}{}", format!("%0{DIGITS}d").repeat(limbs.len().saturating_sub(1)));
        format!("printf('{form}', {})", limbs.join(", "))
    };
    let whole = printed("%d", whole);
    // One zero at most before the point.
    let sign = format!("CASE WHEN {sign} < 0 THEN '-' ELSE '' END");
    let whole = format!("coalesce(nullif(ltrim({whole}, '0'), ''), '0')");
    match (fraction, digits) {
        ([], _) | (_, 0) => format!("({sign}) || {whole}"),
        (fraction, digits) => {
            let fraction = printed(&format!("%0{DIGITS}d"), fraction);
            format!("({sign}) || {whole} || '.' || substr({fraction}, 1, {digits})")
        }
    }
}

fn sum(limbs: Limbs) -> String {
    let names: Vec<String> = (0..limbs.all()).map(|limb| limbs.name('d', limb)).collect();
    let (whole, fraction) = names.split_at(limbs.whole);
    written(&limbs.sign(), whole, fraction, limbs.scale.unwrap_or(limbs.fraction * DIGITS))
}

/// Division limb by limb, as by hand.
fn average(limbs: Limbs) -> String {
    let by = format!("({} * 2)", limbs.count());
    let mut left: Option<String> = None;
    let mut quotients = Vec::new();
    for limb in 0..limbs.whole + limbs.average {
        let digits = limbs.name('e', limb);
        let now = match left {
            None => digits,
            Some(left) => format!("({left} * {BASE} + {digits})"),
        };
        quotients.push(format!("{now} / {by}"));
        left = Some(format!("({now} % {by})"));
    }
    let (whole, fraction) = quotients.split_at(limbs.whole);
    written(&limbs.sign(), whole, fraction, limbs.average * DIGITS)
}
