//! Actions: their requests, what they take and answer.

use poem::http::Method;
use poem_openapi::registry::{
    MetaOperation, MetaPath, MetaResponse, MetaResponses, MetaSchema, Registry as Components,
};

use super::deprecated;
use super::operation::{described_operation, request};
use super::parameters::{id, if_match, if_none_match, input_params, of_writes, prefer};
use super::responses::{self, errors_of, json_body};
use super::rules::{rule_in_words, security};
use super::schema::{self, array, object, reference, words};
use crate::entity::{ActionDef, EntityInfo, OutputShape, ValuesRole};
use crate::rest::actions;

/// The name of the schema of what actions take or answer: `PaymentInput`, `Receipt`, or an entity's own.
pub(super) fn schema_name(info: &EntityInfo) -> String {
    match info.def.values {
        None => info.def.name.to_owned(),
        Some(ValuesRole::Input) => format!("{}Input", info.def.graphql.type_name),
        Some(ValuesRole::Output) => info.def.graphql.type_name.to_owned(),
    }
}

/// The names of the schemas of what an entity's actions take.
pub(super) fn input_names(info: &'static EntityInfo) -> impl Iterator<Item = String> {
    actions::of(info).filter_map(ActionDef::input_info).map(schema_name)
}

/// The schemas of what an entity's actions take and answer.
pub(super) fn register(info: &'static EntityInfo, to: &mut Components) {
    for action in actions::of(info) {
        if let Some(input) = action.input_info() {
            to.schemas.entry(schema_name(input)).or_insert_with(|| schema::action_input(input));
        }
        if let Some(output) = action.output.info().filter(|output| output.def.values.is_some()) {
            to.schemas.entry(schema_name(output)).or_insert_with(|| schema::row(output));
        }
    }
}

/// `/invoices/{id}/pay`, `/invoices/open-month`.
pub(super) fn paths(info: &'static EntityInfo) -> impl Iterator<Item = MetaPath> {
    actions::of(info).map(move |action| {
        let path = match action.collection {
            true => format!("/{}/{}", info.def.rest_path, action.path),
            false => format!("/{}/{{id}}/{}", info.def.rest_path, action.path),
        };
        MetaPath { path, operations: vec![operation(info, action)] }
    })
}

fn operation(info: &'static EntityInfo, action: &'static ActionDef) -> MetaOperation {
    let one = if action.collection { words(info.def.plural) } else { words(info.def.singular) };
    let of = if action.collection { info.def.plural } else { info.def.singular };
    let mut params = Vec::new();
    if !action.collection {
        params.push(id(info));
    }
    let input = action.input_info();
    match (action.read, input) {
        (true, Some(input)) => params.extend(input_params(input)),
        (true, None) => {}
        (false, _) => {
            if !action.collection {
                params.extend([if_match(), if_none_match()]);
            }
            params.push(prefer());
            params.extend(of_writes());
        }
    }
    let body = input.filter(|_| !action.read).map(|input| request(vec![json_body(&schema_name(input))]));
    let allowed = format!("Allowed: {}.", rule_in_words(&action.rule));
    let summary = format!("{}: {one}", capital(&words(action.name)));
    let parts = [action.docs.to_owned(), allowed];
    let mut operation = MetaOperation {
        params,
        request: body,
        responses: MetaResponses { responses: responses(action) },
        security: security(&action.rule),
        ..described_operation(
            info,
            if action.read { Method::GET } else { Method::POST },
            (format!("{}_{of}", action.name), summary),
            &parts,
        )
    };
    if let Some(deprecated) = &action.deprecated {
        deprecated::mark(&mut operation, deprecated);
    }
    operation
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn responses(action: &'static ActionDef) -> Vec<MetaResponse> {
    let nothing = || responses::nothing("It is done.");
    let shortened = || responses::nothing("It is done (`Prefer: return=minimal`).");
    let success = match (action.output.info(), action.output.shape) {
        (None, _) => vec![nothing()],
        (Some(output), OutputShape::List) => {
            let all = responses::inline_body("What came of it.", list(output));
            std::iter::once(all).chain((!action.read).then(shortened)).collect()
        }
        (Some(output), shape) => {
            let name = &schema_name(output);
            let one = match output.def.values {
                Some(_) => responses::bare("What came of it.", name),
                None => responses::row("The row as it is now.", name),
            };
            let none = (shape == OutputShape::Optional).then(|| responses::nothing("There is none."));
            let none = none.or_else(|| (!action.read).then(shortened));
            std::iter::once(one).chain(none).collect()
        }
    };
    let mut errors = vec![400, 406, 422];
    if !action.read {
        errors.extend([408, 409, 413, 415]);
    }
    if !action.collection {
        errors.push(404);
    }
    if !action.collection && !action.read {
        errors.push(412);
    }
    if !action.rule.is_public() {
        errors.push(403);
    }
    errors_of(success, errors)
}

fn list(output: &'static EntityInfo) -> MetaSchema {
    object("", vec![("items", array(reference(&schema_name(output))))])
}
