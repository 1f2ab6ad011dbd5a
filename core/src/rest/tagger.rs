//! The tag of a row: by its version where that says which state the client sees, and else by all that it sees.

use crate::entity::{ColumnInfo, EntityInfo, OnDelete};
use crate::rest::etag::ETag;
use crate::rest::json::RowWriter;
use crate::types::JsonStyle;
use crate::value::{ColumnSet, Record};

/// Makes the tags of rows in one representation.
///
/// A version names a state of what is stored, since every write of the service counts it. It does not name what others are shown
/// (hidden values), what the database computes, what is related, and what the database changes by itself (`on_delete = set_null`) or
/// others do (`external`). A time of change alone names none: two changes may have one.
#[derive(Debug, Clone)]
pub(super) struct Tagger {
    info: &'static EntityInfo,
    /// The names and types of what is shown, where the version suffices.
    signature: Option<Vec<u8>>,
}

impl Tagger {
    pub(super) fn new(info: &'static EntityInfo, writer: &RowWriter) -> Self {
        let signature = version_suffices(info, writer.shown).then(|| writer.signature(info)).flatten();
        Self { info, signature }
    }

    /// The columns of which tags are made, where that is not all that is shown.
    pub(super) fn columns(&self) -> Option<ColumnSet> {
        self.signature.as_ref().and_then(|_| columns_of_state(self.info))
    }

    /// The tag of a row that is written as `body`.
    pub(super) fn of(&self, record: &Record, body: &[u8]) -> ETag {
        match self.signature {
            Some(_) => self.of_version(record),
            None => ETag::of(body),
        }
    }

    /// The tag of a row as a writer writes it.
    pub(super) fn of_row(&self, record: &Record, writer: &RowWriter) -> ETag {
        match self.signature {
            Some(_) => self.of_version(record),
            None => ETag::of(&writer.row(record)),
        }
    }

    /// The tag of a row, of which there are [`Tagger::columns`].
    pub(super) fn of_version(&self, record: &Record) -> ETag {
        let mut state = self.info.def.table.as_bytes().to_vec();
        state.push(0);
        for column in self.columns().unwrap_or(ColumnSet::KEY).iter() {
            record.get(column).write_json(JsonStyle::Rest, &mut state);
            state.push(0);
        }
        state.extend_from_slice(self.signature.as_deref().unwrap_or_default());
        ETag::of(&state)
    }
}

/// The key, the version and the time of the change: a row that is made again under a key that was another's has another time.
fn columns_of_state(info: &EntityInfo) -> Option<ColumnSet> {
    let mut columns = ColumnSet::KEY;
    columns.insert(info.version()?);
    info.updated_at().into_iter().for_each(|column| columns.insert(column));
    Some(columns)
}

fn version_suffices(info: &'static EntityInfo, shown: ColumnSet) -> bool {
    let is_plain = |column: &ColumnInfo| {
        let cleared = column.relation().is_some_and(|to| to.on_delete == OnDelete::SetNull);
        column.is_stored() && column.read_rule().is_none() && !cleared
    };
    let state = columns_of_state(info);
    !info.def.external
        && state.is_some_and(|state| state.iter().all(|column| is_plain(&info.columns[column])))
        && shown.iter().all(|column| is_plain(&info.columns[column]))
}
