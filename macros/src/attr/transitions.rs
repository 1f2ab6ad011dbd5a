//! `transitions(Open -> Closed, Closed -> Open)`.

use darling::FromMeta;
use proc_macro2::Ident;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Meta, Token};

use crate::attr::value::{OptionValue, Resolve, wrong};
use crate::diag::Errors;
use crate::json::{Member, Object, quoted};

/// The changes that a state may make: `transitions(Open -> Closed, Closed -> Open)`.
#[derive(Debug, Clone)]
pub struct Transitions(pub Vec<(Ident, Ident)>);

impl Transitions {
    /// Every variant that is named, as written.
    pub fn variants(&self) -> impl Iterator<Item = &Ident> {
        self.0.iter().flat_map(|(from, to)| [from, to])
    }
}

impl OptionValue for Transitions {}

impl FromMeta for Transitions {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let usage =
            "`transitions` takes the changes that are valid: `transitions(Open -> Closed, Closed -> Open)`";
        let Meta::List(list) = item else { return wrong(item, usage) };
        let pair = |input: ParseStream<'_>| {
            let from = input.parse::<Ident>()?;
            input.parse::<Token![->]>()?;
            Ok((from, input.parse::<Ident>()?))
        };
        let pairs = |input: ParseStream<'_>| Punctuated::<_, Token![,]>::parse_terminated_with(input, pair);
        let pairs: Vec<(Ident, Ident)> = match pairs.parse2(list.tokens.clone()) {
            Ok(pairs) if pairs.is_empty() => return wrong(item, usage),
            Ok(pairs) => pairs.into_iter().collect(),
            Err(error) => return wrong(&error.span(), usage),
        };
        for (position, (from, to)) in pairs.iter().enumerate() {
            if from == to {
                return wrong(to, format!("`{from} -> {to}` is no change; a state may always stay as it is"));
            }
            if pairs[..position].iter().any(|(earlier, later)| earlier == from && later == to) {
                return wrong(from, format!("`{from} -> {to}` is given twice"));
            }
        }
        Ok(Self(pairs))
    }
}

impl Resolve for Transitions {
    type Resolved = Option<Self>;

    fn resolve(&self, _: &str, _: &mut Errors) -> Option<Self> {
        Some(self.clone())
    }
}

impl Member for Option<Transitions> {
    fn write(&self, name: &str, object: &mut Object) {
        let pairs = self.as_ref().map_or(&[][..], |transitions| &transitions.0);
        let plain = |ident: &Ident| quoted(&crate::names::plain(ident));
        object.list(name, pairs, |(from, to)| format!("[{},{}]", plain(from), plain(to)));
    }
}
