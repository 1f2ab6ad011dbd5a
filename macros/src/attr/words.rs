//! Words that an option chooses among: one of them, or some of them.

use std::fmt::Debug;

use proc_macro2::Ident;

use crate::diag::{Errors, suggestion};
use crate::json::{Member, Object};
use crate::names;

/// One of a few words: `key = uuid`.
pub trait Words: Debug + Copy + 'static {
    /// The words, in the order of messages.
    const WORDS: &'static [(&'static str, Self)];

    /// The word that means it.
    fn word(self) -> &'static str;
}

/// Some of a few words, in parentheses: `skip(rest, admin)`.
pub trait WordSet: Debug + Default + Copy {
    /// The words, in the order of messages.
    const WORDS: &'static [&'static str];

    /// Whether each word is present, in the order of [`Self::WORDS`].
    fn flags(&self) -> Vec<bool>;

    /// The index of a word's flag.
    fn flag(&mut self, word: &str) -> Option<&mut bool>;
}

/// The meaning of a word; what is none is reported.
pub fn choose<T: Words>(word: &Ident, option: &str, errors: &mut Errors) -> Option<T> {
    let written = names::plain(word);
    let choice = T::WORDS.iter().find(|(name, _)| *name == written);
    if choice.is_none() {
        report_unknown(word, option, T::WORDS.iter().map(|(name, _)| *name), errors);
    }
    choice.map(|(_, meaning)| *meaning)
}

/// The set of the words; what is none is reported.
pub fn collect<T: WordSet>(words: &[Ident], option: &str, errors: &mut Errors) -> T {
    let mut set = T::default();
    for word in words {
        match set.flag(&names::plain(word)) {
            Some(flag) => *flag = true,
            None => report_unknown(word, option, T::WORDS.iter().copied(), errors),
        }
    }
    set
}

fn report_unknown(
    word: &Ident,
    option: &str,
    choices: impl IntoIterator<Item = &'static str>,
    errors: &mut Errors,
) {
    let written = names::plain(word);
    let help = suggestion(&written, choices);
    errors.on(word, format!("`{written}` is not a choice of `{option}`{help}"));
}

macro_rules! words {
    ($(#[$docs:meta])* $name:ident { $($(#[$attribute:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$attribute])* $variant,)*
        }

        impl Words for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),*];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }
    };
}

macro_rules! word_set {
    ($(#[$docs:meta])* $name:ident { $($word:ident,)* }) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, Default)]
        pub struct $name {
            $(pub $word: bool,)*
        }

        impl WordSet for $name {
            const WORDS: &'static [&'static str] = &[$(stringify!($word)),*];

            fn flags(&self) -> Vec<bool> {
                vec![$(self.$word),*]
            }

            fn flag(&mut self, word: &str) -> Option<&mut bool> {
                match word {
                    $(stringify!($word) => Some(&mut self.$word),)*
                    _ => None,
                }
            }
        }
    };
}

words! {
    /// The colour of a value in the admin.
    Color {
        Gray = "gray",
        Blue = "blue",
        Green = "green",
        Yellow = "yellow",
        Red = "red",
        Purple = "purple",
    }
}

words! {
    /// The kind of primary key.
    #[derive(Default)]
    Key {
        #[default]
        Identity = "identity",
        Uuid = "uuid",
    }
}

words! {
    /// The times that the engine keeps of a row.
    #[derive(Default)]
    Timestamps {
        #[default]
        Both = "both",
        None = "none",
    }
}

words! {
    /// What happens here when the target is deleted.
    #[derive(Default)]
    OnDelete {
        #[default]
        Restrict = "restrict",
        Cascade = "cascade",
        SetNull = "set_null",
    }
}

words! {
    /// A text format.
    Format {
        Email = "email",
        Url = "url",
        Slug = "slug",
    }
}

word_set! {
    /// Surfaces that leave the entity out.
    Skip {
        graphql,
        rest,
        admin,
    }
}

word_set! {
    /// Surfaces and operations that leave a field out.
    SkipField {
        graphql,
        rest,
        admin,
        create,
        update,
        filter,
    }
}

impl<T: Words> Member for Option<T> {
    fn write(&self, name: &str, object: &mut Object) {
        object.some_text(name, self.map(T::word));
    }
}

impl<T: WordSet> Member for T {
    fn write(&self, name: &str, object: &mut Object) {
        let mut words = Object::default();
        for (word, on) in T::WORDS.iter().zip(self.flags()) {
            words.flag(word, on);
        }
        object.some(name, (!words.is_empty()).then(|| words.end()));
    }
}
