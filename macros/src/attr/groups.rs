//! `group` of `admin(…)`: the heading in the menu, `group = "Sales"`, and the parts of the form, `group("Billing", street, city)`.

use darling::FromMeta;
use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{LitStr, Meta, Token};

use crate::attr::table::Slot;
use crate::attr::value::{Keyed, OptionValue, Text, wrong};

/// The heading in the menu and the parts of the form.
#[derive(Debug, Default)]
pub struct Groups {
    pub menu: Option<Keyed<Text>>,
    pub parts: Vec<Keyed<FormPart>>,
}

/// A part of the form: a heading and the fields under it.
#[derive(Debug)]
pub struct FormPart {
    pub title: LitStr,
    pub fields: Vec<Ident>,
}

impl Slot for Groups {
    type Value = Text;
    const REPEATABLE: bool = true;

    fn take(&mut self, item: &Meta) -> darling::Result<()> {
        match item {
            Meta::List(_) => self.parts.push(Keyed::parse(item)?),
            _ if self.menu.is_some() => {
                return wrong(item.path(), "`group = …` is given twice; remove one of them");
            }
            _ => self.menu = Some(Keyed::parse(item)?),
        }
        Ok(())
    }
}

impl OptionValue for FormPart {}

impl Parse for FormPart {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let title: LitStr = input.parse()?;
        let mut fields = Vec::new();
        while input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            fields.push(Ident::parse_any(input)?);
        }
        Ok(Self { title, fields })
    }
}

impl FromMeta for FormPart {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        let usage = "`group` of the form takes a heading and fields: `group(\"Billing\", street, city)`";
        let Meta::List(list) = item else { return wrong(item, usage) };
        match syn::parse2::<Self>(list.tokens.clone()) {
            Ok(part) if part.fields.is_empty() || part.title.value().trim().is_empty() => wrong(list, usage),
            Ok(part) => Ok(part),
            Err(error) => wrong(&error.span(), usage),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::attr::{AdminAttrs, read_named};
    use crate::diag::Errors;

    fn parse(options: &str) -> (AdminAttrs, Option<String>) {
        let item: syn::ItemStruct =
            syn::parse_str(&format!("#[admin({options})] struct S;")).expect("a struct");
        let mut errors = Errors::default();
        let (attrs, _) = read_named(&item.attrs, "admin", &mut errors);
        (attrs, errors.finish().err().map(|messages| messages.to_string()))
    }

    #[test]
    fn a_group_is_a_heading_of_the_menu_or_of_the_form() {
        let (attrs, wrong) = parse("group = \"Sales\", group(\"Bill\", street, city), group(\"Rest\", note)");
        assert_eq!(wrong, None);
        assert_eq!(attrs.group.menu.map(|menu| menu.value.0.value()), Some("Sales".to_owned()));
        let parts: Vec<_> = attrs
            .group
            .parts
            .iter()
            .map(|part| (part.value.title.value(), part.value.fields.len()))
            .collect();
        assert_eq!(parts, [("Bill".to_owned(), 2), ("Rest".to_owned(), 1)]);
    }

    #[test]
    fn what_is_no_group_is_told() {
        for (options, message) in [
            ("group = \"A\", group = \"B\"", "`group = …` is given twice"),
            ("group(\"A\")", "takes a heading and fields"),
            ("group(\" \", a)", "takes a heading and fields"),
            ("group(a, b)", "takes a heading and fields"),
            ("group(\"A\" b)", "takes a heading and fields"),
            ("group = 5", "`group` takes a text"),
        ] {
            let (_, wrong) = parse(options);
            assert!(wrong.as_ref().is_some_and(|wrong| wrong.contains(message)), "{options}: {wrong:?}");
        }
    }
}
