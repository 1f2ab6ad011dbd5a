//! Many-to-many relations in forms: the rows that a joining entity links, as a list of which some are chosen, and a search for more.
//!
//! The form sends which rows it showed as linked, and which are chosen. Only the difference is written, so nobody's change of
//! another link is taken back, and links that the form did not show stay.

use std::collections::HashSet;

use crate::admin::control::{Control, LinkChoice, Links, Widget};
use crate::admin::form;
use crate::admin::params::Params;
use crate::admin::picker::{self, MAX_SELECT_ROWS};
use crate::admin::request::{AdminRequest, parse_value};
use crate::admin::titles;
use crate::admin::{entities, names};
use crate::entity::{EntityInfo, ManyInfo, ManyLink, Surface};
use crate::error::{Error, FieldError, Result};
use crate::policy::Action;
use crate::query::{ListQuery, PageArgs};
use crate::service::{InputForm, SeenRelated};
use crate::value::{Assignments, Record, ToManyWrite, Value};

/// Linked rows that are shown in a form.
const SHOWN_ROWS: u32 = 100;
/// Keys of one relation that a form may name.
const MAX_KEYS: usize = 1_000;
/// The keys of the rows that the form showed as linked: this behind the relation's name.
const SHOWN: &str = "._shown";

/// A relation through a joining entity.
#[derive(Debug)]
pub(super) struct LinkField {
    pub(super) many: &'static ManyInfo,
    target: &'static EntityInfo,
    /// Whether the account may add links.
    adds: bool,
    /// Whether it may remove links.
    removes: bool,
}

/// What a form has sent of a relation.
#[derive(Debug, Default)]
pub(super) struct SentLinks {
    shown: Vec<Value>,
    checked: Vec<Value>,
}

impl LinkField {
    /// The relations whose links the account may change in the form.
    pub(super) fn all(request: &AdminRequest, info: &'static EntityInfo, action: Action) -> Vec<Self> {
        let input = match action {
            Action::Create => InputForm::create(info, Surface::Admin),
            _ => InputForm::update(info, Surface::Admin),
        };
        input.with_related().to_many().filter_map(|many| Self::of(request, many)).collect()
    }

    fn of(request: &AdminRequest, many: &'static ManyInfo) -> Option<Self> {
        let ManyLink::Through { via, near, far } = many.link() else { return None };
        let target = many.target();
        if !request.allows(target, Action::Read) || !request.allows(via, Action::Read) {
            return None;
        }
        let ends = [near, far].map(|column| &via.columns[column]);
        let settable = ends.iter().all(|column| request.may_set(via, column, Action::Create));
        let adds = request.allows(via, Action::Create) && settable;
        let removes = request.allows(via, Action::Delete);
        (adds || removes).then_some(Self { many, target, adds, removes })
    }

    /// What the relation is called in forms.
    pub(super) fn name(&self) -> &'static str {
        self.many.def.name
    }

    /// What a form has sent of it; none where it did not have it.
    ///
    /// # Errors
    /// `BadRequest` for keys that no form has sent.
    pub(super) fn sent(&self, form: &Params) -> Result<Option<SentLinks>> {
        let Some(shown) = form.get(&format!("{}{SHOWN}", self.name())) else { return Ok(None) };
        let key = |text: &str| {
            let message = format!("`{}` names a row that cannot be read; open the form again", self.name());
            parse_value(self.target.key(), text).ok_or_else(|| Error::bad_request(message))
        };
        let checked = form.iter().filter(|(name, value)| *name == self.name() && !value.is_empty());
        let checked = checked.map(|(_, text)| text).take(MAX_KEYS + 1);
        let shown = shown.split_ascii_whitespace().take(MAX_KEYS + 1);
        let sent = SentLinks {
            shown: shown.map(key).collect::<Result<_>>()?,
            checked: checked.map(key).collect::<Result<_>>()?,
        };
        match sent.shown.len().max(sent.checked.len()) > MAX_KEYS {
            true => {
                Err(Error::bad_request(format!("`{}` takes at most {MAX_KEYS} rows at once", self.name())))
            }
            false => Ok(Some(sent)),
        }
    }

    /// Adds what a form has changed to what is written with the row.
    pub(super) fn put(&self, sent: &SentLinks, values: &mut Assignments, seen: &mut Vec<SeenRelated>) {
        let (connect, disconnect) = (sent.added(), sent.removed());
        if connect.is_empty() && disconnect.is_empty() {
            return;
        }
        *values.related_mut().many(self.many.index) =
            ToManyWrite { connect, disconnect, ..ToManyWrite::default() };
        seen.push(SeenRelated { many: self.many.index, updated: Vec::new(), deleted: Vec::new() });
    }

    /// What a form shows of a row, or of a new one.
    ///
    /// # Errors
    /// As of the database.
    pub(super) async fn control(
        &self,
        request: &AdminRequest,
        info: &'static EntityInfo,
        row: Option<&Record>,
        sent: Option<SentLinks>,
        (errors, searches): (&[FieldError], &[(&str, &str)]),
    ) -> Result<Control> {
        // Links that may not be removed are not sent back.
        let reads = row.filter(|_| sent.is_none() || !self.removes);
        let (linked, more) = match reads {
            Some(row) => self.linked(request, info, row.key()).await?,
            None => (Vec::new(), false),
        };
        let mut sent = sent.unwrap_or_default();
        sent.checked.extend(linked.iter().cloned());
        sent.shown.extend(linked);
        let search = searches.iter().find(|(name, _)| *name == self.name()).map(|(_, words)| *words);
        let (offered, all) = match self.adds {
            true => self.offered(request, search).await?,
            false => (Vec::new(), false),
        };
        let nothing_found = search.is_some() && offered.is_empty();
        let choices = self.choices(request, &sent, offered).await?;
        let shown =
            sent.shown.iter().filter(|_| self.removes).map(Value::to_text).collect::<Vec<_>>().join(" ");
        let links = Links {
            shown,
            choices,
            search: (self.adds && (!all || search.is_some())).then(|| search.unwrap_or_default().to_owned()),
            nothing_found,
            lookup: if self.target.is_on(Surface::Admin) {
                format!("{}/lookup", request.path(self.target))
            } else {
                String::new()
            },
            more,
        };
        Ok(Control {
            name: self.name().to_owned(),
            label: names::heading(self.name()),
            help: self.many.def.docs,
            hint: String::new(),
            errors: self.errors(errors),
            required: false,
            create: form::new_row_of(request, self.target).filter(|_| self.adds),
            widget: Widget::Links(links),
        })
    }

    /// The keys of the first rows that are linked, and whether there are more.
    async fn linked(
        &self,
        request: &AdminRequest,
        info: &'static EntityInfo,
        key: &Value,
    ) -> Result<(Vec<Value>, bool)> {
        let mut query = ListQuery::new(titles::columns(self.target));
        query.page = PageArgs::first(SHOWN_ROWS);
        let keys = std::slice::from_ref(key);
        let pages = request.records(info).list_related(self.many.index, keys, &query).await?;
        let Some(page) = pages.into_iter().next() else { return Ok((Vec::new(), false)) };
        Ok((page.items.into_iter().map(|mut row| row.take(0)).collect(), page.has_next))
    }

    /// The rows that are offered beside those that are linked, and whether they are all there are.
    async fn offered(&self, request: &AdminRequest, search: Option<&str>) -> Result<(Vec<Record>, bool)> {
        let found = match search {
            Some(words) => match picker::search(&request.ctx, self.target, words).await {
                Err(error) if error.status() < 500 => (Vec::new(), false),
                found => found?,
            },
            None => picker::first(&request.ctx, self.target, MAX_SELECT_ROWS).await?,
        };
        Ok(match (search, found) {
            // Too many for a list: they are searched for.
            (None, (_, true)) => (Vec::new(), false),
            (_, (rows, more)) => (rows, !more),
        })
    }

    /// The rows by name: those that are linked or chosen, then those that are offered besides.
    async fn choices(
        &self,
        request: &AdminRequest,
        sent: &SentLinks,
        offered: Vec<Record>,
    ) -> Result<Vec<LinkChoice>> {
        let mut seen = HashSet::new();
        let keys = sent.shown.iter().chain(&sent.checked).filter(|key| seen.insert(key.to_text()));
        let keys: Vec<Value> = keys.cloned().collect();
        let columns = titles::columns(self.target);
        let mut rows = request.records(self.target).find_many(0, &keys, columns).await?;
        let place = |row: &Record| keys.iter().position(|key| key == row.key());
        rows.sort_by_key(place);
        rows.extend(offered.into_iter().filter(|row| !seen.contains(&row.key().to_text())));
        let titles = titles::told_apart(&rows, &titles::titles(&request.ctx, self.target, &rows).await?);
        let choice = |(row, text): (&Record, String)| LinkChoice {
            value: row.key().to_text(),
            text: if titles::is_visible(&text) {
                text
            } else {
                entities::title_by_key(self.target, row.key())
            },
            checked: sent.checked.contains(row.key()),
            fixed: !self.removes && sent.shown.contains(row.key()),
        };
        Ok(rows.iter().zip(titles).map(choice).collect())
    }

    /// What was wrong with the links, as sentences.
    fn errors(&self, errors: &[FieldError]) -> Vec<String> {
        let own = errors.iter().filter(|error| self.is_about(&error.field)).cloned();
        let own = own.map(|error| FieldError { field: self.name().into(), ..error }).collect::<Vec<_>>();
        form::errors(&own, self.name())
    }

    /// Whether an error is about the links.
    pub(super) fn is_about(&self, field: &str) -> bool {
        let rest = field.strip_prefix(self.name());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

impl SentLinks {
    /// Links that the form did not show.
    fn added(&self) -> Vec<Value> {
        without(&self.checked, &self.shown)
    }

    /// Links that it showed and that are not chosen any more.
    fn removed(&self) -> Vec<Value> {
        without(&self.shown, &self.checked)
    }
}

/// Each key once, without those among others.
fn without(keys: &[Value], others: &[Value]) -> Vec<Value> {
    let mut seen: HashSet<String> = others.iter().map(Value::to_text).collect();
    keys.iter().filter(|key| seen.insert(key.to_text())).cloned().collect()
}
