//! How the tables of options are written: one entry an option, from which its parsing, its position among the names of
//! messages, its member of the definition and its rules follow.

use proc_macro2::Span;
use syn::Meta;

use crate::attr::value::{Keyed, OptionValue, Resolve};
use crate::diag::Errors;

/// The options of one context, as written.
pub trait Options: Default {
    /// Where they are written, in words: "a struct".
    const CONTEXT: &'static str;
    /// Their names, in the order of the table.
    const NAMES: &'static [&'static str];
    /// Another context and its options, which are likely meant when written here.
    const ELSEWHERE: Option<(&'static str, &'static [&'static str])>;

    /// Whether the option may be written more than once.
    fn is_repeatable(name: &str) -> bool;

    /// Reads the option of this name.
    fn take(&mut self, name: &str, item: &Meta) -> darling::Result<()>;
}

/// An option that is written at most once.
pub type Once<T> = Option<Keyed<T>>;

/// An option that may be repeated.
pub type Repeated<T> = Vec<Keyed<T>>;

/// How often an option may be written.
pub trait Slot {
    /// The form of its value.
    type Value;
    /// Whether it may be written more than once.
    const REPEATABLE: bool;

    /// Reads it.
    fn take(&mut self, item: &Meta) -> darling::Result<()>;
}

impl<T: OptionValue> Slot for Once<T> {
    type Value = T;
    const REPEATABLE: bool = false;

    fn take(&mut self, item: &Meta) -> darling::Result<()> {
        *self = Some(Keyed::parse(item)?);
        Ok(())
    }
}

impl<T: OptionValue> Slot for Repeated<T> {
    type Value = T;
    const REPEATABLE: bool = true;

    fn take(&mut self, item: &Meta) -> darling::Result<()> {
        self.push(Keyed::parse(item)?);
        Ok(())
    }
}

/// What an option of this slot is in the checked entity.
pub type Resolved<S> = <<S as Slot>::Value as Resolve>::Resolved;

/// The value of an option in the checked entity; the form's default when it is not written.
pub fn resolve<T: Resolve>(option: &Once<T>, name: &str, errors: &mut Errors) -> T::Resolved {
    option.as_ref().map_or_else(T::Resolved::default, |option| option.value.resolve(name, errors))
}

/// What a field's option may be written on, and with what.
#[derive(Debug)]
pub struct FieldRule {
    pub name: &'static str,
    /// Where the option is written.
    pub key: fn(&super::FieldAttrs) -> Option<Span>,
    pub applies: Applies,
    /// What it requires of the field's type.
    pub requires: &'static [Requirement],
    /// What of it contradicts `computed`.
    pub computed: &'static [Exclusion],
    /// What contradicts it, or implies it.
    pub excludes: &'static [Exclusion],
}

/// An option, or a word of one, that cannot be combined with another option.
#[derive(Debug)]
pub struct Exclusion {
    /// As it is written: `skip(create)`.
    pub option: &'static str,
    /// Where it is written.
    pub span: fn(&super::FieldAttrs) -> Option<Span>,
    /// The reason, as the message gives it.
    pub why: &'static str,
}

/// The kinds of fields that an option applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// Fields that hold a value of their own.
    Value,
    /// Fields with a column: values and to-one relations.
    Column,
    /// To-one relations.
    ToOne,
    /// To-many relations.
    ToMany,
    /// Every field.
    Any,
}

/// What an option requires of a field's type: `core` checks the types, in traits of these names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    Text,
    Length,
    Numeric,
    Decimal,
    Sortable,
    Enum,
    Whole,
    Comparable,
}

impl Requirement {
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Length,
        Self::Numeric,
        Self::Decimal,
        Self::Sortable,
        Self::Enum,
        Self::Whole,
        Self::Comparable,
    ];

    /// The options that require it and the types that fulfil it, worded as in `core`'s trait.
    pub fn description(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("`pattern`, `format`, `multiline` and `search`", "`String`"),
            Self::Length => (
                "`min_len` and `max_len`",
                "`String`, `Bytes`, `Password` and `Vec`; for numbers use `min` and `max`",
            ),
            Self::Numeric => {
                ("`min` and `max`", "`i16 i32 i64 f32 f64 Decimal`; for lengths use `min_len` and `max_len`")
            }
            Self::Decimal => ("`precision` and `scale`", "`Decimal`"),
            Self::Sortable => {
                ("`unique`, `index` and `sort`", "every field type but `Json`, `Password` and `Vec`")
            }
            Self::Whole => ("`sequence`", "`i16 i32 i64`"),
            Self::Comparable => {
                ("`aggregate`", "numbers, `String`, `NaiveDate`, `NaiveTime` and `DateTime<Utc>`")
            }
            Self::Enum => ("`transitions`", "enums with `#[derive(EntityEnum)]`"),
        }
    }
}

/// The options of one context.
macro_rules! options {
    (
        $(#[$docs:meta])*
        $attrs:ident on $context:literal $(, or $other:ident on $other_context:literal)?;
        $($name:ident: $slot:ty,)*
    ) => {
        $(#[$docs])*
        #[derive(Debug, Default)]
        pub struct $attrs {
            $(pub $name: $slot,)*
        }

        impl $crate::attr::table::Options for $attrs {
            const CONTEXT: &'static str = $context;
            const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];
            const ELSEWHERE: Option<(&'static str, &'static [&'static str])> =
                [$(($other_context, <$other as $crate::attr::table::Options>::NAMES))?].as_slice().first().copied();

            fn is_repeatable(name: &str) -> bool {
                match name {
                    $(stringify!($name) => <$slot as $crate::attr::table::Slot>::REPEATABLE,)*
                    _ => false,
                }
            }

            fn take(&mut self, name: &str, item: &syn::Meta) -> darling::Result<()> {
                match name {
                    $(stringify!($name) => $crate::attr::table::Slot::take(&mut self.$name, item),)*
                    _ => Err(darling::Error::unknown_field_path(item.path())),
                }
            }
        }
    };
}

/// The options of one context, each of which is a `member` of the definition by its own name, or is `lowered`:
/// something else is made of it. Members are resolved and written without a further line; lowering destructures the
/// others without `..`, so that none is forgotten.
macro_rules! resolved_options {
    (
        $(#[$docs:meta])*
        $attrs:ident => $members:ident, $lowered:ident
        on $context:literal $(, or $other:ident on $other_context:literal)?;
        $($name:ident: $slot:ty => $fate:ident,)*
    ) => {
        options! {
            $(#[$docs])*
            $attrs on $context $(, or $other on $other_context)?;
            $($name: $slot,)*
        }
        resolved_options! { @sort $attrs $members $lowered [] [] $($name: $slot => $fate,)* }
    };
    (
        @sort $attrs:ident $members:ident $lowered:ident [$($member:tt)*] [$($other:tt)*]
        $name:ident: $slot:ty => member, $($rest:tt)*
    ) => {
        resolved_options! { @sort $attrs $members $lowered [$($member)* $name: $slot,] [$($other)*] $($rest)* }
    };
    (
        @sort $attrs:ident $members:ident $lowered:ident [$($member:tt)*] [$($other:tt)*]
        $name:ident: $slot:ty => lowered, $($rest:tt)*
    ) => {
        resolved_options! { @sort $attrs $members $lowered [$($member)*] [$($other)* $name: $slot,] $($rest)* }
    };
    (
        @sort $attrs:ident $members:ident $lowered:ident
        [$($member:ident: $member_slot:ty,)*] [$($other:ident: $other_slot:ty,)*]
    ) => {
        /// The options that are members of the definition, resolved.
        #[derive(Debug, Default)]
        pub struct $members {
            $(pub $member: $crate::attr::table::Resolved<$member_slot>,)*
        }

        impl $members {
            pub fn resolve(attrs: &$attrs, errors: &mut $crate::diag::Errors) -> Self {
                Self {
                    $($member: $crate::attr::table::resolve(&attrs.$member, stringify!($member), errors),)*
                }
            }

            /// Writes those that are set.
            pub fn write(&self, object: &mut $crate::json::Object) {
                $($crate::json::Member::write(&self.$member, stringify!($member), object);)*
            }
        }

        /// The options from which something else than a member is made, as written.
        #[allow(dead_code, reason = "a pattern without `..` names by `_` what is lowered elsewhere")]
        pub struct $lowered<'a> {
            $(pub $other: &'a $other_slot,)*
        }

        impl $attrs {
            pub fn lowered(&self) -> $lowered<'_> {
                $lowered { $($other: &self.$other,)* }
            }
        }
    };
}

/// As [`resolved_options`], each with its rule.
macro_rules! field_options {
    (
        $(#[$docs:meta])*
        $attrs:ident => $members:ident, $lowered:ident on $context:literal, or $other:ident on $other_context:literal;
        $($name:ident: $slot:ty => $fate:ident {
            applies: $applies:ident,
            requires: [$($requirement:ident),*],
            computed: [$($part:ident $(($part_word:ident))?: $part_why:expr),*],
            excludes: [$($excluded:ident $(($word:ident))?: $why:expr),*],
        })*
    ) => {
        resolved_options! {
            $(#[$docs])*
            $attrs => $members, $lowered on $context, or $other on $other_context;
            $($name: $slot => $fate,)*
        }

        impl $attrs {
            /// The rule of every option.
            pub const RULES: &'static [$crate::attr::table::FieldRule] = &[$(
                $crate::attr::table::FieldRule {
                    name: stringify!($name),
                    key: |attrs| attrs.$name.as_ref().map(|option| option.key),
                    applies: $crate::attr::table::Applies::$applies,
                    requires: &[$($crate::attr::table::Requirement::$requirement),*],
                    computed: &[$(exclusion!($part $(($part_word))?: $part_why)),*],
                    excludes: &[$(exclusion!($excluded $(($word))?: $why)),*],
                },
            )*];
        }
    };
}

/// `index: why` or `skip(create): why`.
macro_rules! exclusion {
    ($option:ident: $why:expr) => {
        $crate::attr::table::Exclusion {
            option: stringify!($option),
            span: |attrs| attrs.$option.as_ref().map(|option| option.key),
            why: $why,
        }
    };
    ($option:ident($word:ident): $why:expr) => {
        $crate::attr::table::Exclusion {
            option: concat!(stringify!($option), "(", stringify!($word), ")"),
            span: |attrs| attrs.$option.as_ref()?.word(stringify!($word)),
            why: $why,
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attr::{EntityAttrs, EntityOptions, FieldAttrs, FieldOptions, LoweredFieldAttrs, read};
    use crate::json::Object;

    /// The options of `#[entity(…)]`, and what is wrong with them.
    fn parse<T: Options>(options: &str) -> (T, Option<String>) {
        let item: syn::ItemStruct =
            syn::parse_str(&format!("#[entity({options})] struct S;")).expect("a struct");
        let mut errors = Errors::default();
        let attrs = read(&item.attrs, &mut errors);
        (attrs, errors.finish().err().map(|messages| messages.to_string()))
    }

    fn members(options: &str) -> (String, Option<String>) {
        let (attrs, wrong) = parse::<FieldAttrs>(options);
        assert_eq!(wrong, None);
        let mut errors = Errors::default();
        let resolved = FieldOptions::resolve(&attrs, &mut errors);
        let mut object = Object::default();
        resolved.write(&mut object);
        (object.end(), errors.finish().err().map(|messages| messages.to_string()))
    }

    #[test]
    fn members_are_written_by_the_names_of_their_options() {
        assert_eq!(members(""), ("{}".to_owned(), None));
        let (json, wrong) = members(
            "unique, search(fulltext), min_len = 2, min = -5, max = 0.5, pattern = \"a\\\"b\", format = slug, \
             skip(rest, create)",
        );
        assert_eq!(wrong, None);
        assert_eq!(
            json,
            r#"{"unique":true,"search":true,"fulltext":true,"min_len":2,"min":{"Int":-5},"max":{"Decimal":"0.5"},"pattern":"a\"b","format":"slug","skip":{"rest":true,"create":true}}"#
        );
    }

    #[test]
    fn what_cannot_be_resolved_is_reported_and_stands_as_absent() {
        let (json, wrong) = members("max_len = 1.5, format = mail, skip(rest, nowhere), multiline");
        assert_eq!(json, r#"{"multiline":true,"skip":{"rest":true}}"#);
        let wrong = wrong.expect("errors");
        for part in
            ["`max_len` takes a whole number", "did you mean `email`?", "`nowhere` is not a choice of `skip`"]
        {
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
    }

    #[test]
    fn formats_of_the_admin_have_what_they_need() {
        for (written, json) in [
            ("money(\"USD\")", r#"{"money":"USD"}"#),
            ("duration(ms)", r#"{"duration":"ms"}"#),
            ("percent", r#""percent""#),
            ("code(json)", r#"{"code":"json"}"#),
        ] {
            let expected = (format!("{{\"admin\":{{\"format\":{json}}}}}"), None);
            assert_eq!(members(&format!("admin(format = {written})")), expected, "{written}");
        }
        for (written, why) in [
            ("mony", "did you mean `money`?"),
            ("money", "takes the code of a currency"),
            ("money(\"usd\")", "takes the code of a currency"),
            ("duration(h)", "`format = duration(ms)` or `format = duration(s)`"),
            ("percent(2)", "`format` takes the name of a format"),
            ("percent(of)", "takes nothing in parentheses"),
            ("\"money\"", "`format` takes the name of a format"),
        ] {
            let options = format!("admin(format = {written})");
            let (_, unread) = parse::<FieldAttrs>(&options);
            let wrong = unread.unwrap_or_else(|| members(&options).1.expect("an error"));
            assert!(wrong.contains(why), "{written}: {wrong}");
        }
    }

    #[test]
    fn options_that_are_no_members_are_handed_to_who_lowers_them() {
        let (attrs, wrong) = parse::<FieldAttrs>("rename = \"b\", unique, default = 5");
        assert_eq!(wrong, None);
        let LoweredFieldAttrs { rename, default, column, .. } = attrs.lowered();
        assert_eq!(rename.as_ref().map(|rename| rename.value.0.value()), Some("b".to_owned()));
        assert!(default.is_some() && column.is_none());
    }

    #[test]
    fn only_some_options_may_be_repeated() {
        let (attrs, wrong) = parse::<EntityAttrs>("index(a), index(b, -c), version, version");
        assert_eq!(attrs.index.len(), 2);
        assert!(wrong.expect("an error").contains("`version` is given twice"));
        let mut errors = Errors::default();
        assert!(EntityOptions::resolve(&attrs, &mut errors).version.is_some());
        assert!(errors.finish().is_ok());
    }

    #[test]
    fn an_exclusion_finds_the_option_or_its_word() {
        let excluded = |written: &str, excluding: &str| -> Vec<&'static str> {
            let (attrs, _) = parse::<FieldAttrs>(written);
            let rule = FieldAttrs::RULES.iter().find(|rule| rule.name == excluding).expect("an option");
            let excluded =
                rule.excludes.iter().chain(rule.computed).filter(|other| (other.span)(&attrs).is_some());
            excluded.map(|other| other.option).collect()
        };
        assert_eq!(excluded("skip(rest, update)", "immutable"), ["skip(update)"]);
        assert_eq!(excluded("skip(rest)", "immutable"), [""; 0]);
        assert_eq!(excluded("filter, sort", "write_only"), ["filter", "sort"]);
        assert_eq!(excluded("search", "search"), [""; 0]);
        assert_eq!(excluded("search(fulltext)", "search"), ["search(fulltext)"]);
    }
}
