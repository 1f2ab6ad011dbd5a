//! JSON as the constants of async-graphql: members in their order, numbers with all their digits.
//!
//! Its own reader would take a number that no double holds for an object.

use std::fmt;

use async_graphql::{Name, Value as Constant, Variables};
use indexmap::IndexMap;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;

use crate::types::strict_json::{self, NUMBER_TOKEN, duplicate, exact_number};

/// Reads a whole JSON text.
pub(super) fn read(json: &[u8]) -> serde_json::Result<Constant> {
    strict_json::read(json, |reader| AnyConstant.deserialize(reader))
}

/// Reads variables: an object, or null for none.
pub(super) fn variables<'de, D: Deserializer<'de>>(from: D) -> Result<Variables, D::Error> {
    match AnyConstant.deserialize(from)? {
        Constant::Null => Ok(Variables::default()),
        object @ Constant::Object(_) => Ok(Variables::from_value(object)),
        _ => Err(serde::de::Error::custom("`variables` must be an object")),
    }
}

/// A constant as JSON.
pub(super) fn json(value: &Constant) -> Json {
    match value {
        Constant::Null | Constant::Binary(_) => Json::Null,
        Constant::Number(number) => Json::Number(number.clone()),
        Constant::String(text) => Json::String(text.clone()),
        Constant::Boolean(value) => Json::Bool(*value),
        Constant::Enum(name) => Json::String(name.to_string()),
        Constant::List(items) => Json::Array(items.iter().map(json).collect()),
        Constant::Object(members) => {
            Json::Object(members.iter().map(|(name, member)| (name.to_string(), json(member))).collect())
        }
    }
}

struct AnyConstant;

impl<'de> DeserializeSeed<'de> for AnyConstant {
    type Value = Constant;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Constant, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyConstant {
    type Value = Constant;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Constant, E> {
        Ok(Constant::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Constant, E> {
        Ok(Constant::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Constant, E> {
        Ok(Constant::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Constant, E> {
        Ok(Constant::Number(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Constant, E> {
        Ok(Constant::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Constant, E> {
        Ok(Constant::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Constant, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(AnyConstant)? {
            items.push(item);
        }
        Ok(Constant::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Constant, A::Error> {
        let mut members = IndexMap::new();
        while let Some(name) = map.next_key::<String>()? {
            if name == NUMBER_TOKEN {
                return exact_number(map).map(Constant::Number);
            }
            let value = map.next_value_seed(AnyConstant)?;
            if members.contains_key(name.as_str()) {
                return Err(duplicate(&name));
            }
            members.insert(Name::new(name), value);
        }
        Ok(Constant::Object(members))
    }
}
