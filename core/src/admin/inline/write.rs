//! From the rows of a form to what is written, and back from what is wrong to the rows.

use std::collections::HashMap;

use crate::admin::form_texts;
use crate::admin::inline::sent::{SHOWN, SentRow, SentRows};
use crate::admin::inline::{Inline, MAX_ROWS};
use crate::admin::picker::Unmatched;
use crate::entity::{ColumnInfo, Surface};
use crate::error::{FieldError, Result};
use crate::service::{InputForm, SeenRelated, SeenRow};
use crate::value::{Assignments, RowChanges, ToManyWrite, Value};

/// What is written of one relation. Each list holds the numbers of the rows in the form.
#[derive(Debug)]
pub(in crate::admin) struct InlineWrite {
    name: &'static str,
    many: usize,
    write: ToManyWrite,
    seen: SeenRelated,
    created: Vec<usize>,
    updated: Vec<usize>,
    deleted: Vec<usize>,
    error: Option<FieldError>,
    /// The last place that a row of the form has.
    last: i64,
}

/// What is wrong with the rows of a relation: by the number of the row, about fields by their names within it, and about all
/// of them.
#[derive(Debug, Default)]
pub(in crate::admin) struct RowErrors {
    pub(super) rows: HashMap<usize, Vec<FieldError>>,
    pub(super) whole: Vec<FieldError>,
}

impl InlineWrite {
    /// What the rows of a form ask for. With a new row they are all new.
    ///
    /// # Errors
    /// `BadRequest` for what no form has sent.
    pub(in crate::admin) fn of(inline: &Inline, sent: &SentRows, new: bool) -> Result<Self> {
        let name = inline.name();
        let too_many = || {
            let message = format!("a form takes at most {MAX_ROWS} rows at once; save some of them first");
            FieldError::new(name, "too_many", message)
        };
        let mut this = Self {
            name,
            many: inline.many.index,
            write: ToManyWrite::default(),
            seen: SeenRelated { many: inline.many.index, updated: Vec::new(), deleted: Vec::new() },
            created: Vec::new(),
            updated: Vec::new(),
            deleted: Vec::new(),
            error: sent.too_many.then(too_many),
            last: sent.rows.iter().filter_map(|row| place_of(inline, row)).max().unwrap_or_default(),
        };
        for row in &sent.rows {
            this.add(inline, row, new)?;
        }
        Ok(this)
    }

    fn add(&mut self, inline: &Inline, row: &SentRow, new: bool) -> Result<()> {
        let target = inline.target;
        let key = row.key(target)?.filter(|_| !new);
        let shown = || row.params.get(SHOWN).map(|text| SeenRow::read(target, text)).transpose();
        let read = |is_new: bool| {
            let unmatched = Unmatched::all(inline.settable(is_new), &row.params);
            let input = match is_new {
                true => InputForm::create(target, Surface::Admin),
                false => InputForm::update(target, Surface::Admin),
            };
            let mut values = form_texts::read(input, &row.params, is_new, None, &unmatched);
            // It is the row of the form, whatever is sent.
            values.take(inline.back);
            values
        };
        match key {
            None if row.is_removed() || row.is_blank(inline.settable(true)) => {}
            None => {
                let mut values = read(true);
                if let Some(position) = inline.position.filter(|_| place_of(inline, row).is_none()) {
                    self.put_last(position, &mut values);
                }
                self.created.push(row.index);
                self.write.create.push(values);
            }
            Some(key) if row.is_removed() => {
                self.deleted.push(row.index);
                self.write.delete.push(key);
                self.seen.deleted.push(shown()?.unwrap_or_default());
            }
            // A row that may not be changed is shown without controls.
            Some(_) if inline.updated.is_none() => {}
            Some(key) => {
                self.updated.push(row.index);
                self.write.update.push(RowChanges { key, version: None, values: read(false) });
                self.seen.updated.push(shown()?.unwrap_or_default());
            }
        }
        Ok(())
    }

    /// A new row without a place comes last.
    fn put_last(&mut self, position: &ColumnInfo, values: &mut Assignments) {
        let is_wrong = values.errors().iter().any(|error| error.field == position.wire);
        if !is_wrong && values.get(position.index).is_none_or(Value::is_null) {
            self.last = self.last.saturating_add(1);
            values.set(position.index, Value::Int(self.last));
        }
    }

    /// Adds it to what is written with the row, and what was shown of the rows to what was seen.
    pub(in crate::admin) fn put(&self, values: &mut Assignments, seen: &mut Vec<SeenRelated>) {
        if let Some(error) = &self.error {
            values.fail(error.clone());
        }
        if !self.write.is_empty() {
            *values.related_mut().many(self.many) = self.write.clone();
            seen.push(self.seen.clone());
        }
    }

    /// Takes what is about these rows out of the errors.
    pub(in crate::admin) fn take_errors(&self, errors: &mut Vec<FieldError>) -> RowErrors {
        let mut taken = RowErrors::default();
        let mut rest = Vec::with_capacity(errors.len());
        for error in errors.drain(..) {
            match self.place(&error.field) {
                None => rest.push(error),
                Some((None, _)) => taken.whole.push(error),
                Some((Some(row), field)) => {
                    let field = field.to_owned();
                    taken.rows.entry(row).or_default().push(FieldError { field: field.into(), ..error });
                }
            }
        }
        *errors = rest;
        taken
    }

    /// The row of a path, and the field within it; no row for what is about all of them.
    fn place<'f>(&self, field: &'f str) -> Option<(Option<usize>, &'f str)> {
        let rest = field.strip_prefix(self.name)?;
        let rest = if rest.is_empty() { rest } else { rest.strip_prefix('.')? };
        let (list, below) = rest.split_once('.').unwrap_or((rest, ""));
        let (rows, rest) = match list {
            "update" => (&self.updated, below),
            "delete" => (&self.deleted, below),
            _ => (&self.created, rest),
        };
        let (position, field) = rest.split_once('.').unwrap_or((rest, ""));
        let row = position.parse::<usize>().ok().and_then(|position| rows.get(position).copied());
        Some((row, field))
    }
}

/// The place that a row of the form has.
fn place_of(inline: &Inline, row: &SentRow) -> Option<i64> {
    row.params.filled(inline.position?.wire)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_find_their_rows() {
        let seen = SeenRelated { many: 0, updated: Vec::new(), deleted: Vec::new() };
        let write = InlineWrite {
            name: "lines",
            many: 0,
            write: ToManyWrite::default(),
            seen,
            created: vec![4, 7],
            updated: vec![2],
            deleted: vec![3],
            error: None,
            last: 0,
        };
        assert_eq!(write.place("lines.1.quantity"), Some((Some(7), "quantity")));
        assert_eq!(write.place("lines.update.0.quantity"), Some((Some(2), "quantity")));
        assert_eq!(write.place("lines.delete.0"), Some((Some(3), "")));
        assert_eq!(write.place("lines"), Some((None, "")));
        assert_eq!(write.place("lines.9.quantity"), Some((None, "quantity")));
        assert_eq!(write.place("lineage"), None);
        assert_eq!(write.place("title"), None);
    }
}
