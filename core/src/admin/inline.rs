//! Rows of a to-many relation inside the form of the row that they belong to (`admin(inline(lines))`).
//!
//! Each row is a small form of its own: its controls are named `lines.3.quantity`, and `lines.3._key` says which row it is.
//! Beside it stands what was shown of it (`_shown`), so that only what was touched is written, or, for a row that is new, what
//! its empty controls were (`_blank`), so that one that was left alone is none. All of them are written with the row itself, in
//! one transaction.

mod sent;
mod table;
mod write;

use crate::admin::request::AdminRequest;
use crate::entity::{ColumnInfo, ColumnRole, EntityInfo, ManyInfo, ManyLink, Surface};
use crate::policy::Action;
use crate::service::InputForm;
use crate::types::Kind;

pub(super) use sent::{SentRows, target_of};
pub(super) use table::{InlineCell, InlineTable, Mode};
pub(super) use write::InlineWrite;

/// The button that adds a row; its value is the relation's name.
pub(super) const ADD: &str = "_add";
/// Rows of one relation in a form.
const MAX_ROWS: usize = 200;
/// Rows that exist and are shown in a form.
const SHOWN_ROWS: u32 = 50;
/// Empty rows in the form of a new row, and in that of an existing one.
const EMPTY_ROWS: (usize, usize) = (3, 1);

/// A to-many relation whose rows are edited in the form.
#[derive(Debug, Clone)]
pub(super) struct Inline {
    pub(super) many: &'static ManyInfo,
    /// The entity of the rows.
    pub(super) target: &'static EntityInfo,
    /// The column by which they refer to the row of the form.
    pub(super) back: usize,
    /// The columns that the account may set in new rows; none where it may add none.
    pub(super) created: Option<Vec<&'static ColumnInfo>>,
    /// The columns that it may change; none where it may change none.
    pub(super) updated: Option<Vec<&'static ColumnInfo>>,
    /// Whether it may remove some.
    pub(super) deletes: bool,
    /// The number by which the rows are ordered, where the account may set it.
    pub(super) position: Option<&'static ColumnInfo>,
}

impl Inline {
    /// The relations that the account finds in the form of an entity's rows: those of which it may read rows, and do
    /// something to them.
    pub(super) fn all(request: &AdminRequest, info: &'static EntityInfo) -> Vec<Self> {
        let names = info.def.admin.inline.iter();
        names.filter_map(|name| Self::of(request, info, name)).collect()
    }

    fn of(request: &AdminRequest, info: &'static EntityInfo, name: &str) -> Option<Self> {
        let view = info.on(Surface::Admin);
        let many = *view.to_many().iter().find(|many| many.def.name == name)?;
        // A column of this name would be sent under the same names.
        if view.column(name).is_some() {
            return None;
        }
        let (target, ManyLink::Inverse { column: back }) = (many.target(), many.link()) else { return None };
        if !request.allows(target, Action::Read) {
            return None;
        }
        let settable = |action| {
            let input = match action {
                Action::Create => InputForm::create(target, Surface::Admin),
                _ => InputForm::update(target, Surface::Admin),
            };
            let columns = input.columns().filter(|column| column.index != back);
            let columns = columns.filter(|column| request.may_set(target, column, action));
            request.allows(target, action).then(|| columns.collect::<Vec<_>>())
        };
        let reference = &target.columns[back];
        let may_refer = target.on(Surface::Admin).refusal(reference, Action::Create).is_none()
            && request.may_set(target, reference, Action::Create);
        let created = settable(Action::Create).filter(|_| may_refer);
        let updated = settable(Action::Update);
        // A removal names no version.
        let deletes = request.allows(target, Action::Delete) && !target.def.version_required;
        let does_something = created.is_some() || updated.is_some() || deletes;
        let position = position(target, back).filter(|position| {
            let mut settable = updated.iter().chain(&created).flatten();
            settable.any(|column| column.index == position.index)
        });
        does_something.then_some(Self { many, target, back, created, updated, deletes, position })
    }

    /// What the relation is called in forms.
    pub(super) fn name(&self) -> &'static str {
        self.many.def.name
    }

    /// The columns of the table, in declared order.
    fn columns(&self) -> Vec<&'static ColumnInfo> {
        let mut columns: Vec<&'static ColumnInfo> =
            self.created.iter().chain(&self.updated).flatten().copied().collect();
        columns.sort_by_key(|column| column.index);
        columns.dedup_by_key(|column| column.index);
        columns
    }

    /// The columns that the account may set in a row.
    fn settable(&self, is_new: bool) -> &[&'static ColumnInfo] {
        let columns = if is_new { &self.created } else { &self.updated };
        columns.as_deref().unwrap_or_default()
    }
}

/// The number that rows are ordered by, beside the row to which they belong.
fn position(target: &'static EntityInfo, back: usize) -> Option<&'static ColumnInfo> {
    let reference = target.columns[back].name;
    let first = target.def.order.iter().find(|sort| sort.field != reference)?;
    let column = target.by_name(first.field).filter(|_| !first.descending)?;
    let is_whole = matches!(column.kind, Kind::I16 | Kind::I32 | Kind::I64);
    (is_whole && column.role == ColumnRole::Field && column.relation().is_none()).then_some(column)
}
