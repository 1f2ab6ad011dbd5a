//! The free-text search as a condition.
//!
//! Every word of the search must be found. A field marked `search` matches when it holds the word anywhere, whatever
//! the case (see [`case_fold`](super::case_fold)); fields marked `search(fulltext)` match when one of their words
//! begins with it. Nothing a client writes is pattern or query syntax.

use std::sync::LazyLock;

use regex::Regex;
use sea_query::{BinOper, Cond, Expr, ExprTrait as _, Query};

use crate::db::Dialect;
use crate::entity::{ColumnInfo, EntityInfo, KeyKind, names};
use crate::error::{Error, Result};
use crate::sql::case_fold::{case_fold, case_variants};
use crate::sql::predicate::{TableAlias, position, truth};

/// Combining marks that are part of a word in the full-text indexes: those that SQLite's tokenizer takes for
/// diacritics. Members of a bracket expression, the same for Rust and PostgreSQL.
pub(crate) const WORD_MARKS: &str =
    "\\u0300-\\u0304\\u0306-\\u030C\\u030F\\u0311\\u031B\\u0323-\\u0328\\u032D\\u032E\\u0330\\u0331";

/// Words of one search.
const MAX_WORDS: usize = 16;
/// Characters of one search.
const MAX_LENGTH: usize = 400;

/// Every word is found in the searched fields of the source that are visible; every row when there is no word.
pub(super) fn condition(
    source: TableAlias,
    text: &str,
    dialect: Dialect,
    visible: impl Fn(&ColumnInfo) -> bool,
) -> Result<Expr> {
    let words = words(text)?;
    if words.is_empty() {
        return Ok(truth(true));
    }
    let info = source.info;
    let indexed = info.searched().any(ColumnInfo::is_fulltext);
    let plain: Vec<usize> = info
        .searched()
        .filter(|column| !column.is_fulltext() && visible(column))
        .map(|column| column.index)
        .collect();
    if plain.is_empty() && !indexed {
        return Ok(truth(false));
    }
    if indexed && plain.is_empty() {
        return Ok(matches(source, &tokens(text), dialect));
    }
    let mut all = Cond::all();
    for word in words {
        let mut any = Cond::any();
        for index in &plain {
            any = any.add(holds(source.column(*index), word, dialect));
        }
        if indexed {
            any = any.add(matches(source, &tokens(word), dialect));
        }
        all = all.add(any);
    }
    Ok(all.into())
}

fn words(text: &str) -> Result<Vec<&str>> {
    if text.contains('\0') {
        return Err(Error::bad_request("a search must not contain NUL characters"));
    }
    if text.chars().count() > MAX_LENGTH {
        return Err(Error::bad_request(format!("a search has at most {MAX_LENGTH} characters")));
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > MAX_WORDS {
        return Err(Error::bad_request(format!("a search has at most {MAX_WORDS} words")));
    }
    Ok(words)
}

/// The text holds the word, whatever the case.
fn holds(text: Expr, word: &str, dialect: Dialect) -> Expr {
    if word.chars().all(|letter| case_variants(letter).is_empty()) {
        return position(text, Expr::value(word), dialect).gt(0);
    }
    let (operator, pattern) = match dialect {
        Dialect::Postgres => ("~", regular_expression(word)),
        Dialect::Sqlite => ("GLOB", glob(word)),
    };
    text.binary(BinOper::Custom(operator), Expr::value(pattern))
}

/// A pattern of PostgreSQL that names every letter that matches, so that no collation matters.
fn regular_expression(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() * 4);
    for letter in word.chars() {
        if !one_of(letter, &mut pattern) {
            if letter.is_ascii_punctuation() {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
    }
    pattern
}

/// The same as a GLOB pattern of SQLite, which must span the whole text.
fn glob(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() * 4 + 2);
    pattern.push('*');
    for letter in word.chars() {
        if !one_of(letter, &mut pattern) {
            match letter {
                '*' | '?' | '[' => pattern.extend(['[', letter, ']']),
                _ => pattern.push(letter),
            }
        }
    }
    pattern.push('*');
    pattern
}

/// `[aA]`, for a letter with case variants.
fn one_of(letter: char, pattern: &mut String) -> bool {
    let variants = case_variants(letter);
    if !variants.is_empty() {
        pattern.push('[');
        pattern.extend(variants);
        pattern.push(']');
    }
    !variants.is_empty()
}

/// The words of a text as the full-text indexes cut and fold them (`migrate/fulltext.rs`).
fn tokens(text: &str) -> Vec<String> {
    static WORD: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!(r"[\p{{L}}\p{{Nd}}][\p{{L}}\p{{Nd}}{WORD_MARKS}]*")).ok());
    let found = WORD.iter().flat_map(|word| word.find_iter(text));
    found.map(|word| word.as_str().chars().map(case_fold).collect()).collect()
}

/// The full-text index has, for each token, a word that begins with it. A search without letters or digits finds
/// nothing.
fn matches(source: TableAlias, tokens: &[String], dialect: Dialect) -> Expr {
    if tokens.is_empty() {
        return truth(false);
    }
    let info = source.info;
    match dialect {
        Dialect::Postgres => {
            let query: Vec<String> = tokens.iter().map(|token| format!("'{token}':*")).collect();
            let query = Expr::value(query.join(" & ")).cast_as("tsquery");
            source.named(names::FULLTEXT_COLUMN).binary(BinOper::Custom("@@"), query)
        }
        Dialect::Sqlite => {
            let query: Vec<String> = tokens.iter().map(|token| format!("\"{token}\"*")).collect();
            source.column(0).in_subquery(sqlite_rows(info, query.join(" AND ")))
        }
    }
}

/// The keys of the rows that the FTS5 table finds. It numbers rows; where keys are no numbers, a second table maps
/// numbers to keys.
fn sqlite_rows(info: &EntityInfo, query: String) -> sea_query::SelectStatement {
    let index = names::fulltext(info.def.table);
    let found = Expr::col(index.clone()).binary(BinOper::Custom("MATCH"), Expr::value(query));
    let mut rows = Query::select();
    rows.from(index.clone()).and_where(found);
    match info.def.key {
        KeyKind::Identity => rows.column("rowid"),
        KeyKind::Uuid => {
            let keys = names::fulltext_keys(info.def.table);
            let on = Expr::col((keys.clone(), "number")).eq(Expr::col((index, "rowid")));
            rows.column((keys.clone(), "key")).inner_join(keys, on)
        }
    };
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_name_every_letter_and_nothing_else_means_anything() {
        assert_eq!(regular_expression("aß7"), "[aA][ßẞ]7");
        assert_eq!(regular_expression(r".*[^\d]"), r"\.\*\[\^\\[dD]\]");
        assert_eq!(glob("a*?[z]"), "*[aA][*][?][[][zZ]]*");
    }

    #[test]
    fn tokens_are_folded_runs_of_letters_and_digits() {
        assert_eq!(tokens("Straße-12 \"OR\" NEAR(x)*"), ["straße", "12", "or", "near", "x"]);
        assert_eq!(tokens("ΟΔΟΣ İstanbul cafe\u{301}"), ["οδοσ", "istanbul", "cafe\u{301}"]);
        assert!(tokens("++ '' %").is_empty());
    }

    #[test]
    fn a_search_is_bounded() {
        assert_eq!(words(&"a ".repeat(16)).map(|words| words.len()), Ok(16));
        assert!(words(&"a ".repeat(17)).is_err());
        assert!(words(&"ä".repeat(400)).is_ok() && words(&"ä".repeat(401)).is_err());
        assert!(words("a\0").is_err());
    }
}
