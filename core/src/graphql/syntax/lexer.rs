//! Lexical tokens (specification, section 2.1).

use std::borrow::Cow;

use async_graphql::Pos;

/// One token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    End,
    /// `! $ & ( ) : = @ [ ] { | }`
    Sign(char),
    /// `...`
    Spread,
    Name(&'a str),
    Int(&'a str),
    Float(&'a str),
    String {
        text: Cow<'a, str>,
        block: bool,
    },
}

impl std::fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::End => f.write_str("the end of the document"),
            Self::Sign(sign) => write!(f, "`{sign}`"),
            Self::Spread => f.write_str("`...`"),
            Self::Name(text) | Self::Int(text) | Self::Float(text) => {
                write!(f, "`{}`", crate::types::shorten(text, 40))
            }
            Self::String { .. } => f.write_str("a string"),
        }
    }
}

/// What is wrong with a text, and where.
pub(super) type LexError = (String, Pos);

/// Reads tokens.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    /// Up to where `pos` has counted.
    counted: usize,
    pos: Pos,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, counted: 0, pos: Pos { line: 1, column: 1 } }
    }

    /// The next token and where it starts.
    pub(super) fn next(&mut self) -> Result<(Token<'a>, Pos), LexError> {
        self.skip_ignored();
        let start = self.at;
        let pos = self.position(start);
        let Some(byte) = self.byte(0) else {
            return Ok((Token::End, pos));
        };
        let token = match byte {
            b'!' | b'$' | b'&' | b'(' | b')' | b':' | b'=' | b'@' | b'[' | b']' | b'{' | b'|' | b'}' => {
                self.at += 1;
                Token::Sign(byte.into())
            }
            b'.' if self.rest().starts_with("...") => {
                self.at += 3;
                Token::Spread
            }
            b'"' if self.rest().starts_with("\"\"\"") => self.block_string()?,
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            byte if is_name_start(byte) => {
                self.skip_while(is_name_part);
                Token::Name(&self.text[start..self.at])
            }
            _ => return Err(self.unexpected()),
        };
        Ok((token, pos))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    fn skip_while(&mut self, wanted: fn(u8) -> bool) -> usize {
        let start = self.at;
        while self.byte(0).is_some_and(wanted) {
            self.at += 1;
        }
        self.at - start
    }

    /// Blanks, line ends, commas, comments and byte order marks.
    fn skip_ignored(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => self.at += 1,
                b'#' => {
                    let _ = self.skip_while(|byte| !matches!(byte, b'\r' | b'\n'));
                }
                0xef if self.rest().starts_with('\u{feff}') => self.at += '\u{feff}'.len_utf8(),
                _ => return,
            }
        }
    }

    /// Line and column of a place, which lies behind those asked for before.
    fn position(&mut self, at: usize) -> Pos {
        let mut characters = self.text[self.counted..at].chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                // Counted with the line feed.
                '\r' if characters.peek() == Some(&'\n') => {}
                '\r' | '\n' => self.pos = Pos { line: self.pos.line + 1, column: 1 },
                _ => self.pos.column += 1,
            }
        }
        self.counted = at;
        self.pos
    }

    fn wrong(&mut self, message: impl Into<String>) -> LexError {
        let pos = self.position(self.at);
        (message.into(), pos)
    }

    fn unexpected(&mut self) -> LexError {
        match self.rest().chars().next() {
            Some(character) => {
                self.wrong(format!("the character `{}` is not expected here", character.escape_debug()))
            }
            None => self.wrong("the document ends too early"),
        }
    }

    fn number(&mut self) -> Result<Token<'a>, LexError> {
        let start = self.at;
        self.at += usize::from(self.byte(0) == Some(b'-'));
        let zero = self.byte(0) == Some(b'0');
        self.digits()?;
        if zero && self.text[start..self.at].trim_start_matches('-').len() > 1 {
            self.at = start;
            return Err(self.wrong("a number must not start with a zero that says nothing"));
        }
        let mut float = false;
        if self.byte(0) == Some(b'.') {
            float = true;
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.byte(0), Some(b'e' | b'E')) {
            float = true;
            self.at += 1;
            self.at += usize::from(matches!(self.byte(0), Some(b'+' | b'-')));
            self.digits()?;
        }
        if self.byte(0).is_some_and(|byte| byte == b'.' || is_name_start(byte)) {
            return Err(self.unexpected());
        }
        let text = &self.text[start..self.at];
        Ok(if float { Token::Float(text) } else { Token::Int(text) })
    }

    fn digits(&mut self) -> Result<(), LexError> {
        match self.skip_while(|byte| byte.is_ascii_digit()) {
            0 => Err(self.unexpected()),
            _ => Ok(()),
        }
    }

    fn string(&mut self) -> Result<Token<'a>, LexError> {
        self.at += 1;
        let mut start = self.at;
        let mut text = Cow::Borrowed("");
        loop {
            match self.byte(0) {
                Some(b'"') => {
                    text += &self.text[start..self.at];
                    self.at += 1;
                    return Ok(Token::String { text, block: false });
                }
                Some(b'\\') => {
                    text += &self.text[start..self.at];
                    let character = self.escape()?;
                    text.to_mut().push(character);
                    start = self.at;
                }
                None | Some(b'\r' | b'\n') => return Err(self.wrong("a string is not closed")),
                Some(_) => self.at += 1,
            }
        }
    }

    /// The character that an escape stands for.
    fn escape(&mut self) -> Result<char, LexError> {
        let character = match self.byte(1) {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte.into(),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.wrong("this is not an escape that strings have")),
        };
        self.at += 2;
        Ok(character)
    }

    /// `\u0051`, `\uD83D\uDE00` or `\u{1F600}`.
    fn unicode_escape(&mut self) -> Result<char, LexError> {
        let rest = &self.rest()[2..];
        let read = match rest.strip_prefix('{') {
            Some(rest) => braced(rest).map(|(code, length)| (code, length + 4)),
            None => four_digits(rest).and_then(|code| match code {
                0xd800..=0xdbff => {
                    let low = four_digits(rest[4..].strip_prefix("\\u")?)?;
                    let paired = matches!(low, 0xdc00..=0xdfff);
                    paired.then_some((0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), 12))
                }
                _ => Some((code, 6)),
            }),
        };
        let character = read.and_then(|(code, length)| Some((char::from_u32(code)?, length)));
        let (character, length) =
            character.ok_or_else(|| self.wrong("this escape names no Unicode character"))?;
        self.at += length;
        Ok(character)
    }

    fn block_string(&mut self) -> Result<Token<'a>, LexError> {
        self.at += 3;
        let mut start = self.at;
        let mut raw = Cow::Borrowed("");
        loop {
            let rest = self.rest();
            if rest.starts_with("\"\"\"") {
                raw += &self.text[start..self.at];
                self.at += 3;
                return Ok(Token::String { text: dedented(&raw).into(), block: true });
            }
            if rest.starts_with("\\\"\"\"") {
                raw += &self.text[start..self.at];
                start = self.at + 1;
                self.at += 4;
            } else if rest.is_empty() {
                return Err(self.wrong("a string is not closed"));
            } else {
                self.at += 1;
                while !self.text.is_char_boundary(self.at) {
                    self.at += 1;
                }
            }
        }
    }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The number that four hexadecimal digits say.
fn four_digits(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    // A sign is no digit.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The number before a closing brace, and how many digits it has.
fn braced(text: &str) -> Option<(u32, usize)> {
    let digits = &text[..text.bytes().take_while(u8::is_ascii_hexdigit).count()];
    let closed = text[digits.len()..].starts_with('}');
    let fits = closed && (1..=8).contains(&digits.len());
    fits.then(|| Some((u32::from_str_radix(digits, 16).ok()?, digits.len())))?
}

/// The value of a block string: without the indentation that its lines share and without blank lines at its ends
/// (`BlockStringValue` of the specification).
fn dedented(raw: &str) -> String {
    let unified = raw.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = unified.split('\n').collect();
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let is_blank = |line: &str| indentation(line) == line.len();
    let shared = lines.iter().skip(1).filter(|line| !is_blank(line)).map(|line| indentation(line)).min();
    let cut: Vec<&str> = lines
        .iter()
        .enumerate()
        .map(|(number, line)| match (number, shared) {
            (0, _) | (_, None) => line,
            (_, Some(shared)) => line.get(shared..).unwrap_or_default(),
        })
        .collect();
    let first = cut.iter().position(|line| !is_blank(line)).unwrap_or(cut.len());
    let last = cut.iter().rposition(|line| !is_blank(line)).map_or(first, |last| last + 1);
    cut[first..last].join("\n")
}

#[cfg(test)]
mod tests {
    use super::{Lexer, Token};

    fn tokens(text: &str) -> Result<Vec<Token<'_>>, String> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            match lexer.next() {
                Ok((Token::End, _)) => return Ok(tokens),
                Ok((token, _)) => tokens.push(token),
                Err((message, pos)) => return Err(format!("{}:{} {message}", pos.line, pos.column)),
            }
        }
    }

    fn string(text: &str) -> String {
        match tokens(text).expect("tokens").remove(0) {
            Token::String { text, .. } => text.into_owned(),
            other => panic!("no string but {other}"),
        }
    }

    #[test]
    fn strings_have_every_escape() {
        assert_eq!(string(r#""\u{51}\u0051\uD83D\uDE00\u{1F600}\n\"\/""#), "QQ😀😀\n\"/");
        assert_eq!(string("\"größe\""), "größe");
        for wrong in [
            r#""\u{}""#,
            r#""\uD83D""#,
            r#""\uDE00""#,
            r#""\u{110000}""#,
            r#""\u+123""#,
            r#""\x""#,
            "\"a\nb\"",
            "\"",
        ] {
            assert!(tokens(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn block_strings_lose_what_their_lines_share() {
        assert_eq!(string("\"\"\"\n    a\n      b\n\n    \\\"\"\"c\n  \"\"\""), "a\n  b\n\n\"\"\"c");
        assert_eq!(string("\"\"\" one \"\"\""), " one ");
        assert_eq!(string("\"\"\"\"\"\""), "");
    }

    #[test]
    fn numbers_are_whole_tokens() {
        assert_eq!(tokens("-0 1.5e-3").expect("tokens"), [Token::Int("-0"), Token::Float("1.5e-3")]);
        for wrong in ["01", "1.", ".5", "1e", "+1", "1a", "1.2.3", "--1", "0x1"] {
            assert!(tokens(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn places_are_lines_and_characters() {
        assert_eq!(tokens("\"ü\" ?"), Err("1:5 the character `?` is not expected here".to_owned()));
        assert_eq!(tokens("a\r\n#x\r  ?"), Err("3:3 the character `?` is not expected here".to_owned()));
    }
}
