//! What related rows are called, read in one statement per relation.

use std::collections::HashMap;

use crate::admin::entities;
use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::Result;
use crate::policy::Action;
use crate::service::Records;
use crate::value::{ColumnSet, Record, Value};

/// The labels of the rows that a set of records points to, by column and key.
#[derive(Debug, Default)]
pub(super) struct Labels(HashMap<(usize, String), String>);

impl Labels {
    /// Reads the labels for these columns of these records. Targets the principal may not read have none.
    pub(super) async fn read(ctx: &Ctx, columns: &[&'static ColumnInfo], records: &[Record]) -> Result<Self> {
        let mut labels = Self::default();
        for column in columns {
            let Some(target) = column.target() else {
                continue;
            };
            let mut keys: Vec<Value> = Vec::new();
            for key in records.iter().map(|record| record.get(column.index)) {
                if !key.is_null() && !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
            labels.add(ctx, column.index, target, &keys).await?;
        }
        Ok(labels)
    }

    /// Reads the labels of these keys of a column's target.
    pub(super) async fn add(
        &mut self,
        ctx: &Ctx,
        column: usize,
        target: &'static EntityInfo,
        keys: &[Value],
    ) -> Result<()> {
        if keys.is_empty() || !target.permits(Action::Read, ctx) {
            return Ok(());
        }
        let rows =
            Records::new(ctx, target).find_many(target.key().index, keys, label_columns(target)).await?;
        for row in rows {
            self.0.insert((column, row.key().to_text()), entities::title(target, &row));
        }
        Ok(())
    }

    /// The label of the row a column's key points to.
    pub(super) fn get(&self, column: usize, key: &Value) -> Option<&str> {
        self.0.get(&(column, key.to_text())).map(String::as_str)
    }
}

/// The columns needed to name a row.
pub(super) fn label_columns(info: &'static EntityInfo) -> ColumnSet {
    let mut columns = ColumnSet::KEY;
    if let Some(label) = entities::label(info) {
        columns.insert(label.index);
    }
    columns
}
