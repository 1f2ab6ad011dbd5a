//! Numbers: as written, and as counts.

use darling::FromMeta;
use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprLit, ExprUnary, Lit, Meta, UnOp};

use crate::attr::value::{OptionValue, Resolve, expression, name_of, wrong};
use crate::diag::Errors;
use crate::json::{Member, Object, quoted};

/// A number as written: digits, perhaps a minus and a decimal point.
#[derive(Debug, Clone)]
pub struct Number {
    /// Where it is written.
    pub span: Span,
    /// The digits without separators and suffix, with the minus.
    pub digits: String,
    /// The value, when it is a whole number.
    pub whole: Option<i128>,
}

impl Number {
    /// Reads a literal with or without a minus.
    pub fn from_literal(value: &Expr) -> Option<Self> {
        match value {
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
                let number = Self::from_literal(expr)?;
                Some(Self {
                    span: value.span(),
                    digits: format!("-{}", number.digits),
                    whole: number.whole.map(|whole| -whole),
                })
            }
            Expr::Lit(ExprLit { lit: Lit::Int(int), .. }) if int.suffix().is_empty() => Some(Self {
                span: int.span(),
                digits: int.base10_digits().to_owned(),
                whole: Some(int.base10_parse().ok()?),
            }),
            Expr::Lit(ExprLit { lit: Lit::Float(float), .. }) if float.suffix().is_empty() => {
                Some(Self { span: float.span(), digits: float.base10_digits().to_owned(), whole: None })
            }
            _ => None,
        }
    }

    /// Whether this is greater than the other: exact for whole numbers, as `f64` otherwise.
    pub fn exceeds(&self, other: &Self) -> bool {
        match (self.whole, other.whole) {
            (Some(left), Some(right)) => left > right,
            _ => {
                let value = |number: &Self| number.digits.parse::<f64>().unwrap_or(f64::NAN);
                value(self) > value(other)
            }
        }
    }
}

impl FromMeta for Number {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        match expression(item).map(|value| (value, Self::from_literal(value))) {
            Some((_, Some(number))) => Ok(number),
            Some((value, None)) => wrong(value, format!("`{}` takes a number", name_of(item))),
            None => {
                let name = name_of(item);
                wrong(item, format!("`{name}` takes a number: `{name} = 10`"))
            }
        }
    }
}

impl OptionValue for Number {}

impl Resolve for Number {
    type Resolved = Option<Self>;

    fn resolve(&self, _: &str, _: &mut Errors) -> Option<Self> {
        Some(self.clone())
    }
}

/// A bound, exact: an `i64` or the digits.
impl Member for Option<Number> {
    fn write(&self, name: &str, object: &mut Object) {
        let json = |number: &Number| match number.whole.and_then(|whole| i64::try_from(whole).ok()) {
            Some(whole) => format!("{{\"Int\":{whole}}}"),
            None => format!("{{\"Decimal\":{}}}", quoted(&number.digits)),
        };
        object.some(name, self.as_ref().map(json));
    }
}

/// A whole number from 0 up.
#[derive(Debug)]
pub struct Count(pub Number);

impl FromMeta for Count {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        Number::from_meta(item).map(Self)
    }
}

impl OptionValue for Count {}

impl Resolve for Count {
    type Resolved = Option<u32>;

    fn resolve(&self, option: &str, errors: &mut Errors) -> Option<u32> {
        let count = self.0.whole.and_then(|whole| u32::try_from(whole).ok());
        if count.is_none() {
            errors.at(self.0.span, format!("`{option}` takes a whole number from 0 to {}", u32::MAX));
        }
        count
    }
}

impl Member for Option<u32> {
    fn write(&self, name: &str, object: &mut Object) {
        object.some(name, self.map(|count| count.to_string()));
    }
}
