//! What many operations have in common stands once in the document: parameters, and responses that tell an error. Each is a component to
//! which the operations refer.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use poem::http::StatusCode;
use serde_json::{Map, Value as Json, json};

/// Shares what stands at several places of these paths; answers the components, by their kind and name.
pub(super) fn share(paths: &mut IndexMap<&str, Json>) -> BTreeMap<&'static str, Map<String, Json>> {
    let mut parameters = Shared::new("parameters");
    let mut responses = Shared::new("responses");
    each_place(paths, &mut |place, part| match place {
        Place::Parameter => parameters.count(part),
        Place::Response(status) if status >= 300 => responses.count(part),
        Place::Response(_) => {}
    });
    each_place(paths, &mut |place, part| match place {
        Place::Parameter => {
            let name = parameter_name(part);
            parameters.refer(part, &name);
        }
        Place::Response(status) => responses.refer(part, &response_name(status)),
    });
    let both = [parameters, responses].into_iter().filter(|shared| !shared.components.is_empty());
    both.map(|shared| (shared.kind, shared.components)).collect()
}

#[derive(Clone, Copy)]
enum Place {
    Parameter,
    /// Of a status.
    Response(u16),
}

fn each_place(paths: &mut IndexMap<&str, Json>, then: &mut impl FnMut(Place, &mut Json)) {
    let items = paths.values_mut().filter_map(Json::as_object_mut);
    for operation in items.flat_map(|item| item.values_mut()) {
        for parameter in operation.get_mut("parameters").and_then(Json::as_array_mut).into_iter().flatten() {
            then(Place::Parameter, parameter);
        }
        let responses = operation.get_mut("responses").and_then(Json::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            if let Ok(status) = status.parse() {
                then(Place::Response(status), response);
            }
        }
    }
}

/// `created_at.gte` of `created_at[gte]`.
fn parameter_name(parameter: &Json) -> String {
    let name = parameter["name"].as_str().unwrap_or_default().replace('[', ".").replace(']', "");
    let allowed = |char: char| if char.is_ascii_alphanumeric() || "._-".contains(char) { char } else { '_' };
    name.chars().map(allowed).collect()
}

/// `NotFound` of 404.
fn response_name(status: u16) -> String {
    let status = StatusCode::from_u16(status).ok();
    let reason = status.and_then(|status| status.canonical_reason()).unwrap_or("Response");
    reason.split(' ').collect()
}

/// Components of one kind.
struct Shared {
    kind: &'static str,
    /// How often each part stands somewhere, by its text.
    counts: HashMap<String, usize>,
    /// The references to those that are components, by their text.
    references: HashMap<String, Json>,
    components: Map<String, Json>,
}

impl Shared {
    fn new(kind: &'static str) -> Self {
        Self { kind, counts: HashMap::new(), references: HashMap::new(), components: Map::new() }
    }

    fn count(&mut self, part: &Json) {
        *self.counts.entry(part.to_string()).or_default() += 1;
    }

    /// Puts a reference where a part is that stands elsewhere too. Others of the same name are numbered.
    fn refer(&mut self, part: &mut Json, name: &str) {
        let text = part.to_string();
        if self.counts.get(&text).is_none_or(|count| *count < 2) {
            return;
        }
        if !self.references.contains_key(&text) {
            let numbered = (2..).map(|number| format!("{name}.{number}"));
            let mut names = std::iter::once(name.to_owned()).chain(numbered);
            let Some(name) = names.find(|name| !self.components.contains_key(name)) else { return };
            let reference = json!({"$ref": format!("#/components/{}/{name}", self.kind)});
            self.components.insert(name, part.take());
            self.references.insert(text.clone(), reference);
        }
        *part = self.references[&text].clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_at_several_places_stands_once() {
        let limit = |most: u32| json!({"name": "limit", "in": "query", "schema": {"maximum": most}});
        let created = json!({"name": "created_at[gte]", "in": "query"});
        let missing = json!({"description": "There is none."});
        let list = |limit: Json| {
            let responses = json!({"200": {"description": "Rows."}, "404": missing.clone()});
            json!({"get": {"parameters": [limit, created.clone()], "responses": responses}})
        };
        let mut paths = IndexMap::from([
            ("/a", list(limit(1))),
            ("/b", list(limit(2))),
            ("/c", list(limit(1))),
            ("/d", list(limit(2))),
            ("/e", list(limit(3))),
        ]);
        let components = share(&mut paths);
        let parameters = &components["parameters"];
        assert_eq!(parameters.keys().collect::<Vec<_>>(), ["created_at.gte", "limit", "limit.2"]);
        assert_eq!((&parameters["limit"], &parameters["limit.2"]), (&limit(1), &limit(2)));
        assert_eq!(components["responses"]["NotFound"], missing);
        let refer = |name: &str| json!({"$ref": format!("#/components/{name}")});
        assert_eq!(paths["/d"]["get"]["parameters"][0], refer("parameters/limit.2"));
        assert_eq!(paths["/e"]["get"]["parameters"], json!([limit(3), refer("parameters/created_at.gte")]));
        assert_eq!(paths["/e"]["get"]["responses"]["404"], refer("responses/NotFound"));
        assert_eq!(paths["/e"]["get"]["responses"]["200"], json!({"description": "Rows."}));
    }
}
