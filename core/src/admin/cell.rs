//! A stored value as a page shows it.

use crate::admin::request::AdminRequest;
use crate::admin::titles::{self, Labels};
use crate::admin::{entities, kinds};
use crate::entity::ColumnInfo;
use crate::service::HiddenCells;
use crate::value::{Record, Value};

/// A value, ready for a template.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    /// NULL.
    Empty,
    /// What the account may not see.
    Hidden,
    /// Yes or no.
    Flag(bool),
    /// A plain text.
    Text(String),
    /// A text of several lines.
    Lines(String),
    /// A number, aligned to the right.
    Number(String),
    /// Structured text: JSON, lists, UUIDs, bytes.
    Code(String),
    /// A number in a declared form, with what it is exactly.
    Formatted {
        /// For people.
        text: String,
        /// As it is stored.
        exact: String,
    },
    /// HTML that was made of Markdown and holds none of the text's own.
    Markup(String),
    /// The address of a picture.
    Picture(String),
    /// A colour.
    Colour(String),
    /// An enum's variant.
    Badge(String),
    /// An enum's variant in a colour of its own.
    Tinted {
        /// What it is called.
        text: String,
        /// The colour's name.
        colour: &'static str,
    },
    /// A point in time.
    Time {
        /// For machines.
        iso: String,
        /// For people.
        text: String,
    },
    /// A link to a page of the admin.
    RowLink {
        /// Where to.
        href: String,
        /// What it says.
        text: String,
    },
    /// A link out of the admin.
    ExternalLink {
        /// Where to.
        href: String,
        /// What it says.
        text: String,
    },
}

impl Cell {
    /// Makes it what the link to its row says: without a link of its own, and never nothing.
    pub(super) fn become_link_text(&mut self, title: impl FnOnce() -> String) {
        match self {
            Self::RowLink { text, .. } | Self::ExternalLink { text, .. } | Self::Picture(text) => {
                *self = Self::Text(std::mem::take(text));
            }
            _ => {}
        }
        let says_nothing = match self {
            Self::Empty => true,
            Self::Text(text) | Self::Lines(text) | Self::Code(text) => !titles::is_visible(text),
            _ => false,
        };
        if says_nothing {
            *self = Self::Text(title());
        }
    }
}

/// How much of a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// One short line.
    Short,
    /// All of it.
    Full,
}

/// The cell of a column in a row.
pub(super) fn cell(
    request: &AdminRequest,
    column: &'static ColumnInfo,
    record: &Record,
    (labels, hidden): (&Labels, &HiddenCells),
    extent: Extent,
) -> Cell {
    let value = record.get(column.index);
    if hidden.contains(column.index, record) {
        Cell::Hidden
    } else if value.is_null() {
        Cell::Empty
    } else if column.relation().is_some() {
        related_cell(request, column, value, labels)
    } else {
        kinds::cell(column, value, extent)
    }
}

fn related_cell(request: &AdminRequest, column: &'static ColumnInfo, key: &Value, labels: &Labels) -> Cell {
    let Some(target) = column.target() else {
        return Cell::Text(key.to_text());
    };
    let text = match labels.get(column.index, key) {
        Some(label) => label.to_owned(),
        None => entities::title_by_key(target, key),
    };
    if request.may_open(target) {
        let href = request.row_path(target, key);
        Cell::RowLink { href, text }
    } else {
        Cell::Text(text)
    }
}

/// Whether the column's values are aligned to the right.
pub(super) fn is_number(column: &ColumnInfo) -> bool {
    column.kind.capabilities().numeric && column.relation().is_none()
}
