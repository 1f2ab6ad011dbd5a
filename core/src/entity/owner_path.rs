//! `owner(project.organisation.members.user)`: the way from a row over its relations to the field that names the owner.

use crate::entity::{ColumnInfo, Condition, EntityInfo, ManyLink, Op, Quantifier};
use crate::types::Kind;

/// What `owner(…)` names, as columns and relations.
#[derive(Debug)]
pub(crate) struct OwnerPath<'a> {
    /// The relations on the way, each of the entity that the one before leads to; none for a field of the row itself.
    pub(crate) steps: Vec<OwnerStep>,
    /// The entity that has the field.
    pub(crate) last: &'a EntityInfo,
    /// The field: it holds a subject.
    pub(crate) column: usize,
}

/// One relation on the way.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OwnerStep {
    /// Over the reference in this column.
    ToOne(usize),
    /// Over this to-many relation: one of the rows suffices.
    ToMany(usize),
}

impl EntityInfo {
    /// The way that `owner(…)` names.
    ///
    /// # Errors
    /// What is wrong with it, for people.
    pub(crate) fn owner_path(&self, path: &str) -> Result<OwnerPath<'_>, String> {
        let mut names = path.split('.').peekable();
        let (mut info, mut steps) = (self, Vec::new());
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                let column = info.owner_column(name)?;
                return Ok(OwnerPath { steps, last: info, column: column.index });
            }
            let (step, target) = info.owner_step(name)?;
            steps.push(step);
            info = target;
        }
        Err("it names no field".to_owned())
    }

    // Names are checked when the program is compiled (`relation_checks`).

    fn owner_step(&self, name: &str) -> Result<(OwnerStep, &'static Self), String> {
        if let Some(column) = self.to_one(name)
            && let Some(target) = column.target()
        {
            return Ok((OwnerStep::ToOne(column.index), target));
        }
        match self.many.iter().find(|many| many.def.name == name) {
            Some(many) => Ok((OwnerStep::ToMany(many.index), many.target())),
            None => Err(format!("`{}` has no relation `{name}`", self.def.name)),
        }
    }

    fn owner_column(&self, name: &str) -> Result<&ColumnInfo, String> {
        let entity = self.def.name;
        match self.to_one(name).or_else(|| self.by_name(name)) {
            None => Err(format!("`{entity}` has no field `{name}`")),
            Some(column) if !column.is_stored() => {
                Err(format!("`{entity}.{name}` is computed, which would be worked out for every row"))
            }
            Some(column) if !holds_subject(column.kind) => {
                let subjects: Vec<String> = self.subjects().map(|name| format!("`{name}`")).collect();
                let names = if subjects.is_empty() { "`id`".to_owned() } else { subjects.join(", ") };
                Err(format!(
                    "`{entity}.{name}` does not hold a subject; a reference, a text, a number or a UUID does; there are \
                     {names}"
                ))
            }
            Some(column) => Ok(column),
        }
    }

    fn to_one(&self, name: &str) -> Option<&ColumnInfo> {
        self.columns.iter().find(|column| column.relation().is_some_and(|relation| relation.name == name))
    }

    /// The names of the fields that may hold a subject.
    fn subjects(&self) -> impl Iterator<Item = &'static str> {
        let declared = self.columns.iter().filter(|column| column.field.is_some());
        let holding = declared.filter(|column| column.is_stored() && holds_subject(column.kind));
        holding.map(|column| column.relation().map_or(column.name, |relation| relation.name))
    }
}

fn holds_subject(kind: Kind) -> bool {
    matches!(kind, Kind::Text | Kind::I16 | Kind::I32 | Kind::I64 | Kind::Uuid)
}

impl OwnerPath<'_> {
    /// The rows of the entity where the way begins that lead to the subject.
    pub(crate) fn rows(&self, subject: &str) -> Condition {
        let Some(value) = self.last.columns[self.column].kind.subject_value(subject) else {
            return Condition::FALSE;
        };
        let test = Condition::column(self.column, Op::Eq(value));
        self.steps.iter().rev().fold(test, |matches, step| {
            let matches = Box::new(matches);
            match *step {
                OwnerStep::ToOne(index) => Condition::ToOne { index, matches },
                OwnerStep::ToMany(index) => {
                    Condition::ToMany { index, quantifier: Quantifier::Some, matches }
                }
            }
        })
    }
}

impl Condition {
    /// The columns of the entity by which this reads its rows as related ones.
    pub(crate) fn columns_of_related(&self, info: &EntityInfo, of: &EntityInfo) -> Vec<usize> {
        self.related_columns(info, of, false)
    }

    fn related_columns(&self, info: &EntityInfo, of: &EntityInfo, is_related: bool) -> Vec<usize> {
        let is_own = |info: &EntityInfo| std::ptr::eq(info, of);
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().flat_map(|one| one.related_columns(info, of, is_related)).collect()
            }
            Self::Not(inner) => inner.related_columns(info, of, is_related),
            Self::Column { index, .. } => {
                if is_related && is_own(info) {
                    vec![*index]
                } else {
                    Vec::new()
                }
            }
            Self::ToOne { index, matches } => {
                let Some(target) = info.columns[*index].target() else { return Vec::new() };
                let mut found = matches.related_columns(target, of, true);
                found.extend((is_related && is_own(info)).then_some(*index));
                found
            }
            Self::ToMany { index, matches, .. } => {
                let many = &info.many[*index];
                let mut found = matches.related_columns(many.target(), of, true);
                match many.link() {
                    ManyLink::Inverse { column } => found.extend(is_own(many.target()).then_some(column)),
                    ManyLink::Through { via, near, far } => {
                        found.extend(is_own(via).then_some([near, far]).into_iter().flatten());
                    }
                }
                found
            }
        }
    }
}
