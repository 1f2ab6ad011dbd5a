//! SQL as words, names, texts and comments: enough to know where a statement ends.

use std::ops::Range;

use crate::db::Dialect;

/// A part of SQL text that is not white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) struct Token {
    pub(in crate::migrate) kind: TokenKind,
    /// Its bytes.
    pub(in crate::migrate) span: Range<usize>,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::migrate) enum TokenKind {
    /// A keyword, a name without quotes or a number.
    Word,
    /// A name in quotes.
    Name,
    /// A text in quotes or between dollars.
    Text,
    /// `-- …`, without its line end.
    LineComment,
    /// `/* … */`.
    BlockComment,
    /// Any other character.
    Symbol,
}

impl Token {
    pub(in crate::migrate) fn text<'s>(&self, sql: &'s str) -> &'s str {
        &sql[self.span.clone()]
    }

    pub(in crate::migrate) fn is_comment(&self) -> bool {
        matches!(self.kind, TokenKind::LineComment | TokenKind::BlockComment)
    }

    /// Whether it is this keyword.
    pub(in crate::migrate) fn is_word(&self, sql: &str, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text(sql).eq_ignore_ascii_case(word)
    }

    pub(in crate::migrate) fn is_symbol(&self, sql: &str, symbol: &str) -> bool {
        self.kind == TokenKind::Symbol && self.text(sql) == symbol
    }

    /// The name that it is, as the database stores it; `None` for what is no name.
    pub(in crate::migrate) fn name(&self, sql: &str, dialect: Dialect) -> Option<String> {
        let text = self.text(sql);
        match (self.kind, dialect) {
            (TokenKind::Word, Dialect::Postgres) => Some(text.to_lowercase()),
            (TokenKind::Word, Dialect::Sqlite) => Some(text.to_owned()),
            (TokenKind::Name, _) => {
                let quote = text.chars().next()?;
                let end = if quote == '[' { ']' } else { quote };
                let inner = text.strip_prefix(quote)?;
                let inner = inner.strip_suffix(end).unwrap_or(inner);
                Some(inner.replace(&format!("{end}{end}"), &end.to_string()))
            }
            _ => None,
        }
    }
}

/// The numbers of a text's lines.
#[derive(Debug)]
pub(in crate::migrate) struct Lines(Vec<usize>);

impl Lines {
    pub(in crate::migrate) fn of(sql: &str) -> Self {
        Self(sql.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line that a byte is in, from 1.
    pub(in crate::migrate) fn number(&self, at: usize) -> usize {
        1 + self.0.partition_point(|end| *end < at)
    }
}

/// The tokens of a text. What is not closed reaches to its end.
pub(in crate::migrate) fn tokens(sql: &str, dialect: Dialect) -> Vec<Token> {
    let mut lexer = Lexer { sql, dialect, at: 0 };
    std::iter::from_fn(|| lexer.next()).collect()
}

struct Lexer<'s> {
    sql: &'s str,
    dialect: Dialect,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.sql[self.at..]
    }

    fn next(&mut self) -> Option<Token> {
        let blank = self.rest().len() - self.rest().trim_start().len();
        self.at += blank;
        let first = self.rest().chars().next()?;
        let (kind, length) = self.measure(first);
        let start = self.at;
        self.at = start + length;
        Some(Token { kind, span: start..self.at })
    }

    /// The kind of the token that begins here, and its bytes.
    fn measure(&self, first: char) -> (TokenKind, usize) {
        let rest = self.rest();
        match first {
            _ if rest.starts_with("--") => (TokenKind::LineComment, rest.find('\n').unwrap_or(rest.len())),
            _ if rest.starts_with("/*") => (TokenKind::BlockComment, self.block_comment()),
            'e' | 'E' if self.dialect == Dialect::Postgres && rest[1..].starts_with('\'') => {
                (TokenKind::Text, 1 + quoted(&rest[1..], '\'', true))
            }
            '\'' => (TokenKind::Text, quoted(rest, '\'', false)),
            '"' => (TokenKind::Name, quoted(rest, '"', false)),
            '`' if self.dialect == Dialect::Sqlite => (TokenKind::Name, quoted(rest, '`', false)),
            '[' if self.dialect == Dialect::Sqlite => {
                (TokenKind::Name, rest.find(']').map_or(rest.len(), |end| end + 1))
            }
            '$' if self.dialect == Dialect::Postgres => match dollar_quoted(rest) {
                Some(length) => (TokenKind::Text, length),
                None => (TokenKind::Symbol, 1),
            },
            _ if is_word(first) => {
                let end = rest.find(|c: char| !is_word(c) && c != '$');
                (TokenKind::Word, end.unwrap_or(rest.len()))
            }
            _ => (TokenKind::Symbol, first.len_utf8()),
        }
    }

    /// PostgreSQL's comments nest, SQLite's do not.
    fn block_comment(&self) -> usize {
        let rest = self.rest();
        let (mut at, mut depth) = (2, 1);
        while depth > 0 {
            let Some(mark) = rest[at..].find(['/', '*']) else { return rest.len() };
            at += mark;
            let here = &rest[at..];
            if here.starts_with("*/") {
                depth -= 1;
                at += 2;
            } else if here.starts_with("/*") && self.dialect == Dialect::Postgres {
                depth += 1;
                at += 2;
            } else {
                at += 1;
            }
        }
        at
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The bytes of a quoted text at the start. A quote within is doubled, or follows a backslash where those escape.
fn quoted(text: &str, quote: char, backslashes: bool) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if backslashes && c == '\\' {
            characters.next();
        } else if c == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return at + quote.len_utf8();
        }
    }
    text.len()
}

/// The bytes of `$tag$ … $tag$` at the start; `None` when it is a parameter like `$1`.
fn dollar_quoted(text: &str) -> Option<usize> {
    let tag = &text[..=1 + text[1..].find('$')?];
    let name = &tag[1..tag.len() - 1];
    if !name.chars().all(is_word) || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let body = &text[tag.len()..];
    Some(body.find(tag).map_or(text.len(), |end| 2 * tag.len() + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(sql: &str, dialect: Dialect) -> Vec<(TokenKind, &str)> {
        tokens(sql, dialect).iter().map(|token| (token.kind, token.text(sql))).collect()
    }

    #[test]
    fn what_is_quoted_is_one_token() {
        use TokenKind::{BlockComment, LineComment, Name, Symbol, Text, Word};
        let sql = "a 'b''; c' \"d\"\"e\" -- f ';\n/* g; */ $x$ h; $y$ $x$ E'i\\'j' $1;";
        let expected = [
            (Word, "a"),
            (Text, "'b''; c'"),
            (Name, "\"d\"\"e\""),
            (LineComment, "-- f ';"),
            (BlockComment, "/* g; */"),
            (Text, "$x$ h; $y$ $x$"),
            (Text, "E'i\\'j'"),
            (Symbol, "$"),
            (Word, "1"),
            (Symbol, ";"),
        ];
        assert_eq!(texts(sql, Dialect::Postgres), expected);
        let sql = "[a;b] `c``d` 'x\\'";
        assert_eq!(texts(sql, Dialect::Sqlite), [(Name, "[a;b]"), (Name, "`c``d`"), (Text, "'x\\'")]);
    }

    #[test]
    fn comments_nest_on_postgres_alone() {
        let sql = "/* a /* b */ c */ d";
        assert_eq!(texts(sql, Dialect::Postgres).len(), 2);
        assert_eq!(texts(sql, Dialect::Sqlite)[1], (TokenKind::Word, "c"));
    }

    #[test]
    fn what_is_not_closed_reaches_to_the_end() {
        for sql in ["'a;", "\"a;", "/* a;", "$a$ a;", "E'a\\", "$", "é", "'é"] {
            let all = tokens(sql, Dialect::Postgres);
            assert_eq!((all.len(), all[0].span.clone()), (1, 0..sql.len()), "{sql}");
        }
    }

    #[test]
    fn names_are_as_they_are_stored() {
        let name = |sql: &str, dialect| tokens(sql, dialect)[0].name(sql, dialect);
        assert_eq!(name("User", Dialect::Postgres).as_deref(), Some("user"));
        assert_eq!(name("\"Us\"\"er\"", Dialect::Postgres).as_deref(), Some("Us\"er"));
        assert_eq!(name("[User]", Dialect::Sqlite).as_deref(), Some("User"));
        assert_eq!(name("'x'", Dialect::Sqlite), None);
    }
}
