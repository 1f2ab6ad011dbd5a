//! The indexes of an entity itself: those it declares, and one for its default order.

use crate::entity::{EntityInfo, IndexDef, Op};
use crate::query::{Direction, Sort, total_order};
use crate::types::Kind;
use crate::value::ColumnSet;

/// Columns of an index, each with whether it is descending.
pub(crate) type IndexColumns = Vec<(usize, bool)>;

/// An index of an entity itself, as opposed to those of constraints and references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntityIndex {
    pub(crate) columns: IndexColumns,
    /// Whether only undeleted rows are in it.
    pub(crate) undeleted_only: bool,
}

impl EntityInfo {
    /// Whether no two rows have the same value in this column.
    pub(crate) fn has_unique_values(&self, column: usize) -> bool {
        let column = &self.columns[column];
        column.index == 0
            || (!column.nullable && column.field.is_some_and(|field| field.unique) && !self.keeps_deleted())
    }

    /// Whether unique rules hold among undeleted rows only.
    fn keeps_deleted(&self) -> bool {
        self.deleted_at().is_some()
    }

    /// The declared indexes, and one for the default order that ends in the key that makes the order total. Declared
    /// indexes that the latter begins with are left out, and so is the latter where a unique rule or another index
    /// serves the order.
    ///
    /// With `soft_delete` the index of the default order holds undeleted rows only, since lists read no others: deleted
    /// rows cost a list nothing, however many there are. Declared indexes hold all rows and stay as declared.
    pub(crate) fn indexes(&self) -> Vec<EntityIndex> {
        let fields = self
            .columns
            .iter()
            .filter(|column| column.field.is_some_and(|field| field.index && !field.unique));
        let mut found: Vec<IndexColumns> = Vec::new();
        let mut add = |columns: IndexColumns| {
            if !found.contains(&columns) {
                found.push(columns);
            }
        };
        fields.for_each(|column| add(vec![(column.index, false)]));
        self.def.indexes.iter().for_each(|index| add(self.columns_of(index)));
        let order = total_order(self, &[]);
        let served = self.uniques().iter().chain(&found).any(|columns| serves(columns, &order));
        // A computed field has no column to index.
        let stored = order.iter().all(|sort| self.columns[sort.column].is_stored());
        let mut of_order = None;
        if !served && stored {
            let columns: IndexColumns =
                order.iter().map(|sort| (sort.column, sort.direction == Direction::Desc)).collect();
            if !self.keeps_deleted() {
                found.retain(|index| !has_prefix(&columns, index));
            }
            of_order = Some(EntityIndex { columns, undeleted_only: self.keeps_deleted() });
        }
        let found = found.into_iter().map(|columns| EntityIndex { columns, undeleted_only: false });
        found.chain(of_order).collect()
    }

    /// How a filter by an enum that is sorted by its declaration compares: by the positions of the variants where the test is
    /// one of the order, and where an index has them, which has no texts then.
    pub(crate) fn compares_ranks(&self, column: usize, op: &Op) -> bool {
        matches!(op, Op::Gt(_) | Op::Gte(_) | Op::Lt(_) | Op::Lte(_))
            || (!self.has_old_names(column) && self.ranked_in_indexes().contains(column))
    }

    /// The enums of which indexes hold the positions of the variants.
    fn ranked_in_indexes(&self) -> ColumnSet {
        *self.ranked.get_or_init(|| {
            let columns = self.indexes().into_iter().flat_map(|index| index.columns);
            columns.map(|(column, _)| column).filter(|column| self.is_ranked(*column)).collect()
        })
    }

    /// Whether rows are sorted by the positions of an enum's variants.
    fn is_ranked(&self, column: usize) -> bool {
        self.columns[column].kind.ordered_enum().is_some()
    }

    fn has_old_names(&self, column: usize) -> bool {
        let kind = self.columns[column].kind;
        matches!(kind, Kind::Enum(def) if def.has_old_names())
    }

    /// The indexes of the primary key and of the unique rules that hold for all rows, as far as orders follow them: they hold
    /// the texts of enums.
    fn uniques(&self) -> Vec<IndexColumns> {
        let unranked = |columns: IndexColumns| {
            columns.into_iter().take_while(|(column, _)| !self.is_ranked(*column)).collect::<IndexColumns>()
        };
        self.unique_rules().into_iter().map(unranked).collect()
    }

    fn unique_rules(&self) -> Vec<IndexColumns> {
        if self.keeps_deleted() {
            return vec![vec![(0, false)]];
        }
        let fields = self.columns.iter().filter(|column| column.field.is_some_and(|field| field.unique));
        let fields = fields.map(|column| vec![(column.index, false)]);
        let several = self
            .def
            .uniques
            .iter()
            .map(|rule| self.columns_of(rule).into_iter().map(|(column, _)| (column, false)).collect());
        std::iter::once(vec![(0, false)]).chain(fields).chain(several).collect()
    }

    /// Whether reading an index, from either end, gives the rows in this order: of rows that are not deleted, or of all.
    pub(crate) fn serves(&self, order: &[Sort], undeleted_only: bool) -> bool {
        let default_nulls = |sort: &Sort| {
            !self.columns[sort.column].nullable || *sort == Sort::new(sort.column, sort.direction)
        };
        order.iter().all(default_nulls)
            // Both names of a value are one in an order, and two in an index.
            && order.iter().all(|sort| !self.has_old_names(sort.column))
            && (self.uniques().iter().any(|columns| serves(columns, order))
                || self
                    .indexes()
                    .iter()
                    .any(|index| undeleted_only >= index.undeleted_only && serves(&index.columns, order)))
    }

    /// The derive has checked the names.
    fn columns_of(&self, index: &IndexDef) -> IndexColumns {
        let parts = index.fields.iter();
        parts.filter_map(|part| Some((self.by_name(part.field)?.index, part.descending))).collect()
    }
}

fn serves(index: &[(usize, bool)], order: &[Sort]) -> bool {
    let order: IndexColumns =
        order.iter().map(|sort| (sort.column, sort.direction == Direction::Desc)).collect();
    has_prefix(index, &order)
}

/// Whether an index begins with these columns, all in their directions or all against them.
fn has_prefix(index: &[(usize, bool)], columns: &[(usize, bool)]) -> bool {
    let reversed = |&(column, descending): &(usize, bool)| (column, !descending);
    index.starts_with(columns)
        || index.starts_with(&columns.iter().map(reversed).collect::<Vec<(usize, bool)>>())
}
