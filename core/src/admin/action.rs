//! The actions of an entity: a form of what each takes, on one row, on many rows that were chosen in the list, or on the entity as a
//! whole.

use poem::Response;

use crate::admin::cell::{self, Cell, Extent};
use crate::admin::edit_form::{Acting, Facts, FormPage, Showing};
use crate::admin::form::{self, FormState};
use crate::admin::form_texts::{self, FormTexts};
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::picker::{self, Unmatched};
use crate::admin::request::{AdminRequest, parse_key};
use crate::admin::texts::t;
use crate::admin::titles::{self, Labels};
use crate::admin::{entities, names};
use crate::entity::{ActionDef, ColumnInfo, EntityInfo, OutputShape, Surface};
use crate::error::{Error, Result};
use crate::service::{Act, Expected, HiddenCells, InputForm, Operation};
use crate::value::{Assignments, Record, Value};

/// A chosen row, in an address and in a form.
pub(super) const CHOSEN: &str = "_id";
/// Rows that may be chosen at once.
const MAX_CHOSEN: usize = 100;

/// What an action is about.
enum About<'a> {
    /// The row with this key, as its path has it.
    Row(&'a str),
    /// The entity as a whole, or the chosen rows.
    All,
}

/// A link to an action's page, or a button that leads there.
pub(super) struct ActionLink {
    pub(super) label: String,
    pub(super) href: String,
}

/// The actions that the account may do to a row.
pub(super) async fn of_row(
    request: &AdminRequest,
    info: &'static EntityInfo,
    key: &Value,
) -> Result<Vec<ActionLink>> {
    let path = request.row_path(info, key);
    let mut links = Vec::new();
    for action in offered(request, info, false) {
        if request.records(info).permits_action(action, key).await? {
            links.push(ActionLink { label: label(action), href: format!("{path}/act/{}", action.path) });
        }
    }
    Ok(links)
}

/// The actions that the account may do to some rows of a list, and those to the entity as a whole.
pub(super) fn of_list(
    request: &AdminRequest,
    info: &'static EntityInfo,
) -> (Vec<ActionLink>, Vec<ActionLink>) {
    let path = request.path(info);
    let link = |action: &'static ActionDef| ActionLink {
        label: label(action),
        href: format!("{path}/act/{}", action.path),
    };
    let of_rows = offered(request, info, false).filter(|action| !action.read).map(link);
    (of_rows.collect(), offered(request, info, true).map(link).collect())
}

fn offered(
    request: &AdminRequest,
    info: &'static EntityInfo,
    collection: bool,
) -> impl Iterator<Item = &'static ActionDef> {
    let actions = info.def.actions.iter().filter(move |action| action.collection == collection);
    actions.filter(move |action| !request.only_reads && info.permits_action(action, &request.ctx))
}

fn label(action: &ActionDef) -> String {
    names::heading(action.name)
}

/// The page of an action on a row, and what its form sends.
pub(super) async fn on_row(
    request: &AdminRequest,
    info: &'static EntityInfo,
    (id, action): (&str, &str),
    form: Option<&Params>,
) -> Result<Response> {
    handle(request, info, (About::Row(id), action), form).await
}

/// The page of an action on chosen rows or on the entity as a whole, and what its form sends.
pub(super) async fn on_all(
    request: &AdminRequest,
    info: &'static EntityInfo,
    action: &str,
    form: Option<&Params>,
) -> Result<Response> {
    handle(request, info, (About::All, action), form).await
}

async fn handle(
    request: &AdminRequest,
    info: &'static EntityInfo,
    (about, path): (About<'_>, &str),
    form: Option<&Params>,
) -> Result<Response> {
    let action = info.def.actions.iter().find(|action| action.path == path);
    let action = action.ok_or(Error::NotFound("this page".into()))?;
    if request.only_reads {
        return Err(Error::Forbidden);
    }
    info.authorize_action(action, &request.ctx)?;
    let keys: Vec<Value> = match about {
        About::Row(_) if action.collection => return Err(Error::NotFound("this page".into())),
        About::Row(id) => vec![parse_key(info, id)?],
        About::All if action.collection => Vec::new(),
        About::All => {
            let given = form.unwrap_or(&request.query);
            let chosen = given.iter().filter(|(name, _)| *name == CHOSEN);
            chosen.map(|(_, id)| parse_key(info, id)).collect::<Result<_>>()?
        }
    };
    let one = matches!(about, About::Row(_));
    if !one && !action.collection && (keys.is_empty() || keys.len() > MAX_CHOSEN) {
        let message = t().choose_rows_first(MAX_CHOSEN);
        return Err(Error::bad_request(message));
    }
    let rows = rows(request, info, action, &keys).await?;
    let page = ActionPage::new(request, info, action, rows, one);
    let Some(form) = form else { return page.show(Showing::of(page.texts(None)), Vec::new()).await };
    if let Some(search) = picker::search_asked(form) {
        let showing = Showing { searches: vec![search], ..Showing::of(page.texts(Some(form))) };
        return page.show(showing, Vec::new()).await;
    }
    let unmatched = Unmatched::all(&page.columns, form);
    let values = match action.input_info() {
        Some(input) => {
            let input = InputForm::create(input, Surface::Admin);
            form_texts::read(input, form, true, None, &unmatched)
        }
        None => Assignments::new(),
    };
    match page.run(values).await {
        Ok(answered) => page.done(answered).await,
        Err(error) => {
            let showing = Showing::refused(page.texts(Some(form)), &error, &unmatched);
            page.show(showing, Vec::new()).await.map_err(|_| error)
        }
    }
}

/// The rows, each of which the account must be allowed to do it to.
async fn rows(
    request: &AdminRequest,
    info: &'static EntityInfo,
    action: &'static ActionDef,
    keys: &[Value],
) -> Result<Vec<Record>> {
    let records = request.records(info);
    let mut rows = Vec::with_capacity(keys.len());
    for (key, row) in keys.iter().zip(records.get_many(keys, info.all()).await?) {
        rows.push(row.ok_or_else(|| Error::NotFound("this row".into()))?);
        if !records.permits_action(action, key).await? {
            return Err(Error::Forbidden);
        }
    }
    Ok(rows)
}

/// The page of an action.
struct ActionPage<'s> {
    request: &'s AdminRequest,
    info: &'static EntityInfo,
    action: &'static ActionDef,
    rows: Vec<Record>,
    /// Whether it was asked for on the page of a row.
    one: bool,
    columns: Vec<&'static ColumnInfo>,
}

impl<'s> ActionPage<'s> {
    fn new(
        request: &'s AdminRequest,
        info: &'static EntityInfo,
        action: &'static ActionDef,
        rows: Vec<Record>,
        one: bool,
    ) -> Self {
        let input = action.input_info().map(|input| InputForm::create(input, Surface::Admin));
        let columns = input.into_iter().flat_map(InputForm::columns).collect();
        Self { request, info, action, rows, one, columns }
    }

    fn texts(&self, sent: Option<&Params>) -> FormTexts {
        let Some(input) = self.action.input_info() else { return FormTexts::new() };
        let before = form_texts::of_new(input, &self.request.query);
        match sent {
            Some(form) => form_texts::of_sent(before, &self.columns, form),
            None => before,
        }
    }

    /// Does it: to all rows, or to none.
    async fn run(&self, values: Assignments) -> Result<Vec<Record>> {
        let Self { request, info, action, rows, .. } = self;
        let records = request.records(info);
        if !self.one && !action.collection {
            let keys = rows.iter().map(|row| row.key().clone()).collect();
            return records.act_on_each(action, keys, values).await;
        }
        let key = rows.first().map(|row| row.key().clone());
        let act = Act { action, key, expected: Expected::Any, values };
        Operation::Act(act).run(records).await?.rows()
    }

    /// What is shown once it is done: the row, the list, or what came of it.
    async fn done(&self, answered: Vec<Record>) -> Result<Response> {
        let Self { request, info, action, .. } = self;
        let output = action.output.info().filter(|output| output.def.values.is_some() || action.read);
        if let Some(output) = output {
            let mut results = Vec::with_capacity(answered.len());
            for row in &answered {
                results.push(self.facts(output, row).await?);
            }
            if results.is_empty() {
                results.push(vec![(t().result.to_owned(), Cell::Empty)]);
            }
            return self.show(Showing::of(self.texts(None)), results).await;
        }
        // The row that it was about may be gone.
        let rows = |info: &'static EntityInfo| request.may_open(info).then(|| request.path(info));
        let target = action.output.info().unwrap_or(info);
        let to = match (answered.as_slice(), action.output.shape) {
            ([row], OutputShape::One | OutputShape::Optional)
                if (self.one || action.collection) && request.may_open(target) =>
            {
                request.row_path(target, row.key())
            }
            _ => rows(info).unwrap_or_else(|| format!("{}/admin", request.base)),
        };
        Ok(page::redirect_saying(&to, Notice::Done))
    }

    /// What came of it, field by field.
    async fn facts(&self, output: &'static EntityInfo, row: &Record) -> Result<Facts> {
        let columns = entities::readable(output);
        let rows = std::slice::from_ref(row);
        let labels = Labels::read(&self.request.ctx, columns, rows).await?;
        let hidden = match output.def.values {
            Some(_) => HiddenCells::default(),
            None => self.request.records(output).unseen_cells(output.readable(), rows).await?,
        };
        let shown = (&labels, &hidden);
        let fact = |column: &&'static ColumnInfo| {
            (names::column(column), cell::cell(self.request, column, row, shown, Extent::Full))
        };
        Ok(columns.iter().map(fact).collect())
    }

    async fn show(&self, showing: Showing<'_>, results: Vec<Facts>) -> Result<Response> {
        let Self { request, info, action, rows, one, columns } = self;
        let Showing { texts, errors, searches, alert, status, .. } = showing;
        let state = FormState { texts: &texts, errors: &errors, searches: &searches, row: None };
        let label = label(action);
        let titles = titles::told_apart(rows, &titles::titles(&request.ctx, info, rows).await?);
        let path = request.path(info);
        let (heading, breadcrumb, target) = match (rows.first(), titles.first()) {
            (Some(row), Some(title)) if *one => {
                let row_path = request.row_path(info, row.key());
                let target = format!("{row_path}/act/{}", action.path);
                (format!("{label}: {title}"), Some((row_path, title.clone())), target)
            }
            _ => (label.clone(), None, format!("{path}/act/{}", action.path)),
        };
        let page = FormPage {
            frame: Frame::new(request, heading.clone(), Some(info)),
            heading,
            plural: names::plural(info),
            back: breadcrumb.as_ref().map_or_else(|| path.clone(), |(path, _)| path.clone()),
            path,
            breadcrumb,
            action: target,
            new: false,
            controls: form::controls(request, columns, &state).await?,
            errors: form::other_errors(&errors, columns),
            error_count: errors.len(),
            alert,
            shown: None,
            conflict: None,
            acting: Some(Acting {
                label,
                about: action.docs,
                deprecated: action.deprecated.map(|deprecated| names::not_to_be_used(&deprecated)),
                confirm: action.confirm,
                chosen: if *one {
                    Vec::new()
                } else {
                    rows.iter().map(|row| row.key().to_text()).zip(titles).collect()
                },
                results,
            }),
        };
        page::render(status, &page)
    }
}
