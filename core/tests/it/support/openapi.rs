//! OpenAPI documents, as the tests read them.

use serde_json::Value as Json;

/// A document whose operations hold the parameters and responses that they refer to. Schemas stay references.
pub fn in_place(mut document: Json) -> Json {
    let components = document["components"].clone();
    put(&mut document["paths"], &components);
    document
}

/// [`in_place`] of a document's text.
pub fn read(text: &str) -> Json {
    in_place(serde_json::from_str(text).expect("JSON"))
}

fn put(part: &mut Json, components: &Json) {
    if let Some(place) = part["$ref"].as_str().and_then(|to| to.strip_prefix("#/components"))
        && !place.starts_with("/schemas/")
    {
        *part = components.pointer(place).unwrap_or_else(|| panic!("{place} is nowhere")).clone();
    }
    match part {
        Json::Object(members) => members.values_mut().for_each(|part| put(part, components)),
        Json::Array(items) => items.iter_mut().for_each(|part| put(part, components)),
        _ => {}
    }
}
