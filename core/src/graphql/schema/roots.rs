//! The root fields: what each is called, what it takes and what it does.

use std::collections::HashMap;

use crate::entity::{EntityInfo, Registry};
use crate::graphql::registry::{MetaField, MetaInputValue, field_with, input_value};
use crate::graphql::schema::{MAX_BULK, objects};
use crate::graphql::visible;

/// What a root field does.
#[derive(Debug, Clone, Copy)]
pub(in crate::graphql) enum RootField {
    /// `userById`
    ById(&'static EntityInfo),
    /// `users`
    List(&'static EntityInfo),
    /// `node`
    Node,
    /// `nodes`
    Nodes,
    /// `createUser`
    Create(&'static EntityInfo),
    /// `updateUser`
    Update(&'static EntityInfo),
    /// `deleteUser`
    Delete(&'static EntityInfo),
    /// `createUsers`
    CreateMany(&'static EntityInfo),
    /// `deleteUsers`
    DeleteMany(&'static EntityInfo),
}

impl RootField {
    /// Whether the field's type is nullable, so that its failure leaves the others in place.
    pub(in crate::graphql) fn nullable(self) -> bool {
        matches!(self, Self::ById(_) | Self::Node)
    }
}

/// Root fields by name.
pub(in crate::graphql) type RootFields = HashMap<String, RootField>;

/// Root fields with their schema.
pub(super) type Described = Vec<(MetaField, RootField)>;

/// The root fields of an entity's queries.
pub(super) fn queries(info: &'static EntityInfo) -> Described {
    let names = &info.def.graphql;
    let one = field_with(
        &format!("{}ById", names.one),
        names.type_name,
        &format!("The `{}` with this id, if there is one.", names.type_name),
        vec![input_value("id", "ID!", "")],
    );
    let many = field_with(
        names.many,
        format!("{}Connection!", names.type_name),
        &format!("A page of `{}` rows.", names.type_name),
        objects::connection_arguments(info),
    );
    vec![(one, RootField::ById(info)), (many, RootField::List(info))]
}

/// `node` and `nodes`.
pub(super) fn nodes() -> Described {
    let one = field_with(
        "node",
        "Node",
        "The row with this id, of whatever type, if there is one.",
        vec![input_value("id", "ID!", "")],
    );
    let docs =
        format!("The rows with these ids (at most {MAX_BULK}), in their order; null where there is none.");
    let many = field_with("nodes", "[Node]!", &docs, vec![input_value("ids", "[ID!]!", "")]);
    vec![(one, RootField::Node), (many, RootField::Nodes)]
}

/// The root fields of an entity's mutations with their schema. One that could take nothing is left out.
pub(super) fn mutations(info: &'static EntityInfo) -> Described {
    let names = &info.def.graphql;
    let (ty, many) = (names.type_name, names.many_type);
    let mut fields = Vec::new();
    if visible::writable(info, true).next().is_some() {
        fields.push((
            field_with(
                &format!("create{ty}"),
                format!("{ty}!"),
                &format!("Makes a `{ty}`."),
                vec![input_value("input", format!("{ty}Input!"), "")],
            ),
            RootField::Create(info),
        ));
        fields.push((
            field_with(
                &bulk("create", ty, many),
                format!("[{ty}!]!"),
                &format!("Makes `{ty}` rows (at most {MAX_BULK}): all of them, or none."),
                vec![input_value("inputs", format!("[{ty}Input!]!"), "")],
            ),
            RootField::CreateMany(info),
        ));
    }
    if visible::writable(info, false).next().is_some() {
        fields.push((
            field_with(
                &format!("update{ty}"),
                format!("{ty}!"),
                &format!("Changes a `{ty}`."),
                expecting(
                    info,
                    vec![input_value("id", "ID!", ""), input_value("input", format!("{ty}Patch!"), "")],
                ),
            ),
            RootField::Update(info),
        ));
    }
    fields.push((
        field_with(
            &format!("delete{ty}"),
            format!("{ty}!"),
            &format!("Removes a `{ty}` and answers what it was."),
            expecting(info, vec![input_value("id", "ID!", "")]),
        ),
        RootField::Delete(info),
    ));
    fields.push((
        field_with(
            &bulk("delete", ty, many),
            format!("[{ty}!]!"),
            &format!(
                "Removes `{ty}` rows (at most {MAX_BULK}) and answers what they were: all of them, or none."
            ),
            vec![input_value("ids", "[ID!]!", "")],
        ),
        RootField::DeleteMany(info),
    ));
    fields
}

/// With `expectedVersion`, where the entity counts versions.
fn expecting(info: &'static EntityInfo, mut arguments: Vec<MetaInputValue>) -> Vec<MetaInputValue> {
    if info.def.version {
        let docs = "The version that was read; when the row has another one by now, nothing is done.";
        arguments.push(input_value("expectedVersion", "Int", docs));
    }
    arguments
}

/// `createUsers`; `createManyNews` where the plural is the singular.
fn bulk(verb: &str, one: &str, many: &str) -> String {
    if one == many { format!("{verb}Many{many}") } else { format!("{verb}{many}") }
}

/// Every entity's root fields, queries first.
pub(super) fn all(registry: &Registry) -> (Described, Described) {
    let shown = || registry.iter().filter(|info| visible::entity(info.def));
    let mut query = shown().flat_map(queries).collect::<Vec<_>>();
    if shown().next().is_some() {
        query.extend(nodes());
    }
    (query, shown().flat_map(mutations).collect())
}
