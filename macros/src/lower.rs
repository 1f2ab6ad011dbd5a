//! From what was written to the checked entity: names, defaults and types are decided here.

mod field;
mod policy;

use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, Fields, Lit, Meta};

use crate::attr::{self, EntityAttrs, Names, Sorts};
use crate::diag::{Errors, suggestion};
use crate::{ir, names};

pub use field::{Declared, Shape};

/// A struct as written.
#[derive(Debug)]
pub struct Source<'a> {
    pub input: &'a DeriveInput,
    pub attrs: EntityAttrs,
    /// Whether every attribute of the struct could be split into options.
    pub complete: bool,
    pub fields: Vec<Declared<'a>>,
}

/// Reads the options; `None` when the item is not a struct with named fields and no parameters.
pub fn parse<'a>(input: &'a DeriveInput, errors: &mut Errors) -> Option<Source<'a>> {
    let Data::Struct(data) = &input.data else {
        errors.on(&input.ident, "`Entity` is for structs; for an enum derive `EntityEnum`");
        return None;
    };
    let (attrs, complete) = attr::read_all(&input.attrs, errors);
    let Fields::Named(fields) = &data.fields else {
        errors.on(&input.ident, "an entity is a struct with named fields: `struct User { email: String }`");
        return None;
    };
    if !input.generics.params.is_empty() {
        errors.on(&input.generics, "an entity cannot be generic; declare one struct for each table");
        return None;
    }
    let fields = fields.named.iter().filter_map(|field| Declared::parse(field, errors)).collect();
    Some(Source { input, attrs, complete, fields })
}

/// Decides everything the expanders need; what is wrong is reported and left out.
pub fn lower(runtime: TokenStream, source: &Source<'_>, errors: &mut Errors) -> ir::Entity {
    let Source { input, attrs, fields, .. } = source;
    let ident = &input.ident;
    let plain = names::plain(ident);
    let singular = names::snake(&plain);
    let plural = text(&attrs.plural).unwrap_or_else(|| names::plural(&singular));
    let rest = attrs.rest.as_ref().and_then(|rest| text(&rest.value.0.path));
    let type_name = attrs.graphql.as_ref().and_then(|graphql| text(&graphql.value.0.name));
    let type_name = type_name.unwrap_or_else(|| names::upper_camel(&plain));
    let mut stored = Vec::new();
    let mut many = Vec::new();
    for declared in fields {
        match field::lower(&runtime, declared, errors) {
            field::Lowered::Stored(field) => stored.push(*field),
            field::Lowered::Many(relation) => many.push(*relation),
        }
    }
    policy::lower_fields(source, &mut stored, errors);
    let indexes = attrs.index.iter().map(|index| sorts(&index.value, &stored));
    let uniques = attrs.unique.iter().map(|unique| ascending(&unique.value, &stored));
    let mut entity = ir::Entity {
        ident: ident.clone(),
        visibility: input.vis.clone(),
        docs: docs(&input.attrs),
        table: text(&attrs.table).unwrap_or_else(|| singular.clone()),
        rest_path: rest.unwrap_or_else(|| names::kebab(&plural)),
        graphql: ir::GraphqlNames {
            one: names::lower_camel(&type_name),
            many: names::lower_camel(&plural),
            many_type: names::upper_camel(&plural),
            type_name,
        },
        singular,
        plural,
        key: key(attrs, errors),
        declared: fields.iter().map(|field| field.ident.clone()).collect(),
        indexes: indexes.collect(),
        uniques: uniques.collect(),
        checks: attrs.check.iter().map(|check| check.value.0.clone()).collect(),
        order: attrs.order.as_ref().map(|order| sorts(&order.value, &stored)).unwrap_or_default(),
        policy: policy::lower(source, &stored, errors),
        skip: skip(attrs, errors),
        admin: admin(attrs, &stored),
        version: attrs.version.is_some(),
        soft_delete: attrs.soft_delete.is_some(),
        history: attrs.history.is_some(),
        hooks: attrs.hooks.as_ref().map(|hooks| hooks.key),
        fields: stored,
        many,
        runtime,
    };
    imply_filter_and_sort(&mut entity);
    name_computed(&mut entity);
    entity
}

/// The text of an option.
fn text(option: &Option<attr::Keyed<attr::Text>>) -> Option<String> {
    option.as_ref().map(|text| text.value.0.value())
}

fn key(attrs: &EntityAttrs, errors: &mut Errors) -> ir::Key {
    let Some(key) = &attrs.key else {
        return ir::Key::Identity;
    };
    choose(&key.value.0, "key", &[("identity", ir::Key::Identity), ("uuid", ir::Key::Uuid)], errors)
        .unwrap_or(ir::Key::Identity)
}

/// The meaning of one of a few words.
fn choose<T: Copy>(
    word: &proc_macro2::Ident,
    option: &str,
    choices: &[(&str, T)],
    errors: &mut Errors,
) -> Option<T> {
    let written = names::plain(word);
    let found = choices.iter().find(|(name, _)| *name == written);
    if found.is_none() {
        let help = suggestion(&written, choices.iter().map(|(name, _)| *name));
        errors.on(word, format!("`{written}` is not a choice of `{option}`{help}"));
    }
    found.map(|(_, meaning)| *meaning)
}

fn skip(attrs: &EntityAttrs, errors: &mut Errors) -> ir::Skip {
    let mut skip = ir::Skip::default();
    let Some(words) = &attrs.skip else { return skip };
    for word in &words.value.0 {
        let place: Option<fn(&mut ir::Skip) -> &mut bool> = choose(
            word,
            "skip",
            &[
                ("graphql", (|skip| &mut skip.graphql) as fn(&mut ir::Skip) -> &mut bool),
                ("rest", |skip| &mut skip.rest),
                ("admin", |skip| &mut skip.admin),
            ],
            errors,
        );
        if let Some(place) = place {
            *place(&mut skip) = true;
        }
    }
    skip
}

/// The stored name of a field that an option of the struct names: `author` is stored as `author_id`.
pub fn stored_name(written: &proc_macro2::Ident, fields: &[ir::Field]) -> String {
    let written = names::plain(written);
    fields
        .iter()
        .find(|field| names::plain(&field.declared) == written)
        .map_or(written, |field| field.name.clone())
}

fn sorts(keys: &Sorts, fields: &[ir::Field]) -> Vec<ir::Sort> {
    keys.0
        .iter()
        .map(|key| ir::Sort { field: stored_name(&key.field, fields), descending: key.descending })
        .collect()
}

fn ascending(names: &Names, fields: &[ir::Field]) -> Vec<ir::Sort> {
    names.0.iter().map(|name| ir::Sort { field: stored_name(name, fields), descending: false }).collect()
}

fn admin(attrs: &EntityAttrs, fields: &[ir::Field]) -> ir::Admin {
    let Some(admin) = &attrs.admin else {
        return ir::Admin::default();
    };
    let attr::AdminAttrs { label, list, icon, group } = &admin.value.0;
    ir::Admin {
        label: label.as_ref().map(|label| stored_name(&label.value.0, fields)),
        list: list.iter().flat_map(|list| &list.value.0).map(|name| stored_name(name, fields)).collect(),
        icon: text(icon),
        group: text(group),
    }
}

/// Fields of an index or a unique rule may be filtered and sorted by, as references may.
fn imply_filter_and_sort(entity: &mut ir::Entity) {
    let indexed = entity.indexes.iter().chain(&entity.uniques).flatten();
    let indexed: Vec<&str> = indexed.map(|sort| sort.field.as_str()).collect();
    let ordered: Vec<&str> = entity.order.iter().map(|sort| sort.field.as_str()).collect();
    for field in &mut entity.fields {
        let in_index = indexed.contains(&field.name.as_str());
        let implied = field.unique || field.index || field.relation.is_some() || in_index;
        field.filter |= implied;
        field.sort |= implied;
        let sorted = in_index || ordered.contains(&field.name.as_str());
        if sorted && !field.needs.contains(&ir::Need::Sortable) {
            field.needs.push(ir::Need::Sortable);
        }
    }
}

/// Computed fields name others as they are declared: `author` is stored as `author_id`.
fn name_computed(entity: &mut ir::Entity) {
    let stored: Vec<(String, String)> =
        entity.fields.iter().map(|field| (names::plain(&field.declared), field.name.clone())).collect();
    let computed = entity.fields.iter_mut().filter_map(|field| field.computed.as_mut());
    for name in computed.flat_map(|computed| computed.parts.iter_mut().skip(1).step_by(2)) {
        if let Some((_, stored)) = stored.iter().find(|(declared, _)| declared == name) {
            name.clone_from(stored);
        }
    }
}

/// The doc comment: lines joined by `\n`, without the space that follows `///`.
pub fn docs(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    lines.join("\n").trim().to_owned()
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &pair.value else {
        return None;
    };
    if !attribute.path().is_ident("doc") {
        return None;
    }
    let text = text.value();
    let lines = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
    Some(lines.collect::<Vec<_>>().join("\n"))
}
