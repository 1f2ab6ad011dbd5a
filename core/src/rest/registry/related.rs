//! Related rows in the bodies of writes: a member for each relation, of a schema for each entity that is related to.

use std::collections::btree_map::Entry;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry as Components};

use super::schema::{self, SchemaNames, array, inline, object, reference, words};
use super::{described, intern, kinds};
use crate::entity::{EntityInfo, Surface};
use crate::policy::Action;
use crate::service::InputForm;
use crate::types::Kind;
use crate::value::Deprecation;

/// The members of the relations of which a new row, or a change of one, takes related rows.
pub(super) fn properties(form: InputForm<'static>) -> Vec<(&'static str, MetaSchemaRef)> {
    let to_one = form.to_one().map(|(column, relation)| {
        let docs = format!("Instead of `{}`: a row that exists, or a new one.", column.wire);
        let schema = reference(&SchemaNames::of((relation.target)().info()).to_one);
        (relation.name, with_docs(schema, docs, column.deprecated()))
    });
    let to_many = form.to_many().map(|many| {
        let schema = reference(&SchemaNames::of(many.target()).to_many);
        (many.def.name, with_docs(schema, many.def.docs.to_owned(), many.def.deprecated))
    });
    to_one.chain(to_many).collect()
}

/// A reference, and what stands beside it.
fn with_docs(schema: MetaSchemaRef, docs: String, deprecated: Option<Deprecation>) -> MetaSchemaRef {
    let remark = deprecated.map(|deprecated| deprecated.remark());
    let lines: Vec<String> = [docs].into_iter().chain(remark).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() {
        return schema;
    }
    let description = described(intern(lines.join("\n\n")));
    inline(MetaSchema {
        all_of: vec![schema],
        description,
        deprecated: deprecated.is_some(),
        ..MetaSchema::ANY
    })
}

/// All that the inputs of an entity refer to, however far: the document of one entity is complete too.
pub(super) fn register(info: &'static EntityInfo, to: &mut Components) {
    for form in [InputForm::create(info, Surface::Rest), InputForm::update(info, Surface::Rest)] {
        for target in form.to_one().map(|(_, relation)| (relation.target)().info()) {
            if let Entry::Vacant(entry) = to.schemas.entry(SchemaNames::of(target).to_one) {
                entry.insert(to_one_of(target));
                schema::register_inputs(target, to);
            }
        }
        for target in form.to_many().map(crate::entity::ManyInfo::target) {
            let names = SchemaNames::of(target);
            if let Entry::Vacant(entry) = to.schemas.entry(names.to_many) {
                entry.insert(to_many_of(target));
                to.schemas.insert(names.to_many_update, update_of(target));
                schema::register_inputs(target, to);
            }
        }
    }
}

/// An object whose members may be left out.
fn optional(docs: String, properties: Vec<(&'static str, MetaSchemaRef)>) -> MetaSchema {
    MetaSchema { required: Vec::new(), ..object(intern(docs), properties) }
}

fn key(info: &'static EntityInfo) -> MetaSchemaRef {
    inline(kinds::schema(info.key().kind))
}

fn to_one_of(info: &'static EntityInfo) -> MetaSchema {
    let names = SchemaNames::of(info);
    let docs = format!("The {} that a row is to refer to: one member.", words(info.def.singular));
    let create = takes(info, Action::Create).then(|| ("create", reference(&names.input)));
    let members = [("connect", key(info))].into_iter().chain(create).collect();
    MetaSchema { min_properties: Some(1), max_properties: Some(1), ..optional(docs, members) }
}

fn to_many_of(info: &'static EntityInfo) -> MetaSchema {
    let names = SchemaNames::of(info);
    let keys = |docs: &'static str| {
        inline(MetaSchema {
            items: Some(Box::new(key(info))),
            unique_items: Some(true),
            description: Some(docs),
            ..MetaSchema::new("array")
        })
    };
    let create = takes(info, Action::Create).then(|| ("create", array(reference(&names.input))));
    let update = takes(info, Action::Update).then(|| ("update", array(reference(&names.to_many_update))));
    let lists = [
        ("connect", keys("Rows that exist and are to belong to this one.")),
        ("disconnect", keys("Rows of this one that are to belong to it no longer.")),
        ("delete", keys("Rows of this one that are deleted.")),
        ("set", keys("All rows that exist already and are to belong to this one: others are disconnected.")),
    ];
    let docs = format!(
        "What becomes of the {} of a row, in this order: rows are deleted, disconnected, changed, connected, created. A row may \
         be named once.",
        words(info.def.plural)
    );
    optional(docs, create.into_iter().chain(lists).chain(update).collect())
}

fn update_of(info: &'static EntityInfo) -> MetaSchema {
    let names = SchemaNames::of(info);
    let docs = intern(format!("A change of one {}.", words(info.def.singular)));
    let mut schema = object(docs, vec![("id", key(info)), ("input", reference(&names.patch))]);
    if info.def.version {
        let version = MetaSchema {
            minimum: Some(1.0),
            description: Some(
                "The version that was read; when the row has another one by now, nothing is done.",
            ),
            ..kinds::schema(Kind::I64)
        };
        schema.properties.push(("expected_version", inline(version)));
    }
    schema
}

fn takes(info: &'static EntityInfo, action: Action) -> bool {
    !info.on(Surface::Rest).writable(action).is_empty()
}
