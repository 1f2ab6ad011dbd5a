//! What the rows of an entity are called by: the declared field or template of fields, or the first text.
//!
//! `label = email` is a field, `label = "#{id} · {customer}"` a template; `{customer}` of a relation is the label of the
//! related row, `{customer.last_name}` a field of it.

use crate::admin::entities;
use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo, LabelTemplate};
use crate::policy::Action;
use crate::query::{Direction, Sort, SortPath};
use crate::value::ColumnSet;

/// How many relations a label leads through. Labels of entities may name each other.
const MAX_DEPTH: usize = 3;

/// The way to a value: columns of the entity, of the target of the first, and so on.
pub(super) type Path = Vec<&'static ColumnInfo>;

/// A label: values and the texts between them.
#[derive(Debug, Default)]
pub(super) struct Label {
    /// The text before each value, and the way to the value.
    pub(super) parts: Vec<(&'static str, Path)>,
    /// The text after the last value.
    pub(super) end: &'static str,
}

impl Label {
    /// The label of an entity's rows; without parts where nothing names them.
    pub(super) fn of(info: &'static EntityInfo) -> Self {
        let declared = info.def.admin.label.map(|text| Self::read(info, text));
        declared.filter(|label| !label.parts.is_empty()).unwrap_or_else(|| {
            let parts = entities::first_text(info).map(|column| ("", vec![column])).into_iter().collect();
            Self { parts, end: "" }
        })
    }

    fn read(info: &'static EntityInfo, text: &'static str) -> Self {
        let LabelTemplate { parts, end } = LabelTemplate::read(text);
        // What the admin does not show is left out, with the text before it.
        let part = |(before, name)| path(info, name).map(|path| (before, path));
        Self { parts: parts.into_iter().filter_map(part).collect(), end }
    }

    /// The columns of the row itself that are needed to name it.
    pub(super) fn columns(&self) -> ColumnSet {
        let first = self.parts.iter().filter_map(|(_, path)| path.first());
        ColumnSet::KEY.union(first.map(|column| column.index).collect())
    }

    /// The one column of the row's own that it is called by, if there is only one.
    pub(super) fn only(&self) -> Option<&'static ColumnInfo> {
        match &self.parts[..] {
            [(_, path)] => own(path),
            _ => None,
        }
    }

    /// The columns of the row's own among those that it is called by.
    pub(super) fn own(&self) -> impl Iterator<Item = &'static ColumnInfo> {
        self.parts.iter().filter_map(|(_, path)| own(path))
    }
}

/// A way that leads to a value of the row itself.
fn own(path: &Path) -> Option<&'static ColumnInfo> {
    match path[..] {
        [column] if column.relation().is_none() => Some(column),
        _ => None,
    }
}

fn path(info: &'static EntityInfo, text: &str) -> Option<Path> {
    let (mut info, mut path) = (Some(info), Path::new());
    for name in text.split('.') {
        let here = info?;
        let column = entities::named(here, name).filter(|column| entities::is_readable(here, column))?;
        path.push(column);
        info = column.target();
    }
    Some(path)
}

/// The keys that order rows by what a relation shows: the values of the related row's label, in its order, and last which
/// row it is. Where the label is hidden from the principal, rows show the key, and are sorted by it.
pub(super) fn sorts_of(ctx: &Ctx, relation: &'static ColumnInfo, direction: Direction) -> Vec<Sort> {
    let mut paths = Vec::new();
    add_paths(&mut paths, vec![relation]);
    paths.retain(|path| is_shown(ctx, path));
    let by = |path: &Path| {
        let steps = path.iter().skip(1).map(|column| column.index);
        SortPath::new(steps).map(|path| Sort::new(relation.index, direction).by(path))
    };
    paths.iter().filter_map(by).chain([Sort::new(relation.index, direction)]).collect()
}

/// Whether the principal may sort by the value at the end.
fn is_shown(ctx: &Ctx, path: &Path) -> bool {
    let mut targets = path.iter().filter_map(|column| column.target()).zip(path.iter().skip(1));
    targets.all(|(target, next)| {
        target.permits(Action::Read, ctx) && target.column_visibility(next.index, ctx).is_none()
    })
}

fn add_paths(to: &mut Vec<Path>, path: Path) {
    let target = path.last().and_then(|column| column.target());
    match target.filter(|_| path.len() <= MAX_DEPTH) {
        None => to.push(path),
        Some(target) => {
            for (_, rest) in Label::of(target).parts {
                add_paths(to, path.iter().copied().chain(rest).collect());
            }
        }
    }
}
