//! JSON as every surface reads it: no key comes twice, and numbers keep all their digits.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::types::shorten;

/// The key under which `serde_json` passes on a number that is not a machine's own (its feature `arbitrary_precision`).
pub(crate) const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// One value.
pub(crate) fn value(json: &[u8]) -> serde_json::Result<Value> {
    read(json, |reader| Strict.deserialize(reader))
}

/// The members of one object, in their order.
pub(crate) fn members(json: &[u8]) -> serde_json::Result<Vec<(String, Value)>> {
    read(json, |reader| reader.deserialize_any(Members))
}

/// The members of one object, from any reader.
pub(crate) fn members_of<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(String, Value)>, D::Error> {
    from.deserialize_any(Members)
}

/// Reads from a whole text.
pub(crate) type Reader<'de> = serde_json::Deserializer<serde_json::de::SliceRead<'de>>;

/// Reads a whole text, and refuses what follows the value.
pub(crate) fn read<'de, T>(
    json: &'de [u8],
    read: impl FnOnce(&mut Reader<'de>) -> serde_json::Result<T>,
) -> serde_json::Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value = read(&mut reader)?;
    reader.end()?;
    Ok(value)
}

/// The number that follows [`NUMBER_TOKEN`].
pub(crate) fn exact_number<'de, A: MapAccess<'de>>(mut map: A) -> Result<Number, A::Error> {
    let text = map.next_value::<String>()?;
    text.parse().map_err(|_| A::Error::custom("a number cannot be read"))
}

/// Reads the outermost object into its members.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members: Vec<(String, Value)> = Vec::with_capacity(8);
        while let Some(name) = map.next_key::<String>()? {
            // Quadratic in the number of keys, which is bounded below before it matters.
            if members.iter().any(|(other, _)| *other == name) {
                return Err(duplicate(&name));
            }
            if members.len() == MAX_MEMBERS {
                return Err(A::Error::custom(format_args!("more than {MAX_MEMBERS} keys")));
            }
            members.push((name, map.next_value_seed(Strict)?));
        }
        Ok(members)
    }
}

/// Keys of the outermost object; an entity has at most 120 fields.
const MAX_MEMBERS: usize = 512;

/// The error of a key that comes twice.
pub(crate) fn duplicate<E: serde::de::Error>(name: &str) -> E {
    E::custom(format_args!("the key `{}` comes twice", shorten(name, 64)))
}

/// Reads any JSON value, refusing objects with duplicate keys.
#[derive(Clone, Copy)]
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(Strict)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if name == NUMBER_TOKEN {
                return exact_number(map).map(Value::Number);
            }
            if members.contains_key(&name) {
                return Err(duplicate(&name));
            }
            let value = map.next_value_seed(Strict)?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}
