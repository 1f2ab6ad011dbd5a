//! What a filter in a query string compares with: `status=active`, `stars[gte]=3`.

use crate::entity::{ColumnInfo, Op, OperandValue};
use crate::types::{Kind, Operand, Operator, shorten};
use crate::value::Value;

/// Values of one `in` or `nin` list.
pub(crate) const MAX_LIST: usize = 500;

/// Reads the text of a parameter. `operator` is one of the column's.
pub(crate) fn read(operator: Operator, column: &ColumnInfo, text: &str) -> Result<Op, String> {
    read_of(operator, column.kind, text)
}

/// As [`read`], of values of a type.
pub(crate) fn read_of(operator: Operator, kind: Kind, text: &str) -> Result<Op, String> {
    let value = |text: &str| kind.decode_text(text).map_err(|error| error.message);
    let operand = match operator.operand() {
        Operand::Value => OperandValue::One(value(text)?),
        Operand::List => OperandValue::Many(list(text, value)?),
        Operand::Flag => match text {
            "true" => OperandValue::Flag(true),
            "false" => OperandValue::Flag(false),
            _ => return Err("must be true or false".to_owned()),
        },
        Operand::Text => OperandValue::Text(plain_text(text)?),
    };
    Op::new(operator, operand).ok_or_else(|| "compares with something else".to_owned())
}

/// A field of an action's input: of a list its elements between commas.
#[cfg(feature = "rest")]
pub(crate) fn field(column: &ColumnInfo, text: &str) -> Result<Value, String> {
    let Kind::List(element) = column.kind else {
        return column.kind.decode_text(text).map_err(|error| error.message);
    };
    if text.is_empty() {
        return Ok(Value::List(Vec::new()));
    }
    let element = |text: &str| element.decode_text(text).map_err(|error| error.message);
    list(text, element).map(Value::List)
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
