//! The relations of an entity by their names in REST: those that can be included, filtered through and asked for by themselves.

use crate::entity::{ColumnInfo, EntityInfo, ManyInfo, Surface};

/// A relation of an entity.
#[derive(Debug, Clone, Copy)]
pub(super) enum Relation {
    /// To one row, by the column of the reference.
    ToOne(&'static ColumnInfo, &'static str),
    /// To many rows.
    ToMany(&'static ManyInfo),
}

impl Relation {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ToOne(_, name) => name,
            Self::ToMany(many) => many.def.name,
        }
    }

    /// The entity of the related rows.
    pub(super) fn target(self, of: &'static EntityInfo) -> &'static EntityInfo {
        match self {
            Self::ToOne(column, _) => column.target().unwrap_or(of),
            Self::ToMany(many) => many.target(),
        }
    }

    /// Whether a filter may lead through it.
    pub(super) fn filters(self) -> bool {
        match self {
            Self::ToOne(column, _) => column.filter,
            Self::ToMany(many) => !many.def.skip.filter,
        }
    }

    /// Whether it is the same relation of the same entity.
    pub(super) fn is(self, other: Self) -> bool {
        match (self, other) {
            (Self::ToOne(column, _), Self::ToOne(other, _)) => column.index == other.index,
            (Self::ToMany(many), Self::ToMany(other)) => many.index == other.index,
            _ => false,
        }
    }
}

/// The relations of an entity, but for those whose name is that of a field.
pub(super) fn of(info: &'static EntityInfo) -> impl Iterator<Item = Relation> {
    let view = info.on(Surface::Rest);
    let to_one = view.to_one().iter().map(|(column, relation)| Relation::ToOne(column, relation.name));
    let to_many = view.to_many().iter().map(|many| Relation::ToMany(many));
    to_one.chain(to_many).filter(|relation| view.column(relation.name()).is_none())
}

/// The relation of a name.
pub(super) fn find(info: &'static EntityInfo, name: &str) -> Option<Relation> {
    of(info).find(|relation| relation.name() == name)
}

/// The to-many relations of an entity.
pub(super) fn to_many(info: &'static EntityInfo) -> impl Iterator<Item = &'static ManyInfo> {
    of(info).filter_map(|relation| match relation {
        Relation::ToMany(many) => Some(many),
        Relation::ToOne(..) => None,
    })
}
