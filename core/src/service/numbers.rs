//! Numbers over to-many relations (`computed(count(comments))`) of rows that were read: one grouped statement for all rows, for
//! each relation and condition.

use std::collections::{HashMap, HashSet};

use crate::ctx::Ctx;
use crate::entity::{Condition, EntityInfo, ManyLink, Number, NumberFunction};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::Deleted;
use crate::service::Records;
use crate::service::lookup_key::LookupKey;
use crate::sql::{Measured, Related, RowScope};
use crate::value::{ColumnSet, Record, Value};

/// Rows whose numbers one statement computes.
const AT_ONCE: usize = 10_000;

impl EntityInfo {
    /// With the key, by which numbers over relations are found for a row.
    pub(super) fn with_key_of_numbers(&self, columns: ColumnSet) -> ColumnSet {
        match columns.intersection(self.numbers).is_empty() {
            true => columns,
            false => columns.union(ColumnSet::KEY),
        }
    }

    /// A value of a row, unless it is a number over a relation, which the engine's own rows do not have.
    pub(super) fn known<'r>(&self, row: &'r Record, column: usize) -> Option<&'r Value> {
        (!self.numbers.contains(column)).then(|| row.get(column))
    }
}

impl Records<'_> {
    /// Sets these numbers in rows that a statement for the reader has read. Of those that are hidden in some rows it has read
    /// whether they are visible.
    pub(super) async fn add_numbers(
        &self,
        reader: Option<&Ctx>,
        numbers: ColumnSet,
        rows: &mut [Record],
    ) -> Result<()> {
        let numbers = numbers.intersection(self.info.numbers);
        if numbers.is_empty() || rows.is_empty() {
            return Ok(());
        }
        let guarded: ColumnSet = match reader {
            Some(reader) => self.info.hidden_cells(reader).into_iter().map(|(column, _)| column).collect(),
            None => ColumnSet::EMPTY,
        };
        self.set_numbers(reader, numbers, rows, |column, row| {
            !guarded.contains(column) || *row.get(column) == Value::Bool(true)
        })
        .await
    }

    /// Sets every number in the engine's own rows, as it counts them itself: for the application's hooks.
    pub(super) async fn with_own_numbers(&self, rows: &mut [Record]) -> Result<()> {
        self.set_numbers(None, self.info.numbers, rows, |_, _| true).await
    }

    /// Sets every number in rows that were written, as the principal counts them; hidden cells are masked afterwards.
    pub(super) async fn with_numbers(&self, rows: &mut [Record]) -> Result<()> {
        self.set_numbers(Some(self.ctx), self.info.numbers, rows, |_, _| true).await
    }

    async fn set_numbers(
        &self,
        reader: Option<&Ctx>,
        numbers: ColumnSet,
        rows: &mut [Record],
        is_visible: impl Fn(usize, &Record) -> bool,
    ) -> Result<()> {
        if numbers.is_empty() || rows.is_empty() {
            return Ok(());
        }
        let mut seen = HashSet::with_capacity(rows.len());
        let keys =
            rows.iter().map(Record::key).filter(|key| LookupKey::of(key).is_some_and(|key| seen.insert(key)));
        let keys: Vec<Value> = keys.cloned().collect();
        for group in self.groups(numbers)? {
            let mut values = HashMap::with_capacity(keys.len());
            for keys in keys.chunks(AT_ONCE) {
                values.extend(self.numbers_of(reader, &group, keys).await?);
            }
            for row in rows.iter_mut() {
                let found = LookupKey::of(row.key()).and_then(|key| values.get(&key));
                for (position, (column, number)) in group.iter().enumerate() {
                    let value = match found {
                        _ if !is_visible(*column, row) => Value::Null,
                        Some(values) => number.of_measured(&values[position]),
                        None => number.of_no_rows(),
                    };
                    row.set(*column, value);
                }
            }
        }
        Ok(())
    }

    /// The numbers by relation and condition: one statement serves each group.
    fn groups(&self, numbers: ColumnSet) -> Result<Vec<Vec<(usize, Number)>>> {
        let mut groups: Vec<Vec<(usize, Number)>> = Vec::new();
        for column in numbers.iter() {
            let number = self.info.number(column);
            let number =
                number.ok_or_else(|| Error::internal("a number is over a relation that there is not"))?;
            let same =
                |group: &&mut Vec<(usize, Number)>| group.iter().any(|(_, other)| other.counts_as(&number));
            match groups.iter_mut().find(same) {
                Some(group) => group.push((column, number)),
                None => groups.push(vec![(column, number)]),
            }
        }
        Ok(groups)
    }

    /// The values of a group of numbers, for the rows with these keys that have related rows.
    async fn numbers_of(
        &self,
        reader: Option<&Ctx>,
        group: &[(usize, Number)],
        keys: &[Value],
    ) -> Result<HashMap<LookupKey, Vec<Value>>> {
        let Some((_, first)) = group.first() else { return Ok(HashMap::new()) };
        let (target, link) = (first.many.target(), first.many.link());
        let Some(scope) = scope_of(target, first.rows(), reader) else { return Ok(HashMap::new()) };
        if let (ManyLink::Through { via, .. }, Some(reader)) = (link, reader)
            && !via.permits(Action::Read, reader)
        {
            return Ok(HashMap::new());
        }
        let measured = group.iter().map(|(_, number)| Measured::of(number, self.dialect()));
        let measured = measured.collect::<Result<Vec<_>>>()?;
        let records = self.untyped().of(target, Deleted::Hidden);
        let every = Condition::TRUE;
        let mut select = records.matching(scope, &every, None);
        select.related = Some(Related { link, parent_kind: self.info.key().kind, parents: keys });
        let (statement, layout) = select.measures(&measured)?;
        let rows = self.ctx.acting_for(reader).read(statement, &layout).await?;
        let value = |row: Record| {
            let key = LookupKey::of(row.get(0))?;
            Some((key, row.values().iter().skip(1).cloned().collect()))
        };
        Ok(rows.into_iter().filter_map(value).collect())
    }
}

/// The related rows that count for the reader; none when it may read none of them.
fn scope_of<'c>(
    target: &'static EntityInfo,
    counted: Condition,
    reader: Option<&'c Ctx>,
) -> Option<RowScope<'c>> {
    let scope = match reader {
        None => RowScope::unrestricted(target, Deleted::Hidden),
        Some(reader) => RowScope::of(target, Deleted::Hidden, reader).ok()?,
    };
    let rows = scope.rows.and(counted);
    (!rows.is_never()).then_some(RowScope { rows, ..scope })
}

impl Number {
    /// Whether it is about the same related rows as another.
    fn counts_as(&self, other: &Self) -> bool {
        let same = match (self.filter, other.filter) {
            (None, None) => true,
            (Some(this), Some(other)) => std::ptr::fn_addr_eq(this, other),
            _ => false,
        };
        same && self.many.index == other.many.index
    }

    /// What the statement has measured.
    fn of_measured(&self, value: &Value) -> Value {
        match self.function {
            NumberFunction::Exists => Value::Bool(true),
            _ => value.clone(),
        }
    }

    /// The value where there is no related row.
    fn of_no_rows(&self) -> Value {
        match self.function {
            NumberFunction::Exists => Value::Bool(false),
            NumberFunction::Count => Value::Int(0),
            NumberFunction::Sum | NumberFunction::Avg | NumberFunction::Min | NumberFunction::Max => {
                Value::Null
            }
        }
    }
}
