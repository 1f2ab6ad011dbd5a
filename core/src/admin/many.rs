//! What is done with many rows of a list: with chosen ones, with those of a page, or with all that match.
//!
//! It is done to all of them or to none. When some stand in the way, a page names each with the reason, and offers to leave those out.

mod chosen;
mod set;

use std::collections::HashMap;

use askama::Template;
use poem::Response;
use poem::http::StatusCode;

use crate::admin::action::ActionLink;
use crate::admin::delete::{self, Effect};
use crate::admin::export;
use crate::admin::list::{Asked, ListAddress};
use crate::admin::notice::Notice;
use crate::admin::page::{self, Frame};
use crate::admin::params::Params;
use crate::admin::request::AdminRequest;
use crate::admin::{entities, names, titles};
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::{MAX_TOGETHER, RowWrite, ShownDeletion, WrittenRows};
use crate::transfer::FileFormat;
use crate::value::{Record, Value};

use chosen::{ALL_ROWS, COUNT, FIELD, MAX_CHOSEN, SHOWN};
pub(super) use chosen::{CHOSEN, Chosen, ON_PAGE, OWN_NAMES, ROWS_CHOICE};
use set::settable;

/// Rows that a page names.
const NAMED: usize = 20;
/// Rows that are named with the reason why they stand in the way.
const MAX_TOLD: usize = 200;

#[derive(Template)]
#[template(path = "admin/many.html")]
struct ManyPage {
    frame: Frame,
    heading: String,
    plural: String,
    path: String,
    back: String,
    /// Where the form is sent; without one there is no button.
    action: Option<String>,
    button: &'static str,
    danger: bool,
    /// What it is about, in a sentence.
    lead: String,
    alert: Option<String>,
    rows: Vec<NamedRow>,
    others: usize,
    hidden: Vec<(&'static str, String)>,
    blocking: Vec<Effect>,
    effects: Vec<Effect>,
    unseen: bool,
    more: bool,
    /// Fields to choose from.
    links: Vec<(String, String)>,
}

/// A row that a page names, with the reason why it stands in the way.
struct NamedRow {
    title: String,
    href: String,
    reasons: Vec<String>,
}

/// What can be done with chosen rows of a list; `actions` are those of the entity.
pub(super) fn offered(request: &AdminRequest, asked: &Asked, actions: Vec<ActionLink>) -> Vec<ActionLink> {
    let (info, path) = (asked.info, request.path(asked.info));
    let link =
        |label: &str, verb: &str| ActionLink { label: label.to_owned(), href: format!("{path}/many/{verb}") };
    let mut links = Vec::new();
    if asked.address.deleted {
        links.push(link("Restore", "restore"));
    } else {
        links.extend(actions);
        if request.allows(info, Action::Update) && settable(request, info).next().is_some() {
            links.push(link("Set a field", "set"));
        }
        if request.allows(info, Action::Delete) {
            links.push(link("Delete", "delete"));
        }
    }
    links.extend([link("CSV", "csv"), link("JSON lines", "jsonl")]);
    links
}

/// The page of what is done with many rows, and what its form sends.
pub(super) async fn handle(
    request: &AdminRequest,
    info: &'static EntityInfo,
    verb: &str,
    form: Option<&Params>,
) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    // What a form is about stands in its address and in itself.
    let params = match form {
        None => request.query.clone(),
        Some(form) => {
            let both = request.query.iter().chain(form.iter());
            both.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
        }
    };
    let format = match verb {
        "csv" => Some(FileFormat::Csv),
        "jsonl" => Some(FileFormat::Jsonl),
        _ => None,
    };
    if let Some(format) = format {
        return exported(request, info, &params, format).await;
    }
    let action = match verb {
        "set" => Action::Update,
        "delete" | "restore" => Action::Delete,
        _ => return Err(Error::NotFound("this page".into())),
    };
    request.authorize(info, action)?;
    let chosen = Chosen::read(request, info, &params, MAX_TOGETHER).await?;
    if chosen.asked.address.deleted != (verb == "restore") {
        return Err(Error::bad_request("deleted rows are restored, and others are not"));
    }
    let page = Many { request, chosen, verb };
    let confirmed = params.get(COUNT).and_then(|count| count.parse::<usize>().ok());
    let grown =
        page.chosen.all && form.is_some() && confirmed.is_none_or(|count| page.chosen.keys.len() > count);
    if grown {
        let alert = "Nothing was done: more rows match now than the page said. These are all of them.";
        return match verb {
            "set" => page.set(&params, None, Some(alert.to_owned())).await,
            _ => page.confirm(StatusCode::CONFLICT, Some(alert.to_owned())).await,
        };
    }
    match (verb, form) {
        ("set", form) => page.set(&params, form, None).await,
        (_, None) => page.confirm(StatusCode::OK, None).await,
        ("restore", Some(_)) => page.write(RowWrite::Restore, Notice::Done).await,
        (_, Some(form)) => {
            let shown = form.get(SHOWN).map(ShownDeletion::read).transpose()?;
            let shown = shown.ok_or_else(|| Error::bad_request("the form does not say what was shown"))?;
            page.write(RowWrite::Delete(Some(shown)), Notice::Deleted).await
        }
    }
}

/// A file of the rows, in the order of the list.
async fn exported(
    request: &AdminRequest,
    info: &'static EntityInfo,
    params: &Params,
    format: FileFormat,
) -> Result<Response> {
    if params.get(ROWS_CHOICE) == Some(ALL_ROWS) {
        let asked = Asked::read(request, info, ListAddress::read(params))?;
        return export::respond(request, &asked, format, None).await;
    }
    let chosen = Chosen::read(request, info, params, MAX_CHOSEN).await?;
    export::respond(request, &chosen.asked, format, Some(chosen.keys)).await
}

/// One thing that is done with many rows.
struct Many<'s> {
    request: &'s AdminRequest,
    chosen: Chosen,
    verb: &'s str,
}

impl Many<'_> {
    fn info(&self) -> &'static EntityInfo {
        self.chosen.asked.info
    }

    fn path(&self) -> String {
        self.request.path(self.info())
    }

    fn count_words(&self) -> String {
        match self.chosen.keys.len() {
            1 => format!("1 {}", names::words(self.info().def.singular)),
            count => format!("{count} {}", names::words(self.info().def.plural)),
        }
    }

    fn page(&self, heading: String) -> ManyPage {
        let path = self.path();
        ManyPage {
            frame: Frame::new(self.request, heading.clone(), Some(self.info())),
            heading,
            plural: names::plural(self.info()),
            back: self.chosen.asked.address.link(&path),
            path,
            action: None,
            button: "",
            danger: false,
            lead: String::new(),
            alert: None,
            rows: Vec::new(),
            others: 0,
            hidden: Vec::new(),
            blocking: Vec::new(),
            effects: Vec::new(),
            unseen: false,
            more: false,
            links: Vec::new(),
        }
    }

    /// Rows by their names. Those that are not there, or not for the account, are called by their key.
    async fn named(&self, keys: &[Value]) -> Result<Vec<NamedRow>> {
        let (request, info) = (self.request, self.info());
        let rows: Vec<Record> = {
            let columns = titles::columns(info);
            let found = self.chosen.asked.records(request).get_many(keys, columns).await?;
            found.into_iter().flatten().collect()
        };
        let titles = titles::titles(&request.ctx, info, &rows).await?;
        let titles = titles::told_apart(&rows, &titles);
        let by_key: HashMap<String, String> =
            rows.iter().map(|row| row.key().to_text()).zip(titles).collect();
        let named = |key: &Value| NamedRow {
            title: by_key.get(&key.to_text()).cloned().unwrap_or_else(|| entities::title_by_key(info, key)),
            href: request.row_path(info, key),
            reasons: Vec::new(),
        };
        Ok(keys.iter().map(named).collect())
    }

    /// The page that says what would happen.
    async fn confirm(&self, status: StatusCode, alert: Option<String>) -> Result<Response> {
        let (request, info, keys) = (self.request, self.info(), &self.chosen.keys);
        let verb = if self.verb == "delete" { "Delete" } else { "Restore" };
        let mut page = self.page(format!("{verb} {}?", self.count_words()));
        page.alert = alert;
        page.rows = self.named(&keys[..keys.len().min(NAMED)]).await?;
        page.others = keys.len() - page.rows.len();
        page.hidden = self.chosen.hidden();
        page.button = verb;
        let mut possible = true;
        if self.verb == "delete" {
            let preview = request.records(info).deletion_preview_of(keys).await?;
            page.hidden.push((SHOWN, preview.shown.write()));
            (page.unseen, page.more) = (preview.hidden, preview.more);
            (page.blocking, page.effects) = delete::effects(request, info, None, &preview).await?;
            possible = page.blocking.is_empty();
            page.danger = true;
            page.lead = match info.def.soft_delete {
                true => "They are kept as deleted rows, and can be restored.".to_owned(),
                false => "They will be gone for good.".to_owned(),
            };
        }
        let target = format!("{}/many/{}", page.path, self.verb);
        page.action = possible.then(|| self.chosen.link(&target, &[]));
        page::render(status, &page)
    }

    /// Does it: to all rows, or to none.
    async fn write(&self, write: RowWrite, notice: Notice) -> Result<Response> {
        let records = self.chosen.asked.records(self.request);
        let written = records.write_rows(self.chosen.keys.clone(), write).await?;
        self.answer(written, notice).await
    }

    /// What is shown once it is done, or not.
    async fn answer(&self, written: WrittenRows, notice: Notice) -> Result<Response> {
        let to = self.chosen.asked.address.link(&self.path());
        match written {
            WrittenRows::Done => Ok(page::redirect_saying(&to, notice)),
            WrittenRows::Unseen => {
                let alert = "Nothing was deleted: other rows have come to refer to these. Look at it again.";
                self.confirm(StatusCode::CONFLICT, Some(alert.to_owned())).await
            }
            WrittenRows::Refused { rows, more } => self.refused(rows, more).await,
        }
    }

    /// The page that names the rows that stand in the way.
    async fn refused(&self, refused: Vec<(Value, Error)>, more: bool) -> Result<Response> {
        let count = refused.len();
        let mut page = self.page("Nothing was done".to_owned());
        page.alert = Some(match count {
            1 => "Nothing was done: one row stands in the way.".to_owned(),
            count => format!("Nothing was done: {count} rows stand in the way."),
        });
        let keys: Vec<Value> = refused.iter().map(|(key, _)| key.clone()).collect();
        page.rows = self.named(&keys[..count.min(MAX_TOLD)]).await?;
        page.others = count - page.rows.len();
        for (row, (_, error)) in page.rows.iter_mut().zip(&refused) {
            row.reasons = reasons(error);
        }
        if more {
            page.lead = "Only the first thousand rows were tried.".to_owned();
        }
        let left: Vec<Value> = self.chosen.keys.iter().filter(|key| !keys.contains(key)).cloned().collect();
        if !left.is_empty() && !more {
            let target = format!("{}/many/{}", page.path, self.verb);
            let request = self.request;
            let except = self.chosen.except.iter().chain(&keys).cloned().collect();
            let others = Chosen {
                asked: Asked::read(request, self.info(), self.chosen.asked.address.clone())?,
                all: self.chosen.all,
                keys: left,
                except,
            };
            // The page before this one is asked for again, about the others.
            let field = request.query.get(FIELD).unwrap_or_default();
            page.links = vec![(
                format!("Leave {count} out, and go on with the other {}", others.keys.len()),
                others.whole_link(&target, &[(FIELD, field)]),
            )];
        }
        page::render(StatusCode::CONFLICT, &page)
    }
}

/// Why a row cannot be written.
pub(super) fn reasons(error: &Error) -> Vec<String> {
    let fields = error.fields();
    if fields.is_empty() {
        return vec![page::sentence(&error.to_string())];
    }
    let told = fields.iter().take(crate::error::MAX_LISTED).map(|error| match &*error.field {
        "" => page::sentence(&error.message),
        field => page::sentence(&format!("{} {}", names::heading(field), error.message)),
    });
    told.collect()
}

/// The rows that an action is about.
pub(super) async fn keys_to_act_on(
    request: &AdminRequest,
    info: &'static EntityInfo,
    params: &Params,
    most: usize,
) -> Result<Vec<Value>> {
    Ok(Chosen::read(request, info, params, most).await?.keys)
}
