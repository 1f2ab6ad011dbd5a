//! Upper and lower case without a database's help.
//!
//! What a database takes for the same letter depends on its collation, and SQLite knows ASCII alone. A search must
//! find the same rows on both, so the letters that count as one are looked up here, and a pattern names them all.
//!
//! The rule is Unicode's simple case folding, one character for one: `Ä` is `ä`, the three sigmas are one, `ẞ` is `ß`
//! but not `ss`, accents count. Beyond it, the Turkish `İ` is an `i`; the dotless `ı` stays itself.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Letters whose folding is not their lower case, as Unicode's `CaseFolding.txt` has them, and the Turkish `İ`.
pub(crate) const SPECIAL: [(char, char); 23] = [
    ('İ', 'i'),
    ('µ', 'μ'),
    ('ſ', 's'),
    ('\u{345}', 'ι'),
    ('ς', 'σ'),
    ('ϐ', 'β'),
    ('ϑ', 'θ'),
    ('ϕ', 'φ'),
    ('ϖ', 'π'),
    ('ϰ', 'κ'),
    ('ϱ', 'ρ'),
    ('ϵ', 'ε'),
    ('ẛ', 'ṡ'),
    ('\u{1fbe}', 'ι'),
    ('ᲀ', 'в'),
    ('ᲁ', 'д'),
    ('ᲂ', 'о'),
    ('ᲃ', 'с'),
    ('ᲄ', 'т'),
    ('ᲅ', 'т'),
    ('ᲆ', 'ъ'),
    ('ᲇ', 'ѣ'),
    ('ᲈ', 'ꙋ'),
];

/// The last of the scripts that have two cases.
const LAST: char = '\u{1ffff}';

/// The one letter that represents all that count as the same.
pub(crate) fn case_fold(letter: char) -> char {
    if let Some((_, folded)) = SPECIAL.iter().find(|(special, _)| *special == letter) {
        return *folded;
    }
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => letter,
    }
}

/// All letters that count as this one, itself included; nothing when it is the only one.
pub(crate) fn case_variants(letter: char) -> &'static [char] {
    static ALIKE: LazyLock<HashMap<char, Vec<char>>> = LazyLock::new(|| {
        let mut groups: HashMap<char, Vec<char>> = HashMap::new();
        for letter in '\0'..=LAST {
            let folded = case_fold(letter);
            if folded != letter {
                groups.entry(folded).or_insert_with(|| vec![folded]).push(letter);
            }
        }
        groups
    });
    ALIKE.get(&case_fold(letter)).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_one_kind_fold_to_one() {
        for group in ["aA", "äÄ", "σΣς", "ßẞ", "iIİ", "sSſ", "kK\u{212a}", "жЖ", "åÅ\u{212b}", "θΘϑϴ"]
        {
            let first = group.chars().next().map(case_fold);
            for letter in group.chars() {
                assert_eq!(Some(case_fold(letter)), first, "{letter}");
                let mut found: Vec<char> = case_variants(letter).to_vec();
                let mut expected: Vec<char> = group.chars().collect();
                found.sort_unstable();
                expected.sort_unstable();
                assert_eq!(found, expected, "{letter}");
            }
        }
        assert!(
            case_variants('ı').is_empty() && case_variants('7').is_empty() && case_variants('漢').is_empty()
        );
    }

    /// The regular expressions' own tables, which are Unicode's, say the same of the letters that they have; the
    /// compiler's may be newer.
    #[test]
    fn groups_are_those_of_unicode() {
        let unknown = regex::Regex::new(r"\p{Cn}").expect("a pattern");
        let cased = ('\0'..=LAST).filter(|letter| !case_variants(*letter).is_empty());
        let known = |letter: &char| !unknown.is_match(&letter.to_string());
        for letter in cased.filter(known).filter(|letter| !"iIİ".contains(*letter)) {
            let pattern = format!("(?i)^\\x{{{:x}}}$", u32::from(letter));
            let pattern = regex::Regex::new(&pattern).expect("a pattern");
            for other in case_variants(letter).iter().filter(|letter| known(letter)) {
                assert!(pattern.is_match(&other.to_string()), "{letter} {other}");
            }
        }
    }

    #[test]
    fn folding_is_stable() {
        for letter in '\0'..=LAST {
            assert_eq!(case_fold(case_fold(letter)), case_fold(letter), "{letter}");
        }
    }
}
