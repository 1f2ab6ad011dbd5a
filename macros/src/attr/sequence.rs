//! `sequence`, `sequence(per = project)`.

use darling::FromMeta;
use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Meta, Token};

use crate::attr::value::{OptionValue, wrong};

/// Numbers that the engine counts: `sequence`, or `sequence(per = project)` within each parent.
#[derive(Debug)]
pub struct Sequence {
    pub per: Option<Ident>,
}

impl OptionValue for Sequence {}

impl FromMeta for Sequence {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let usage = "`sequence` counts all rows, `sequence(per = project)` those of each parent";
        let list = match item {
            Meta::Path(_) => return Ok(Self { per: None }),
            Meta::List(list) => list,
            Meta::NameValue(_) => return wrong(item, usage),
        };
        let per = |input: ParseStream<'_>| {
            let key = input.call(Ident::parse_any)?;
            if key != "per" {
                return Err(syn::Error::new(key.span(), usage));
            }
            input.parse::<Token![=]>()?;
            let per = input.call(Ident::parse_any)?;
            input.parse::<Option<Token![,]>>()?;
            Ok(per)
        };
        match per.parse2(list.tokens.clone()) {
            Ok(per) => Ok(Self { per: Some(per) }),
            Err(error) => wrong(&error.span(), usage),
        }
    }
}
