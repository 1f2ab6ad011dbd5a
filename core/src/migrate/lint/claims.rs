//! What a statement costs on PostgreSQL: the lock on each table, and whether its rows are read or written anew.
//!
//! A test compares all of this with what a server does.

use crate::migrate::lint::Lock;
use crate::migrate::lint::catalog::Catalog;
use crate::migrate::lint::effect::{Column, Effect, Rule, RuleKind};

/// What a statement does to a table that was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The table.
    pub table: String,
    /// The strongest lock that it takes on it.
    pub lock: Lock,
    /// Whether all rows are written anew.
    pub rewrites: bool,
    /// Whether all rows are read under the lock.
    pub scans: bool,
}

impl Claim {
    fn of(table: &str, lock: Lock) -> Self {
        Self { table: table.to_owned(), lock, rewrites: false, scans: false }
    }

    fn rewriting(self, rewrites: bool) -> Self {
        Self { rewrites, ..self }
    }

    fn scanning(self, scans: bool) -> Self {
        Self { scans, ..self }
    }

    /// Whether it takes as long as the table is large.
    pub(super) fn is_long(&self) -> bool {
        self.rewrites || self.scans
    }
}

/// What the effect does to the tables that are there.
pub(super) fn of(effect: &Effect, catalog: &Catalog) -> Vec<Claim> {
    let mut claims = all(effect, catalog);
    claims.retain(|claim| !claim.table.is_empty() && catalog.is_old(&claim.table));
    claims
}

fn all(effect: &Effect, catalog: &Catalog) -> Vec<Claim> {
    let exclusive = |table: &str| Claim::of(table, Lock::AccessExclusive);
    match effect {
        Effect::CreateTable { table, rules, .. } => {
            targets(rules, table).map(|target| Claim::of(target, Lock::ShareRowExclusive)).collect()
        }
        Effect::DropTable { table, cascade } => {
            let mut claims = vec![exclusive(table)];
            let known = catalog.table(table);
            let rules: Vec<&Rule> =
                known.into_iter().flat_map(|known| &known.rules).map(|known| &known.rule).collect();
            claims.extend(targets(rules, table).map(exclusive));
            if *cascade {
                claims.extend(catalog.referrers(table).map(exclusive));
            }
            claims
        }
        Effect::RenameTable { table, .. }
        | Effect::RenameColumn { table, .. }
        | Effect::RenameRule { table, .. }
        | Effect::DropNotNull { table, .. } => vec![exclusive(table)],
        Effect::AddColumn { table, column, rules } => add_column(table, column, rules),
        Effect::DropColumn { table, column } => {
            let mut claims = vec![exclusive(table)];
            let rules = catalog.table(table).into_iter().flat_map(|known| &known.rules);
            let gone = rules.map(|known| &known.rule).filter(|rule| match &rule.kind {
                RuleKind::Foreign { columns, .. } => columns.contains(column),
                _ => false,
            });
            claims.extend(targets(gone, table).map(exclusive));
            claims
        }
        Effect::SetNotNull { table, column } => {
            vec![exclusive(table).scanning(!catalog.is_proven_required(table, column))]
        }
        Effect::SetType { table, column, sql_type, using } => {
            let before = catalog.column(table, column).map(|column| column.sql_type.as_str());
            let plain = using.as_ref().is_none_or(|using| using.trim_matches('"') == column);
            let rewrites = !plain || before.is_none_or(|before| type_rewrites(before, sql_type));
            vec![exclusive(table).rewriting(rewrites)]
        }
        Effect::AddRule { table, rule, not_valid } => add_rule(table, rule, *not_valid),
        Effect::DropRule { table, name } => {
            let known = catalog.rule(table, name).map(|known| &known.rule);
            let mut claims = vec![exclusive(table)];
            claims.extend(targets(known, table).map(exclusive));
            claims
        }
        Effect::ValidateRule { table, name } => {
            let known = catalog.rule(table, name).map(|known| &known.rule);
            let mut claims = vec![Claim::of(table, Lock::ShareUpdateExclusive)];
            claims.extend(targets(known, table).map(|target| Claim::of(target, Lock::RowShare)));
            claims
        }
        Effect::CreateIndex { table, concurrently: true, .. } => {
            vec![Claim::of(table, Lock::ShareUpdateExclusive)]
        }
        Effect::CreateIndex { table, .. } => vec![Claim::of(table, Lock::Share).scanning(true)],
        Effect::DropIndex { name, concurrently } => {
            let lock = if *concurrently { Lock::ShareUpdateExclusive } else { Lock::AccessExclusive };
            catalog.index(name).map(|(table, _)| Claim::of(table, lock)).into_iter().collect()
        }
        Effect::Reindex { table, index, concurrently } => {
            let of_index = index.as_ref().and_then(|index| catalog.index(index)).map(|(table, _)| table);
            let lock = if *concurrently { Lock::ShareUpdateExclusive } else { Lock::Share };
            let table = table.as_deref().or(of_index);
            table.map(|table| Claim::of(table, lock).scanning(!*concurrently)).into_iter().collect()
        }
        Effect::Truncate { table } => vec![exclusive(table).rewriting(true)],
        Effect::Insert { table, .. } | Effect::Update { table, .. } | Effect::Delete { table, .. } => {
            vec![Claim::of(table, Lock::RowExclusive)]
        }
        Effect::AlterTable { table, lock, rewrites } => vec![Claim::of(table, *lock).rewriting(*rewrites)],
        Effect::Unread { table: Some(table), .. } => vec![exclusive(table)],
        Effect::CreateVirtualTable { .. }
        | Effect::CreateView { .. }
        | Effect::DropSchema { .. }
        | Effect::Setting { .. }
        | Effect::Transaction { .. }
        | Effect::EnumValueAdded { .. }
        | Effect::EnumValueRenamed { .. }
        | Effect::OutsideTransaction { .. }
        | Effect::Harmless
        | Effect::Unread { table: None, .. } => Vec::new(),
    }
}

/// The other tables that foreign keys refer to.
fn targets<'r>(rules: impl IntoIterator<Item = &'r Rule>, own: &str) -> impl Iterator<Item = &'r str> {
    rules.into_iter().filter_map(move |rule| match &rule.kind {
        RuleKind::Foreign { target, .. } if target != own => Some(target.as_str()),
        _ => None,
    })
}

fn add_column(table: &str, column: &Column, rules: &[Rule]) -> Vec<Claim> {
    let default = column.default.as_ref().is_some_and(|default| is_volatile(default));
    let rewrites = default || column.stored || column.identity;
    // An index is built, or a check made, for the values that rows get.
    let scans = rules.iter().any(|rule| !matches!(rule.kind, RuleKind::Foreign { .. }))
        || column.not_null && column.default.is_none();
    let mut claims = vec![Claim::of(table, Lock::AccessExclusive).rewriting(rewrites).scanning(scans)];
    claims.extend(targets(rules, table).map(|target| Claim::of(target, Lock::ShareRowExclusive)));
    claims
}

fn add_rule(table: &str, rule: &Rule, not_valid: bool) -> Vec<Claim> {
    match &rule.kind {
        RuleKind::Foreign { target, .. } => {
            let mut claims = vec![Claim::of(table, Lock::ShareRowExclusive).scanning(!not_valid)];
            if target != table {
                claims.push(Claim::of(target, Lock::ShareRowExclusive));
            }
            claims
        }
        RuleKind::UniqueUsing { .. } | RuleKind::PrimaryUsing { .. } => {
            vec![Claim::of(table, Lock::AccessExclusive)]
        }
        RuleKind::Primary { .. } | RuleKind::Unique { .. } | RuleKind::Check { .. } | RuleKind::Exclude => {
            vec![Claim::of(table, Lock::AccessExclusive).scanning(!not_valid)]
        }
    }
}

/// Functions whose value is the same for all rows of a statement: a default of theirs is stored once.
const STABLE: [&str; 22] = [
    "now",
    "transaction_timestamp",
    "statement_timestamp",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "localtimestamp",
    "current_user",
    "session_user",
    "current_setting",
    "timezone",
    "date_trunc",
    "coalesce",
    "array",
    "to_tsvector",
    "lower",
    "upper",
    "jsonb_build_object",
    "jsonb_build_array",
    "nullif",
    "cast",
];

/// Whether an expression may have another value for each row. Functions that are not known are taken to.
pub(super) fn is_volatile(expression: &str) -> bool {
    let lower = expression.to_lowercase();
    let mut rest = lower.as_str();
    let mut outside_texts = String::new();
    while let Some((before, after)) = rest.split_once('\'') {
        outside_texts.push_str(before);
        outside_texts.push(' ');
        rest = after.split_once('\'').map_or("", |(_, after)| after);
    }
    outside_texts.push_str(rest);
    let mut calls = outside_texts.split('(').collect::<Vec<_>>();
    calls.pop();
    calls.into_iter().any(|before| {
        let name =
            before.trim_end().rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        !name.is_empty() && !STABLE.contains(&name) && !is_type_word(name)
    })
}

/// Words that stand before a parenthesis and call nothing: `::varchar(3)`.
fn is_type_word(word: &str) -> bool {
    matches!(
        word,
        "varchar"
            | "char"
            | "numeric"
            | "decimal"
            | "bit"
            | "varying"
            | "timestamp"
            | "timestamptz"
            | "time"
            | "interval"
    )
}

/// A type as its name and its numbers: `varchar(20)`.
fn parts(sql_type: &str) -> (String, Vec<u64>) {
    let sql_type = sql_type.to_lowercase();
    let (name, numbers) = sql_type.split_once('(').unwrap_or((&sql_type, ""));
    let numbers =
        numbers.split(')').next().unwrap_or_default().split(',').filter_map(|n| n.trim().parse().ok());
    let name = match name.split(" collate").next().unwrap_or_default().trim() {
        "character varying" | "varchar" => "varchar",
        "int" | "int4" | "integer" => "integer",
        "int8" | "bigint" => "bigint",
        "int2" | "smallint" => "smallint",
        "decimal" | "numeric" => "numeric",
        "timestamp with time zone" | "timestamptz" => "timestamptz",
        "timestamp without time zone" | "timestamp" => "timestamp",
        "bool" | "boolean" => "boolean",
        "float8" | "double precision" => "double precision",
        "float4" | "real" => "real",
        "character" | "char" | "bpchar" => "char",
        name => name,
    };
    (name.to_owned(), numbers.collect())
}

/// Whether PostgreSQL writes all rows anew when a column's type changes.
pub(super) fn type_rewrites(before: &str, after: &str) -> bool {
    let ((from, had), (to, has)) = (parts(before), parts(after));
    match (from.as_str(), to.as_str()) {
        ("varchar" | "text", "text") => false,
        ("text", "varchar") => !has.is_empty(),
        ("varchar", "varchar") => match (had.first(), has.first()) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(had), Some(has)) => has < had,
        },
        ("numeric", "numeric") => match (&had[..], &has[..]) {
            (_, []) => false,
            ([], _) => true,
            (had, has) => has[0] < had[0] || had.get(1).unwrap_or(&0) != has.get(1).unwrap_or(&0),
        },
        ("cidr", "inet") => false,
        (from, to) => from != to || had != has,
    }
}

/// Whether values of a column may not fit the other type, on either database.
pub(super) fn type_narrows(before: &str, after: &str) -> bool {
    let ((from, had), (to, has)) = (parts(before), parts(after));
    match (from.as_str(), to.as_str()) {
        (_, "text" | "any") => false,
        ("varchar" | "text" | "char", "varchar") => match (had.first(), has.first()) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(had), Some(has)) => has < had,
        },
        ("smallint" | "integer" | "bigint", "numeric") => {
            let digits = match from.as_str() {
                "smallint" => 5,
                "integer" => 10,
                _ => 19,
            };
            has.first().is_some_and(|precision| precision.saturating_sub(*has.get(1).unwrap_or(&0)) < digits)
        }
        ("boolean", "smallint" | "integer" | "bigint" | "numeric") => false,
        ("smallint", "integer" | "bigint")
        | ("integer", "bigint" | "double precision")
        | ("smallint" | "integer" | "bigint", "real") => false,
        ("real", "double precision")
        | ("timestamp", "timestamptz")
        | ("date", "timestamp" | "timestamptz")
        | ("json", "jsonb") => false,
        ("numeric", "numeric") => match (&had[..], &has[..]) {
            (_, []) => false,
            ([], _) => true,
            (had, has) => {
                let scale = |of: &[u64]| of.get(1).copied().unwrap_or(0);
                scale(has) < scale(had) || has[0] - scale(has).min(has[0]) < had[0] - scale(had).min(had[0])
            }
        },
        (from, to) => from != to || has < had,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_is_volatile_when_it_calls_what_is() {
        for volatile in
            ["gen_random_uuid()", "random() * 2", "nextval('a')", "clock_timestamp()", "my_function()"]
        {
            assert!(is_volatile(volatile), "{volatile}");
        }
        for stable in
            ["now()", "'f(x)'", "0", "CURRENT_TIMESTAMP", "(now() + '1 day'::interval)", "'a'::varchar(3)"]
        {
            assert!(!is_volatile(stable), "{stable}");
        }
    }

    #[test]
    fn types_that_hold_less_narrow() {
        for (before, after) in [
            ("varchar(20)", "varchar(10)"),
            ("text", "varchar(9)"),
            ("bigint", "integer"),
            ("text", "integer"),
            ("numeric(10, 2)", "numeric(10, 4)"),
            ("numeric(10,2)", "numeric(8,2)"),
            ("timestamptz", "date"),
        ] {
            assert!(type_narrows(before, after), "{before} {after}");
        }
        for (before, after) in [
            ("varchar(20)", "varchar(30)"),
            ("varchar(9)", "text"),
            ("integer", "bigint"),
            ("numeric(8,2)", "numeric(10,2)"),
        ] {
            assert!(!type_narrows(before, after), "{before} {after}");
        }
    }
}
