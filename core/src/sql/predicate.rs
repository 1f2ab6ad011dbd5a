//! Conditions as SQL.
//!
//! Every leaf is true or false, never unknown to the outside: a NULL column passes only `IsNull(true)`, and a
//! negation holds for exactly the rows that its inside does not hold for.

use std::borrow::Cow;

use sea_query::extension::postgres::PgFunc;
use sea_query::{BinOper, Cond, Expr, ExprTrait as _, Func, IntoIden as _, Query, SelectStatement};

use crate::ctx::Ctx;
use crate::db::{Dialect, bind, bind_list};
use crate::entity::{ColumnInfo, Condition, EntityInfo, ManyLink, Op, Quantifier};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::Deleted;
use crate::sql::row_scope::{RowScope, not_deleted};
use crate::sql::{computed, search, sorted};
use crate::types::Kind;
use crate::value::Value;

/// How deep conditions may nest.
const MAX_DEPTH: usize = 32;
/// Conditions joined in one filter.
const MAX_TESTS: usize = 2_000;
/// Conditions joined in one chain, before they are grouped.
const MAX_CHAIN: usize = 50;
/// Values to compare one column with.
const MAX_VALUES: usize = 30_000;

/// A table in a statement: an entity under an alias, or under its own name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TableAlias {
    pub(crate) info: &'static EntityInfo,
    pub(super) dialect: Dialect,
    alias: Option<usize>,
}

impl TableAlias {
    /// The statement's main table.
    pub(crate) const fn root(info: &'static EntityInfo, dialect: Dialect) -> Self {
        Self { info, dialect, alias: Some(0) }
    }

    /// The table of a write, which keeps its name.
    pub(crate) const fn unaliased(info: &'static EntityInfo, dialect: Dialect) -> Self {
        Self { info, dialect, alias: None }
    }

    fn name(self) -> Cow<'static, str> {
        match self.alias {
            Some(alias) => Cow::Owned(format!("t{alias}")),
            None => Cow::Borrowed(self.info.def.table),
        }
    }

    pub(crate) fn alias(self) -> sea_query::DynIden {
        self.name().into_owned().into_iden()
    }

    /// The value of a column: as stored, or as computed by SQL. A number over a relation is written by `Predicates::value`, since it
    /// depends on who reads.
    pub(crate) fn column(self, index: usize) -> Expr {
        let column = &self.info.columns[index];
        match column.computed() {
            None => self.named(column.column),
            Some(parts) => computed::expression(self.info, column, parts, &self.name(), self.dialect),
        }
    }

    /// A column of the table that is no field.
    pub(crate) fn named(self, column: &'static str) -> Expr {
        Expr::col((self.alias(), column))
    }
}

/// Writes conditions on one dialect for one reader: the tables they read are restricted to what the reader may see.
/// Without a reader they are not restricted.
#[derive(Debug)]
pub(crate) struct Predicates<'p> {
    pub(super) dialect: Dialect,
    pub(super) reader: Option<&'p Ctx>,
    aliases: usize,
    tests: usize,
    unrestricted: Vec<&'static str>,
    /// Rows of an entity that are not among the related ones, by their keys.
    unrelated: Option<(&'p EntityInfo, &'p [Value])>,
    /// How many numbers over relations are being written within each other.
    pub(super) number_depth: usize,
}

impl<'p> Predicates<'p> {
    pub(crate) fn new(dialect: Dialect, reader: Option<&'p Ctx>) -> Self {
        Self {
            dialect,
            reader,
            aliases: 0,
            tests: 0,
            unrestricted: Vec::new(),
            unrelated: None,
            number_depth: 0,
        }
    }

    /// The predicates of a statement on the rows of a scope.
    pub(crate) fn of_scope(dialect: Dialect, scope: &'p RowScope<'_>) -> Self {
        let unrelated = (!scope.unrelated.is_empty()).then_some((scope.info, scope.unrelated));
        Self { unrelated, ..Self::new(dialect, scope.reader) }
    }

    /// The tables that were read without a reader: the statement needs every row of them.
    pub(crate) fn unrestricted(self) -> Vec<&'static str> {
        self.unrestricted
    }

    /// A rule of a policy on rows of the source, which may read rows that the reader may not see; none
    /// when it holds for all of them.
    pub(crate) fn rule(&mut self, source: TableAlias, rows: &Condition) -> Result<Option<Expr>> {
        if rows.is_always() {
            return Ok(None);
        }
        let (reader, tests) = (self.reader.take(), std::mem::take(&mut self.tests));
        let rule = self.condition(source, rows);
        (self.reader, self.tests) = (reader, tests);
        // A rule that cannot be written is not the fault of the request.
        rule.map(Some).map_err(|error| {
            Error::internal(format!("the policy of {} cannot be evaluated: {error}", source.info.def.name))
        })
    }

    /// The condition on rows of the source.
    pub(crate) fn condition(&mut self, source: TableAlias, condition: &Condition) -> Result<Expr> {
        self.nested(source, condition, 0)
    }

    fn nested(&mut self, source: TableAlias, condition: &Condition, depth: usize) -> Result<Expr> {
        if depth > MAX_DEPTH {
            return Err(Error::QueryTooComplex(
                format!("the filter nests deeper than {MAX_DEPTH} levels; ask for less at once").into(),
            ));
        }
        match condition {
            Condition::All(conditions) => self.join(source, conditions, Cond::all(), true, depth),
            Condition::Any(conditions) => self.join(source, conditions, Cond::any(), false, depth),
            Condition::Not(inner) => Ok(not_true(self.nested(source, inner, depth + 1)?)),
            Condition::Column { index, op } => {
                self.check_visible(source.info, *index)?;
                check(source.info.columns[*index].wire, op)?;
                let column = &source.info.columns[*index];
                match column.kind.ordered_enum() {
                    Some(def) if source.info.compares_ranks(*index, op) => {
                        let op = op.map(|value| match value {
                            Value::Enum(variant) => sorted::rank(def, variant),
                            other => other.clone(),
                        });
                        let rank = sorted::rank_of(&source.column(*index), def, self.dialect);
                        Ok(test(rank, Kind::I32, &op, self.dialect))
                    }
                    _ => Ok(test(self.value(source, *index)?, column.kind, op, self.dialect)),
                }
            }
            Condition::ToOne { index, matches } => self.related(source, *index, matches, depth),
            Condition::ToMany { index, quantifier, matches } => {
                self.related_many(source, *index, *quantifier, matches, depth)
            }
        }
    }

    fn join(
        &mut self,
        source: TableAlias,
        conditions: &[Condition],
        mut joined: Cond,
        when_empty: bool,
        depth: usize,
    ) -> Result<Expr> {
        if conditions.is_empty() {
            return Ok(truth(when_empty));
        }
        self.tests += conditions.len();
        if self.tests > MAX_TESTS {
            return Err(Error::QueryTooComplex(
                format!("the filter has more than {MAX_TESTS} parts; ask for less at once").into(),
            ));
        }
        // SQLite reads `a OR b OR c` as a tree as deep as it is long, and takes a thousand levels.
        for group in conditions.chunks(MAX_CHAIN) {
            let mut inner = if when_empty { Cond::all() } else { Cond::any() };
            for condition in group {
                inner = inner.add(self.nested(source, condition, depth + 1)?);
            }
            joined = joined.add(inner);
        }
        Ok(joined.into())
    }

    pub(super) fn next(&mut self, info: &'static EntityInfo) -> TableAlias {
        self.aliases += 1;
        if self.reader.is_none() {
            self.unrestricted.push(info.def.table);
        }
        self.unrestricted.extend(info.computed_tables());
        TableAlias { info, dialect: self.dialect, alias: Some(self.aliases) }
    }

    /// The rows of a related table that the reader may read.
    fn readable(&self, info: &EntityInfo) -> Condition {
        self.reader.map_or(Condition::TRUE, |reader| info.permitted(Action::Read, reader))
    }

    /// A column that is hidden from the reader, be it in some rows only, must reveal nothing by the rows that are
    /// found.
    fn check_visible(&self, info: &EntityInfo, column: usize) -> Result<()> {
        match self.reader {
            Some(reader) if info.column_visibility(column, reader).is_some() => {
                Err(hidden_column(info, column, "filter"))
            }
            _ => Ok(()),
        }
    }

    /// The rows of the source whose reference is visible to the reader; none when that is every row. To one who may
    /// not see where a row points, it points nowhere.
    pub(crate) fn visible_reference(&mut self, source: TableAlias, column: usize) -> Result<Option<Expr>> {
        match self.reader.and_then(|reader| source.info.column_visibility(column, reader)) {
            Some(rows) => self.rule(source, &rows),
            None => Ok(None),
        }
    }

    /// The rows of a related table that the reader may read; none when there can be no such row.
    pub(crate) fn rows_of(&mut self, source: TableAlias) -> Result<Option<SelectStatement>> {
        let rows = self.readable(source.info);
        if rows.is_never() {
            return Ok(None);
        }
        let mut query = Query::select();
        query.expr(Expr::cust("1")).from_as(source.info.def.table, source.alias());
        query.and_where_option(not_deleted(source, Deleted::Hidden));
        query.and_where_option(self.rule(source, &rows)?);
        if let Some((info, keys)) = self.unrelated
            && std::ptr::eq(info, source.info)
        {
            query.and_where(is_one_of(source.column(0), keys, info.key().kind, self.dialect).not());
        }
        Ok(Some(query))
    }

    fn related(
        &mut self,
        source: TableAlias,
        index: usize,
        matches: &Condition,
        depth: usize,
    ) -> Result<Expr> {
        let Some(target) = source.info.columns[index].target() else {
            return Err(Error::internal(format!(
                "column {index} of {} is no relation",
                source.info.def.name
            )));
        };
        self.check_visible(source.info, index)?;
        let target = self.next(target);
        let inner = self.nested(target, matches, depth + 1)?;
        let Some(mut query) = self.rows_of(target)? else {
            return Ok(truth(false));
        };
        query.and_where(target.column(0).eq(source.column(index))).and_where(inner);
        Ok(Expr::exists(query))
    }

    fn related_many(
        &mut self,
        source: TableAlias,
        index: usize,
        quantifier: Quantifier,
        matches: &Condition,
        depth: usize,
    ) -> Result<Expr> {
        let many = &source.info.many[index];
        let target = self.next(many.target());
        let inner = self.nested(target, matches, depth + 1)?;
        let Some(mut query) = self.rows_of(target)? else {
            return Ok(truth(quantifier != Quantifier::Some));
        };
        match many.link() {
            ManyLink::Inverse { column } => {
                query.and_where(target.column(column).eq(source.column(0)));
                query.and_where_option(self.visible_reference(target, column)?);
            }
            ManyLink::Through { via, near, far } => {
                let via = self.next(via);
                let Some(mut joining) = self.rows_of(via)? else {
                    return Ok(truth(quantifier != Quantifier::Some));
                };
                joining
                    .and_where(via.column(near).eq(source.column(0)))
                    .and_where(via.column(far).eq(target.column(0)));
                for end in [near, far] {
                    joining.and_where_option(self.visible_reference(via, end)?);
                }
                query.and_where(Expr::exists(joining));
            }
        }
        query.and_where(match quantifier {
            Quantifier::Some | Quantifier::None => inner,
            Quantifier::Every => not_true(inner),
        });
        let exists = Expr::exists(query);
        Ok(if quantifier == Quantifier::Some { exists } else { exists.not() })
    }

    /// Every word is found in the searched fields, whatever the case. Fields that are hidden from the reader, be it in
    /// some rows only, are left out.
    pub(crate) fn search(&self, source: TableAlias, text: &str) -> Result<Expr> {
        let visible = |column: &ColumnInfo| self.check_visible(source.info, column.index).is_ok();
        search::condition(source, text, self.dialect, visible)
    }
}

/// The error for a filter or an order by a column that is hidden from the reader.
pub(crate) fn hidden_column(info: &EntityInfo, column: usize, what: &str) -> Error {
    let wire = info.columns[column].wire;
    Error::bad_request(format!("you may not {what} by `{wire}`; leave it out"))
}

pub(super) fn truth(value: bool) -> Expr {
    Expr::cust(if value { "1 = 1" } else { "1 = 0" })
}

pub(super) fn not_true(inner: Expr) -> Expr {
    inner.binary(BinOper::Custom("IS DISTINCT FROM"), Expr::cust("TRUE"))
}

/// Where a text starts in another, counted from 1; 0 when it does not occur.
pub(super) fn position(text: Expr, part: Expr, dialect: Dialect) -> Expr {
    let function = match dialect {
        Dialect::Postgres => "strpos",
        Dialect::Sqlite => "instr",
    };
    Func::cust(function).arg(text).arg(part).into()
}

/// Values that no column holds and that the dialects would read differently.
pub(super) fn check(wire: &str, op: &Op) -> Result<()> {
    let of_value = |value: &Value| match value {
        Value::Null => Err("compares with NULL; ask whether it is null"),
        Value::Text(text) if text.contains('\0') => Err("must not contain NUL characters"),
        Value::Float(number) if !number.is_finite() => Err("must be a finite number"),
        Value::Float32(number) if !number.is_finite() => Err("must be a finite number"),
        _ => Ok(()),
    };
    let checked = match op {
        Op::Eq(to) | Op::Ne(to) | Op::Gt(to) | Op::Gte(to) | Op::Lt(to) | Op::Lte(to) => of_value(to),
        Op::In(values) | Op::NotIn(values) if values.len() > MAX_VALUES => {
            Err("compares with too many values; there may be 30000")
        }
        Op::In(values) | Op::NotIn(values) => values.iter().try_for_each(of_value),
        Op::Contains(part) | Op::StartsWith(part) | Op::EndsWith(part) if part.contains('\0') => {
            Err("must not contain NUL characters")
        }
        Op::Contains(_) | Op::StartsWith(_) | Op::EndsWith(_) | Op::IsNull(_) => Ok(()),
    };
    checked.map_err(|what| Error::bad_request(format!("a filter by `{wire}` {what}")))
}

/// The column holds one of the values, which are one parameter however many there are.
pub(crate) fn is_one_of(column: Expr, values: &[Value], kind: Kind, dialect: Dialect) -> Expr {
    if !kind.capabilities().list_parameter {
        return column.is_in(values.iter().map(|value| Expr::value(bind(value, kind, dialect))));
    }
    let list = Expr::value(bind_list(values, kind, dialect));
    match dialect {
        Dialect::Postgres => column.eq(PgFunc::any(list)),
        Dialect::Sqlite => {
            let mut each = Query::select();
            each.column("value").from_function(Func::cust("json_each").arg(list), "each");
            column.in_subquery(each)
        }
    }
}

pub(super) fn test(column: Expr, kind: Kind, op: &Op, dialect: Dialect) -> Expr {
    if let Some(op) = with_old_values(kind, op) {
        return one_of_texts(column, &op, dialect);
    }
    let value = |value: &Value| Expr::value(bind(value, kind, dialect));
    let text = |text: &str| Expr::value(text);
    match op {
        Op::Eq(to) => column.eq(value(to)),
        Op::Ne(to) => column.ne(value(to)),
        Op::Gt(than) => column.gt(value(than)),
        Op::Gte(than) => column.gte(value(than)),
        Op::Lt(than) => column.lt(value(than)),
        Op::Lte(than) => column.lte(value(than)),
        Op::In(values) => is_one_of(column, values, kind, dialect),
        Op::NotIn(values) => column.clone().is_not_null().and(is_one_of(column, values, kind, dialect).not()),
        Op::IsNull(true) => column.is_null(),
        Op::IsNull(false) => column.is_not_null(),
        Op::Contains(part) => position(column, text(part), dialect).gt(0),
        Op::StartsWith(part) => starts_with(column, part),
        Op::EndsWith(part) if part.is_empty() => column.is_not_null(),
        Op::EndsWith(part) => match dialect {
            Dialect::Postgres => {
                let length = Expr::from(Func::char_length(text(part)));
                Expr::from(Func::cust("right").arg(column).arg(length)).eq(text(part))
            }
            Dialect::Sqlite => {
                let from = Expr::from(Func::char_length(text(part))).mul(-1);
                Expr::from(Func::cust("substr").arg(column).arg(from)).eq(text(part))
            }
        },
    }
}

/// A comparison with values of an enum of which some have an old name (`was = "…"`): rows may hold either name until the migration
/// that renames them is through.
enum OldOrNew {
    In(Vec<Value>),
    NotIn(Vec<Value>),
}

/// The comparison with both names; none where there is one name only.
fn with_old_values(kind: Kind, op: &Op) -> Option<OldOrNew> {
    let Kind::Enum(def) = kind else { return None };
    let values = match op {
        Op::Eq(value) | Op::Ne(value) => std::slice::from_ref(value),
        Op::In(values) | Op::NotIn(values) => values.as_slice(),
        _ => return None,
    };
    let variants: Vec<_> = values
        .iter()
        .filter_map(|value| if let Value::Enum(variant) = value { Some(*variant) } else { None })
        .collect();
    let old: Vec<&str> = variants.iter().filter_map(|variant| def.old_name(variant)).collect();
    if old.is_empty() {
        return None;
    }
    let names = variants.iter().map(|variant| variant.wire).chain(old);
    let names = names.map(|name| Value::Text(name.to_owned())).collect();
    Some(match op {
        Op::Ne(_) | Op::NotIn(_) => OldOrNew::NotIn(names),
        _ => OldOrNew::In(names),
    })
}

fn one_of_texts(column: Expr, op: &OldOrNew, dialect: Dialect) -> Expr {
    match op {
        OldOrNew::In(names) => is_one_of(column, names, Kind::Text, dialect),
        OldOrNew::NotIn(names) => {
            column.clone().is_not_null().and(is_one_of(column, names, Kind::Text, dialect).not())
        }
    }
}

/// The texts that start with `part` are those from `part` on up to the first text that comes after all of them: one
/// range of an index, since texts sort by their code points.
fn starts_with(column: Expr, part: &str) -> Expr {
    let from = column.clone().gte(Expr::value(part));
    match after_all_with(part) {
        Some(end) => from.and(column.lt(Expr::value(end))),
        None => from,
    }
}

/// The least text after all that start with `part`; none where only those are left.
fn after_all_with(part: &str) -> Option<String> {
    let mut end = part.to_owned();
    while let Some(last) = end.pop() {
        // The code points of surrogates are no characters: the range of characters goes on after them.
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::after_all_with;

    #[test]
    fn a_range_ends_before_the_next_text() {
        for (part, end) in [
            ("a", Some("b")),
            ("az", Some("a{")),
            ("é", Some("ê")),
            ("\u{D7FF}", Some("\u{E000}")),
            ("a\u{10FFFF}", Some("b")),
            ("\u{10FFFF}", None),
            ("", None),
        ] {
            assert_eq!(after_all_with(part).as_deref(), end, "{part:?}");
        }
    }
}
