//! The rows of a relation as the form shows them.

use std::collections::HashMap;

use crate::admin::cell::{self, Cell, Extent};
use crate::admin::control::Control;
use crate::admin::form::{self, FormState, Offers};
use crate::admin::form_texts::{self, FormTexts};
use crate::admin::inline::sent::{self, BLANK, SHOWN, SentRow, SentRows, own_name};
use crate::admin::inline::write::RowErrors;
use crate::admin::inline::{EMPTY_ROWS, Inline, SHOWN_ROWS};
use crate::admin::params::Params;
use crate::admin::picker::Unmatched;
use crate::admin::request::{AdminRequest, parse_value};
use crate::admin::titles::Labels;
use crate::admin::{detail, kinds, names, page};
use crate::entity::{ColumnInfo, EntityInfo, Surface};
use crate::error::{FieldError, Result};
use crate::policy::Action;
use crate::query::{ListQuery, PageArgs};
use crate::service::{HiddenCells, InputForm, PermittedRows, SeenRow};
use crate::value::{ColumnSet, Record};

/// In place of the number of a row, in the row that the script copies.
const COPIED: &str = "__row__";
/// What is said of a row that is not there any more.
const GONE: &str = "Someone else has deleted this row, or has hidden it from you. Saving makes it anew; remove it to leave it deleted.";

/// What the table shows.
#[derive(Debug)]
pub(in crate::admin) enum Mode<'m> {
    /// The rows as they are.
    Opened,
    /// The rows as they were sent.
    Sent {
        rows: &'m SentRows,
        errors: RowErrors,
        /// A search in a picker: the name of the control and the words.
        search: Option<(&'m str, &'m str)>,
        /// Whether words that name no row are told.
        refused: bool,
        /// Whether others have changed rows: what was not touched is shown as it is now.
        refreshed: bool,
        /// Whether a row is added.
        add: bool,
    },
}

/// The table.
#[derive(Debug)]
pub(in crate::admin) struct InlineTable {
    pub(in crate::admin) name: &'static str,
    pub(in crate::admin) heading: String,
    pub(in crate::admin) help: &'static str,
    /// The field that holds the place of a row.
    pub(in crate::admin) position: Option<&'static str>,
    pub(in crate::admin) heads: Vec<Head>,
    pub(in crate::admin) rows: Vec<InlineRow>,
    /// The row that the script copies; none where no rows may be added.
    pub(in crate::admin) blank: Option<InlineRow>,
    /// Whether there are more rows than are shown.
    pub(in crate::admin) more: bool,
    /// Where all of them are listed.
    pub(in crate::admin) all: Option<String>,
    pub(in crate::admin) errors: Vec<String>,
}

/// The head of a column.
#[derive(Debug)]
pub(in crate::admin) struct Head {
    pub(in crate::admin) label: String,
    pub(in crate::admin) required: bool,
    pub(in crate::admin) help: String,
}

/// One row.
#[derive(Debug)]
pub(in crate::admin) struct InlineRow {
    /// What stands before the names of its controls.
    pub(in crate::admin) prefix: String,
    /// Its place among the rows.
    pub(in crate::admin) number: String,
    pub(in crate::admin) key: Option<String>,
    pub(in crate::admin) shown: Option<String>,
    pub(in crate::admin) blank: Option<String>,
    pub(in crate::admin) cells: Vec<InlineCell>,
    pub(in crate::admin) removable: bool,
    pub(in crate::admin) removed: bool,
    pub(in crate::admin) note: Option<&'static str>,
    pub(in crate::admin) errors: Vec<String>,
}

/// What stands in a column of a row.
#[derive(Debug)]
pub(in crate::admin) enum InlineCell {
    /// A control.
    Control(Box<Control>),
    /// A value that the account may not change.
    Shown(Cell),
    /// Nothing that could be set.
    Nothing,
}

/// A row before its controls are made.
#[derive(Debug, Default)]
struct Draft {
    index: Option<usize>,
    record: Option<Record>,
    texts: FormTexts,
    shown: Option<String>,
    blank: Option<String>,
    removed: bool,
    note: Option<&'static str>,
    errors: Vec<FieldError>,
    unmatched: Vec<Unmatched>,
    search: Option<(String, String)>,
}

impl InlineTable {
    /// What is wrong, each with the place of it and what it is called.
    pub(in crate::admin) fn told(&self) -> Vec<(String, String, &String)> {
        let table = format!("i-{}", self.name);
        let whole = self.errors.iter().map(|error| (table.clone(), self.heading.clone(), error));
        let rows = self.rows.iter().flat_map(|row| {
            let of_row = row.errors.first().map(|error| (table.clone(), self.place(row), error));
            let controls = row.cells.iter().filter_map(|cell| match cell {
                InlineCell::Control(control) => Some(control),
                InlineCell::Shown(_) | InlineCell::Nothing => None,
            });
            let controls = controls.filter_map(|control| {
                let label = format!("{}, {}", self.place(row), control.label);
                control.errors.first().map(|error| (control.id(), label, error))
            });
            of_row.into_iter().chain(controls).collect::<Vec<_>>()
        });
        whole.chain(rows).collect()
    }

    fn place(&self, row: &InlineRow) -> String {
        format!("{}, row {}", self.heading, row.number)
    }

    /// The table of a relation, for the row of the form or a new one.
    pub(in crate::admin) async fn read(
        request: &AdminRequest,
        info: &'static EntityInfo,
        inline: &Inline,
        parent: Option<&Record>,
        mode: Mode<'_>,
    ) -> Result<Self> {
        let reader = Reader { request, inline, parent };
        let (mut drafts, mut more, mut errors) = (Vec::new(), false, Vec::new());
        let mut next = 0;
        match mode {
            Mode::Opened => {
                if let Some(parent) = parent {
                    (drafts, more) = reader.existing(info, parent).await?;
                    next = drafts.len();
                }
                let empty = if parent.is_some() { EMPTY_ROWS.1 } else { EMPTY_ROWS.0 };
                let empty = (next..next + empty).filter(|_| inline.created.is_some());
                drafts.extend(empty.map(|index| reader.empty(Some(index))));
            }
            Mode::Sent { rows, errors: mut of_rows, search, refused, refreshed, add } => {
                errors = form::other_errors(&of_rows.whole, &[]);
                let records = reader.sent_records(rows).await?;
                for row in &rows.rows {
                    let mut draft = reader.sent(row, &records, refreshed)?;
                    draft.errors = of_rows.rows.remove(&row.index).unwrap_or_default();
                    if refused && !draft.removed {
                        draft.unmatched =
                            Unmatched::all(inline.settable(draft.record.is_none()), &row.params);
                    }
                    draft.search = search.and_then(|(name, words)| {
                        Some((own_name(name, inline, row.index)?.to_owned(), words.to_owned()))
                    });
                    drafts.push(draft);
                }
                if add && inline.created.is_some() {
                    drafts.push(reader.empty(Some(rows.next_index())));
                }
            }
        }
        let blank = inline.created.is_some().then(|| reader.empty(None));
        let mut drawn = Drawing::of(&reader, drafts.iter().chain(&blank)).await?;
        let mut rows = Vec::with_capacity(drafts.len());
        for (position, draft) in drafts.into_iter().enumerate() {
            rows.push(drawn.row(&reader, draft, position + 1).await?);
        }
        let blank = match blank {
            Some(blank) => Some(drawn.row(&reader, blank, 0).await?),
            None => None,
        };
        Ok(Self {
            name: inline.name(),
            heading: names::heading(inline.name()),
            help: inline.many.def.docs,
            position: inline.position.map(|column| column.wire),
            heads: drawn.heads(inline),
            rows,
            blank,
            all: parent.filter(|_| more).and_then(|row| detail::links(request, inline.many, row.key()).0),
            more,
            errors,
        })
    }
}

struct Reader<'r> {
    request: &'r AdminRequest,
    inline: &'r Inline,
    parent: Option<&'r Record>,
}

impl Reader<'_> {
    /// The rows that there are, in the order of their entity, and whether there are more.
    async fn existing(&self, info: &'static EntityInfo, parent: &Record) -> Result<(Vec<Draft>, bool)> {
        let mut query = ListQuery::new(self.inline.target.readable());
        query.page = PageArgs::first(SHOWN_ROWS);
        let keys = std::slice::from_ref(parent.key());
        let pages = self.request.records(info).list_related(self.inline.many.index, keys, &query).await?;
        let Some(page) = pages.into_iter().next() else { return Ok((Vec::new(), false)) };
        let draft = |(index, record): (usize, Record)| Draft {
            index: Some(index),
            texts: form_texts::of_row(self.inline.target, &record),
            shown: Some(self.seen(&record)),
            record: Some(record),
            ..Draft::default()
        };
        Ok((page.items.into_iter().enumerate().map(draft).collect(), page.has_next))
    }

    fn seen(&self, record: &Record) -> String {
        let columns = self.inline.settable(false).iter().filter(|column| column.readable);
        SeenRow::of(record, columns.map(|column| column.index)).write(self.inline.target)
    }

    /// An empty row.
    fn empty(&self, index: Option<usize>) -> Draft {
        let mut texts = form_texts::of_new(self.inline.target, &Params::default());
        // Which place it has is known when it is saved.
        texts.extend(self.inline.position.map(|position| (position.wire, String::new())));
        let blank = Some(sent::blank_of(self.inline.settable(true), &texts));
        Draft { index, texts, blank, ..Draft::default() }
    }

    /// The rows that a form names, by their keys as text: those of the row of the form that the account may read.
    async fn sent_records(&self, rows: &SentRows) -> Result<HashMap<String, Record>> {
        let Some(parent) = self.parent else { return Ok(HashMap::new()) };
        let mut keys = Vec::new();
        for row in &rows.rows {
            keys.extend(row.key(self.inline.target)?);
        }
        let columns = self.inline.target.readable().union([self.inline.back].into_iter().collect());
        let found = self.request.records(self.inline.target).find_many(0, &keys, columns).await?;
        let own = found.into_iter().filter(|record| record.get(self.inline.back) == parent.key());
        Ok(own.map(|record| (record.key().to_text(), record)).collect())
    }

    /// A row as it was sent.
    fn sent(&self, row: &SentRow, records: &HashMap<String, Record>, refreshed: bool) -> Result<Draft> {
        let target = self.inline.target;
        let key = row.key(target)?;
        let record = key.as_ref().and_then(|key| records.get(&key.to_text()));
        let removed = row.is_removed();
        let Some(record) = record else {
            let before = form_texts::of_new(target, &Params::default());
            let texts = form_texts::of_sent(before, self.inline.settable(true), &row.params);
            let is_gone = key.is_some() && self.parent.is_some();
            let blank = row.params.get(BLANK).filter(|_| key.is_none()).map(str::to_owned);
            let note = is_gone.then_some(GONE);
            return Ok(Draft { index: Some(row.index), texts, blank, removed, note, ..Draft::default() });
        };
        let now = form_texts::of_row(target, record);
        let settable = self.inline.settable(false);
        let (texts, shown) = if refreshed {
            let seen = row.params.get(SHOWN).map(|text| SeenRow::read(target, text)).transpose()?;
            let seen = seen.unwrap_or_default();
            let input = InputForm::update(target, Surface::Admin);
            let values = form_texts::read(input, &row.params, false, None, &[]);
            let is_touched = |column: &&&'static ColumnInfo| {
                let showed = |value| seen.showed(column.index, value);
                values.get(column.index).is_some_and(|value| showed(value) != Some(true))
            };
            let touched = settable.iter().filter(is_touched).copied().collect::<Vec<_>>();
            (form_texts::of_sent(now, &touched, &row.params), self.seen(record))
        } else {
            let shown = row.params.get(SHOWN).map_or_else(|| self.seen(record), str::to_owned);
            (form_texts::of_sent(now, settable, &row.params), shown)
        };
        let (index, record) = (Some(row.index), Some(record.clone()));
        Ok(Draft { index, record, texts, shown: Some(shown), removed, ..Draft::default() })
    }
}

/// What the rows share.
struct Drawing {
    columns: Vec<&'static ColumnInfo>,
    offers: Offers,
    updated: PermittedRows,
    deleted: PermittedRows,
    labels: Labels,
    hidden: HiddenCells,
    /// What may be entered, by column.
    hints: HashMap<usize, String>,
}

impl Drawing {
    async fn of(reader: &Reader<'_>, drafts: impl Iterator<Item = &Draft> + Clone) -> Result<Self> {
        let Reader { request, inline, .. } = reader;
        let columns = inline.columns();
        let records: Vec<Record> = drafts.clone().filter_map(|draft| draft.record.clone()).collect();
        let keys = || records.iter().map(|record| record.key().clone());
        let service = request.records(inline.target);
        let updated = match inline.updated {
            Some(_) => service.permitted_among(Action::Update, keys()).await?,
            None => PermittedRows::All(false),
        };
        let deleted = match inline.deletes {
            true => service.permitted_among(Action::Delete, keys()).await?,
            false => PermittedRows::All(false),
        };
        let fixed =
            records.iter().filter(|record| !updated.contains(record.key())).cloned().collect::<Vec<_>>();
        let shown = columns.iter().filter(|column| column.readable).copied().collect::<Vec<_>>();
        let labels = Labels::read(&request.ctx, &shown, &fixed).await?;
        let indexes = shown.iter().map(|column| column.index).collect::<ColumnSet>();
        let hidden = service.unseen_cells(indexes, &fixed).await?;
        let offers = Offers::read(request, &columns, |column| {
            let texts = drafts.clone().filter_map(|draft| draft.texts.get(column.wire));
            texts.filter_map(|text| parse_value(column, text)).collect()
        });
        let offers = offers.await?;
        Ok(Self { columns, offers, updated, deleted, labels, hidden, hints: HashMap::new() })
    }

    fn heads(&mut self, inline: &Inline) -> Vec<Head> {
        let input = InputForm::create(inline.target, Surface::Admin);
        let head = |column: &&'static ColumnInfo| {
            let docs = column.field.map(|field| field.docs).unwrap_or_default();
            let hint = self.hints.get(&column.index).map(String::as_str).unwrap_or_default();
            Head {
                label: names::column(column),
                required: input.requires(column) && !kinds::empty_is_value(column),
                help: [docs, hint].join(" ").trim().to_owned(),
            }
        };
        self.columns.iter().map(head).collect()
    }

    async fn row(&mut self, reader: &Reader<'_>, draft: Draft, number: usize) -> Result<InlineRow> {
        let Reader { request, inline, .. } = reader;
        let index = draft.index.map_or_else(|| COPIED.to_owned(), |index| index.to_string());
        let prefix = format!("{}.{index}.", inline.name());
        let key = draft.record.as_ref().map(|record| record.key().clone());
        let may_update = key.as_ref().is_none_or(|key| self.updated.contains(key));
        let settable: &[&'static ColumnInfo] = if may_update { inline.settable(key.is_none()) } else { &[] };
        let asked = draft.search.iter().map(|(name, words)| (name.as_str(), words.as_str()));
        let unmatched = draft.unmatched.iter().map(|words| (words.field, words.words.as_str()));
        let searches = asked.chain(unmatched).collect::<Vec<_>>();
        let state = FormState {
            texts: &draft.texts,
            errors: &draft.errors,
            searches: &searches,
            row: draft.record.as_ref(),
            prefix: &prefix,
            offers: Some(&self.offers),
            makes_rows: true,
        };
        let mut controls: HashMap<usize, Control> = HashMap::new();
        for (column, mut control) in settable.iter().zip(form::controls(request, settable, &state).await?) {
            // A row that is left alone is none, so a browser must not ask for its values.
            control.required &= key.is_some();
            control.help = "";
            let hint = std::mem::take(&mut control.hint);
            self.hints.entry(column.index).or_insert(hint);
            controls.insert(column.index, control);
        }
        let cell = |column: &&'static ColumnInfo| match (controls.remove(&column.index), &draft.record) {
            (Some(control), _) => InlineCell::Control(Box::new(control)),
            (None, Some(record)) if column.readable => {
                let shown = (&self.labels, &self.hidden);
                InlineCell::Shown(cell::cell(request, column, record, shown, Extent::Short))
            }
            (None, _) => InlineCell::Nothing,
        };
        let cells = self.columns.iter().map(cell).collect();
        let said = draft.errors.iter().filter(|error| draft.note.is_none() || !error.field.is_empty());
        let errors = form::other_errors(&said.cloned().collect::<Vec<_>>(), settable);
        Ok(InlineRow {
            prefix,
            number: if number == 0 { COPIED.to_owned() } else { number.to_string() },
            shown: draft.shown.filter(|_| key.is_some()),
            blank: draft.blank,
            removable: key.as_ref().is_none_or(|key| self.deleted.contains(key)),
            key: key.map(|key| key.to_text()),
            cells,
            removed: draft.removed,
            note: draft.note,
            errors: errors.into_iter().map(|error| page::sentence(&error)).collect(),
        })
    }
}
