//! The visible texts of the admin: one catalogue, and a file for each language.
//!
//! A catalogue is a struct, so that a language that lacks a text does not compile, and one that no page uses is reported by the compiler and
//! a test. Texts that hold something else are functions, because each language has an order and plurals of its own. A library
//! for catalogues (`fluent-templates`, `rust-i18n`) would bring 10 to 25 crates, read files by name at run time, and find a
//! missing text only when it is shown.
//!
//! What entities and fields are called is the application's own and is not translated. What the engine says about values is
//! English; [`Texts::message`] finds it in the catalogue by its English words.

mod catalogue;
mod de;
mod en;

use std::borrow::Cow;

use poem::Request;
use poem::http::{HeaderValue, header};

use crate::admin::reader::Reader;
use crate::http::accept::weighted;

pub(super) use catalogue::Texts;

/// A language of the admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// All of them, in the order of their names.
    pub(super) const ALL: [Self; 2] = [Self::German, Self::English];

    /// Its tag (BCP 47).
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What its speakers call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// The language with this tag; regions do not matter.
    pub(super) fn tagged(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// The one that a browser asks for (RFC 9110, `Accept-Language`); English where it asks for none that there is.
    pub(crate) fn of_request(request: &Request) -> Self {
        Self::accepted(request.headers().get_all(header::ACCEPT_LANGUAGE))
    }

    fn accepted<'h>(headers: impl IntoIterator<Item = &'h HeaderValue>) -> Self {
        let mut best = (0, Self::default());
        for (tag, weight) in weighted(headers) {
            match Self::tagged(tag) {
                // The first of several that are wanted alike.
                Some(language) if weight > best.0 => best = (weight, language),
                _ => {}
            }
        }
        best.1
    }

    /// Its texts.
    pub(super) fn texts(self) -> &'static Texts {
        match self {
            Self::English => &en::TEXTS,
            Self::German => &de::TEXTS,
        }
    }
}

/// The texts for who reads the page that is being made.
pub(super) fn t() -> &'static Texts {
    Reader::current().language.texts()
}

impl Texts {
    /// What the engine says in English, in this language; as it is where the catalogue does not know it.
    pub(super) fn message<'m>(&self, english: &'m str) -> Cow<'m, str> {
        let mut said = self.messages.iter();
        match said.find_map(|(pattern, translated)| Some((captured(pattern, english)?, translated))) {
            Some((parts, translated)) => Cow::Owned(self.filled_in(translated, &parts)),
            None => Cow::Borrowed(english),
        }
    }

    /// A translated message with the parts of the English one, which may be messages themselves.
    fn filled_in(&self, translated: &str, parts: &[&str]) -> String {
        let mut pieces = translated.split("{}");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for (piece, part) in pieces.zip(parts) {
            text.push_str(&self.message(part));
            text.push_str(piece);
        }
        text
    }

    /// What the script says.
    pub(super) fn of_script(&self) -> String {
        serde_json::json!({
            "search": self.type_to_search,
            "ended": self.session_ended_save,
            "failed": self.search_failed,
            "away": self.server_away,
            "nothing": self.nothing_found,
            "more": self.more_type_on,
        })
        .to_string()
    }
}

/// What stands for `{}` in a text that has this pattern.
fn captured<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut parts = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let last = pieces.peek().is_none();
        let at = if last { rest.len().checked_sub(piece.len())? } else { rest.find(piece)? };
        let (part, after) = (rest.get(..at)?, rest.get(at..)?);
        rest = after.strip_prefix(piece)?;
        parts.push(part);
    }
    rest.is_empty().then_some(parts)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::catalogue::NAMES;
    use super::*;

    #[test]
    fn browsers_say_which_language_they_want() {
        for (header, expected) in [
            ("", Language::English),
            ("de", Language::German),
            ("de-AT, en;q=0.8", Language::German),
            ("en, de", Language::English),
            ("fr, de;q=0.4, en;q=0.3", Language::German),
            ("de;q=0, en;q=0.1", Language::English),
            ("deutsch;;;q=1,,", Language::English),
        ] {
            let values = [HeaderValue::from_static(header)];
            assert_eq!(Language::accepted(&values), expected, "{header}");
        }
    }

    #[test]
    fn what_the_engine_says_is_found_by_its_words() {
        let de = Language::German.texts();
        assert_eq!(de.message("is required"), "wird gebraucht");
        assert_eq!(
            de.message("must have at least 3 characters; has 1"),
            "muss mindestens 3 Zeichen haben, hat aber 1"
        );
        assert_eq!(de.message("must be a date like 2024-12-31"), "muss ein Datum wie 2024-12-31 sein");
        assert_eq!(de.message("my own words"), "my own words");
        assert_eq!(Language::English.texts().message("is required"), "is required");
    }

    #[test]
    fn every_language_says_everything() {
        // Words that are the same in both.
        let same = ["admin", "name", "status_word", "token_word"];
        let (en, de) = (Language::English.texts().plain(), Language::German.texts().plain());
        for ((name, english), (_, german)) in en.into_iter().zip(de) {
            assert!(!english.trim().is_empty() && !german.trim().is_empty(), "{name} says nothing");
            assert!(english != german || same.contains(&name), "{name} is not translated: {german}");
        }
        for (pattern, translated) in Language::German.texts().messages {
            let holes = |text: &str| text.matches("{}").count();
            assert_eq!(holes(pattern), holes(translated), "{pattern}");
        }
    }

    /// The compiler reports most; a text that only its own file names is of no use.
    #[test]
    fn every_text_is_used() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut sources = String::new();
        for folder in ["src/admin", "src/server", "templates"] {
            read(&root.join(folder), &mut sources);
        }
        let used = |name: &str| {
            let after = |at: usize| sources[at + name.len() + 1..].chars().next();
            let whole = |at: usize| after(at).is_none_or(|letter| !letter.is_alphanumeric() && letter != '_');
            sources.match_indices(&format!(".{name}")).any(|(at, _)| whole(at))
        };
        let unused: Vec<_> = NAMES.iter().filter(|name| !used(name)).collect();
        assert!(unused.is_empty(), "no page says {unused:?}");
    }

    fn read(folder: &Path, to: &mut String) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.ends_with("texts") {
                continue;
            }
            match path.is_dir() {
                true => read(&path, to),
                false => to.push_str(&std::fs::read_to_string(&path).expect("a text")),
            }
        }
    }
}
