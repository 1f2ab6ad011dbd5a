//! The form again, after someone else has changed the same.

use poem::Response;
use poem::http::StatusCode;

use crate::admin::cell::Cell;
use crate::admin::edit_form::{EditForm, Showing};
use crate::admin::form_texts::{self, FormTexts};
use crate::admin::params::Params;
use crate::admin::request::AdminRequest;
use crate::admin::titles::{self, Labels};
use crate::admin::{kinds, names, who};
use crate::entity::ColumnInfo;
use crate::error::{Error, Result};
use crate::service::{LastChange, RelatedConflict};
use crate::value::{Record, Value};

/// What two people have changed at the same time.
#[derive(Debug)]
pub(in crate::admin) struct Conflict {
    /// When the row was changed last, where it is not known of each field.
    pub(super) at: Option<Cell>,
    /// Whether it was the same person, in another window.
    pub(super) own: bool,
    pub(super) changed: Vec<ChangedField>,
}

/// A value that someone else has changed meanwhile.
#[derive(Debug)]
pub(super) struct ChangedField {
    pub(super) label: String,
    pub(super) now: String,
    /// By whom and when, as far as it is known.
    pub(super) by: Option<(String, Cell)>,
}

impl EditForm<'_> {
    /// The form again, after someone else has changed the same fields: these with what was entered, all others as they
    /// are now. Saving it once more is meant.
    pub(in crate::admin) async fn conflict(
        &self,
        form: &Params,
        touched: impl Fn(&ColumnInfo) -> bool,
        (both, changes): (&[usize], &[LastChange]),
        related: &[RelatedConflict],
    ) -> Result<Response> {
        let Some(row) = self.row else { return Err(Error::VersionMismatch) };
        let now = form_texts::of_row(self.info, row);
        let touched = self.columns.iter().copied().filter(|column| touched(column)).collect::<Vec<_>>();
        let both = self.columns.iter().copied().filter(|column| both.contains(&column.index));
        let both = both.collect::<Vec<_>>();
        let mut changed = changed_fields(self.request, (&now, row), &both, changes).await?;
        for conflict in related {
            let many = &self.info.many[conflict.many];
            let target = many.target();
            let title = titles::title(&self.request.ctx, target, &conflict.row).await?;
            let now = form_texts::of_row(target, &conflict.row);
            let columns = conflict.columns.iter().map(|column| &target.columns[*column]).collect::<Vec<_>>();
            let fields =
                changed_fields(self.request, (&now, &conflict.row), &columns, &conflict.changes).await?;
            let place = format!("{}, {title}", names::heading(many.def.name));
            changed.extend(
                fields
                    .into_iter()
                    .map(|field| ChangedField { label: format!("{place}: {}", field.label), ..field }),
            );
        }
        let unknown = changed.iter().any(|field| field.by.is_none());
        let at = self.info.updated_at().filter(|_| unknown).and_then(|stamp| match row.get(stamp) {
            Value::DateTime(at) => Some(kinds::moment(*at)),
            _ => None,
        });
        let showing = Showing::of(form_texts::of_sent(now, &touched, form));
        let own = changed.iter().all(|field| field.by.as_ref().is_some_and(|(who, _)| who == who::you()));
        let conflict = Some(Conflict { at, own, changed });
        self.show(Showing { conflict, status: StatusCode::CONFLICT, ..showing }).await
    }
}

/// What others have changed of these columns of a row, of which the form shows these texts.
async fn changed_fields(
    request: &AdminRequest,
    (now, row): (&FormTexts, &Record),
    columns: &[&'static ColumnInfo],
    changes: &[LastChange],
) -> Result<Vec<ChangedField>> {
    let labels = Labels::read(&request.ctx, columns, std::slice::from_ref(row)).await?;
    let mut changed = Vec::with_capacity(columns.len());
    for column in columns {
        let change = changes.iter().find(|change| change.column == column.index);
        changed.push(ChangedField {
            label: names::column(column),
            now: match labels.get(column.index, row.get(column.index)) {
                Some(label) => label.to_owned(),
                None => now.get(column.wire).cloned().unwrap_or_default(),
            },
            by: match change {
                Some(LastChange { who, subject, at, .. }) => {
                    let who = who::name(request, *who, subject.as_deref()).await?;
                    Some((who, kinds::moment(*at)))
                }
                None => None,
            },
        });
    }
    Ok(changed)
}
