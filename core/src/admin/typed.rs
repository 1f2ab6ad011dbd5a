//! What someone has typed into a form that is not shown again: on the page that says why, to be copied from it.
//!
//! Whatever a form is answered with, what was typed into it is there: in the form, on the page of the error, or on the
//! sign-in page, which hands it on. Where it is not, the page says so.

use chrono::Utc;

use crate::admin::params::Params;
use crate::admin::{inline, kinds, names};
use crate::entity::EntityInfo;

/// Lines of the largest box.
const MAX_ROWS: usize = 12;

/// What was typed.
#[derive(Debug, Default)]
pub(super) enum Typed {
    /// Nothing.
    #[default]
    Nothing,
    /// Into these fields.
    Fields {
        /// In the order of the form.
        fields: Vec<TypedField>,
        /// Whether there was something that is never sent back: a password.
        secret: bool,
    },
    /// Something that is not shown: it may be what another account has typed.
    Withheld,
}

/// What was typed into a field.
#[derive(Debug)]
pub(super) struct TypedField {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) text: String,
    /// Lines of the box that shows it.
    pub(super) rows: usize,
    /// Whether the end of it was not read.
    pub(super) cut: bool,
}

impl Typed {
    /// What a form about rows of this entity holds; `cut` is whether its end was not read.
    pub(super) fn of(info: &'static EntityInfo, form: &Params, cut: bool) -> Self {
        let last = form.iter().last().map(|(name, _)| name);
        let mut secret = false;
        let mut fields = Vec::new();
        for column in &info.columns {
            let Some(text) = form.get(column.wire).filter(|text| !text.is_empty()) else { continue };
            if !column.readable {
                secret = true;
                continue;
            }
            fields.push(TypedField {
                name: column.wire.to_owned(),
                label: names::column(column),
                text: text.to_owned(),
                rows: text.lines().count().clamp(1, MAX_ROWS),
                cut: cut && last == Some(column.wire),
            });
        }
        for (name, text) in form.iter().filter(|(_, text)| !text.is_empty()) {
            let Some(column) = inline::target_of(info, name) else { continue };
            if !column.readable {
                secret = true;
                continue;
            }
            // What an empty row holds was not typed.
            let default = column.field.and_then(|field| field.default);
            let default = default.map(|default| kinds::default_text(default.value(column.kind, Utc::now())));
            if default.as_deref() == Some(text) {
                continue;
            }
            let Some((relation, row)) = name.split_once('.') else { continue };
            let row = row.split('.').next().unwrap_or_default();
            fields.push(TypedField {
                name: name.to_owned(),
                label: format!("{}, row {row}: {}", names::heading(relation), names::column(column)),
                text: text.to_owned(),
                rows: text.lines().count().clamp(1, MAX_ROWS),
                cut: cut && last == Some(name),
            });
        }
        Self::with(fields, secret)
    }

    /// The same with what the forms hold that wait for this one, each about rows of its entity.
    pub(super) fn and_waiting(self, waiting: &[(&'static EntityInfo, Params)]) -> Self {
        let (mut fields, mut secret) = match self {
            Self::Fields { fields, secret } => (fields, secret),
            Self::Nothing => (Vec::new(), false),
            Self::Withheld => return Self::Withheld,
        };
        for (depth, (info, form)) in waiting.iter().enumerate() {
            let Self::Fields { fields: more, secret: also } = Self::of(info, form, false) else { continue };
            secret |= also;
            fields.extend(more.into_iter().map(|field| TypedField {
                name: format!("{depth}.{}", field.name),
                label: format!("{}: {}", names::singular(info), field.label),
                ..field
            }));
        }
        Self::with(fields, secret)
    }

    fn with(fields: Vec<TypedField>, secret: bool) -> Self {
        match fields.is_empty() && !secret {
            true => Self::Nothing,
            false => Self::Fields { fields, secret },
        }
    }
}
