//! The address of a list, checked: which rows, in which order, with which columns.

use crate::admin::control::Choice;
use crate::admin::list::address::ListAddress;
use crate::admin::request::{AdminRequest, search_text};
use crate::admin::{entities, kinds, label, list, names, own_views};
use crate::entity::{ColumnInfo, Condition, EntityInfo, Surface};
use crate::error::{Error, Result};
use crate::filters::{self, FlatFilters, Known, Way};
use crate::query::{Direction, ListQuery, Sort};
use crate::service::Records;
use crate::types::{Kind, shorten};
use crate::value::ColumnSet;

/// Rows of a page, when none are asked for.
pub(in crate::admin) const ROWS: u32 = 25;
/// The sizes of pages.
pub(in crate::admin) const SIZES: [u32; 3] = [ROWS, 50, 100];
/// Keys of an order.
const MAX_SORTS: usize = 5;

/// One filter of the address.
pub(in crate::admin) struct SetFilter {
    /// As in the address, without the prefix.
    pub(in crate::admin) name: String,
    pub(in crate::admin) text: String,
    pub(in crate::admin) way: Way,
    /// What it says by itself.
    pub(in crate::admin) condition: Condition,
}

/// A list as it is asked for.
pub(in crate::admin) struct Asked {
    pub(in crate::admin) info: &'static EntityInfo,
    pub(in crate::admin) address: ListAddress,
    pub(in crate::admin) filters: Vec<SetFilter>,
    pub(in crate::admin) tree: Option<Condition>,
    pub(in crate::admin) sorts: Vec<(&'static ColumnInfo, Direction)>,
    pub(in crate::admin) columns: Vec<&'static ColumnInfo>,
    pub(in crate::admin) size: u32,
    search: Option<String>,
}

/// The names of an entity's fields for the account.
pub(in crate::admin) fn known<'r>(request: &'r AdminRequest, info: &'static EntityInfo) -> Known<'r> {
    Known { ctx: &request.ctx, info, surface: Surface::Admin }
}

impl Asked {
    /// Reads the address of a list.
    ///
    /// # Errors
    /// `BadRequest` with the parameter that cannot be read.
    pub(in crate::admin) fn read(
        request: &AdminRequest,
        info: &'static EntityInfo,
        address: ListAddress,
    ) -> Result<Self> {
        let search = match &*address.search {
            "" => None,
            _ if info.searched().next().is_none() => {
                return Err(Error::bad_request("these rows cannot be searched"));
            }
            text => Some(search_text(text)?),
        };
        if address.deleted {
            if !info.def.soft_delete {
                return Err(Error::bad_request("deleted rows are not kept here"));
            }
            request.authorize(info, crate::policy::Action::Delete)?;
        }
        let known = known(request, info);
        let filters = address.filters.iter().map(|(name, text)| SetFilter::read(known, name, text));
        let filters = filters.collect::<Result<_>>()?;
        let tree = match &*address.tree {
            "" => None,
            text => Some(filters::tree(known, text)?),
        };
        let size = match &*address.size {
            "" => ROWS,
            text => SIZES
                .into_iter()
                .find(|size| size.to_string() == text)
                .ok_or_else(|| Error::bad_request("a page has 25, 50 or 100 rows"))?,
        };
        let (sorts, columns) = (sorts(info, &address.sort)?, columns(info, &address.columns)?);
        let asked = Self { info, filters, tree, sorts, columns, size, search, address };
        // What holds each by itself may not hold together: a list that is too long.
        asked.condition(request, |_| true)?;
        Ok(asked)
    }

    /// What the filters that are kept, and the tree, say together.
    pub(in crate::admin) fn condition(
        &self,
        request: &AdminRequest,
        keep: impl Fn(&SetFilter) -> bool,
    ) -> Result<Condition> {
        let known = known(request, self.info);
        let mut flat = FlatFilters::default();
        let mut seen: Vec<&str> = Vec::new();
        for filter in self.filters.iter().filter(|filter| keep(filter)) {
            let (name, text) = spelled(known, &filter.name, &filter.text)?;
            flat.add(known, &name, &text, seen.contains(&&*filter.name), &[])?;
            seen.push(&filter.name);
        }
        let flat = flat.into_condition();
        Ok(match &self.tree {
            Some(tree) => flat.and(tree.clone()),
            None => flat,
        })
    }

    /// The service, of the rows that the list is about.
    pub(in crate::admin) fn records<'r>(&self, request: &'r AdminRequest) -> Records<'r> {
        let records = request.records(self.info);
        if self.address.deleted { records.only_deleted() } else { records }
    }

    /// The rows, in their order, with the columns that are shown.
    pub(in crate::admin) fn query(&self, request: &AdminRequest) -> Result<ListQuery> {
        let mut query = ListQuery::new(self.columns.iter().map(|column| column.index).collect::<ColumnSet>());
        query.search.clone_from(&self.search);
        query.filter = self.condition(request, |_| true)?.and(own_views::scope(request, self.info));
        // Relations are sorted by what they show.
        let order = self.sorts.iter().flat_map(|(column, direction)| match column.relation() {
            Some(_) => label::sorts_of(&request.ctx, column, *direction),
            None => vec![Sort::new(column.index, *direction)],
        });
        query.order = order.collect();
        Ok(query)
    }

    /// The columns that a list can show, with those that it shows.
    pub(in crate::admin) fn column_choices(&self) -> Vec<Choice> {
        let choice = |column: &&'static ColumnInfo, selected| Choice {
            value: column.wire.to_owned(),
            text: names::column(column),
            selected,
        };
        let is_shown = |column: &ColumnInfo| self.columns.iter().any(|shown| shown.index == column.index);
        let others = entities::readable(self.info).iter().filter(|column| !is_shown(column));
        let shown = self.columns.iter().map(|column| choice(column, true));
        shown.chain(others.map(|column| choice(column, false))).collect()
    }
}

impl SetFilter {
    fn read(known: Known<'_>, name: &str, text: &str) -> Result<Self> {
        let way = known.way(path_of(name), &[])?;
        let (spelled, value) = spelled(known, name, text)?;
        let mut alone = FlatFilters::default();
        alone.add(known, &spelled, &value, false, &[])?;
        let condition = alone.into_condition();
        let condition = match condition {
            Condition::All(mut all) if all.len() == 1 => all.swap_remove(0),
            condition => condition,
        };
        Ok(Self { name: name.to_owned(), text: text.to_owned(), way, condition })
    }

    /// The field of the entity itself that it asks to be one value.
    pub(in crate::admin) fn own_value_of(&self, column: &ColumnInfo) -> bool {
        self.way.relations.is_empty() && self.name == column.wire
    }
}

/// The path of a filter's name: `invoices.total` of `invoices.total[gte]`.
pub(in crate::admin) fn path_of(name: &str) -> &str {
    name.split_once('[').filter(|_| name.ends_with(']')).map_or(name, |(path, _)| path)
}

/// A filter as REST spells it: times without a zone are UTC, and what is asked to be `null` has no value.
fn spelled(known: Known<'_>, name: &str, text: &str) -> Result<(String, String)> {
    let column = known.way(path_of(name), &[])?.column;
    if name == column.wire
        && text == list::null_choice(column)
        && column.nullable
        && column.kind != Kind::Text
    {
        return Ok((format!("{name}[null]"), "true".to_owned()));
    }
    let text = match column.kind {
        Kind::DateTime | Kind::Time if !["[null]", "[in]", "[nin]"].iter().any(|end| name.ends_with(end)) => {
            kinds::codec_text(column.kind, text)
        }
        _ => text.to_owned(),
    };
    Ok((name.to_owned(), text))
}

fn sorts(info: &'static EntityInfo, text: &str) -> Result<Vec<(&'static ColumnInfo, Direction)>> {
    let mut sorts: Vec<(&'static ColumnInfo, Direction)> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, direction) = match part.strip_prefix('-') {
            Some(name) => (name, Direction::Desc),
            None => (part, Direction::Asc),
        };
        let view = info.on(Surface::Admin);
        let by_relation = || {
            let named = |column: &&&'static ColumnInfo| {
                column.relation().is_some_and(|relation| relation.name == name)
            };
            view.sortable().iter().find(named).copied()
        };
        let column = view.sortable_column(name).or_else(by_relation).ok_or_else(|| {
            Error::bad_request(format!("these rows cannot be sorted by `{}`", shorten(name, 64)))
        })?;
        if sorts.iter().any(|(known, _)| known.index == column.index) {
            continue;
        }
        if sorts.len() == MAX_SORTS {
            return Err(Error::bad_request(format!("rows are sorted by at most {MAX_SORTS} fields")));
        }
        sorts.push((column, direction));
    }
    Ok(sorts)
}

fn columns(info: &'static EntityInfo, text: &str) -> Result<Vec<&'static ColumnInfo>> {
    let mut columns: Vec<&'static ColumnInfo> = Vec::new();
    for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        let column = info
            .on(Surface::Admin)
            .readable_column(name)
            .ok_or_else(|| Error::bad_request(format!("there is no column `{}` here", shorten(name, 64))))?;
        if columns.iter().all(|known| known.index != column.index) {
            columns.push(column);
        }
    }
    Ok(if columns.is_empty() { list::columns(info) } else { list::with_link(info, columns) })
}
