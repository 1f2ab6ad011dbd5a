//! Types that are no field types and are often tried first, by their names, with the one that is likely meant. Others are rustc's to
//! judge, by the emitted obligations.

use quote::ToTokens as _;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use crate::names;

/// What a field of the first type is likely meant to be.
pub fn likely_type(ty: &Type) -> Option<String> {
    match ty {
        Type::Group(group) => likely_type(&group.elem),
        Type::Paren(inner) => likely_type(&inner.elem),
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => Some("String".to_owned()),
            Type::Slice(slice) if is(&slice.elem, "u8") => Some("Bytes".to_owned()),
            _ => None,
        },
        Type::Slice(_) | Type::Array(_) => None,
        Type::Path(path) => of_segment(path.path.segments.last()?),
        _ => None,
    }
}

fn of_segment(last: &PathSegment) -> Option<String> {
    let name = names::plain(&last.ident);
    let arguments: Vec<&Type> = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            let types = arguments.args.iter();
            types
                .filter_map(|one| if let GenericArgument::Type(ty) = one { Some(ty) } else { None })
                .collect()
        }
        PathArguments::None => Vec::new(),
        PathArguments::Parenthesized(_) => return None,
    };
    let likely = match (name.as_str(), arguments.as_slice()) {
        ("u8" | "i8", []) => "i16",
        ("u16", []) => "i32",
        ("u32" | "u64" | "u128" | "usize" | "i128" | "isize", []) => "i64",
        ("char" | "PathBuf", []) => "String",
        ("NaiveDateTime" | "SystemTime", []) => "DateTime<Utc>",
        // `Utc` may be written with its path.
        ("DateTime", [zone])
            if !is(zone, "Utc") && ["Local", "FixedOffset", "Tz"].iter().any(|it| is(zone, it)) =>
        {
            "DateTime<Utc>"
        }
        ("HashMap" | "BTreeMap" | "IndexMap", [_, _]) => "Json",
        ("Vec", [element]) if is(element, "u8") => "Bytes",
        ("Cow", [of]) if is(of, "str") => "String",
        ("HashSet" | "BTreeSet", [element]) => return Some(format!("Vec<{}>", spelt(element))),
        ("Box" | "Rc" | "Arc", [inner]) if is(inner, "str") => "String",
        ("Box" | "Rc" | "Arc", [inner]) => return Some(spelt(inner)),
        _ => return None,
    };
    Some(likely.to_owned())
}

/// Whether the type's last name is this one, without arguments.
fn is(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Group(group) => is(&group.elem, name),
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| last.ident == name && last.arguments.is_none())
        }
        _ => false,
    }
}

/// As it is written.
fn spelt(ty: &Type) -> String {
    ty.to_token_stream().to_string().replace(" < ", "<").replace(" >", ">").replace(" :: ", "::")
}

#[cfg(test)]
mod tests {
    use super::likely_type;

    #[test]
    fn the_likely_type_is_named() {
        let likely = |ty: &str| likely_type(&syn::parse_str(ty).expect("a type"));
        for (written, meant) in [
            ("u64", "i64"),
            ("u8", "i16"),
            ("&'static str", "String"),
            ("std::collections::HashMap<String, String>", "Json"),
            ("DateTime<Local>", "DateTime<Utc>"),
            ("chrono::NaiveDateTime", "DateTime<Utc>"),
            ("Vec<u8>", "Bytes"),
            ("Box<Option<i64>>", "Option<i64>"),
            ("HashSet<Status>", "Vec<Status>"),
        ] {
            assert_eq!(likely(written).as_deref(), Some(meant), "{written}");
        }
        for fine in
            ["String", "DateTime<Utc>", "DateTime<chrono::Utc>", "Vec<i64>", "Status", "(i32, i32)", "Box"]
        {
            assert_eq!(likely(fine), None, "{fine}");
        }
    }
}
