//! The unique rules of an entity, and duplicates under them.

use std::collections::HashMap;

use crate::ctx::Ctx;
use crate::db::Constraint;
use crate::entity::{ColumnInfo, Condition, EntityInfo, Op, names};
use crate::error::{Error, Result};
use crate::service::Records;
use crate::types::JsonStyle;
use crate::value::{ColumnSet, Value};

/// Rows that one statement searches for.
pub(super) const LOOKUP_BATCH: usize = 100;

/// The columns of every unique rule: the key first, then fields, then rules over several fields.
pub(crate) fn rules(info: &EntityInfo) -> Vec<Vec<&ColumnInfo>> {
    let fields = info.columns.iter().filter(|column| column.field.is_some_and(|field| field.unique));
    let several = info.def.uniques.iter().map(|rule| {
        rule.fields.iter().filter_map(|part| info.by_name(part.field)).collect::<Vec<&ColumnInfo>>()
    });
    std::iter::once(vec![info.key()]).chain(fields.map(|column| vec![column])).chain(several).collect()
}

/// Checks that the columns are those of a unique rule, in any order.
///
/// # Errors
/// `BadRequest` that names the existing rules.
pub(super) fn check_rule(info: &EntityInfo, by: &[usize]) -> Result<()> {
    let requested: ColumnSet = by.iter().copied().collect();
    let rules = rules(info);
    let is_requested =
        |rule: &Vec<&ColumnInfo>| rule.iter().map(|column| column.index).collect::<ColumnSet>() == requested;
    if rules.iter().any(is_requested) {
        return Ok(());
    }
    let names = |columns: &mut dyn Iterator<Item = usize>| {
        columns.map(|index| info.columns[index].wire).collect::<Vec<_>>().join(", ")
    };
    let names_of_rules: Vec<String> = rules
        .iter()
        .map(|rule| format!("`{}`", names(&mut rule.iter().map(|column| column.index))))
        .collect();
    Err(Error::bad_request(format!(
        "{} has no unique rule over `{}`; rows are found by one of {}",
        info.def.name,
        names(&mut requested.iter()),
        names_of_rules.join("; ")
    )))
}

/// The columns of the rule that the database reports as violated; none when it is no rule of the entity.
pub(super) fn violated<'i>(info: &'i EntityInfo, constraint: &Constraint) -> Vec<&'i ColumnInfo> {
    match constraint {
        Constraint::Columns(names) => names.iter().filter_map(|name| info.by_column(name)).collect(),
        Constraint::Name(name) if *name == names::primary_key(info.def.table) => vec![info.key()],
        Constraint::Name(name) => {
            let has_name = |columns: &Vec<&ColumnInfo>| {
                let columns: Vec<_> = columns.iter().map(|column| column.column).collect();
                names::unique(info.def.table, &columns) == *name
            };
            rules(info).into_iter().find(has_name).unwrap_or_default()
        }
    }
}

/// RowBatch that set the same columns, in the order of the set.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowBatch<'r> {
    pub(super) columns: ColumnSet,
    pub(super) rows: &'r [Vec<Value>],
}

impl<'r> RowBatch<'r> {
    /// The values of a column, row by row; NULL where the rows do not set it.
    pub(super) fn values(self, column: usize) -> impl Iterator<Item = &'r Value> {
        let position = self.columns.iter().position(|index| index == column);
        self.rows.iter().map(move |row| position.map_or(&Value::Null, |position| &row[position]))
    }

    /// For each row, its key under a unique rule; none for a row that has a NULL there, which equals
    /// no other.
    fn unique_keys(self, columns: &[&ColumnInfo]) -> Vec<Option<Vec<u8>>> {
        let values: Vec<Vec<&Value>> =
            columns.iter().map(|column| self.values(column.index).collect()).collect();
        (0..self.rows.len()).map(|row| unique_key(values.iter().map(|column| column[row]))).collect()
    }

    /// The first row that repeats an earlier one under a rule: both positions, the earlier first.
    pub(super) fn first_duplicate(self, columns: &[&ColumnInfo]) -> Option<(usize, usize)> {
        let mut positions = HashMap::with_capacity(self.rows.len());
        for (position, unique_key) in self.unique_keys(columns).into_iter().enumerate() {
            if let Some(earlier) = unique_key.and_then(|unique_key| positions.insert(unique_key, position)) {
                return Some((earlier, position));
            }
        }
        None
    }

    /// The first row whose values under a rule exist in the table already.
    pub(super) async fn first_existing(
        self,
        ctx: &Ctx,
        info: &'static EntityInfo,
        columns: &[&ColumnInfo],
    ) -> Result<Option<usize>> {
        let unique_keys = self.unique_keys(columns);
        let values: Vec<Vec<&Value>> =
            columns.iter().map(|column| self.values(column.index).collect()).collect();
        let same = |row: usize| {
            let test = |(column, values): (&&ColumnInfo, &Vec<&Value>)| {
                Condition::column(column.index, Op::Eq(values[row].clone()))
            };
            Condition::All(columns.iter().zip(&values).map(test).collect())
        };
        let candidates: Vec<usize> = (0..self.rows.len()).filter(|row| unique_keys[*row].is_some()).collect();
        for candidates in candidates.chunks(LOOKUP_BATCH) {
            let any = Condition::Any(candidates.iter().map(|row| same(*row)).collect());
            let found = Records::new(ctx, info).matching_rows(&any, candidates.len()).await?;
            let found: Vec<_> = found
                .iter()
                .map(|record| unique_key(columns.iter().map(|column| record.get(column.index))))
                .collect();
            if let Some(row) = candidates.iter().find(|row| found.contains(&unique_keys[**row])) {
                return Ok(Some(*row));
            }
        }
        Ok(None)
    }
}

/// The values of a unique rule as bytes: equal for equal values only; none if one is NULL.
pub(super) fn unique_key<'v>(values: impl Iterator<Item = &'v Value>) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    for value in values {
        if value.is_null() {
            return None;
        }
        if let Value::Decimal(number) = value {
            Value::Decimal(number.normalize()).write_json(JsonStyle::Rest, &mut text);
        } else {
            value.write_json(JsonStyle::Rest, &mut text);
        }
        text.push(b',');
    }
    Some(text)
}
