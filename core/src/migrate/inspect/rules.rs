//! Conditions and defaults that options say.

use crate::migrate::live::tokens::{Token, TokenKind, tokens};

/// What a condition says of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ColumnRule {
    /// At least, or more than, where `exclusive`.
    Min { number: String, exclusive: bool },
    /// At most, or less than, where `exclusive`.
    Max { number: String, exclusive: bool },
    /// One of these texts.
    In(Vec<String>),
    /// A length in characters.
    Length { at_least: bool, number: u32 },
}

/// The rules of a condition that consists of nothing else, each with its column.
pub(super) fn read(sql: &str) -> Option<Vec<(String, ColumnRule)>> {
    let plain = plain(sql)?;
    let mut reader = Reader { tokens: tokens(&plain), at: 0 };
    reader.tokens.retain(|token| !token.is_symbol("(") && !token.is_symbol(")"));
    reader.tokens = without_casts(reader.tokens);
    let mut rules = Vec::new();
    loop {
        reader.rule(&mut rules)?;
        match reader.next() {
            None => return Some(rules),
            Some(token) if token.is("and") => {}
            Some(_) => return None,
        }
    }
}

/// Lists in parentheses, as tokens read them.
fn plain(sql: &str) -> Option<String> {
    let texts = || sql.split('\'').skip(1).step_by(2);
    if texts().any(|text| text.contains(['[', ']', '(', ')'])) {
        return None;
    }
    if !sql.contains("ARRAY[") {
        return Some(sql.replace("[]", ""));
    }
    Some(sql.replace("[]", "").replace("ARRAY[", "(").replace(']', ")"))
}

/// `x::character varying(20)` -> `x`.
fn without_casts(all: Vec<Token<'_>>) -> Vec<Token<'_>> {
    const PARTS: [&str; 7] = ["varying", "precision", "without", "with", "time", "zone", "\""];
    let mut kept: Vec<Token<'_>> = Vec::new();
    let mut tokens = all.into_iter().peekable();
    while let Some(token) = tokens.next() {
        if !token.is_symbol("::") {
            kept.push(token);
            continue;
        }
        tokens.next();
        while tokens.next_if(|token| PARTS.iter().any(|part| token.is(part))).is_some() {}
        // The digits of its length; the parentheses were taken away.
        while tokens.next_if(|token| token.text.bytes().all(|byte| byte.is_ascii_digit())).is_some() {}
    }
    kept
}

struct Reader<'s> {
    tokens: Vec<Token<'s>>,
    at: usize,
}

impl<'s> Reader<'s> {
    fn next(&mut self) -> Option<Token<'s>> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn rule(&mut self, rules: &mut Vec<(String, ColumnRule)>) -> Option<()> {
        let mut column = self.next()?;
        let is_length = column.is("length") || column.is("char_length") || column.is("character_length");
        if is_length {
            column = self.next()?;
        }
        let is_column = match column.kind {
            TokenKind::Name => true,
            TokenKind::Word => !column.text.starts_with(|char: char| char.is_ascii_digit()),
            TokenKind::Text | TokenKind::Symbol => false,
        };
        if !is_column {
            return None;
        }
        let name = column.name();
        let operator = self.next()?;
        if operator.is("between") {
            let least = self.number()?;
            self.next().filter(|token| token.is("and"))?;
            let most = self.number()?;
            rules.push((name.clone(), bound(is_length, true, false, least)?));
            rules.push((name, bound(is_length, false, false, most)?));
            return Some(());
        }
        let is_any = operator.is_symbol("=") && self.tokens.get(self.at).is_some_and(|token| token.is("any"));
        if is_any || operator.is("in") {
            self.at += usize::from(is_any);
            rules.push((name, ColumnRule::In(self.texts()?)));
            return Some(());
        }
        let (at_least, exclusive) = match operator.text {
            ">=" => (true, false),
            ">" => (true, true),
            "<=" => (false, false),
            "<" => (false, true),
            _ => return None,
        };
        let number = self.number()?;
        rules.push((name, bound(is_length, at_least, exclusive, number)?));
        Some(())
    }

    fn number(&mut self) -> Option<String> {
        let mut token = self.next()?;
        let sign = if token.is_symbol("-") { "-" } else { "" };
        if !sign.is_empty() {
            token = self.next()?;
        }
        let digits = token.text.trim_matches('\'');
        number(&format!("{sign}{digits}"))
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        let mut texts = Vec::new();
        loop {
            let token = self.next().filter(|token| token.kind == TokenKind::Text)?;
            texts.push(token.name());
            match self.tokens.get(self.at) {
                Some(comma) if comma.is_symbol(",") => self.at += 1,
                _ => return Some(texts),
            }
        }
    }
}

fn bound(is_length: bool, at_least: bool, exclusive: bool, number: String) -> Option<ColumnRule> {
    if is_length {
        let length: u32 = number.parse().ok()?;
        let number = match (exclusive, at_least) {
            (false, _) => length,
            (true, true) => length + 1,
            (true, false) => length.checked_sub(1)?,
        };
        return Some(ColumnRule::Length { at_least, number });
    }
    Some(match at_least {
        true => ColumnRule::Min { number, exclusive },
        false => ColumnRule::Max { number, exclusive },
    })
}

/// Digits as Rust and entify write them.
fn number(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let mut parts = digits.split('.');
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let whole = parts.next().filter(|part| are_digits(part))?;
    let is_number = whole.len() < 19 && parts.next().is_none_or(are_digits) && parts.next().is_none();
    is_number.then(|| text.to_owned())
}

/// A default that is the same for every row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DefaultValue {
    /// A text, or what is written as one.
    Text(String),
    /// Digits.
    Number(String),
    /// A truth value.
    Bool(bool),
    /// The time of the insertion.
    Now,
}

/// None for what no option says.
pub(super) fn read_default(sql: &str) -> Option<DefaultValue> {
    let plain = sql.replace("[]", "");
    let all = tokens(&plain);
    let inner: Vec<Token<'_>> =
        all.into_iter().filter(|token| !token.is_symbol("(") && !token.is_symbol(")")).collect();
    let kept = without_casts(inner);
    let is_now = |word: &Token<'_>| word.is("now") || word.is("current_timestamp");
    Some(match kept.as_slice() {
        [text] if text.kind == TokenKind::Text => DefaultValue::Text(text.name()),
        [word] if word.is("true") => DefaultValue::Bool(true),
        [word] if word.is("false") => DefaultValue::Bool(false),
        [word] if is_now(word) => DefaultValue::Now,
        [digits] if digits.kind == TokenKind::Word => DefaultValue::Number(number(digits.text)?),
        [minus, digits] if minus.is_symbol("-") => {
            DefaultValue::Number(number(&format!("-{}", digits.text))?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn min(number: &str, exclusive: bool) -> ColumnRule {
        ColumnRule::Min { number: number.to_owned(), exclusive }
    }

    fn max(number: &str, exclusive: bool) -> ColumnRule {
        ColumnRule::Max { number: number.to_owned(), exclusive }
    }

    #[test]
    fn conditions_of_both_databases_are_read() {
        let of = |column: &str, rules: &[ColumnRule]| {
            Some(rules.iter().map(|rule| (column.to_owned(), rule.clone())).collect::<Vec<_>>())
        };
        assert_eq!(read("((stars >= 0) AND (stars <= 5))"), of("stars", &[min("0", false), max("5", false)]));
        assert_eq!(read("stars between -1 and 5"), of("stars", &[min("-1", false), max("5", false)]));
        assert_eq!(read("(\"Price\" > (0)::numeric)"), of("Price", &[min("0", true)]));
        assert_eq!(read("(price < '1.5'::double precision)"), of("price", &[max("1.5", true)]));
        let texts = of("status", &[ColumnRule::In(vec!["a".to_owned(), "it's".to_owned()])]);
        let array =
            "((status)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character varying])::text[]))";
        assert_eq!(read(array), texts);
        assert_eq!(read("status in ('a', 'it''s')"), texts);
        assert_eq!(
            read("(char_length((name)::text) > 2)"),
            of("name", &[ColumnRule::Length { at_least: true, number: 3 }])
        );
        for other in ["(a > b)", "((a > 0) OR (b > 0))", "NOT a", "a = 'x'", "(a + 1) > 0", "a in (1, 2)", ""]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn literal_defaults_are_read() {
        assert_eq!(read_default("'x'::character varying(20)"), Some(DefaultValue::Text("x".to_owned())));
        assert_eq!(read_default("(0)::numeric"), Some(DefaultValue::Number("0".to_owned())));
        assert_eq!(read_default("-1.5"), Some(DefaultValue::Number("-1.5".to_owned())));
        assert_eq!(read_default("now()"), Some(DefaultValue::Now));
        assert_eq!(read_default("CURRENT_TIMESTAMP"), Some(DefaultValue::Now));
        assert_eq!(read_default("true"), Some(DefaultValue::Bool(true)));
        assert_eq!(read_default("nextval('a_seq'::regclass)"), None);
        assert_eq!(read_default("gen_random_uuid()"), None);
    }
}
