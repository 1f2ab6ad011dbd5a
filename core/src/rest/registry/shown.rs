//! What a read shows of a row: all members, some of them (`fields`), and related rows (`include`).

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};

use super::schema::{SchemaNames, inline, reference, row, words};
use super::{described, intern};
use crate::entity::EntityInfo;
use crate::rest::relations::{self, Relation};

/// A whole row, or some members of one.
pub(super) fn any_of(info: &'static EntityInfo) -> MetaSchema {
    let names = SchemaNames::of(info);
    MetaSchema { any_of: vec![reference(&names.row), reference(&names.part)], ..MetaSchema::ANY }
}

/// A row with the members of `include`, none of which need be there.
pub(super) fn with_related(info: &'static EntityInfo, mut row: MetaSchema) -> MetaSchema {
    row.properties.extend(relations::of(info).map(|relation| (relation.name(), related(info, relation))));
    row
}

/// Some members of a row.
pub(super) fn part(info: &'static EntityInfo) -> MetaSchema {
    let docs = format!(
        "Members of one {}: those that `fields` names, and those of `include`.",
        words(info.def.singular)
    );
    let mut part = with_related(info, row(info));
    part.required.clear();
    MetaSchema { description: Some(intern(docs)), ..part }
}

fn related(info: &'static EntityInfo, relation: Relation) -> MetaSchemaRef {
    let target = relation.target(info);
    match relation {
        Relation::ToOne(column, name) => {
            let docs = format!(
                "The row that `{}` names, with `include={name}`; null where there is none.",
                column.wire
            );
            inline(MetaSchema {
                nullable: true,
                description: Some(intern(docs)),
                read_only: true,
                ty: "object",
                ..any_of(target)
            })
        }
        Relation::ToMany(many) => {
            let docs = format!("A page of them, with `include={}`.", many.def.name);
            let docs = if many.def.docs.is_empty() { docs } else { format!("{}\n\n{docs}", many.def.docs) };
            inline(MetaSchema {
                all_of: vec![reference(&SchemaNames::of(target).page)],
                description: described(intern(docs)),
                read_only: true,
                ..MetaSchema::ANY
            })
        }
    }
}
