//! Cells for any serializer of serde, as [`Value::write_json`] spells them for REST.

use serde::ser::{Serialize, SerializeSeq as _, Serializer};

use crate::value::Value;

/// A cell as REST spells it. A password is null: no surface shows one.
pub(crate) struct RestValue<'a>(pub(crate) &'a Value);

impl Serialize for RestValue<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null | Value::Password(_) => to.serialize_none(),
            Value::Bool(value) => to.serialize_bool(*value),
            Value::Int(value) => to.serialize_i64(*value),
            Value::Float32(value) => to.serialize_f32(*value),
            Value::Float(value) => to.serialize_f64(*value),
            Value::Text(text) => to.serialize_str(text),
            Value::Enum(variant) => to.serialize_str(variant.wire),
            Value::Json(json) => json.serialize(to),
            Value::List(items) => {
                let mut list = to.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&RestValue(item))?;
                }
                list.end()
            }
            Value::Decimal(_)
            | Value::Uuid(_)
            | Value::Date(_)
            | Value::Time(_)
            | Value::DateTime(_)
            | Value::Bytes(_) => to.serialize_str(&self.0.to_text()),
        }
    }
}
