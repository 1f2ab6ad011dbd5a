//! Deletions that someone has confirmed who has seen what they would do: nothing beyond that is done.

use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};

use crate::ctx::Ctx;
use crate::db::Isolation;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::Records;
use crate::service::write::Command;
use crate::service::write::preview::{DeletionPreview, Outcome, Walk};
use crate::sql::dml::WriteTarget;
use crate::value::Value;

/// Bytes of a row's digest.
const DIGEST: usize = 6;
/// What a text begins with that holds all rows; with [`SOME`] it holds some of them.
const ALL: char = 'a';
const SOME: char = 's';

type RowDigest = [u8; DIGEST];

/// The rows that a preview says are deleted, or lose their reference: a digest of each, and of what happens to it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct ShownDeletion {
    rows: BTreeSet<RowDigest>,
    /// Whether there were more than were looked at. Then there is nothing to compare with, and this was said.
    partial: bool,
}

/// What became of a confirmed deletion.
#[derive(Debug)]
pub(crate) enum Confirmed {
    /// The row is deleted.
    Deleted,
    /// Nothing is deleted: more would go than was shown.
    Unseen {
        /// What would happen now.
        preview: DeletionPreview,
        /// The rows that were not shown; none where nothing was.
        new: Option<usize>,
    },
}

impl ShownDeletion {
    /// Adds a row, to which this happens.
    pub(super) fn add(&mut self, info: &EntityInfo, key: &Value, outcome: Outcome) {
        let name = format!("{outcome:?} {} {key}", info.def.table);
        let full = Sha256::digest(name);
        let mut cut = [0; DIGEST];
        cut.copy_from_slice(&full[..DIGEST]);
        self.rows.insert(cut);
    }

    /// There are more than were added.
    pub(super) fn is_partial(&mut self) {
        self.partial = true;
    }

    /// As text, to be sent back with the confirmation.
    pub(crate) fn write(&self) -> String {
        let kind = if self.partial { SOME } else { ALL };
        let rows = self.rows.iter().flatten().copied().collect::<Vec<_>>();
        format!("{kind}{}", BASE64.encode(rows))
    }

    /// Reads the text back.
    ///
    /// # Errors
    /// `BadRequest` for anything that was not written by [`ShownDeletion::write`].
    pub(crate) fn read(text: &str) -> Result<Self> {
        let unreadable = || Error::bad_request("what the page showed cannot be read; open it again");
        let (partial, rows) = match (text.strip_prefix(ALL), text.strip_prefix(SOME)) {
            (Some(rows), _) => (false, rows),
            (None, Some(rows)) => (true, rows),
            (None, None) => return Err(unreadable()),
        };
        let rows = BASE64.decode(rows).map_err(|_| unreadable())?;
        let (rows, rest) = rows.as_chunks::<DIGEST>();
        match rest {
            [] => Ok(Self { rows: rows.iter().copied().collect(), partial }),
            _ => Err(unreadable()),
        }
    }

    /// How many rows are concerned now that were not shown.
    pub(in crate::service) fn new_of(&self, now: &Self) -> usize {
        match (self.partial, now.partial) {
            (true, _) => 0,
            (false, false) => now.rows.difference(&self.rows).count(),
            (false, true) => now.rows.difference(&self.rows).count().max(1),
        }
    }
}

impl Records<'_> {
    /// Deletes the row, at this version where one is given, unless more would be deleted or unlinked by that than was
    /// shown. The rows are compared and deleted in one transaction, which holds them locked: none can come to refer to
    /// them in between.
    ///
    /// # Errors
    /// As [`Records::delete`] and [`Records::delete_version`].
    pub(crate) async fn delete_confirmed(
        &self,
        key: &Value,
        version: Option<i64>,
        shown: Option<ShownDeletion>,
    ) -> Result<Confirmed> {
        let target = match version {
            Some(version) => WriteTarget::AtVersion(key.clone(), version),
            None => {
                self.refuse_unversioned(Action::Delete)?;
                WriteTarget::Key(key.clone())
            }
        };
        let unbound = self.unbound();
        let confirmed = Arc::new((key.clone(), Command::Delete { target }, shown));
        let work = move |ctx: Ctx| {
            let confirmed = Arc::clone(&confirmed);
            async move {
                let records = unbound.bind(&ctx);
                let (key, command, shown) = &*confirmed;
                records.lock_authorized(command, key).await?;
                let preview = records.walk_deletion(key, Walk::Locking, records.info.def.soft_delete).await?;
                let new = shown.as_ref().map(|shown| shown.new_of(&preview.shown));
                if new != Some(0) {
                    return Ok(Confirmed::Unseen { preview, new });
                }
                match records.write(command.clone()).await?.count {
                    0 => Err(records.not_found()),
                    _ => Ok(Confirmed::Deleted),
                }
            }
        };
        Box::pin(self.ctx.transaction_with_retry(Isolation::default(), work)).await
    }
}

#[cfg(test)]
mod tests {
    use super::{RowDigest, ShownDeletion};

    fn shown(rows: &[u8], partial: bool) -> ShownDeletion {
        let row = |name: &u8| [*name; super::DIGEST] as RowDigest;
        ShownDeletion { rows: rows.iter().map(row).collect(), partial }
    }

    #[test]
    fn fewer_rows_are_not_more() {
        assert_eq!(shown(&[1, 2, 3], false).new_of(&shown(&[1, 3], false)), 0);
        assert_eq!(shown(&[1, 2], false).new_of(&shown(&[1, 3], false)), 1);
        assert_eq!(shown(&[], false).new_of(&shown(&[1, 3], false)), 2);
        // What could not be counted was confirmed as such; what now cannot be is more.
        assert_eq!(shown(&[1], true).new_of(&shown(&[1, 3], false)), 0);
        assert_eq!(shown(&[1], false).new_of(&shown(&[1], true)), 1);
    }

    #[test]
    fn what_was_written_is_read_back() {
        for set in [shown(&[], false), shown(&[7, 9], false), shown(&[7], true)] {
            assert_eq!(ShownDeletion::read(&set.write()).unwrap(), set);
        }
        for wrong in ["", "x", "aAA", "a!", "AAAAAAAA"] {
            assert!(ShownDeletion::read(wrong).is_err(), "{wrong}");
        }
    }
}
