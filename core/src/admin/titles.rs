//! What rows are called, by their labels. Related rows are read in one statement for each relation.

use std::collections::HashMap;

use futures_util::future::BoxFuture;

use crate::admin::label::Label;
use crate::admin::{entities, names};
use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo};
use crate::error::Result;
use crate::policy::Action;
use crate::service::Records;
use crate::service::lookup_key::DistinctKeys;
use crate::types::shorten;
use crate::value::{ColumnSet, Record, Value};

/// Characters of a row's label.
const MAX_LENGTH: usize = 80;
/// How many relations are followed.
const MAX_DEPTH: usize = 3;

/// The labels of the rows that a set of records points to, by column and key.
#[derive(Debug, Default)]
pub(super) struct Labels(HashMap<(usize, String), String>);

impl Labels {
    /// Reads the labels for these columns of these records. Targets the principal may not read have none.
    pub(super) async fn read(ctx: &Ctx, columns: &[&'static ColumnInfo], records: &[Record]) -> Result<Self> {
        let mut labels = Self::default();
        for column in columns {
            if let Some(target) = column.target() {
                let keys = DistinctKeys::of(records.iter().map(|record| record.get(column.index))).keys;
                labels.add(ctx, column.index, target, &keys).await?;
            }
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
        for (key, title) in titles_of(ctx, target, keys, MAX_DEPTH).await? {
            self.0.insert((column, key), title);
        }
        Ok(())
    }

    /// The label of the row a column's key points to.
    pub(super) fn get(&self, column: usize, key: &Value) -> Option<&str> {
        self.0.get(&(column, key.to_text())).map(String::as_str)
    }
}

/// The columns needed to name a row.
pub(super) fn columns(info: &'static EntityInfo) -> ColumnSet {
    Label::of(info).columns()
}

/// What a row is called: its label, or the entity's name and the key.
pub(super) async fn title(ctx: &Ctx, info: &'static EntityInfo, row: &Record) -> Result<String> {
    let mut titles = titles(ctx, info, std::slice::from_ref(row)).await?;
    Ok(titles.pop().unwrap_or_else(|| entities::title_by_key(info, row.key())))
}

/// What rows are called.
pub(super) async fn titles(ctx: &Ctx, info: &'static EntityInfo, rows: &[Record]) -> Result<Vec<String>> {
    titles_within(ctx, info, rows, MAX_DEPTH).await
}

fn titles_within<'a>(
    ctx: &'a Ctx,
    info: &'static EntityInfo,
    rows: &'a [Record],
    depth: usize,
) -> BoxFuture<'a, Result<Vec<String>>> {
    Box::pin(async move {
        let label = Label::of(info);
        let mut values = Vec::with_capacity(label.parts.len());
        for (_, path) in &label.parts {
            values.push(texts(ctx, path, rows, depth).await?);
        }
        let title = |(position, row): (usize, &Record)| {
            let parts =
                label.parts.iter().zip(&values).map(|((before, _), texts)| (*before, &*texts[position]));
            let text = joined(parts, label.end);
            if !is_visible(&text) { entities::title_by_key(info, row.key()) } else { text }
        };
        Ok(rows.iter().enumerate().map(title).collect())
    })
}

/// The text of a value of each row.
fn texts<'a>(
    ctx: &'a Ctx,
    path: &'a [&'static ColumnInfo],
    rows: &'a [Record],
    depth: usize,
) -> BoxFuture<'a, Result<Vec<String>>> {
    Box::pin(async move {
        let Some((column, rest)) = path.split_first() else { return Ok(vec![String::new(); rows.len()]) };
        let Some(target) = column.target() else {
            return Ok(rows.iter().map(|row| text(row.get(column.index))).collect());
        };
        let keys = DistinctKeys::of(rows.iter().map(|row| row.get(column.index))).keys;
        let by_key: HashMap<String, String> = match rest.first() {
            None => titles_of(ctx, target, &keys, depth.saturating_sub(1)).await?.into_iter().collect(),
            Some(next) if target.permits(Action::Read, ctx) => {
                let wanted = ColumnSet::KEY.union([next.index].into_iter().collect());
                let related = Records::new(ctx, target).find_many(0, &keys, wanted).await?;
                let texts = texts(ctx, rest, &related, depth).await?;
                related.iter().map(|row| row.key().to_text()).zip(texts).collect()
            }
            Some(_) => HashMap::new(),
        };
        let text = |key: &Value| match (by_key.get(&key.to_text()), rest) {
            _ if key.is_null() => String::new(),
            (Some(text), _) => text.clone(),
            (None, []) => entities::title_by_key(target, key),
            (None, _) => String::new(),
        };
        Ok(rows.iter().map(|row| text(row.get(column.index))).collect())
    })
}

/// The titles of the rows with these keys that the principal may read, by key.
async fn titles_of(
    ctx: &Ctx,
    target: &'static EntityInfo,
    keys: &[Value],
    depth: usize,
) -> Result<Vec<(String, String)>> {
    if keys.is_empty() || depth == 0 || !target.permits(Action::Read, ctx) {
        return Ok(Vec::new());
    }
    let rows = Records::new(ctx, target).find_many(0, keys, columns(target)).await?;
    let titles = titles_within(ctx, target, &rows, depth).await?;
    Ok(rows.iter().map(|row| row.key().to_text()).zip(titles).collect())
}

/// A value in a label: one line.
fn text(value: &Value) -> String {
    let text = match value {
        Value::Enum(variant) => names::heading(variant.wire),
        value => value.to_text(),
    };
    text.trim().lines().next().unwrap_or_default().to_owned()
}

/// The values that are there, with the texts between them. A text before a value that is missing is left out with it, and
/// so is one that would come between nothing and the first.
fn joined<'p>(parts: impl Iterator<Item = (&'p str, &'p str)>, end: &str) -> String {
    let (mut joined, mut first, mut last_is_there) = (String::new(), true, false);
    for (before, value) in parts {
        last_is_there = !value.is_empty();
        if last_is_there {
            if first || !joined.is_empty() {
                joined.push_str(before);
            }
            joined.push_str(value);
        }
        first = false;
    }
    if last_is_there {
        joined.push_str(end);
    }
    shorten(joined.trim(), MAX_LENGTH).into_owned()
}

/// Whether a text shows anything: a link of blanks, or of letters without a width, cannot be seen.
pub(super) fn is_visible(text: &str) -> bool {
    let shows_nothing = |letter: char| {
        let without_width = matches!(letter, '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{2800}' | '\u{3164}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}');
        letter.is_whitespace() || letter.is_control() || without_width
    };
    !text.chars().all(shows_nothing)
}

/// Titles, told apart where several rows are called the same: by the key.
pub(super) fn told_apart(rows: &[Record], titles: Vec<String>) -> Vec<String> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    titles.iter().for_each(|title| *count.entry(title).or_default() += 1);
    let told = |(row, title): (&Record, &String)| match count.get(title.as_str()) {
        Some(2..) => format!("{title} (#{})", row.key()),
        _ => title.clone(),
    };
    rows.iter().zip(&titles).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn what_is_missing_takes_its_text_along() {
        let label = |first, last, city| joined([("", first), (" ", last), (" (", city)].into_iter(), ")");
        assert_eq!(label("Ada", "Lovelace", "London"), "Ada Lovelace (London)");
        assert_eq!(label("", "Lovelace", "London"), "Lovelace (London)");
        assert_eq!(label("Ada", "", ""), "Ada");
        assert_eq!(label("", "", ""), "");
        assert_eq!(joined([("#", "7"), (" · ", "")].into_iter(), ""), "#7");
    }
}
