//! SQL as tokens: enough to read the statements that SQLite keeps, and to compare texts but for blanks, letters and
//! quotes.

use std::ops::Range;

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

impl Token<'_> {
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

/// The tokens of a text, without comments and blanks. What is not closed ends with the text.
pub(in crate::migrate) fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(char) = sql[at..].chars().next() {
        let rest = &sql[at..];
        let (kind, length) = match char {
            _ if char.is_whitespace() => (None, char.len_utf8()),
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (None, rest.find("*/").map_or(rest.len(), |end| end + 2)),
            '\'' => (Some(TokenKind::Text), quoted_length(rest, '\'')),
            '"' | '`' => (Some(TokenKind::Name), quoted_length(rest, char)),
            '[' => (Some(TokenKind::Name), rest.find(']').map_or(rest.len(), |end| end + 1)),
            _ if is_word(char) => {
                let end = rest.find(|next: char| !is_word(next) && next != '.').unwrap_or(rest.len());
                // A number goes on after its point, a name ends there.
                let end = if char.is_ascii_digit() { end } else { rest[..end].find('.').unwrap_or(end) };
                (Some(TokenKind::Word), end)
            }
            _ => {
                let two = ["<=", ">=", "<>", "!=", "==", "||", "::", "->", "<<", ">>"];
                let double = two.iter().any(|symbol| rest.starts_with(symbol));
                (Some(TokenKind::Symbol), if double { 2 } else { char.len_utf8() })
            }
        };
        if let Some(kind) = kind {
            found.push(Token { kind, text: &rest[..length], at: at..at + length });
        }
        at += length;
    }
    found
}

fn is_word(char: char) -> bool {
    char.is_alphanumeric() || char == '_' || char == '$'
}

/// The length of a quoted text, whose quotes within are doubled.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, char)) = chars.next() {
        if char == quote && chars.next_if(|(_, next)| *next == quote).is_none() {
            return at + char.len_utf8();
        }
    }
    text.len()
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
