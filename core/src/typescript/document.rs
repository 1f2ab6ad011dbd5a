//! What a client is written from: the parts of an OpenAPI document (3.0 or 3.1) that say something about requests and answers.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug)]
pub(super) struct Document {
    pub(super) info: Info,
    pub(super) paths: IndexMap<String, PathItem>,
    pub(super) components: DocumentComponents,
}

impl Document {
    /// Reads a document; what its operations refer to stands within them then, but for schemas.
    pub(super) fn read(text: &str) -> serde_json::Result<Self> {
        /// The parts whose members keep their order.
        #[derive(Deserialize)]
        struct Parts {
            info: Info,
            #[serde(default)]
            components: DocumentComponents,
        }
        #[derive(Deserialize)]
        struct Operations {
            #[serde(default)]
            paths: IndexMap<String, Value>,
            #[serde(default)]
            components: Value,
        }
        let Parts { info, components } = serde_json::from_str(text)?;
        let Operations { paths, components: shared } = serde_json::from_str(text)?;
        let whole = |(path, mut item): (String, Value)| {
            put_in_place(&mut item, &shared);
            Ok((path, serde_json::from_value(item)?))
        };
        let paths = paths.into_iter().map(whole).collect::<serde_json::Result<_>>()?;
        Ok(Self { info, paths, components })
    }
}

/// Puts parameters, bodies and responses where they are referred to.
fn put_in_place(part: &mut Value, components: &Value) {
    let place = part.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/components"));
    if let Some(place) = place.filter(|place| !place.starts_with("/schemas/")) {
        *part = components.pointer(place).cloned().unwrap_or_default();
    }
    match part {
        Value::Object(members) => members.values_mut().for_each(|part| put_in_place(part, components)),
        Value::Array(items) => items.iter_mut().for_each(|part| put_in_place(part, components)),
        _ => {}
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Info {
    pub(super) title: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct DocumentComponents {
    pub(super) schemas: IndexMap<String, Schema>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PathItem {
    get: Option<Operation>,
    post: Option<Operation>,
    put: Option<Operation>,
    patch: Option<Operation>,
    delete: Option<Operation>,
    head: Option<Operation>,
    options: Option<Operation>,
}

impl PathItem {
    /// The operations with their methods.
    pub(super) fn operations(&self) -> impl Iterator<Item = (&'static str, &Operation)> {
        let all = [
            ("GET", &self.get),
            ("POST", &self.post),
            ("PUT", &self.put),
            ("PATCH", &self.patch),
            ("DELETE", &self.delete),
            ("HEAD", &self.head),
            ("OPTIONS", &self.options),
        ];
        all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Operation {
    pub(super) operation_id: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) description: Option<String>,
    pub(super) deprecated: bool,
    pub(super) parameters: Vec<Parameter>,
    pub(super) request_body: Option<Body>,
    pub(super) responses: IndexMap<String, Body>,
}

impl Operation {
    pub(super) fn header(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|it| it.place == "header" && it.name.eq_ignore_ascii_case(name))
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(rename = "in")]
    pub(super) place: String,
    #[serde(default)]
    pub(super) required: bool,
    #[serde(default)]
    pub(super) deprecated: bool,
    pub(super) description: Option<String>,
    schema: Option<Schema>,
    #[serde(default)]
    content: IndexMap<String, Media>,
}

impl Parameter {
    /// The schema of its value; of JSON, where the value is written so.
    pub(super) fn schema(&self) -> Option<&Schema> {
        self.schema.as_ref().or_else(|| self.content.values().next()?.schema.as_ref())
    }
}

/// What is sent, or answered.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Body {
    pub(super) description: String,
    pub(super) required: bool,
    pub(super) content: IndexMap<String, Media>,
}

impl Body {
    /// Whether it comes for `Prefer: return=minimal` alone, which no call of the client sends.
    pub(super) fn is_minimal(&self) -> bool {
        self.content.is_empty() && self.description.contains("return=minimal")
    }

    /// Its type in JSON, with the schema.
    pub(super) fn json(&self) -> Option<(&str, &Schema)> {
        let is_json = |name: &str| {
            let name = name.split(';').next().unwrap_or_default().trim();
            name == "application/json" || name.ends_with("+json")
        };
        let (name, media) = self.content.iter().find(|(name, _)| is_json(name))?;
        Some((name, media.schema.as_ref()?))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Media {
    schema: Option<Schema>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Schema {
    #[serde(rename = "$ref")]
    reference: Option<String>,
    /// A name; in 3.1 also a list of them.
    #[serde(rename = "type")]
    kind: Option<Value>,
    /// 3.0 alone.
    pub(super) nullable: bool,
    pub(super) description: Option<String>,
    pub(super) deprecated: bool,
    pub(super) properties: IndexMap<String, Schema>,
    pub(super) required: Vec<String>,
    pub(super) items: Option<Box<Schema>>,
    #[serde(rename = "enum")]
    pub(super) choices: Vec<Value>,
    #[serde(rename = "const")]
    pub(super) constant: Option<Value>,
    pub(super) all_of: Vec<Schema>,
    pub(super) any_of: Vec<Schema>,
    pub(super) one_of: Vec<Schema>,
    /// Whether there are other members, or their schema.
    additional_properties: Option<Value>,
    min_properties: Option<u64>,
    max_properties: Option<u64>,
}

impl Schema {
    /// The name of the schema that it refers to.
    pub(super) fn reference(&self) -> Option<&str> {
        self.reference.as_deref()?.rsplit('/').next()
    }

    /// The names of its types.
    pub(super) fn kinds(&self) -> Vec<&str> {
        match &self.kind {
            Some(Value::String(kind)) => vec![kind],
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether an object of it has exactly one of the members.
    pub(super) fn has_one_member(&self) -> bool {
        (self.min_properties, self.max_properties) == (Some(1), Some(1)) && !self.properties.is_empty()
    }

    /// The schema of members that have no names here.
    pub(super) fn other_members(&self) -> Option<Schema> {
        match self.additional_properties.clone()? {
            Value::Bool(allowed) => allowed.then(Schema::default),
            schema => serde_json::from_value(schema).ok(),
        }
    }

    /// Whether it combines no other schemas.
    pub(super) fn is_plain(&self) -> bool {
        self.all_of.is_empty() && self.any_of.is_empty() && self.one_of.is_empty()
    }
}
