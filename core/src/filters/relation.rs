//! The relations of an entity by their names on a surface.

use crate::entity::{ColumnInfo, EntityInfo, ManyInfo, Surface};

/// A relation of an entity.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Relation {
    /// To one row, by the column of the reference.
    ToOne(&'static ColumnInfo, &'static str),
    /// To many rows.
    ToMany(&'static ManyInfo),
}

impl Relation {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ToOne(_, name) => name,
            Self::ToMany(many) => many.def.name,
        }
    }

    /// The entity of the related rows.
    pub(crate) fn target(self, of: &'static EntityInfo) -> &'static EntityInfo {
        match self {
            Self::ToOne(column, _) => column.target().unwrap_or(of),
            Self::ToMany(many) => many.target(),
        }
    }

    /// Whether a filter may lead through it.
    pub(crate) fn filters(self) -> bool {
        match self {
            Self::ToOne(column, _) => column.filter,
            Self::ToMany(many) => !many.def.skip.filter,
        }
    }

    /// Whether it is the same relation of the same entity.
    pub(crate) fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::ToOne(column, _), Self::ToOne(other, _)) => column.index == other.index,
            (Self::ToMany(many), Self::ToMany(other)) => many.index == other.index,
            _ => false,
        }
    }
}

/// The relations of an entity on a surface, but for those whose name is that of a field.
pub(crate) fn relations(info: &'static EntityInfo, surface: Surface) -> impl Iterator<Item = Relation> {
    let view = info.on(surface);
    let to_one = view.to_one().iter().map(|(column, relation)| Relation::ToOne(column, relation.name));
    let to_many = view.to_many().iter().map(|many| Relation::ToMany(many));
    to_one.chain(to_many).filter(|relation| view.column(relation.name()).is_none())
}
