//! The relations of an entity by their names in REST: those that can be included, filtered through and asked for by themselves.

use crate::entity::{EntityInfo, ManyInfo, Surface};
use crate::filters;
pub(super) use crate::filters::Relation;

/// The relations of an entity, but for those whose name is that of a field.
pub(super) fn of(info: &'static EntityInfo) -> impl Iterator<Item = Relation> {
    filters::relations(info, Surface::Rest)
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
