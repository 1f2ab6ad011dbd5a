//! How long a value in an index may be. PostgreSQL's B-trees hold rows of a third of a page, SQLite's of any size: the
//! stricter limit holds on both, so that a value is taken or refused alike.

use crate::entity::EntityInfo;
use crate::types::Kind;

/// Bytes of a row of a B-tree of PostgreSQL (`BTMaxItemSize` of pages of 8 KiB).
const MAX_INDEX_ROW: usize = 2_704;
/// Its head, and the bits that tell which columns are NULL.
const INDEX_ROW_HEAD: usize = 16;
/// The length before a text, and the gap that aligns it.
const TEXT_HEAD: usize = 7;
/// A column of a fixed size, at most: a UUID, a decimal.
const FIXED_SIZE: usize = 24;
/// Bytes of a character in UTF-8, at most.
const MAX_CHARACTER: usize = 4;

impl EntityInfo {
    /// The most bytes of a value of the column, where an index holds it and its `max_len` does not keep it below.
    pub(crate) fn max_indexed_bytes(&self, column: usize) -> Option<usize> {
        let limits = self
            .index_limits
            .get_or_init(|| (0..self.columns.len()).map(|column| self.least_share(column)).collect());
        limits.get(column).copied().flatten()
    }

    /// The least share of all indexes that hold the column.
    fn least_share(&self, column: usize) -> Option<usize> {
        self.longest(column)?;
        self.btrees().iter().filter_map(|columns| self.share(columns, column)).min()
    }

    /// The columns of every index.
    fn btrees(&self) -> Vec<Vec<usize>> {
        let unique = self.columns.iter().filter(|column| column.field.is_some_and(|field| field.unique));
        let single = unique.map(|column| vec![column.index]);
        let several = self.def.uniques.iter().map(|rule| {
            rule.fields.iter().filter_map(|part| Some(self.by_name(part.field)?.index)).collect()
        });
        let declared = self.indexes().into_iter();
        let declared = declared.map(|index| index.columns.into_iter().map(|(column, _)| column).collect());
        single.chain(several).chain(declared).collect()
    }

    /// The most bytes of a column's values, if they have no fixed size.
    fn longest(&self, column: usize) -> Option<usize> {
        let column = &self.columns[column];
        let most = column.field.and_then(|field| field.max_len).map(|most| most as usize);
        match column.kind {
            Kind::Text => Some(most.map_or(usize::MAX, |most| most.saturating_mul(MAX_CHARACTER))),
            Kind::Bytes => Some(most.unwrap_or(usize::MAX)),
            _ => None,
        }
    }

    /// The bytes that an index has for one of its texts: what the short ones leave, the others share. So a row that is
    /// changed in one column needs no look at the rest.
    fn share(&self, columns: &[usize], column: usize) -> Option<usize> {
        let mut texts: Vec<(usize, usize)> =
            columns.iter().filter_map(|column| Some((self.longest(*column)?, *column))).collect();
        let fixed = (columns.len() - texts.len()) * FIXED_SIZE;
        let mut left = MAX_INDEX_ROW.saturating_sub(INDEX_ROW_HEAD + fixed + texts.len() * TEXT_HEAD);
        texts.sort_unstable();
        let count = texts.len();
        for (position, (longest, other)) in texts.into_iter().enumerate() {
            let share = left / (count - position);
            if other == column {
                return (longest > share).then_some(share);
            }
            left -= longest.min(share);
        }
        None
    }
}
