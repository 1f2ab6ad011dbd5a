//! Types that are no field types and are often tried first, by their names, with the one that is likely meant. Others are rustc's to
//! judge, by the emitted obligations.

use quote::ToTokens as _;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use crate::names;
use crate::source::argument;

/// What a field of the type is likely meant to be, if it is no field type by how it is written; empty if there is nothing like it.
pub fn likely_type(ty: &Type) -> Option<String> {
    match ty {
        Type::Group(group) => likely_type(&group.elem),
        Type::Paren(inner) => likely_type(&inner.elem),
        Type::Reference(reference) => Some(owned(&reference.elem)),
        Type::Slice(slice) => Some(list_of(&slice.elem)),
        Type::Array(array) => Some(list_of(&array.elem)),
        Type::Path(path) => of_segment(path.path.segments.last()?),
        // What it stands for is not known here.
        Type::Macro(_) | Type::Verbatim(_) => None,
        _ => Some(String::new()),
    }
}

/// What owns what the type refers to.
fn owned(inner: &Type) -> String {
    match inner {
        Type::Group(group) => owned(&group.elem),
        Type::Path(path) if path.path.is_ident("str") => "String".to_owned(),
        _ => likely_type(inner).unwrap_or_else(|| spelt(inner)),
    }
}

fn list_of(element: &Type) -> String {
    if is(element, "u8") {
        return "Bytes".to_owned();
    }
    match likely_type(element) {
        Some(element) if element.is_empty() => element,
        Some(element) => format!("Vec<{element}>"),
        None => format!("Vec<{}>", spelt(element)),
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
        ("f16" | "f128", []) => "f64",
        ("BigDecimal", []) => "Decimal",
        ("char" | "PathBuf" | "OsString" | "IpAddr" | "Ipv4Addr" | "Ipv6Addr" | "SocketAddr", []) => "String",
        ("NaiveDateTime" | "SystemTime" | "OffsetDateTime" | "PrimitiveDateTime", []) => "DateTime<Utc>",
        // `Utc` may be written with its path.
        ("DateTime", [zone])
            if !is(zone, "Utc") && ["Local", "FixedOffset", "Tz"].iter().any(|it| is(zone, it)) =>
        {
            "DateTime<Utc>"
        }
        ("HashMap" | "BTreeMap" | "IndexMap", [_, _]) => "Json",
        ("Vec", [element]) if is(element, "u8") => "Bytes",
        // A list has no NULLs.
        ("Vec", [element]) => match argument(element, "Option") {
            Some(element) => return Some(list_of(element)),
            None => return likely_type(element).map(|_| list_of(element)),
        },
        ("HashSet" | "BTreeSet" | "IndexSet" | "VecDeque" | "LinkedList" | "SmallVec", [element]) => {
            return Some(list_of(element));
        }
        ("Box" | "Rc" | "Arc" | "Cow", [inner]) => return Some(owned(inner)),
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
            ("Box<str>", "String"),
            ("Cow<'static, str>", "String"),
            ("Arc<[u8]>", "Bytes"),
            ("&'static [String]", "Vec<String>"),
            ("[u8; 32]", "Bytes"),
            ("[f64; 2]", "Vec<f64>"),
            ("Vec<Option<String>>", "Vec<String>"),
            ("Vec<u64>", "Vec<i64>"),
            ("Box<dyn Error>", ""),
            ("(i32, i32)", ""),
            ("Vec<(i32, i32)>", ""),
        ] {
            assert_eq!(likely(written).as_deref(), Some(meant), "{written}");
        }
        for fine in
            ["String", "DateTime<Utc>", "DateTime<chrono::Utc>", "Vec<i64>", "Status", "Box", "alias!()"]
        {
            assert_eq!(likely(fine), None, "{fine}");
        }
    }
}
