//! Statements whose text depends on their shape alone, built once per entity and dialect.
//!
//! Clients choose shapes (which columns, which order), so there is no end to them. The cache holds the texts that are
//! used most, up to a bound in bytes; the others are built again.

use std::convert::Infallible;
use std::sync::{Arc, LazyLock};

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::db::Dialect;
use crate::entity::EntityInfo;
use crate::query::{Deleted, Sort};
use crate::sql::dml::OnConflict;
use crate::value::ColumnSet;

/// The total size of all cached texts and their keys, in bytes. An application of a hundred entities uses a tenth of
/// it.
pub(crate) const MAX_BYTES: u64 = 8 * 1024 * 1024;
/// How many texts to make room for at first; a typical one has 500 bytes.
const EXPECTED: usize = 4096;

/// One cache for the process: texts depend on nothing that differs between its databases.
static TEXTS: LazyLock<Cache<CacheKey, Arc<str>, TextWeighter>> =
    LazyLock::new(|| Cache::with_weighter(EXPECTED, MAX_BYTES, TextWeighter));

/// An entity by its address, which does not change while the program runs.
type CacheKey = (usize, Dialect, Shape);

/// The size of a text with its key, in bytes.
#[derive(Debug, Clone)]
struct TextWeighter;

impl Weighter<CacheKey, Arc<str>> for TextWeighter {
    fn weight(&self, (_, _, shape): &CacheKey, text: &Arc<str>) -> u64 {
        let order = match shape {
            Shape::Page { order, .. } => order.len() * size_of::<Sort>(),
            _ => 0,
        };
        // The text's own counters, and what the cache keeps beside an entry.
        (text.len() + order + size_of::<CacheKey>() + 64) as u64
    }
}

/// What determines the text of a statement of one entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    /// Rows by the value of a column, or by many values.
    ByColumn { columns: ColumnSet, deleted: Deleted, column: usize, many: bool },
    /// A page without filter, but for its limit. For related rows: whether there is one parent, and the column that
    /// points to it.
    Page { columns: ColumnSet, deleted: Deleted, order: Vec<Sort>, related: Option<(bool, usize)> },
    /// A new row with these columns set; or many of any number, as an array for each column.
    Insert { columns: ColumnSet, on_conflict: Option<OnConflict>, many: bool },
    /// As `Insert`, and nothing is read back.
    Append { columns: ColumnSet, many: bool },
    /// A change of these columns, with or without RETURNING.
    Update { columns: ColumnSet, added: ColumnSet, by: By, silent: bool },
    /// A deletion, with or without RETURNING.
    Delete { by: By, deleted: Deleted, silent: bool },
    /// A soft deletion, which returns these columns.
    SoftDelete { by: By, returned: ColumnSet },
}

/// How the rows of a write are selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum By {
    /// By one key.
    Key,
    /// By one key, at a version.
    AtVersion,
    /// By many keys.
    Keys,
}

/// Bytes of all cached texts and their keys.
#[cfg_attr(not(feature = "server"), allow(dead_code))]
pub(crate) fn cached_bytes() -> u64 {
    TEXTS.weight()
}

/// The text of a shape, built on first use.
pub(crate) fn text(
    info: &'static EntityInfo,
    dialect: Dialect,
    shape: Shape,
    build: impl FnOnce() -> String,
) -> Arc<str> {
    match try_text(info, dialect, shape, || Ok::<_, Infallible>(build())) {
        Ok(text) => text,
        Err(never) => match never {},
    }
}

/// The text of a shape, built on first use unless that fails.
pub(crate) fn try_text<E>(
    info: &'static EntityInfo,
    dialect: Dialect,
    shape: Shape,
    build: impl FnOnce() -> Result<String, E>,
) -> Result<Arc<str>, E> {
    let key = (std::ptr::from_ref(info).addr(), dialect, shape);
    if let Some(text) = TEXTS.get(&key) {
        return Ok(text);
    }
    // Two tasks that need the same text at once both build it; neither waits for the other.
    let text: Arc<str> = build()?.into();
    TEXTS.insert(key, text.clone());
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::{Condition, Entity as _};
    use crate::history::HistoryRow;
    use crate::query::{Direction, total_order};
    use crate::sql::{RowScope, Select};
    use crate::testing::own_process::{resident, run_alone};

    #[test]
    fn a_hundred_thousand_shapes_stay_within_the_bound() {
        run_alone("sql::cache::tests::a_hundred_thousand_shapes");
    }

    #[test]
    #[ignore = "run by `a_hundred_thousand_shapes_stay_within_the_bound`"]
    fn a_hundred_thousand_shapes() {
        let info = HistoryRow::def().info();
        let before = resident();
        let (mut shapes, width) = (0_u32, info.columns.len());
        for chosen in 0_usize.. {
            // Every set of columns, in orders by each pair of columns, with limits from 1 to 100.
            let columns = (0..width).filter(|column| chosen >> column & 1 == 1).collect::<ColumnSet>();
            for (first, second) in (1..width).flat_map(|first| (1..width).map(move |second| (first, second)))
            {
                let direction = if chosen % 2 == 0 { Direction::Asc } else { Direction::Desc };
                let order = total_order(info, &[Sort::new(first, direction), Sort::new(second, direction)]);
                let select = Select {
                    dialect: Dialect::Sqlite,
                    scope: RowScope::unrestricted(info, Deleted::Hidden),
                    columns: columns.union(ColumnSet::KEY),
                    filter: &Condition::TRUE,
                    search: None,
                    order: &order,
                    bounds: &[],
                    limit: Some(1 + shapes % 100),
                    related: None,
                };
                let (statement, _) = select.page().expect("a statement");
                assert!(
                    statement.sql.ends_with(&format!(" LIMIT {}", 1 + shapes % 100)),
                    "{}",
                    statement.sql
                );
                shapes += 1;
            }
            if shapes > 100_000 {
                break;
            }
        }
        assert!(TEXTS.weight() <= MAX_BYTES, "{} bytes", TEXTS.weight());
        assert!(TEXTS.len() > 1000, "texts are kept: {}", TEXTS.len());
        if let (Some(before), Some(after)) = (before, resident()) {
            let grown = after.saturating_sub(before);
            assert!(grown < 3 * MAX_BYTES, "the process grew by {grown} bytes");
        }
    }

    #[test]
    fn a_failed_build_is_not_kept() {
        let info = HistoryRow::def().info();
        let shape = || Shape::Insert { columns: ColumnSet::EMPTY, on_conflict: None, many: true };
        assert_eq!(try_text(info, Dialect::Sqlite, shape(), || Err(())), Err(()));
        assert_eq!(
            try_text(info, Dialect::Sqlite, shape(), || Ok::<_, ()>("text".to_owned())).as_deref(),
            Ok("text")
        );
    }
}
