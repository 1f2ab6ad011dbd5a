//! The list page: columns, search, filters, order, keyset pages, and what is done with many rows.
//!
//! `address` is what the address says, `asked` the same checked, `facets` the filters with few values.

pub(super) mod address;
pub(super) mod asked;
mod chips;
mod facets;

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::action::{self, ActionLink};
use crate::admin::cell::{self, Cell, Extent};
use crate::admin::control::{self, Choice};
use crate::admin::many::{self, CHOSEN, ON_PAGE, ROWS_CHOICE};
use crate::admin::own_views::{self, OwnColumns};
use crate::admin::page::{self, Frame};
use crate::admin::request::AdminRequest;
use crate::admin::texts::t;
use crate::admin::titles::Labels;
use crate::admin::{entities, kinds, names, trash, views, why};
use crate::entity::{ColumnInfo, EntityInfo, Format};
use crate::error::Result;
use crate::policy::Action;
use crate::query::{Cursors, Direction, Page, PageArgs};
use crate::service::HiddenCells;
use crate::types::Kind;
use crate::value::{ColumnSet, Record};

pub(super) use address::{FILTER, ListAddress};
pub(super) use asked::Asked;
use chips::Chip;
use facets::FilterControl;

/// The last page is asked for by this parameter and value.
const PAGE: &str = "page";
const LAST: &str = "last";
/// Keys of an order that a form offers.
const OFFERED_SORTS: usize = 3;

#[derive(Template)]
#[template(path = "admin/list.html")]
struct ListPage {
    frame: Frame,
    heading: String,
    singular: String,
    plural: String,
    about: String,
    path: String,
    create: Option<String>,
    /// The page of deleted rows.
    trash: Option<String>,
    import: Option<String>,
    /// Actions on the entity as a whole.
    actions: Vec<ActionLink>,
    /// What can be done with chosen rows.
    row_actions: Vec<ActionLink>,
    search: Option<String>,
    controls: Vec<FilterControl>,
    /// What the search form carries on: all that it has no control of.
    carried: Vec<(String, String)>,
    /// The page on which filters are added.
    add_filter: Option<String>,
    chips: Vec<Chip>,
    /// Where the filters hold otherwise: any of them, or all.
    joined: Option<(&'static str, String)>,
    view: ViewForm,
    views: views::Offered,
    columns: Vec<ColumnHead>,
    rows: Vec<Row>,
    /// The parameters of the list, for the form around the rows.
    address: Vec<(String, String)>,
    filtered: bool,
    /// Where all rows are.
    cleared: String,
    /// How many rows match, in words.
    total: String,
    exports: Vec<(&'static str, String)>,
    back: Option<String>,
    first: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    last: Option<String>,
    /// Columns of the application's own.
    own: OwnColumns,
    /// Why nothing may be added.
    why: Option<String>,
}

/// The form of columns, order and size.
struct ViewForm {
    carried: Vec<(String, String)>,
    columns: Vec<Choice>,
    sorts: Vec<Vec<Choice>>,
    sizes: Vec<Choice>,
}

struct ColumnHead {
    label: String,
    number: bool,
    href: Option<String>,
    direction: Option<&'static str>,
}

/// One row. The cell of `link_column` leads to the row's page.
pub(super) struct Row {
    pub(super) key: String,
    pub(super) href: String,
    pub(super) cells: Vec<Cell>,
    pub(super) link_column: usize,
}

/// The list page of an entity.
pub(super) async fn show(request: &AdminRequest, info: &'static EntityInfo) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    let asked = Asked::read(request, info, ListAddress::read(&request.query))?;
    let columns = &asked.columns;
    let mut query = asked.query(request)?;
    query.cursors = Cursors::Ends;
    query.page = page_args(request, asked.size);
    let records = asked.records(request);
    let found = records.list(&query).await?;
    query.page = PageArgs::default();
    let total = match found.has_next || found.has_previous {
        true => records.count_up_to(&query, facets::bound()).await?,
        false => found.items.len() as u64,
    };
    let labels = Labels::read(&request.ctx, columns, &found.items).await?;
    let indexes = columns.iter().map(|column| column.index).collect::<ColumnSet>();
    let hidden = records.unseen_cells(indexes, &found.items).await?;
    let pages = pages(request, &asked, &found);
    let (path, address) = (request.path(info), &asked.address);
    let without_rows = ListAddress { columns: String::new(), ..ListAddress::default() };
    let keeping = |mut cleared: ListAddress| {
        (cleared.sort, cleared.columns, cleared.size) =
            (address.sort.clone(), address.columns.clone(), address.size.clone());
        cleared
    };
    let (row_actions, actions) = action::of_list(request, info);
    let row_actions = many::offered(request, &asked, row_actions);
    let own = own_views::columns(request, info, &found.items).await;
    let page = ListPage {
        actions: if address.deleted { Vec::new() } else { actions },
        row_actions,
        frame: Frame::new(request, names::plural(info), Some(info)),
        heading: names::plural(info),
        singular: names::words(info.def.singular),
        plural: names::words(info.def.plural),
        about: names::about(info),
        create: request.allows(info, Action::Create).then(|| format!("{path}/new")),
        trash: trash::address(request, info),
        import: request.allows(info, Action::Create).then(|| format!("{path}/import")),
        controls: facets::controls(request, &asked, &query, total).await?,
        carried: carried(&asked),
        add_filter: (!request.only_reads && has_filters(request, info))
            .then(|| address.link(&format!("{path}/filter"))),
        chips: chips::chips(request, &asked).await?,
        joined: chips::joined(request, &asked),
        view: view_form(request, &asked),
        views: views::offered(request, info, address).await?,
        columns: columns.iter().map(|column| column_head(request, &asked, column)).collect(),
        rows: rows(request, info, columns, &found.items, (&labels, &hidden)),
        address: address.pairs(),
        filtered: address.is_filtered(),
        cleared: keeping(without_rows).link(&path),
        total: total_words(total),
        exports: [("CSV", "csv"), ("JSON lines", "jsonl")]
            .map(|(name, format)| (name, address.link_with(&format!("{path}/export"), &[("format", format)])))
            .into(),
        back: back_link(request, &asked),
        search: info.searched().next().map(|_| address.search.clone()),
        first: pages.0,
        previous: pages.1,
        next: pages.2,
        last: pages.3,
        path,
        own,
        why: why::path(request, info, None).filter(|_| !request.allows(info, Action::Create)),
    };
    page::render(StatusCode::OK, &page)
}

/// How many rows there are: more than a thousand are not counted.
pub(super) fn total_words(total: u64) -> String {
    match total {
        total if total > facets::MAX_COUNTED => "1,000+".to_owned(),
        1_000 => "1,000".to_owned(),
        total => total.to_string(),
    }
}

fn page_args(request: &AdminRequest, size: u32) -> PageArgs {
    let is_last = request.query.get(PAGE) == Some(LAST);
    match (request.query.filled("after"), request.query.filled("before")) {
        (_, Some(before)) => {
            PageArgs { last: Some(size), before: Some(before.to_owned()), ..PageArgs::default() }
        }
        (None, None) if is_last => PageArgs { last: Some(size), ..PageArgs::default() },
        (after, None) => {
            PageArgs { first: Some(size), after: after.map(str::to_owned), ..PageArgs::default() }
        }
    }
}

type PageLinks = (Option<String>, Option<String>, Option<String>, Option<String>);

/// The links to the first, the previous, the next and the last page.
fn pages(request: &AdminRequest, asked: &Asked, page: &Page) -> PageLinks {
    let (path, address) = (request.path(asked.info), &asked.address);
    let to = |name: &'static str, cursor: &Option<String>| {
        Some(address.link_with(&path, &[(name, cursor.as_deref()?)]))
    };
    (
        page.has_previous.then(|| address.link(&path)),
        to("before", &page.start_cursor).filter(|_| page.has_previous),
        to("after", &page.end_cursor).filter(|_| page.has_next),
        page.has_next.then(|| address.link_with(&path, &[(PAGE, LAST)])),
    )
}

/// The columns of a table: the listed ones, and the key where none of them can lead to the row's page.
pub(super) fn columns(info: &'static EntityInfo) -> Vec<&'static ColumnInfo> {
    with_link(info, entities::listed(info))
}

/// The same columns, and the key where none of them can lead to the row's page.
pub(super) fn with_link(
    info: &'static EntityInfo,
    mut columns: Vec<&'static ColumnInfo>,
) -> Vec<&'static ColumnInfo> {
    if !columns.iter().any(|column| may_link(column)) {
        columns.insert(0, info.key());
    }
    columns
}

/// Whether the column's cells may carry the link to the row's page, having none of their own.
fn may_link(column: &ColumnInfo) -> bool {
    let external = column.field.is_some_and(|field| field.format == Some(Format::Url));
    column.relation().is_none() && !external
}

/// The rows of a table.
pub(super) fn rows(
    request: &AdminRequest,
    info: &'static EntityInfo,
    columns: &[&'static ColumnInfo],
    records: &[Record],
    shown: (&Labels, &HiddenCells),
) -> Vec<Row> {
    let link_column = columns.iter().position(|column| may_link(column)).unwrap_or_default();
    let cell =
        |column: &&'static ColumnInfo, record| cell::cell(request, column, record, shown, Extent::Short);
    records
        .iter()
        .map(|record| {
            let mut cells = columns.iter().map(|column| cell(column, record)).collect::<Vec<_>>();
            if let Some(cell) = cells.get_mut(link_column) {
                cell.become_link_text(|| entities::title_by_key(info, record.key()));
            }
            Row {
                key: record.key().to_text(),
                href: request.row_path(info, record.key()),
                cells,
                link_column,
            }
        })
        .collect()
}

fn column_head(request: &AdminRequest, asked: &Asked, column: &ColumnInfo) -> ColumnHead {
    let current = asked.sorts.iter().find(|(sorted, _)| sorted.index == column.index);
    let direction = current.map(|(_, direction)| match direction {
        Direction::Asc => "ascending",
        Direction::Desc => "descending",
    });
    let sign = if direction == Some("ascending") { "-" } else { "" };
    let sorted = ListAddress { sort: format!("{sign}{}", column.wire), ..asked.address.clone() };
    ColumnHead {
        label: names::column(column),
        number: cell::is_number(column),
        href: request
            .may_query_by(asked.info, column.sort, column)
            .then(|| sorted.link(&request.path(asked.info))),
        direction,
    }
}

/// What the search form carries on: all but the search, and the filters that it has controls for.
fn carried(asked: &Asked) -> Vec<(String, String)> {
    let mut address = asked.address.clone();
    address.search.clear();
    let controlled = |name: &str| {
        asked.filters.iter().any(|filter| {
            filter.name == name
                && filter.own_value_of(filter.way.column)
                && facets::has_control(filter.way.column)
        })
    };
    address.filters.retain(|(name, _)| !controlled(name));
    address.pairs()
}

/// Whether there is anything to filter by.
fn has_filters(request: &AdminRequest, info: &'static EntityInfo) -> bool {
    let known = asked::known(request, info);
    known.view().filterable().iter().any(|column| request.may_query_by(info, column.filter, column))
        || known.filtered_relations().next().is_some()
}

fn view_form(request: &AdminRequest, asked: &Asked) -> ViewForm {
    let mut address = asked.address.clone();
    (address.sort, address.columns, address.size) = Default::default();
    let sortable = entities::readable(asked.info).iter().copied();
    let sortable = sortable.filter(|column| request.may_query_by(asked.info, column.sort, column));
    let sortable = sortable.collect::<Vec<_>>();
    let sort = |position: usize| {
        let current = asked.sorts.get(position).map(|(column, direction)| match direction {
            Direction::Asc => column.wire.to_owned(),
            Direction::Desc => format!("-{}", column.wire),
        });
        let offered = sortable.iter().flat_map(|column| {
            let label = names::column(column);
            [
                (column.wire.to_owned(), format!("{label} ↑")),
                (format!("-{}", column.wire), format!("{label} ↓")),
            ]
        });
        let offered = offered.collect::<Vec<_>>();
        let offered = offered.iter().map(|(value, text)| (value.as_str(), text.clone()));
        control::choices(&current.unwrap_or_default(), Some("—"), offered)
    };
    let sizes = asked::SIZES.map(|size| (size.to_string(), size.to_string()));
    let sizes = sizes.iter().map(|(value, text)| (value.as_str(), text.clone()));
    ViewForm {
        carried: address.pairs(),
        columns: asked.column_choices(),
        sorts: if sortable.is_empty() { Vec::new() } else { (0..OFFERED_SORTS).map(sort).collect() },
        sizes: control::choices(&asked.size.to_string(), None, sizes),
    }
}

/// The link from deleted rows back to the others.
fn back_link(request: &AdminRequest, asked: &Asked) -> Option<String> {
    asked.address.deleted.then(|| ListAddress::default().link(&request.path(asked.info)))
}

/// The value of a filter that asks for NULL: `null`, unless a variant of the column's enum is spelled so.
pub(super) fn null_choice(column: &ColumnInfo) -> String {
    let mut choice = "null".to_owned();
    if let Kind::Enum(def) = column.kind {
        while def.variants.iter().any(|variant| variant.wire == choice) {
            choice.push('_');
        }
    }
    choice
}

fn filter_choices(column: &ColumnInfo, value: &str) -> Vec<Choice> {
    let null = null_choice(column);
    let mut offered = kinds::filter_choices(column.kind).unwrap_or_default();
    if column.nullable {
        offered.push((&null, t().not_set.to_owned()));
    }
    control::choices(value, Some(t().any), offered)
}
