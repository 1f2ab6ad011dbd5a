//! The rows that a form has sent.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};

use crate::admin::form_texts::FormTexts;
use crate::admin::inline::{Inline, MAX_ROWS};
use crate::admin::kinds;
use crate::admin::params::Params;
use crate::admin::picker::{FOUND, WORDS};
use crate::admin::request::parse_value;
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::value::Value;

/// Which row it is.
pub(super) const KEY: &str = "_key";
/// What was shown of it.
pub(super) const SHOWN: &str = "_shown";
/// What its controls held when it was new and empty.
pub(super) const BLANK: &str = "_blank";
/// Whether it is to go.
const REMOVE: &str = "_remove";
/// Bytes of a digest.
const DIGEST: usize = 9;

/// A row as it was sent.
#[derive(Debug)]
pub(super) struct SentRow {
    /// Its number in the form.
    pub(super) index: usize,
    /// What was sent of it, by the names within the row.
    pub(super) params: Params,
}

/// The rows of a relation, in the order of their numbers.
#[derive(Debug, Default)]
pub(in crate::admin) struct SentRows {
    pub(super) rows: Vec<SentRow>,
    /// Whether there were more than are looked at.
    pub(super) too_many: bool,
}

impl SentRows {
    /// The rows that a form holds of a relation. Names that are no row's are left aside.
    pub(in crate::admin) fn of(inline: &Inline, form: &Params) -> Self {
        let mut rows: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
        let mut too_many = false;
        for (name, value) in form.iter() {
            let Some((relation, index, name)) = split(name) else { continue };
            if relation != inline.name() {
                continue;
            }
            if !rows.contains_key(&index) && rows.len() == MAX_ROWS {
                too_many = true;
                continue;
            }
            rows.entry(index).or_default().push((name, value.to_owned()));
        }
        let row = |(index, params): (usize, Vec<_>)| SentRow { index, params: params.into_iter().collect() };
        Self { rows: rows.into_iter().map(row).collect(), too_many }
    }

    /// The number of the next row.
    pub(super) fn next_index(&self) -> usize {
        self.rows.last().map_or(0, |row| row.index + 1)
    }
}

impl SentRow {
    /// The key of the row that it is; none for a new one.
    ///
    /// # Errors
    /// `BadRequest` for what is no key.
    pub(super) fn key(&self, target: &EntityInfo) -> Result<Option<Value>> {
        let Some(text) = self.params.filled(KEY) else { return Ok(None) };
        let key = parse_value(target.key(), text);
        key.map(Some)
            .ok_or_else(|| Error::bad_request("a row of the form cannot be read; open the form again"))
    }

    /// Whether it is to go.
    pub(super) fn is_removed(&self) -> bool {
        self.params.filled(REMOVE).is_some()
    }

    /// Whether it is a new row into which nothing was entered.
    pub(super) fn is_blank(&self, columns: &[&'static ColumnInfo]) -> bool {
        let searched =
            columns.iter().any(|column| self.params.filled(&format!("{WORDS}{}", column.wire)).is_some());
        let text = |column: &ColumnInfo| self.params.get(column.wire).unwrap_or_default().to_owned();
        !searched && self.params.get(BLANK) == Some(&blank(columns, text))
    }
}

/// What an empty row holds: a digest of its controls' texts.
pub(super) fn blank(columns: &[&'static ColumnInfo], text: impl Fn(&ColumnInfo) -> String) -> String {
    let mut digest = Sha256::new();
    for column in columns {
        let text = kinds::codec_text(column.kind, &text(column));
        // Browsers write some values in other words than they were given.
        let canonical = column.kind.decode_text(&text).map_or(text, |value| value.to_text());
        digest.update(column.wire);
        digest.update([0]);
        digest.update(canonical);
        digest.update([0]);
    }
    BASE64.encode(&digest.finalize()[..DIGEST])
}

/// The same of texts.
pub(super) fn blank_of(columns: &[&'static ColumnInfo], texts: &FormTexts) -> String {
    blank(columns, |column| match texts.get(column.wire) {
        Some(text) => text.clone(),
        None => String::new(),
    })
}

/// `lines.3.quantity` as the relation, the number of the row and the name within it; `_words.lines.3.track_id` too.
fn split(name: &str) -> Option<(&str, usize, String)> {
    let before = [WORDS, FOUND].into_iter().find(|before| name.starts_with(before)).unwrap_or_default();
    let (relation, rest) = name[before.len()..].split_once('.')?;
    let (index, name) = rest.split_once('.')?;
    let is_number = !index.is_empty() && index.len() <= 6 && index.bytes().all(|byte| byte.is_ascii_digit());
    Some((relation, index.parse().ok().filter(|_| is_number)?, format!("{before}{name}")))
}

/// The name of a control within its row, if it is the control of this row.
pub(in crate::admin) fn own_name<'n>(name: &'n str, inline: &Inline, index: usize) -> Option<&'n str> {
    let rest = name.strip_prefix(inline.name())?.strip_prefix('.')?;
    let (row, name) = rest.split_once('.')?;
    (row.parse() == Ok(index)).then_some(name)
}

/// The column of a relation's rows that a control's name is of: `lines.3.track_id`.
pub(in crate::admin) fn target_of(info: &'static EntityInfo, name: &str) -> Option<&'static ColumnInfo> {
    let (relation, _, name) = split(name)?;
    let many = info.on(Surface::Admin).to_many().iter().find(|many| many.def.name == relation)?;
    let is_inline = info.def.admin.inline.contains(&relation);
    many.target().columns.iter().find(|column| is_inline && column.wire == name)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn names_of_rows_are_split() {
        assert_eq!(split("lines.3.quantity"), Some(("lines", 3, "quantity".to_owned())));
        assert_eq!(split("_words.lines.3.track_id"), Some(("lines", 3, "_words.track_id".to_owned())));
        assert_eq!(split("lines.03._key"), Some(("lines", 3, "_key".to_owned())));
        for other in [
            "lines",
            "lines.3",
            "lines.x.quantity",
            "lines.-1.quantity",
            "lines..quantity",
            "lines.9999999.a",
        ] {
            assert_eq!(split(other), None, "{other}");
        }
    }
}
