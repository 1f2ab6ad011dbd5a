//! Measures of rows: how many there are, and sums, averages, least and greatest values of their fields, of all rows or of
//! groups of them.

use crate::entity::{ColumnInfo, Condition, EntityInfo, Op};
use crate::error::{Error, Result};
use crate::query::{Direction, Nulls, SortPath};
use crate::types::{Function, Kind};
use crate::value::Value;

/// Groups when no number is requested.
pub const DEFAULT_GROUPS: u32 = 100;
/// The most groups of one answer.
pub const MAX_GROUPS: u32 = 1_000;

/// One measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Measure {
    /// What is measured.
    pub function: Function,
    /// Index among the entity's columns; the key's for a count.
    pub column: usize,
}

impl Measure {
    /// How many rows there are.
    pub const COUNT: Self = Self { function: Function::Count, column: 0 };

    /// The type of its values; none when the column cannot be measured so.
    #[must_use]
    pub fn kind(self, info: &EntityInfo) -> Option<Kind> {
        self.function.result(info.columns[self.column].kind)
    }

    /// Its name in REST: `count`, `sum.total`.
    #[must_use]
    pub fn name(self, info: &EntityInfo) -> String {
        match self.measured() {
            None => self.function.name().to_owned(),
            Some(column) => format!("{}.{}", self.function.name(), info.columns[column].wire),
        }
    }

    /// The column that is measured; none for a count.
    #[must_use]
    pub fn measured(self) -> Option<usize> {
        (self.function != Function::Count).then_some(self.column)
    }
}

/// A span of time by which rows are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// From the first of January on.
    Year,
    /// From the first of a month on.
    Month,
    /// From a Monday on (ISO 8601).
    Week,
    /// From midnight on.
    Day,
    /// From a full hour on.
    Hour,
}

impl TimeUnit {
    /// All, the longest first.
    pub const ALL: [Self; 5] = [Self::Year, Self::Month, Self::Week, Self::Day, Self::Hour];

    /// The name in REST: `month`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }

    /// Those by which values of a type are grouped.
    #[must_use]
    pub fn of(kind: Kind) -> &'static [Self] {
        match kind {
            Kind::DateTime => &Self::ALL,
            Kind::Date => &[Self::Year, Self::Month, Self::Week, Self::Day],
            _ => &[],
        }
    }
}

/// What the rows of one group have in common: a value of their own or of a row that they refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GroupKey {
    /// Index among the entity's columns.
    pub column: usize,
    /// From the column, which is a to-one relation, to the value of the related row. Rows without one, or with one that the
    /// principal may not read, have NULL.
    pub path: SortPath,
    /// Of dates and times: the span. The key is its beginning then.
    pub unit: Option<TimeUnit>,
}

impl GroupKey {
    /// The values of a column.
    #[must_use]
    pub fn column(column: usize) -> Self {
        Self { column, path: SortPath::default(), unit: None }
    }

    /// The column that has the values, with the entity of it.
    #[must_use]
    pub fn grouped_column(self, info: &EntityInfo) -> &ColumnInfo {
        let column = &info.columns[self.column];
        self.path.columns().fold(column, |column, step| match column.target() {
            Some(target) => &target.columns[step],
            None => column,
        })
    }

    /// The columns that lead to the values.
    pub fn columns(self) -> impl Iterator<Item = usize> {
        std::iter::once(self.column).chain(self.path.columns())
    }

    /// Its name: `customer_id`, `customer.country`.
    #[must_use]
    pub fn name(self, info: &EntityInfo, name: fn(&ColumnInfo) -> &'static str) -> String {
        let mut column = &info.columns[self.column];
        let mut parts = Vec::new();
        for step in self.path.columns() {
            let (Some(relation), Some(target)) = (column.relation(), column.target()) else { break };
            parts.push(relation.name);
            column = &target.columns[step];
        }
        parts.push(name(column));
        parts.join(".")
    }
}

/// A condition on groups, by their measures. A measure that is NULL passes only `IsNull`.
#[derive(Debug, Clone, PartialEq)]
pub enum Having {
    /// All hold; also when there is none.
    All(Vec<Having>),
    /// One holds.
    Any(Vec<Having>),
    /// It does not hold.
    Not(Box<Having>),
    /// A test of a measure, with values of the measure's type.
    Measure(Measure, Op),
}

impl Having {
    /// Every group.
    pub const TRUE: Self = Self::All(Vec::new());

    /// The measures that are tested.
    pub fn measures(&self) -> Vec<Measure> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::measures).collect(),
            Self::Not(inner) => inner.measures(),
            Self::Measure(measure, _) => vec![*measure],
        }
    }

    /// Whether every group passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::All(parts) if parts.is_empty())
    }
}

/// By what groups are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupSortBy {
    /// A measure.
    Measure(Measure),
    /// One of the group's keys, by its position among them.
    Key(usize),
}

/// One key of an order of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GroupSort {
    /// By what.
    pub by: GroupSortBy,
    /// Which end comes first.
    pub direction: Direction,
    /// Where groups without the value are.
    pub nulls: Nulls,
}

impl GroupSort {
    /// A sort key, with the groups that have no such value last.
    #[must_use]
    pub fn new(by: GroupSortBy, direction: Direction) -> Self {
        Self { by, direction, nulls: Nulls::Last }
    }
}

/// A request for measures, untyped.
#[derive(Debug, Clone)]
pub struct AggregateQuery {
    /// Which rows.
    pub filter: Condition,
    /// Words to search for; each must be found in one of the searched fields.
    pub search: Option<String>,
    /// What is measured.
    pub measures: Vec<Measure>,
    /// What the rows of one group have in common; empty for one group of all rows.
    pub group: Vec<GroupKey>,
    /// Which groups.
    pub having: Having,
    /// In which order; then, and by default, by the keys.
    pub order: Vec<GroupSort>,
    /// The first so many groups; [`DEFAULT_GROUPS`] without a number.
    pub limit: Option<u32>,
    /// Keys, by their positions, within each combination of which `limit` counts. Groups that have these keys in common are
    /// together in the answer.
    pub per: Vec<usize>,
    /// The IANA time zone in which days and the other spans begin; UTC when there is none.
    pub time_zone: Option<String>,
}

impl Default for AggregateQuery {
    fn default() -> Self {
        Self {
            filter: Condition::TRUE,
            search: None,
            measures: Vec::new(),
            group: Vec::new(),
            having: Having::TRUE,
            order: Vec::new(),
            limit: None,
            per: Vec::new(),
            time_zone: None,
        }
    }
}

impl AggregateQuery {
    /// Reads a number of groups as a client wrote it, so that every surface refuses the same.
    ///
    /// # Errors
    /// `BadRequest` unless it is from 1 to [`MAX_GROUPS`].
    pub fn size(argument: &str, size: i64) -> Result<u32> {
        let size = u32::try_from(size).ok().filter(|size| (1..=MAX_GROUPS).contains(size));
        size.ok_or_else(|| Error::bad_request(format!("`{argument}` must be from 1 to {MAX_GROUPS}")))
    }

    /// The number of requested groups.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(DEFAULT_GROUPS)
    }

    /// Every measure that is needed, those that are requested first.
    pub(crate) fn all_measures(&self) -> Vec<Measure> {
        let mut all = self.measures.clone();
        let sorted = self.order.iter().filter_map(|sort| match sort.by {
            GroupSortBy::Measure(measure) => Some(measure),
            GroupSortBy::Key(_) => None,
        });
        for measure in self.having.measures().into_iter().chain(sorted) {
            if !all.contains(&measure) {
                all.push(measure);
            }
        }
        all
    }
}

/// A group of rows, and its measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The values of the requested keys, in their order. Of a span of time it is the beginning: a time, or a date.
    pub keys: Vec<Value>,
    /// The values of the requested measures, in their order.
    pub measures: Vec<Value>,
}

impl Group {
    /// The groups of no rows: without keys there is one.
    #[must_use]
    pub(crate) fn of_no_rows(query: &AggregateQuery) -> Vec<Self> {
        if !query.group.is_empty() {
            return Vec::new();
        }
        let value = |measure: &Measure| match measure.function {
            Function::Count => Value::Int(0),
            Function::Sum | Function::Avg | Function::Min | Function::Max => Value::Null,
        };
        vec![Self { keys: Vec::new(), measures: query.measures.iter().map(value).collect() }]
    }
}

/// Groups, in the requested order.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    /// The groups.
    pub items: Vec<Group>,
    /// Whether there are more. Not known of the groups within each `per`, which are the first so many.
    pub has_more: bool,
    /// How many were requested.
    pub limit: u32,
}
