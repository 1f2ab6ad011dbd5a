//! Names: how a table, a path or a GraphQL field is called when the declaration does not say.

use heck::{ToKebabCase, ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use proc_macro2::Ident;
use syn::ext::IdentExt;

/// An identifier as text, without `r#`.
pub fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// `InvoiceLine` -> `invoice_line`.
pub fn snake(name: &str) -> String {
    name.to_snake_case()
}

/// `invoice_lines` -> `invoice-lines`.
pub fn kebab(name: &str) -> String {
    name.to_kebab_case()
}

/// `invoice_lines` -> `invoiceLines`.
pub fn lower_camel(name: &str) -> String {
    name.to_lower_camel_case()
}

/// `invoice_lines` -> `InvoiceLines`.
pub fn upper_camel(name: &str) -> String {
    name.to_upper_camel_case()
}

/// `in_review` -> `IN_REVIEW`.
pub fn screaming_snake(name: &str) -> String {
    name.to_shouty_snake_case()
}

/// The plural of a snake_case name: its last word in the plural.
///
/// A word without a plural of its own (`series`, `news`) gets `_list`, so that one row and many rows never
/// share a name.
pub fn plural(singular: &str) -> String {
    let (head, word) = match singular.rfind('_') {
        Some(at) => singular.split_at(at + 1),
        None => ("", singular),
    };
    let many = pluralizer::pluralize(word, 2, false);
    if many == word { format!("{singular}_list") } else { format!("{head}{many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals() {
        for (one, many) in [
            ("user", "users"),
            ("invoice_line", "invoice_lines"),
            ("category", "categories"),
            ("person", "people"),
            ("media_type", "media_types"),
            ("playlist_track", "playlist_tracks"),
            ("box", "boxes"),
            ("child", "children"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("series", "series_list"),
            ("news", "news_list"),
        ] {
            assert_eq!(plural(one), many);
        }
    }

    #[test]
    fn cases() {
        assert_eq!(snake("InvoiceLine"), "invoice_line");
        assert_eq!(snake("HTTPRoute"), "http_route");
        assert_eq!(kebab("invoice_lines"), "invoice-lines");
        assert_eq!(lower_camel("invoice_lines"), "invoiceLines");
        assert_eq!(upper_camel("invoice_lines"), "InvoiceLines");
        assert_eq!(screaming_snake("in_review"), "IN_REVIEW");
    }

    #[test]
    fn raw_identifiers_lose_their_prefix() {
        let ident: Ident = syn::parse_str("r#type").expect("an identifier");
        assert_eq!(plain(&ident), "type");
    }
}
