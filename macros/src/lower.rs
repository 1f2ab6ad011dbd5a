//! From the struct as written to the checked entity: names, defaults and types are decided here.

mod field;
mod policy;

use proc_macro2::{Ident, Span, TokenStream};

pub use policy::lower_action as lower_action_rule;

use crate::attr::{
    AdminAttrs, EntityOptions, FieldNames, FormPart, GraphqlAttrs, Keyed, Label, LoweredEntityAttrs, Nested,
    Once, Requirement, RestAttrs, Sorts, Text,
};
use crate::diag::Errors;
use crate::source::{Source, SourceField, docs};
use crate::{ir, names};

/// Decides everything the expanders need; what is wrong is reported and left out.
pub fn lower(runtime: TokenStream, source: &Source<'_>, errors: &mut Errors) -> ir::Entity {
    let Source { input, attrs, fields, .. } = source;
    // No `..`: a new option does not compile until something is made of it.
    let LoweredEntityAttrs {
        table,
        plural,
        policy,
        index,
        unique,
        check,
        order,
        rest,
        graphql,
        admin,
        hooks,
    } = attrs.lowered();
    let ident = &input.ident;
    let plain = names::plain(ident);
    let singular = names::snake(&plain);
    let plural = text(plural).unwrap_or_else(|| names::plural(&singular));
    let rest = rest.as_ref().and_then(|Keyed { value: Nested(RestAttrs { path }), .. }| text(path));
    let (stored, many) = lower_fields(&runtime, source, errors);
    let indexes = index.iter().map(|index| sorts(&index.value, &stored));
    let uniques = unique.iter().map(|unique| ascending(&unique.value, &stored));
    let mut entity = ir::Entity {
        ident: ident.clone(),
        visibility: input.vis.clone(),
        docs: docs(&input.attrs),
        table: text(table).unwrap_or_else(|| singular.clone()),
        rest_path: rest.unwrap_or_else(|| names::kebab(&plural)),
        graphql: graphql_names(graphql, &plain, &plural),
        singular,
        plural,
        declared: fields.iter().map(|field| field.ident.clone()).collect(),
        indexes: indexes.collect(),
        uniques: uniques.collect(),
        checks: check.iter().map(|check| check.value.0.clone()).collect(),
        order: order.as_ref().map(|order| sorts(&order.value.0, &stored)).unwrap_or_default(),
        options: EntityOptions::resolve(attrs, errors),
        policy: policy::lower(source, policy, &stored, errors),
        admin: admin.as_ref().map(|admin| lower_admin(&admin.value.0, &stored)).unwrap_or_default(),
        hooks: hooks.as_ref().map(|hooks| hooks.key),
        named: fields.iter().flat_map(SourceField::named).map(|ident| names::plain(&ident)).collect(),
        values: None,
        fields: stored,
        many,
        runtime,
    };
    lower_sequences(source, &mut entity);
    imply_filter_and_sort(&mut entity);
    name_computed(&mut entity);
    entity
}

fn lower_fields(
    runtime: &TokenStream,
    source: &Source<'_>,
    errors: &mut Errors,
) -> (Vec<ir::Field>, Vec<ir::Many>) {
    let mut stored = Vec::new();
    let mut many = Vec::new();
    for declared in &source.fields {
        match field::lower(runtime, declared, errors) {
            field::Lowered::Stored(field) => stored.push(*field),
            field::Lowered::Many(relation) => many.push(*relation),
        }
    }
    policy::lower_fields(source, &mut stored, errors);
    (stored, many)
}

fn graphql_names(option: &Once<Nested<GraphqlAttrs>>, entity: &str, plural: &str) -> ir::GraphqlNames {
    let name = option.as_ref().and_then(|Keyed { value: Nested(GraphqlAttrs { name }), .. }| text(name));
    let type_name = name.unwrap_or_else(|| names::upper_camel(entity));
    ir::GraphqlNames {
        one: names::lower_camel(&type_name),
        many: names::lower_camel(plural),
        many_type: names::upper_camel(plural),
        type_name,
    }
}

/// The text of an option.
fn text(option: &Once<Text>) -> Option<String> {
    option.as_ref().map(|text| text.value.0.value())
}

/// The stored name of a field that an option of the struct names: `author` is stored as `author_id`.
pub fn stored_name(written: &Ident, fields: &[ir::Field]) -> String {
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

fn ascending(names: &FieldNames, fields: &[ir::Field]) -> Vec<ir::Sort> {
    names.0.iter().map(|name| ir::Sort { field: stored_name(name, fields), descending: false }).collect()
}

fn lower_admin(attrs: &AdminAttrs, fields: &[ir::Field]) -> ir::Admin {
    let AdminAttrs { label, list, icon, group, inline } = attrs;
    ir::Admin {
        label: label.as_ref().map(|label| match &label.value {
            Label::Field(field) => stored_name(field, fields),
            Label::Template(template, _) => template.value(),
        }),
        label_paths: label.as_ref().map(|label| label_paths(&label.value)).unwrap_or_default(),
        list: list.iter().flat_map(|list| &list.value.0).map(|name| stored_name(name, fields)).collect(),
        icon: text(icon),
        group: text(&group.menu),
        inline: inline.iter().flat_map(|inline| &inline.value.0).map(names::plain).collect(),
        parts: group.parts.iter().map(|part| lower_part(&part.value, fields)).collect(),
    }
}

fn lower_part(part: &FormPart, fields: &[ir::Field]) -> (String, Vec<String>) {
    (part.title.value(), part.fields.iter().map(|name| stored_name(name, fields)).collect())
}

/// What a sequence counts by; no number is there twice, which a unique rule keeps.
fn lower_sequences(source: &Source<'_>, entity: &mut ir::Entity) {
    for declared in &source.fields {
        let Some(sequence) = &declared.attrs.sequence else { continue };
        let per = sequence.value.per.as_ref().map(|per| stored_name(per, &entity.fields));
        let Some(field) = entity.fields.iter_mut().find(|field| field.declared == *declared.ident) else {
            continue;
        };
        match &per {
            None => field.options.unique = true,
            Some(per) => {
                let fields = [per, &field.name];
                let is_same = |rule: &Vec<ir::Sort>| {
                    rule.len() == 2 && fields.iter().all(|name| rule.iter().any(|sort| sort.field == **name))
                };
                if !entity.uniques.iter().any(is_same) {
                    let ascending = |name: &String| ir::Sort { field: name.clone(), descending: false };
                    entity.uniques.push(fields.map(ascending).into());
                }
            }
        }
        field.sequence = Some(ir::Sequence { per });
    }
}

/// `customer.name` of `"#{id} · {customer.name}"`.
fn label_paths(label: &Label) -> Vec<(Vec<String>, Span)> {
    let Label::Template(template, _) = label else { return Vec::new() };
    let text = template.value();
    let paths = text.split('{').skip(1).filter_map(|part| part.split('}').next());
    let names = paths.map(|path| path.split('.').map(str::to_owned).collect::<Vec<_>>());
    names.filter(|names| names.len() > 1).map(|names| (names, template.span())).collect()
}

/// Fields of an index or a unique rule may be filtered and sorted by, as references and numbers over relations may.
fn imply_filter_and_sort(entity: &mut ir::Entity) {
    let indexed = entity.indexes.iter().chain(&entity.uniques).flatten();
    let indexed: Vec<&str> = indexed.map(|sort| sort.field.as_str()).collect();
    let ordered: Vec<&str> = entity.order.iter().map(|sort| sort.field.as_str()).collect();
    for field in &mut entity.fields {
        let in_index = indexed.contains(&field.name.as_str());
        let options = &mut field.options;
        let is_number = matches!(field.computed, Some(ir::Computed::Number(_)));
        let implied = options.unique || options.index || field.relation.is_some() || in_index || is_number;
        options.filter |= implied;
        options.sort |= implied;
        let sorted = in_index || ordered.contains(&field.name.as_str());
        if sorted && !field.requirements.contains(&Requirement::Sortable) {
            field.requirements.push(Requirement::Sortable);
        }
    }
}

/// Computed fields name others as they are declared: `author` is stored as `author_id`.
fn name_computed(entity: &mut ir::Entity) {
    let stored: Vec<(String, String)> =
        entity.fields.iter().map(|field| (names::plain(&field.declared), field.name.clone())).collect();
    let computed = entity.fields.iter_mut().filter_map(|field| field.computed.as_mut());
    let parts = computed.filter_map(|computed| match computed {
        ir::Computed::Sql { parts, .. } => Some(parts),
        ir::Computed::Number(_) => None,
    });
    for name in parts.flat_map(|parts| parts.iter_mut().skip(1).step_by(2)) {
        if let Some((_, stored)) = stored.iter().find(|(declared, _)| declared == name) {
            name.clone_from(stored);
        }
    }
}
