//! A principal's subject as a value of a column.

use crate::types::Kind;
use crate::value::Value;

impl Kind {
    /// A subject as a value of the kind, in its one spelling: `042` is not the number 42.
    pub(crate) fn subject_value(self, subject: &str) -> Option<Value> {
        match self {
            Self::Text if !subject.contains('\0') => Some(Value::Text(subject.to_owned())),
            Self::I16 | Self::I32 | Self::I64 => {
                self.decode_text(subject).ok().filter(|value| value.to_text() == subject)
            }
            Self::Uuid => {
                self.decode_text(subject).ok().filter(|value| value.to_text().eq_ignore_ascii_case(subject))
            }
            _ => None,
        }
    }
}
