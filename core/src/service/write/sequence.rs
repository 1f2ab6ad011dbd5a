//! Numbers of new rows (`sequence`): 1, 2, 3 … among all of them, or within each parent.
//!
//! The last number of each parent is a row of its own, which whoever numbers rows changes in the transaction of the write: the
//! next one waits for it and goes on from what was committed. So numbers have no gaps, and none is given again when a row
//! is deleted.

use std::collections::HashMap;

use entify_macros::Entity;

use crate::entity::{ColumnInfo, Entity as _, EntityDef, EntityInfo, SequenceDef};
use crate::error::{Error, Result};
use crate::service::Records;
use crate::sql::sequence::{self, Drawing};
use crate::value::{ColumnSet, Value};

/// Parents of one statement at most: it binds five values for each.
const AT_ONCE: usize = 5_000;

/// The framework's own entity for sequences, for migrations.
#[must_use]
pub(crate) fn entities() -> [&'static EntityDef; 1] {
    [Sequence::def()]
}

/// The last number that was given.
#[derive(Debug, Entity)]
#[entity(
    table = "entify_sequence",
    policy = nobody,
    skip(graphql, rest, admin),
    timestamps = none,
    unique(name, parent),
)]
pub(crate) struct Sequence {
    /// Table and column: `issue.number`.
    name: String,
    /// The parent's key; empty where all rows are counted.
    #[entity(min_len = 0)]
    parent: String,
    /// The last number.
    last: i64,
    /// How many were given with it.
    drawn: i64,
}

/// The columns that the engine numbers, each with that of the parent.
pub(super) fn columns(info: &EntityInfo) -> impl Iterator<Item = (usize, Option<usize>)> {
    info.columns.iter().filter_map(|column| {
        let SequenceDef { per } = column.field?.sequence?;
        Some((column.index, per.and_then(|per| Some(info.by_name(per)?.index))))
    })
}

/// Whether rows of the entity are numbered.
pub(super) fn numbers(info: &EntityInfo) -> bool {
    info.columns.iter().any(ColumnInfo::is_numbered)
}

impl Records<'_> {
    /// New rows with the numbers that they lack, in their order; nothing when they lack none. To be called in the
    /// transaction in which they are inserted.
    pub(super) async fn numbered(
        &self,
        columns_set: ColumnSet,
        rows: &[Vec<Value>],
    ) -> Result<Option<(ColumnSet, Vec<Vec<Value>>)>> {
        let mut numbered: Option<(ColumnSet, Vec<Vec<Value>>)> = None;
        for (column, per) in columns(self.info).filter(|(column, _)| !columns_set.contains(*column)) {
            let parent = per.and_then(|per| Some((per, columns_set.iter().position(|set| set == per)?)));
            let numbers = self.draw(column, parent, rows).await?;
            let (set, rows) = numbered.get_or_insert_with(|| (columns_set, rows.to_vec()));
            let position = set.iter().take_while(|other| *other < column).count();
            set.insert(column);
            for (row, number) in rows.iter_mut().zip(numbers) {
                row.insert(position, Value::Int(number));
            }
        }
        Ok(numbered)
    }

    /// A number for each row. `parent` is the parent's column and its position in the rows.
    async fn draw(
        &self,
        column: usize,
        parent: Option<(usize, usize)>,
        rows: &[Vec<Value>],
    ) -> Result<Vec<i64>> {
        let mut drawings: Vec<Drawing<'_>> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut within = Vec::with_capacity(rows.len());
        for row in rows {
            let value = parent.map(|(column, position)| (column, &row[position]));
            let text = value.map(|(_, value)| value.to_text()).unwrap_or_default();
            let drawing = *known.entry(text.clone()).or_insert(drawings.len());
            match drawings.get_mut(drawing) {
                Some(drawing) => drawing.count += 1,
                None => drawings.push(Drawing { parent: value, text: text.clone(), count: 1 }),
            }
            within.push(text);
        }
        // Everyone waits for the parents in one order.
        drawings.sort_by(|left, right| left.text.cmp(&right.text));
        let mut next = HashMap::with_capacity(drawings.len());
        for drawings in drawings.chunks(AT_ONCE) {
            let (statement, layout) = sequence::draw(self.info, self.dialect(), column, drawings);
            let counts: HashMap<&str, i64> =
                drawings.iter().map(|drawing| (drawing.text.as_str(), drawing.count)).collect();
            for mut row in self.ctx.engine().write(statement, &layout).await? {
                let (Value::Text(parent), Value::Int(last)) = (row.take(0), row.take(1)) else { continue };
                let first = last - counts.get(parent.as_str()).copied().unwrap_or_default() + 1;
                next.insert(parent, first);
            }
        }
        let number = |parent: String| {
            let next = next.get_mut(&parent).ok_or_else(|| Error::internal("no number was drawn"))?;
            *next += 1;
            Ok(*next - 1)
        };
        within.into_iter().map(number).collect()
    }
}
