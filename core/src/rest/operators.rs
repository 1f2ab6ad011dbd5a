//! Which filters a column takes in a query string: `status=active`, `stars[gte]=3`.
//!
//! Reading a query string and describing it in OpenAPI both go by this table.

use crate::entity::ColumnInfo;
use crate::entity::Op;
use crate::types::{Kind, shorten};
use crate::value::Value;

/// Values of one `in` or `nin` list.
const MAX_LIST: usize = 500;

/// A filter operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Eq,
    Ne,
    Gt,
    Gte,
    Lt,
    Lte,
    In,
    NotIn,
    Null,
    Contains,
    StartsWith,
    EndsWith,
}

use Operator as O;

const CHOICE: &[Operator] = &[O::Eq, O::Ne, O::In, O::NotIn];
const ORDERED: &[Operator] = &[O::Eq, O::Ne, O::Gt, O::Gte, O::Lt, O::Lte, O::In, O::NotIn];
const TEXT: &[Operator] =
    &[O::Eq, O::Ne, O::Gt, O::Gte, O::Lt, O::Lte, O::In, O::NotIn, O::Contains, O::StartsWith, O::EndsWith];

impl Operator {
    /// The operators of a column.
    pub(super) fn of(column: &ColumnInfo) -> impl Iterator<Item = Self> {
        let reference = column.field.is_some_and(|field| field.relation.is_some());
        let by_kind = match column.kind {
            Kind::I16 | Kind::I32 | Kind::I64 | Kind::F32 | Kind::F64 | Kind::Decimal => ORDERED,
            Kind::Date | Kind::Time | Kind::DateTime => ORDERED,
            Kind::Uuid if reference => CHOICE,
            Kind::Uuid => ORDERED,
            Kind::Text => TEXT,
            Kind::Bool | Kind::Enum(_) => CHOICE,
            Kind::Json | Kind::Bytes | Kind::Password | Kind::List(_) => &[],
        };
        by_kind.iter().copied().chain(column.nullable.then_some(Self::Null))
    }

    /// The name in brackets; equality has none.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::In => "in",
            Self::NotIn => "nin",
            Self::Null => "null",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
        }
    }

    /// Whether the parameter is a comma-separated list.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::In | Self::NotIn)
    }

    /// Reads a parameter's text.
    pub(super) fn read(self, column: &ColumnInfo, text: &str) -> Result<Op, String> {
        let value = |text: &str| column.kind.decode_text(text).map_err(|error| error.message);
        let plain = || plain_text(text);
        Ok(match self {
            Self::Eq => Op::Eq(value(text)?),
            Self::Ne => Op::Ne(value(text)?),
            Self::Gt => Op::Gt(value(text)?),
            Self::Gte => Op::Gte(value(text)?),
            Self::Lt => Op::Lt(value(text)?),
            Self::Lte => Op::Lte(value(text)?),
            Self::In => Op::In(list(text, value)?),
            Self::NotIn => Op::NotIn(list(text, value)?),
            Self::Null => match text {
                "true" => Op::IsNull(true),
                "false" => Op::IsNull(false),
                _ => return Err("must be true or false".to_owned()),
            },
            Self::Contains => Op::Contains(plain()?),
            Self::StartsWith => Op::StartsWith(plain()?),
            Self::EndsWith => Op::EndsWith(plain()?),
        })
    }
}

fn plain_text(text: &str) -> Result<String, String> {
    if text.contains('\0') { Err("must not contain NUL characters".to_owned()) } else { Ok(text.to_owned()) }
}

/// Values between commas; `\,` is a comma and `\\` a backslash inside a value.
fn list(text: &str, value: impl Fn(&str) -> Result<Value, String>) -> Result<Vec<Value>, String> {
    let mut values = Vec::new();
    let mut part = String::new();
    let mut letters = text.chars();
    loop {
        let letter = letters.next();
        match letter {
            Some('\\') => part.extend(letters.next()),
            Some(letter) if letter != ',' => part.push(letter),
            _ => {
                if values.len() == MAX_LIST {
                    return Err(format!("must not list more than {MAX_LIST} values"));
                }
                let read = value(&part).map_err(|message| format!("{message}: `{}`", shorten(&part, 40)))?;
                values.push(read);
                part.clear();
            }
        }
        if letter.is_none() {
            return Ok(values);
        }
    }
}
