//! Changes of a client that has seen a row before: field by field, beside those that others have made since then.
//!
//! A client sends what it holds of a row, and with it a digest of each value that it was shown. What it has not touched is
//! not written, whatever the row has by now; what it has touched is written if no one else has changed it meanwhile, to
//! something else; and what both have changed is a conflict, of which nothing is written. So no change of another is
//! taken back by a client that did not know of it, with `version` or without.

mod children;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::write::Command;
use crate::service::{LastChange, Records, nested, validate};
use crate::sql::dml::WriteTarget;
use crate::types::JsonStyle;
use crate::value::{Assignments, Record, Value};

use children::at_positions;
pub(crate) use children::{RelatedConflict, SeenRelated};

/// Bytes of a digest.
const DIGEST: usize = 12;

type ValueDigest = [u8; DIGEST];

/// What a client was shown of a row: a digest of each value, by column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SeenRow(Vec<(usize, ValueDigest)>);

/// What became of the changes.
#[derive(Debug)]
pub(crate) enum Merged {
    /// They are made.
    Saved {
        /// The row as it is now.
        row: Record,
        /// Whether anything is different from before.
        changed: bool,
    },
    /// Others have changed the same fields to something else; nothing is written.
    Conflict {
        /// The row as it is now.
        row: Record,
        /// The columns that both have changed.
        columns: Vec<usize>,
        /// Who has changed them, as far as it is known.
        changes: Vec<LastChange>,
        /// The same of related rows.
        related: Vec<RelatedConflict>,
    },
}

impl SeenRow {
    /// These columns of a row, as it is shown.
    pub(crate) fn of(row: &Record, columns: impl IntoIterator<Item = usize>) -> Self {
        Self(columns.into_iter().map(|column| (column, digest(row.get(column)))).collect())
    }

    /// As text, to be sent back by the client.
    pub(crate) fn write(&self, info: &EntityInfo) -> String {
        let entry = |(column, digest): &(usize, ValueDigest)| {
            format!("{}:{}", info.columns[*column].wire, BASE64.encode(digest))
        };
        self.0.iter().map(entry).collect::<Vec<_>>().join(" ")
    }

    /// Reads the text back. Columns that are unknown by now are left out.
    ///
    /// # Errors
    /// `BadRequest` for anything that was not written by [`SeenRow::write`].
    pub(crate) fn read(info: &EntityInfo, text: &str) -> Result<Self> {
        let mut seen = Vec::new();
        for entry in text.split_ascii_whitespace() {
            let unreadable =
                || Error::bad_request("what the form showed cannot be read; open the form again");
            let (name, digest) = entry.rsplit_once(':').ok_or_else(unreadable)?;
            let digest = BASE64.decode(digest).map_err(|_| unreadable())?;
            let digest = ValueDigest::try_from(digest).map_err(|_| unreadable())?;
            if let Some(column) = info.columns.iter().find(|column| column.wire == name) {
                seen.push((column.index, digest));
            }
        }
        Ok(Self(seen))
    }

    /// Whether the value is the one that the client was shown; none for a column that it was not shown.
    pub(crate) fn showed(&self, column: usize, value: &Value) -> Option<bool> {
        self.0.iter().find(|(seen, _)| *seen == column).map(|(_, seen)| *seen == digest(value))
    }
}

/// A value's digest. Values that forms cannot tell apart have the same: line ends are the browser's, and an empty text
/// looks like none.
fn digest(value: &Value) -> ValueDigest {
    let mut canonical = Vec::new();
    match value {
        Value::Null => {}
        Value::Text(text) if text.is_empty() => {}
        Value::Bytes(bytes) if bytes.is_empty() => {}
        Value::Text(text) => {
            let text = text.replace("\r\n", "\n").replace('\r', "\n");
            Value::Text(text).write_json(JsonStyle::Rest, &mut canonical);
        }
        Value::Decimal(number) => {
            Value::Decimal(number.normalize()).write_json(JsonStyle::Rest, &mut canonical);
        }
        value => value.write_json(JsonStyle::Rest, &mut canonical),
    }
    let full = Sha256::digest(&canonical);
    let mut cut = [0; DIGEST];
    cut.copy_from_slice(&full[..DIGEST]);
    cut
}

/// Whether forms cannot tell the values apart.
pub(super) fn look_alike(one: &Value, other: &Value) -> bool {
    digest(one) == digest(other)
}

impl Records<'_> {
    /// Changes the row as a client means it who has seen it before: what it has touched of `values`, unless someone
    /// else has touched it too. Nothing comes between the comparison and the change.
    ///
    /// A client that has seen nothing changes all that it sends.
    ///
    /// # Errors
    /// As [`Records::update`]; where the entity asks for a version, what was seen stands for it.
    pub(crate) async fn update_seen(
        &self,
        key: &Value,
        seen: Option<SeenRow>,
        values: Assignments,
        related: Vec<SeenRelated>,
    ) -> Result<Merged> {
        if seen.is_none() {
            self.refuse_unversioned(Action::Update)?;
        }
        let seen = seen.unwrap_or_default();
        let (unbound, key) = (self.unbound(), key.clone());
        let work = move |ctx: Ctx| async move {
            let records = unbound.bind(&ctx);
            let command = Command::Update { target: WriteTarget::Key(key.clone()), values };
            let before = records.lock_authorized(&command, &key).await?;
            let Command::Update { mut values, .. } = command else { return Err(records.not_found()) };
            seen.leave_touched(&mut values);
            let (of_related, left) = records.compare_related(&key, &mut values, &related).await?;
            records.check_changes(&key, &values).map_err(|error| at_positions(error, &left))?;
            let conflicts = conflicts(&before, &seen, &mut values);
            if !conflicts.is_empty() || !of_related.is_empty() {
                let changes = records.last_changes(&before, &conflicts).await?;
                return Ok(Merged::Conflict {
                    row: before,
                    columns: conflicts,
                    changes,
                    related: of_related,
                });
            }
            let writes_related = values.related().is_some();
            if values.is_empty() && !writes_related {
                return Ok(Merged::Saved { row: before, changed: false });
            }
            let row = records.update_known(&key, values).await;
            let row = row.map_err(|error| at_positions(error, &left))?;
            let changed = writes_related || row.values() != before.values();
            Ok(Merged::Saved { row, changed })
        };
        self.ctx.transaction(work).await
    }
}

impl Records<'_> {
    /// The rules that the changes of a row, and of those that are written with it, break: all of them at once.
    fn check_changes(&self, key: &Value, values: &Assignments) -> Result<()> {
        if values.related().is_none() {
            return validate::changes(self.info, values.clone()).map(drop);
        }
        let target = WriteTarget::Key(key.clone());
        nested::check(self.ctx, self.info, &Command::Update { target, values: values.clone() })
    }
}

/// The columns that someone else has changed too, and to something else. What both have changed to the same is not
/// written again.
fn conflicts(now: &Record, seen: &SeenRow, values: &mut Assignments) -> Vec<usize> {
    let (mut conflicts, mut same) = (Vec::new(), Vec::new());
    for (column, value) in values.iter() {
        let current = now.get(column);
        if seen.showed(column, current).is_none_or(|unchanged| unchanged) {
            continue;
        }
        if look_alike(current, value) {
            same.push(column);
        } else {
            conflicts.push(column);
        }
    }
    for column in same {
        values.take(column);
    }
    conflicts
}
