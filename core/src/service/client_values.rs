//! The values of a new row and of an update as clients send them to own code: read by the rules of the generated
//! operations.
//!
//! What cannot be read is refused with every broken rule at once. A library that reads a body passes on nothing but the
//! text of an error, so that the error itself is kept beside it: whoever answers the request asks `refusal` for it.

use std::cell::RefCell;

use serde::de::{Deserializer, Error as _};

use crate::entity::fields::{input_of, patch_of};
use crate::entity::{Described as _, Fields, Surface};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::service::{InputForm, validate};
use crate::types::{EntityEnum, JsonStyle, Kind, RestValue, Scalar, strict_json};

/// An entity's input or patch. The derive implements it.
pub trait ClientValues: Fields {
    /// `Create` for an input, `Update` for a patch.
    const ACTION: Action;
}

/// What may be shown to whoever asks. A model is not: nothing implements this, so that a model is not serialized.
#[diagnostic::on_unimplemented(
    message = "a model is not shown to clients: it holds fields that its reader may not see",
    label = "answer a `View` instead",
    note = "a `View` is the row as its reader may see it: `service.views().get(id)`, `.list(query)`, `.of(&model)`"
)]
pub trait Shown {}

/// Reads the members of an object by a surface's names.
///
/// # Errors
/// `Validation` with every broken rule, if one of them cannot be read or is missing. Otherwise the service says which
/// rules the values break.
pub fn read<T: ClientValues>(
    surface: Surface,
    members: impl IntoIterator<Item = (String, serde_json::Value)>,
) -> Result<T> {
    let info = T::Of::described().info();
    match T::ACTION {
        Action::Create => {
            let values = InputForm::create(info, surface).read_json(members);
            input_of(&mut validate::readable_row(info, values)?)
        }
        _ => {
            let values = InputForm::update(info, surface).read_json(members);
            patch_of(&mut validate::readable_changes(info, values)?)
        }
    }
}

thread_local! {
    /// The last error of reading values, by its text.
    static REFUSED: RefCell<Option<(String, Error)>> = const { RefCell::new(None) };
}

/// The text of an error of reading, which `refusal` leads back to the error.
pub fn refused(error: Error) -> String {
    let text = error.to_string();
    REFUSED.with_borrow_mut(|slot| *slot = Some((text.clone(), error)));
    text
}

/// The error of reading that the text of a library's error is about. From the one to the other nothing waits, so both are
/// in the same thread.
#[cfg(feature = "server")]
pub(crate) fn refusal(text: &str) -> Option<Error> {
    REFUSED.with_borrow_mut(|slot| {
        slot.take_if(|(known, _)| text.contains(known.as_str())).map(|(_, error)| error)
    })
}

/// `Deserialize` of an input or a patch: an object by the names of REST.
///
/// # Errors
/// Of the reader; and as [`read`].
pub fn deserialize<'de, T: ClientValues, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let members = strict_json::members_of(from)?;
    read(Surface::Rest, members).map_err(|error| D::Error::custom(refused(error)))
}

/// `Serialize` of an enum: the name that it is stored by.
///
/// # Errors
/// Of the writer.
pub fn serialize_enum<T: EntityEnum, S: serde::Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&RestValue(&value.duplicate().into_value()), to)
}

/// `Deserialize` of an enum.
///
/// # Errors
/// Of the reader; and when it is none of the choices.
pub fn deserialize_enum<'de, T: EntityEnum, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let text: String = serde::Deserialize::deserialize(from)?;
    value_of_text(&text).map_err(D::Error::custom)
}

/// A value of JSON as a field's type.
///
/// # Errors
/// What was expected.
pub fn value_of<T: Scalar>(json: serde_json::Value, style: JsonStyle) -> Result<T, String> {
    let value = T::KIND.decode_json(json, style).map_err(|error| error.message)?;
    T::from_value(value).map_err(|_| T::KIND.expectation().to_owned())
}

/// A plain text as a field's type.
///
/// # Errors
/// What was expected.
pub fn value_of_text<T: Scalar>(text: &str) -> Result<T, String> {
    let kind: Kind = T::KIND;
    let value = kind.decode_text(text).map_err(|error| error.message)?;
    T::from_value(value).map_err(|_| kind.expectation().to_owned())
}
