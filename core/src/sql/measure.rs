//! Measures as SQL: counts, sums, averages, least and greatest values, the same on both databases, and exact where their type is.
//!
//! A measure has *parts*, which are aggregates of the rows, and a *value*, which is an expression of the parts in the
//! query around that which computes them:
//!
//! ```sql
//! SELECT "key", <value of "m0_0", "m0_1"> FROM (SELECT "key", <part> AS "m0_0", <part> AS "m0_1" FROM … GROUP BY "key")
//! ```
//!
//! On SQLite decimals are texts, and its own sums are floats or end at 2⁶³. There the digits of each value are split into
//! *limbs* of nine, which are summed apart as integers: no sum of fewer than 2³¹ rows is beyond 2⁶³. The value carries from limb to
//! limb, divides by the number of rows where it is an average, and writes the digits down.

use sea_query::Expr;

use crate::db::{DECIMAL_COLLATION, Dialect};
use crate::types::{Function, Kind};

/// Digits of a limb.
const LIMB: u32 = 9;
/// 10⁹: one more than the greatest limb.
const BASE: &str = "1000000000";
/// A multiple of the base that no sum of limbs is below, negated: adding it makes the remainder of any sum positive.
const BIAS: &str = "4000000000000000000";
/// The bias divided by the base.
const BIAS_LIMB: &str = "4000000000";
/// Digits of a `Decimal` without a scale before its point.
const WHOLE_DIGITS: u32 = 29;
/// Digits that an average has at most.
const MOST_DIGITS: u32 = 28;

/// A measure of one column, or a count of rows.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    function: Function,
    kind: Kind,
    /// Digits after the point of the values.
    scale: Option<u32>,
    dialect: Dialect,
}

impl Measure {
    /// The number of rows.
    pub(crate) const fn count(dialect: Dialect) -> Self {
        Self { function: Function::Count, kind: Kind::I64, scale: None, dialect }
    }

    /// A measure of the values of a column of this kind, with so many digits after the point if they are decimals; none
    /// where the function does not apply to them.
    pub(crate) fn of(function: Function, kind: Kind, scale: Option<u32>, dialect: Dialect) -> Option<Self> {
        function.result(kind)?;
        Some(Self { function, kind, scale, dialect })
    }

    /// The type of the value.
    pub(crate) fn result(&self) -> Kind {
        self.function.result(self.kind).unwrap_or(Kind::I64)
    }

    /// The aggregates of the rows: of the column's values, or of the rows themselves.
    pub(crate) fn parts(&self, column: &Expr) -> Vec<Expr> {
        let one = |text: &'static str| vec![self.text(text, [column.clone()])];
        match (self.function, self.dialect) {
            (Function::Count, _) => vec![Expr::cust("COUNT(*)")],
            (Function::Min, _) => one("MIN(?)"),
            (Function::Max, _) => one("MAX(?)"),
            (Function::Sum, Dialect::Postgres) if self.is_float() => one("SUM(CAST(? AS double precision))"),
            (Function::Avg, Dialect::Postgres) if self.is_float() => one("AVG(CAST(? AS double precision))"),
            (Function::Sum, _) if self.is_float() || self.is_small() => one("SUM(?)"),
            (Function::Avg, _) if self.is_float() => one("AVG(?)"),
            (Function::Sum, Dialect::Postgres) => one("SUM(CAST(? AS numeric))"),
            (Function::Avg, Dialect::Postgres) => [one("SUM(CAST(? AS numeric))"), one("COUNT(?)")].concat(),
            (Function::Sum, Dialect::Sqlite) => self.limb_sums(column),
            (Function::Avg, Dialect::Sqlite) => [self.limb_sums(column), one("COUNT(?)")].concat(),
        }
    }

    /// The value, of the parts as the query around calls them.
    pub(crate) fn value(&self, parts: &[Expr]) -> Expr {
        let first = || parts.first().cloned().unwrap_or_else(|| Expr::cust("NULL"));
        match (self.function, self.dialect) {
            (Function::Sum, _) if self.is_float() || self.is_small() => first(),
            (Function::Avg, _) if self.is_float() => first(),
            (Function::Sum | Function::Avg, Dialect::Sqlite) => self.written(parts),
            (Function::Sum, Dialect::Postgres) if self.kind == Kind::Decimal && self.scale.is_none() => {
                self.text("trim_scale(?)", [first()])
            }
            (Function::Avg, Dialect::Postgres) => self.divided(parts),
            (Function::Min | Function::Max, Dialect::Sqlite) if self.kind == Kind::Decimal => {
                self.text(&format!("(? COLLATE {DECIMAL_COLLATION})"), [first()])
            }
            (Function::Count | Function::Sum | Function::Min | Function::Max, _) => first(),
        }
    }

    fn is_float(&self) -> bool {
        matches!(self.kind, Kind::F32 | Kind::F64)
    }

    /// Whether sums of all values are within 2⁶³.
    fn is_small(&self) -> bool {
        matches!(self.kind, Kind::I16 | Kind::I32)
    }

    /// SQL with an expression for each `?`.
    fn text(&self, text: &str, expressions: impl IntoIterator<Item = Expr>) -> Expr {
        let text = match self.dialect {
            Dialect::Sqlite => text.to_owned(),
            Dialect::Postgres => text.replace('?', "$"),
        };
        Expr::cust_with_exprs(text, expressions)
    }

    /// Digits after the point of the value, those of a decimal without a scale being as many as it may have.
    fn digits(&self) -> u32 {
        self.function.scale(self.kind, self.scale).unwrap_or(MOST_DIGITS)
    }

    /// The average on PostgreSQL, whose own division is not always exact to the last digit.
    fn divided(&self, parts: &[Expr]) -> Expr {
        let digits = self.digits();
        let zeros = "0".repeat(digits as usize);
        let unit = if digits == 0 { "1".to_owned() } else { format!("0.{}1", &zeros[1..]) };
        let text = format!(
            "(SELECT trim_scale(trunc(\"q\", greatest(0, least({digits}, {MOST_DIGITS} - length(trunc(abs(\"q\"))::text))))) \
             FROM (SELECT sign(\"s\") * div(abs(\"s\") * 2 * 1{zeros} + \"n\", nullif(2 * \"n\", 0)) * {unit} AS \"q\" \
             FROM (SELECT CAST(? AS numeric) AS \"s\", CAST(? AS numeric) AS \"n\") AS \"parts\") AS \"average\")"
        );
        self.text(&text, parts.iter().cloned())
    }

    /// Limbs of a value on SQLite. The last is the rest of its digits.
    fn limbs(&self) -> u32 {
        let whole = match (self.kind, self.scale) {
            (Kind::Decimal, Some(scale)) => MOST_DIGITS.saturating_sub(scale),
            _ => WHOLE_DIGITS,
        };
        // At least a digit before the point is in the last one.
        (whole + self.digits()).div_ceil(LIMB).max(self.digits() / LIMB + 1)
    }

    /// The sums of the limbs of a value on SQLite, the lowest first.
    fn limb_sums(&self, column: &Expr) -> Vec<Expr> {
        // The collation of a column does not matter to functions of texts.
        let text = || self.text("CAST(? AS TEXT)", [column.clone()]);
        let digits = self.digits();
        let whole = "ltrim(substr(?, 1, instr(? || '.', '.') - 1), '-')";
        let all = match digits {
            0 => whole.to_owned(),
            _ => {
                let zeros = "0".repeat(digits as usize);
                format!("{whole} || substr(substr(?, instr(? || '.', '.') + 1) || '{zeros}', 1, {digits})")
            }
        };
        let limbs = self.limbs();
        let sum = |limb: u32| {
            let from = LIMB * (limb + 1);
            // What is before the first digit is left out of a part of a text.
            let part = match limb + 1 == limbs {
                true => format!("substr({all}, -{}, {})", from + LIMB, LIMB * 2),
                false => format!("substr({all}, -{from}, {LIMB})"),
            };
            let sql = format!("SUM((1 - 2 * (? GLOB '-*')) * CAST({part} AS INTEGER))");
            let mentions = sql.matches('?').count();
            self.text(&sql, std::iter::repeat_with(text).take(mentions))
        };
        (0..limbs).map(sum).collect()
    }

    /// The sum or the average on SQLite, of the sums of the limbs and, for an average, the number of rows.
    ///
    /// A row of numbers goes through sub-queries, since an expression has no variables: `s` the sums, `g` the sign of all, `a` the sums
    /// with the sign of the number taken off (for an average doubled and with the number of rows added, so that the
    /// division by its double rounds), `z` the digits.
    fn written(&self, parts: &[Expr]) -> Expr {
        let count = self.limbs() as usize;
        let is_average = self.function == Function::Avg;
        let names =
            (0..count).map(|limb| format!("? AS s{limb}")).chain(is_average.then(|| "? AS n".to_owned()));
        let sums = format!("SELECT {}", names.collect::<Vec<_>>().join(", "));
        // A limit keeps SQLite from writing the expressions of one level into those of the next, again and again.
        let level = |select: String, from: &str| format!("SELECT {select} FROM ({from}) LIMIT 1 OFFSET 0");

        let carried = carried("s", count);
        let of_sums: Vec<String> = (0..count).map(|limb| format!("s{limb}")).collect();
        let rows = if is_average { ", n" } else { "" };
        let signed = level(
            format!(
                "{}{rows}, CASE WHEN {} < 0 THEN -1 ELSE 1 END AS g",
                of_sums.join(", "),
                carried[count - 1]
            ),
            &sums,
        );
        let positive = (0..count).map(|limb| match (is_average, limb) {
            (false, _) => format!("g * s{limb} AS a{limb}"),
            (true, 0) => "2 * g * s0 + n AS a0".to_owned(),
            (true, _) => format!("2 * g * s{limb} AS a{limb}"),
        });
        let positive = positive.collect::<Vec<_>>().join(", ");
        let divisor = if is_average { ", 2 * n AS m" } else { "" };
        let positive = level(format!("g, {positive}{divisor}"), &signed);

        let numbers = match is_average {
            true => quotients(&limbs_of("a", count)),
            false => limbs_of("a", count),
        };
        let form = format!("%d{}", "%09d".repeat(count - 1));
        let arguments = numbers.iter().rev().cloned().collect::<Vec<_>>().join(", ");
        let digits = level(format!("g, a0, printf('{form}', {arguments}) AS z"), &positive);

        let scale = self.digits();
        let whole = format!("coalesce(nullif(ltrim(substr(z, 1, length(z) - {scale}), '0'), ''), '0')");
        let split = level(format!("g, a0, z, {whole} AS w, substr(z, -{scale}) AS f"), &digits);
        let fraction = match is_average {
            true => format!("substr(f, 1, max(0, {MOST_DIGITS} - length(w)))"),
            false => "f".to_owned(),
        };
        let is_fixed = !is_average && self.function.scale(self.kind, self.scale).is_some();
        let number = match (scale, is_fixed) {
            (0, _) => "w".to_owned(),
            (_, true) => format!("w || '.' || {fraction}"),
            (_, false) => format!("rtrim(rtrim(w || '.' || {fraction}, '0'), '.')"),
        };
        let sign = "CASE WHEN g < 0 AND ltrim(z, '0') <> '' THEN '-' ELSE '' END";
        let text = format!(
            "((SELECT CASE WHEN a0 IS NOT NULL THEN {sign} || {number} END FROM ({split})) COLLATE {DECIMAL_COLLATION})"
        );
        self.text(&text, parts.iter().cloned())
    }
}

/// The sum of each limb with what is carried to it from those below.
fn carried(name: &str, count: usize) -> Vec<String> {
    let mut carried = vec![format!("{name}0")];
    for limb in 1..count {
        let below = &carried[limb - 1];
        carried.push(format!("({name}{limb} + ({below} + {BIAS}) / {BASE} - {BIAS_LIMB})"));
    }
    carried
}

/// The limbs of a number that is not negative, each from 0 up to the base but for the highest.
fn limbs_of(name: &str, count: usize) -> Vec<String> {
    let mut limbs = carried(name, count);
    for limb in &mut limbs[..count - 1] {
        *limb = format!("(({limb} + {BIAS}) % {BASE})");
    }
    limbs
}

/// The limbs of a number divided by `m`.
fn quotients(limbs: &[String]) -> Vec<String> {
    let mut quotients = Vec::with_capacity(limbs.len());
    let mut rest: Option<String> = None;
    for limb in limbs.iter().rev() {
        let dividend = match rest {
            None => limb.clone(),
            Some(rest) => format!("({rest} * {BASE} + {limb})"),
        };
        quotients.push(format!("({dividend} / m)"));
        rest = Some(format!("({dividend} % m)"));
    }
    quotients.reverse();
    quotients
}

#[cfg(test)]
mod tests;
