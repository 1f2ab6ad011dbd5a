//! Measures of rows, and of groups of rows.
//!
//! What the reader may not read is not measured: rows are those of every other read, and a field that is hidden, be it in some
//! rows only, is refused, since a sum or a group would tell of it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::db::DbError;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::query::{
    AggregateQuery, Deleted, Group, GroupKey, GroupSortBy, Groups, Having, MAX_GROUPS, Measure, TimeUnit,
    ZoneOffsets,
};
use crate::service::Records;
use crate::service::lookup_key::LookupKey;
use crate::service::paging::check_path;
use crate::sql::{Aggregation, Related};
use crate::types::Function;
use crate::value::{Record, Value};

/// Keys of one request.
const MAX_KEYS: usize = 8;
/// Measures of one request.
const MAX_MEASURES: usize = 50;
/// Tests of measures in one request, and how deep they nest.
const MAX_TESTS: (usize, usize) = (50, 10);

impl Records<'_> {
    /// Measures of the rows that match: of all of them, or of each group. Without keys there is one group, even where no row
    /// matches.
    ///
    /// # Errors
    /// `BadRequest` for what cannot be measured or grouped so, or not by the principal, and for a sum that its type does not
    /// hold; as of the database and the policy.
    pub async fn aggregate(&self, query: &AggregateQuery) -> Result<Groups> {
        self.scope("aggregate").over(self.measured(query)).await
    }

    async fn measured(&self, query: &AggregateQuery) -> Result<Groups> {
        let scope = self.row_scope()?;
        let plan = Plan::new(self, query)?;
        let rows = self.matching(scope, &query.filter, query.search.as_deref());
        let rows = plan.read(self, rows, 1).await?;
        let mut groups = rows.into_iter().map(|row| plan.group(row)).collect::<Vec<_>>();
        if plan.per() && groups.len() > MAX_GROUPS as usize {
            return Err(Error::bad_request(format!(
                "the answer has more than {MAX_GROUPS} groups; ask for fewer of each, or filter"
            )));
        }
        let has_more = !plan.per() && !query.group.is_empty() && groups.len() > query.limit() as usize;
        if has_more {
            groups.truncate(query.limit() as usize);
        }
        Ok(Groups { items: groups, has_more, limit: query.limit() })
    }

    /// For each parent key, measures of the related rows of the to-many relation `many` of this entity, in one statement.
    /// Returns as many answers as parents, in their order.
    ///
    /// # Errors
    /// As [`Records::aggregate`]; `BadRequest` for keys within which groups are counted.
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub async fn aggregate_related(
        &self,
        many: usize,
        parents: &[Value],
        query: &AggregateQuery,
    ) -> Result<Vec<Groups>> {
        self.scope("aggregate_related").over(self.measured_of(many, parents, query)).await
    }

    async fn measured_of(
        &self,
        many: usize,
        parents: &[Value],
        query: &AggregateQuery,
    ) -> Result<Vec<Groups>> {
        let many = &self.info.many[many];
        let target = self.untyped().of(many.target(), Deleted::Hidden);
        let scope = target.row_scope()?;
        let plan = Plan::new(&target, query)?;
        if plan.per() {
            return Err(Error::bad_request(
                "groups of related rows are counted for each row; leave out `per`",
            ));
        }
        let none = || Groups { items: plan.of_no_rows(), has_more: false, limit: query.limit() };
        if parents.is_empty() || self.is_hidden(many) {
            return Ok(parents.iter().map(|_| none()).collect());
        }
        let mut rows = target.matching(scope, &query.filter, query.search.as_deref());
        rows.related = Some(Related { link: many.link(), parent_kind: self.info.key().kind, parents });
        let found = plan.read(&target, rows, parents.len()).await?;
        let mut of_parent: HashMap<LookupKey, Vec<Group>> = HashMap::with_capacity(parents.len());
        let mut of_only = Vec::new();
        for mut row in found {
            match parents {
                [_] => of_only.push(plan.group(row)),
                _ => {
                    let parent = LookupKey::of(&row.remove(0));
                    let group = plan.group(row);
                    of_parent
                        .entry(parent.ok_or_else(|| Error::internal("no parent"))?)
                        .or_default()
                        .push(group);
                }
            }
        }
        let groups = parents.iter().map(|parent| {
            let found = match parents {
                [_] => Some(std::mem::take(&mut of_only)),
                _ => LookupKey::of(parent).and_then(|key| of_parent.get(&key).cloned()),
            };
            let Some(mut items) = found.filter(|items| !items.is_empty()) else { return none() };
            let limit = query.limit() as usize;
            let has_more = !query.group.is_empty() && items.len() > limit;
            items.truncate(limit);
            Groups { items, has_more, limit: query.limit() }
        });
        Ok(groups.collect())
    }

    /// Whether no index leads to the rows that are measured: all of the table is read then.
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(crate) fn aggregate_scans(&self, query: &AggregateQuery) -> bool {
        (query.filter.is_empty() && query.search.is_none()) || query.scans(self.info)
    }
}

/// A request that is checked, for one reader.
struct Plan<'q> {
    info: &'static EntityInfo,
    query: &'q AggregateQuery,
    measures: Vec<Measure>,
    zone: Arc<ZoneOffsets>,
}

impl<'q> Plan<'q> {
    fn new(records: &Records<'_>, query: &'q AggregateQuery) -> Result<Self> {
        let info = records.info;
        let measures = query.all_measures();
        if query.measures.is_empty() && query.group.is_empty() {
            return Err(Error::bad_request("ask for a measure, `count` for one"));
        }
        if query.group.is_empty() && !query.having.is_empty() {
            return Err(Error::bad_request(
                "`having` chooses groups; say by what rows are grouped, or filter rows",
            ));
        }
        let too_many = |what: &str, most: usize| {
            Err(Error::QueryTooComplex(format!("there may be {most} {what}; ask for less at once").into()))
        };
        if query.group.len() > MAX_KEYS {
            return too_many("keys of groups", MAX_KEYS);
        }
        if measures.len() > MAX_MEASURES {
            return too_many("measures", MAX_MEASURES);
        }
        let (tests, depth) = size_of(&query.having);
        if tests > MAX_TESTS.0 || depth > MAX_TESTS.1 {
            return too_many("tests of measures, ten levels deep", MAX_TESTS.0);
        }
        AggregateQuery::size("limit", query.limit().into())?;
        for measure in &measures {
            check_measure(records, *measure)?;
        }
        for (position, key) in query.group.iter().enumerate() {
            check_key(records, *key)?;
            let same = |other: &GroupKey| (other.column, other.path) == (key.column, key.path);
            if query.group[..position].iter().any(same) {
                let name = key.name(info, |column| column.wire);
                return Err(Error::bad_request(format!("rows are grouped by `{name}` twice; say it once")));
            }
        }
        let keys = query.order.iter().filter_map(|sort| match sort.by {
            GroupSortBy::Key(position) => Some(position),
            GroupSortBy::Measure(_) => None,
        });
        if keys.chain(query.per.iter().copied()).any(|position| position >= query.group.len()) {
            return Err(Error::internal("a key of no group"));
        }
        let zone = match &query.time_zone {
            Some(name) => ZoneOffsets::named(name)?,
            None => Arc::new(ZoneOffsets::utc()),
        };
        Ok(Self { info, query, measures, zone })
    }

    /// Whether groups are counted within each combination of some keys.
    fn per(&self) -> bool {
        !self.query.per.is_empty()
    }

    async fn read(
        &self,
        records: &Records<'_>,
        rows: crate::sql::Select<'_>,
        parents: usize,
    ) -> Result<Vec<Vec<Value>>> {
        let limit = self.query.limit();
        let aggregation = Aggregation {
            rows,
            query: self.query,
            measures: &self.measures,
            zone: &self.zone,
            // One more tells whether there are more.
            limit: if self.per() { limit } else { limit + 1 },
            most: match parents {
                1 => MAX_GROUPS + 1,
                parents => u32::try_from(parents).unwrap_or(u32::MAX).saturating_mul(limit + 1),
            },
        };
        let (statement, layout) = aggregation.statement()?;
        let rows =
            records.ctx.executor().read(statement, &layout).await.map_err(|error| self.error(error))?;
        Ok(rows.into_iter().map(cells).collect())
    }

    /// A sum may be greater than what its type holds: the database says so, or answers a number that is none here.
    fn error(&self, error: DbError) -> Error {
        let sums: Vec<String> = self
            .measures
            .iter()
            .filter(|measure| matches!(measure.function, Function::Sum | Function::Avg))
            .map(|measure| format!("`{}`", measure.name(self.info)))
            .collect();
        match error {
            DbError::OutOfRange | DbError::Unreadable(_) if !sums.is_empty() => {
                let one_of = if sums.len() == 1 { "" } else { "one of " };
                Error::bad_request(format!(
                    "{one_of}{} is out of the range of its type; measure fewer rows, or group them",
                    sums.join(", ")
                ))
            }
            error => error.into(),
        }
    }

    /// The group of no rows, which there is where there are no keys.
    fn of_no_rows(&self) -> Vec<Group> {
        Group::of_no_rows(self.query)
    }

    /// The group of a row of the statement.
    fn group(&self, mut row: Vec<Value>) -> Group {
        let measures = row.split_off(self.query.group.len());
        let keys = row.into_iter().zip(&self.query.group).map(|(value, key)| self.key(value, *key));
        let measures = measures.into_iter().zip(&self.query.measures);
        let measures = measures.map(|(value, measure)| self.measure(value, *measure));
        Group { keys: keys.collect(), measures: measures.collect() }
    }

    fn key(&self, value: Value, key: GroupKey) -> Value {
        match (value, key.unit) {
            (Value::DateTime(hour), Some(TimeUnit::Hour)) => Value::DateTime(self.zone.hour(hour)),
            (Value::DateTime(local), Some(_)) => Value::DateTime(self.zone.instant(local)),
            (value, _) => {
                let column = key.grouped_column(self.info);
                as_declared(value, column.field.and_then(|field| field.scale))
            }
        }
    }

    fn measure(&self, value: Value, measure: Measure) -> Value {
        let column = &self.info.columns[measure.column];
        match measure.function {
            // It has as many digits as it needs.
            Function::Avg => value,
            _ => as_declared(value, column.field.and_then(|field| field.scale)),
        }
    }
}

fn cells(row: Record) -> Vec<Value> {
    row.values().to_vec()
}

/// A decimal with the digits after the point that its field has, else without zeros at the end: of equal values any may have been
/// taken.
fn as_declared(value: Value, scale: Option<u32>) -> Value {
    match value {
        Value::Decimal(number) => {
            let mut number = number.normalize();
            if let Some(scale) = scale.filter(|scale| *scale > number.scale()) {
                number.rescale(scale);
            }
            Value::Decimal(number)
        }
        value => value,
    }
}

fn size_of(having: &Having) -> (usize, usize) {
    let all = |parts: &[Having]| {
        parts
            .iter()
            .map(size_of)
            .fold((0, 1), |(tests, depth), (more, inner)| (tests + more, depth.max(inner + 1)))
    };
    match having {
        Having::All(parts) | Having::Any(parts) => all(parts),
        Having::Not(inner) => all(std::slice::from_ref(&**inner)),
        Having::Measure(..) => (1, 1),
    }
}

fn check_measure(records: &Records<'_>, measure: Measure) -> Result<()> {
    let info = records.info;
    let Some(column) = measure.measured() else { return Ok(()) };
    if info.column_visibility(column, records.ctx).is_some() {
        let wire = info.columns[column].wire;
        return Err(Error::bad_request(format!("you may not measure `{wire}`; leave it out")));
    }
    match measure.kind(info) {
        Some(_) if info.columns[column].number().is_none() => Ok(()),
        _ => {
            let (column, function) = (&info.columns[column], measure.function.name());
            Err(Error::bad_request(format!("`{}` has no `{function}`", column.wire)))
        }
    }
}

fn check_key(records: &Records<'_>, key: GroupKey) -> Result<()> {
    let info = records.info;
    check_path(records.ctx, info, (key.column, key.path), "group")?;
    let column = key.grouped_column(info);
    let name = || key.name(info, |column| column.wire);
    let units = TimeUnit::of(column.kind);
    let listed = || units.iter().map(|unit| unit.name()).collect::<Vec<_>>().join(", ");
    let refused = match key.unit {
        Some(unit) if units.is_empty() => format!("`{}` is no time; it has no `{}`", name(), unit.name()),
        Some(unit) if !units.contains(&unit) => {
            format!("`{}` has no `{}`; it is grouped by {}", name(), unit.name(), listed())
        }
        _ if !column.is_grouped() => format!("rows cannot be grouped by `{}`", name()),
        None if !units.is_empty() => {
            format!("say by what span of time `{}` is grouped: {}", name(), listed())
        }
        _ => return Ok(()),
    };
    Err(Error::bad_request(refused))
}
