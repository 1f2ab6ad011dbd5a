//! SQL as tokens: enough to read the statements that SQLite keeps, and to compare texts but for blanks, letters and
//! quotes.

use std::ops::Range;

use crate::db::Dialect;
use crate::migrate::script;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::migrate) enum TokenKind {
    /// A keyword, a name without quotes or a number.
    Word,
    /// A name in quotes.
    Name,
    /// A string.
    Text,
    Symbol,
}

#[derive(Debug, Clone)]
pub(in crate::migrate) struct Token<'a> {
    pub(in crate::migrate) kind: TokenKind,
    /// As written, with its quotes.
    pub(in crate::migrate) text: &'a str,
    pub(in crate::migrate) at: Range<usize>,
}

/// Operators of two characters.
const OPERATORS: [&str; 10] = ["<=", ">=", "<>", "!=", "==", "||", "::", "->", "<<", ">>"];

impl Token<'_> {
    /// Whether what follows without a blank is a part of it.
    fn is_begun_by(&self, kind: TokenKind, text: &str) -> bool {
        let is_number = self.kind == TokenKind::Word && self.text.starts_with(|c: char| c.is_ascii_digit());
        match kind {
            TokenKind::Symbol => {
                let pair = format!("{}{text}", self.text);
                (self.kind == TokenKind::Symbol && OPERATORS.contains(&pair.as_str()))
                    || (is_number && text == "." && !self.text.contains('.'))
            }
            TokenKind::Word => is_number && self.text.ends_with('.'),
            TokenKind::Name | TokenKind::Text => false,
        }
    }

    pub(in crate::migrate) fn is(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(in crate::migrate) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == TokenKind::Symbol && self.text == symbol
    }

    /// As a name, without its quotes. SQLite takes strings for names too.
    pub(in crate::migrate) fn name(&self) -> String {
        let inner = || &self.text[1..self.text.len().saturating_sub(1).max(1)];
        match (self.kind, self.text.chars().next()) {
            (TokenKind::Name, Some('[')) => inner().to_owned(),
            (TokenKind::Name | TokenKind::Text, Some(quote)) => {
                inner().replace(&format!("{quote}{quote}"), &quote.to_string())
            }
            _ => self.text.to_owned(),
        }
    }
}

/// The tokens of a text, without comments and blanks: numbers with their points and operators of two characters are one.
pub(in crate::migrate) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token<'_>> = Vec::new();
    for token in script::tokens::tokens(sql, Dialect::Sqlite) {
        let kind = match token.kind {
            script::tokens::TokenKind::Word => TokenKind::Word,
            script::tokens::TokenKind::Name => TokenKind::Name,
            script::tokens::TokenKind::Text => TokenKind::Text,
            script::tokens::TokenKind::Symbol => TokenKind::Symbol,
            script::tokens::TokenKind::LineComment | script::tokens::TokenKind::BlockComment => continue,
        };
        let (at, text) = (token.span.clone(), token.text(sql));
        match found.last_mut() {
            Some(last) if last.at.end == at.start && last.is_begun_by(kind, text) => {
                last.at.end = at.end;
                last.text = &sql[last.at.clone()];
            }
            _ => found.push(Token { kind, text, at }),
        }
    }
    found
}

/// The text with one blank between tokens, keywords and plain names in lower case, quotes only where they matter, and
/// without parentheses around all of it.
pub(in crate::migrate) fn canonical(sql: &str) -> String {
    let mut found = tokens(sql);
    while encloses_all(&found) {
        found.pop();
        found.remove(0);
    }
    let words: Vec<String> = found.iter().map(canonical_token).collect();
    words.join(" ")
}

fn canonical_token(token: &Token<'_>) -> String {
    match token.kind {
        TokenKind::Word => token.text.to_lowercase(),
        TokenKind::Name => {
            let name = token.name();
            let is_plain =
                name.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_');
            if is_plain { name } else { format!("\"{name}\"") }
        }
        TokenKind::Text => token.text.to_owned(),
        TokenKind::Symbol => match token.text {
            "!=" => "<>".to_owned(),
            "==" => "=".to_owned(),
            symbol => symbol.to_owned(),
        },
    }
}

fn encloses_all(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    if !tokens.first().is_some_and(|token| token.is_symbol("(")) {
        return false;
    }
    for (position, token) in tokens.iter().enumerate() {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth -= 1;
            if depth == 0 {
                return position + 1 == tokens.len();
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_mean_the_same_are_the_same() {
        let same = |a: &str, b: &str| assert_eq!(canonical(a), canonical(b));
        same("(\"a\"  IS null)", "a is NULL");
        same("[a] in ( 'X','y''z')", "`a` IN ('X', 'y''z') -- why");
        same("((a) != 1.50)", "(a) <> 1.50");
        assert_ne!(canonical("(a) or (b)"), canonical("a) or (b"));
        assert_ne!(canonical("a = 'X'"), canonical("a = 'x'"));
        assert_ne!(canonical("\"A\""), canonical("a"));
        assert_eq!(canonical("a.b"), "a . b");
        assert_eq!(canonical("'open"), "'open");
    }
}
