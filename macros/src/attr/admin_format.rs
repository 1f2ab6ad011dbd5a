//! `admin(format = money("USD"))` on a field: how the admin shows its values.

use darling::FromMeta;
use proc_macro2::Ident;
use syn::{Expr, ExprLit, Lit, LitStr, Meta};

use crate::attr::value::{OptionValue, Resolve, expression, wrong};
use crate::attr::{AdminFieldAttrs, Nested};
use crate::diag::{Errors, suggestion};
use crate::json::{Member, Object, quoted};
use crate::names;

/// How a format is written.
const EXPECTED: &str = "`format` takes the name of a format, some with what they need: `format = percent`, \
                        `format = money(\"USD\")`, `format = duration(ms)`";

/// What a format needs in its parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    /// A currency's code.
    Currency,
    /// One of these words.
    Word(&'static [&'static str]),
}

const FORMATS: [(&str, Needs); 9] = [
    ("money", Needs::Currency),
    ("duration", Needs::Word(&["ms", "s"])),
    ("bytes", Needs::Nothing),
    ("date", Needs::Nothing),
    ("percent", Needs::Nothing),
    ("markdown", Needs::Nothing),
    ("image", Needs::Nothing),
    ("color", Needs::Nothing),
    ("code", Needs::Word(&["json"])),
];

/// A format as it is written.
#[derive(Debug)]
pub struct AdminFormat {
    name: Ident,
    argument: Option<Argument>,
}

#[derive(Debug)]
enum Argument {
    Text(LitStr),
    Word(Ident),
}

impl OptionValue for AdminFormat {}

impl FromMeta for AdminFormat {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let Some(value) = expression(item) else { return wrong(item, EXPECTED) };
        let word = |expr: &Expr| match expr {
            Expr::Path(path) => path.path.get_ident().cloned(),
            _ => None,
        };
        match value {
            Expr::Call(call) if call.args.len() == 1 => {
                let argument = match &call.args[0] {
                    Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(Argument::Text(text.clone())),
                    other => word(other).map(Argument::Word),
                };
                match (word(&call.func), argument) {
                    (Some(name), Some(argument)) => Ok(Self { name, argument: Some(argument) }),
                    _ => wrong(value, EXPECTED),
                }
            }
            other => match word(other) {
                Some(name) => Ok(Self { name, argument: None }),
                None => wrong(value, EXPECTED),
            },
        }
    }
}

/// How the admin shows the values of a field, as JSON.
#[derive(Debug, Clone, Default)]
pub struct ShownAs(Option<String>);

impl Resolve for Nested<AdminFieldAttrs> {
    type Resolved = ShownAs;

    fn resolve(&self, _: &str, errors: &mut Errors) -> ShownAs {
        let Self(AdminFieldAttrs { format }) = self;
        ShownAs(format.as_ref().and_then(|format| format.value.json(errors)))
    }
}

impl Member for ShownAs {
    fn write(&self, name: &str, object: &mut Object) {
        let Some(format) = &self.0 else { return };
        let mut members = Object::default();
        members.value("format", format);
        object.value(name, &members.end());
    }
}

impl AdminFormat {
    fn json(&self, errors: &mut Errors) -> Option<String> {
        let name = names::plain(&self.name);
        let Some((_, needs)) = FORMATS.iter().find(|(known, _)| *known == name) else {
            let help = suggestion(&name, FORMATS.iter().map(|(known, _)| *known));
            errors.on(&self.name, format!("`{name}` is not a choice of `format`{help}"));
            return None;
        };
        let argument = match (needs, &self.argument) {
            (Needs::Nothing, None) => return Some(quoted(&name)),
            (Needs::Currency, Some(Argument::Text(code))) if is_currency(&code.value()) => code.value(),
            (Needs::Word(words), Some(Argument::Word(word)))
                if words.contains(&names::plain(word).as_str()) =>
            {
                names::plain(word)
            }
            (Needs::Nothing, Some(_)) => {
                errors.on(&self.name, format!("`{name}` takes nothing in parentheses: `format = {name}`"));
                return None;
            }
            (Needs::Currency, _) => {
                let message =
                    format!("`{name}` takes the code of a currency (ISO 4217): `format = {name}(\"USD\")`");
                errors.on(&self.name, message);
                return None;
            }
            (Needs::Word(words), _) => {
                let ways: Vec<String> =
                    words.iter().map(|word| format!("`format = {name}({word})`")).collect();
                errors.on(&self.name, format!("`{name}` is written {}", ways.join(" or ")));
                return None;
            }
        };
        let mut format = Object::default();
        format.text(&name, &argument);
        Some(format.end())
    }
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}
