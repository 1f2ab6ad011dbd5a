//! The text of a migration as its header and its statements.

use crate::db::Dialect;

/// A migration's text, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Script<'t> {
    /// The comment lines before the first statement, each with its line number, without `--`.
    pub(crate) header: Vec<(usize, &'t str)>,
    /// The texts of `-- assert:`, wherever they stand.
    pub(crate) asserts: Vec<&'t str>,
    /// The statements, without the comments before them.
    pub(crate) statements: Vec<Statement<'t>>,
}

/// One statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Statement<'t> {
    /// The line that it begins on, from 1.
    pub(crate) line: usize,
    /// Its text, without the semicolon.
    pub(crate) text: &'t str,
}

/// `-- allow CODE: reason`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Allow<'t> {
    pub(super) line: usize,
    pub(super) code: &'t str,
    pub(super) reason: &'t str,
}

impl<'t> Script<'t> {
    pub(crate) fn of(dialect: Dialect, text: &'t str) -> Self {
        let mut script = Self::default();
        let mut reader = Reader { dialect, text, at: 0, line: 1 };
        while let Some(piece) = reader.next() {
            match piece {
                Piece::Comment { line, text } => {
                    let text = text.trim();
                    script.asserts.extend(text.strip_prefix("assert:").map(str::trim));
                    if script.statements.is_empty() {
                        script.header.push((line, text));
                    }
                }
                Piece::Statement(statement) => script.statements.push(statement),
            }
        }
        script
    }

    /// Whether the file runs without a transaction.
    pub(crate) fn outside_transaction(&self) -> bool {
        self.header.first().is_some_and(|(line, text)| *line == 1 && text.starts_with("no-transaction"))
    }

    /// Whether no older version of the program runs when it is applied.
    pub(super) fn is_contract(&self) -> bool {
        self.header.iter().any(|(_, text)| *text == "entify: contract")
    }

    /// The tables that it replaces, by its header.
    pub(super) fn rebuilds(&self) -> impl Iterator<Item = String> {
        let names = self.header.iter().filter_map(|(_, text)| text.strip_prefix("entify: rebuilds "));
        names.map(|name| name.trim().trim_matches('"').replace("\"\"", "\""))
    }

    pub(super) fn allows(&self) -> impl Iterator<Item = Allow<'t>> {
        self.header.iter().filter_map(|(line, text)| {
            let rest = text.strip_prefix("allow ")?;
            let (code, reason) = rest.split_once(':').unwrap_or((rest, ""));
            Some(Allow { line: *line, code: code.trim(), reason: reason.trim() })
        })
    }
}

/// The words of a text that may be names.
pub(super) fn names(sql: &str) -> impl Iterator<Item = &str> {
    sql.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).filter(|name| !name.is_empty())
}

enum Piece<'t> {
    Comment { line: usize, text: &'t str },
    Statement(Statement<'t>),
}

struct Reader<'t> {
    dialect: Dialect,
    text: &'t str,
    at: usize,
    line: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Option<Piece<'t>> {
        loop {
            let rest = &self.text[self.at..];
            let first = rest.chars().next()?;
            if first.is_whitespace() || first == ';' {
                self.skip(first.len_utf8());
            } else if rest.starts_with("--") {
                let line = self.line;
                let length = rest.find('\n').unwrap_or(rest.len());
                self.skip(length);
                return Some(Piece::Comment { line, text: &rest[2..length] });
            } else if rest.starts_with("/*") {
                self.skip(comment(rest));
            } else {
                return Some(Piece::Statement(self.statement()));
            }
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.line += self.text[self.at..self.at + bytes].matches('\n').count();
        self.at += bytes;
    }

    fn statement(&mut self) -> Statement<'t> {
        let (start, line) = (self.at, self.line);
        let mut blocks = Blocks::default();
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            if rest.starts_with(';') && blocks.depth == 0 {
                break;
            }
            let length = token(rest, self.dialect);
            blocks.see(&rest[..length]);
            self.skip(length);
        }
        Statement { line, text: self.text[start..self.at].trim_end() }
    }
}

/// The length of what begins here: a text, a name, a comment, a word, a character.
fn token(rest: &str, dialect: Dialect) -> usize {
    let first = rest.chars().next().unwrap_or_default();
    match first {
        '\'' | '"' | '`' => {
            let escapes = false;
            closed(rest, first, escapes)
        }
        'e' | 'E' if dialect == Dialect::Postgres && rest[1..].starts_with('\'') => {
            1 + closed(&rest[1..], '\'', true)
        }
        '[' if dialect == Dialect::Sqlite => rest.find(']').map_or(rest.len(), |end| end + 1),
        '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
        '/' if rest.starts_with("/*") => comment(rest),
        '$' if dialect == Dialect::Postgres => dollar_quoted(rest).unwrap_or(1),
        _ if first.is_alphanumeric() || first == '_' => {
            rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len())
        }
        _ => first.len_utf8(),
    }
}

/// A quote in a quote is written twice, or after a backslash where those escape.
fn closed(rest: &str, quote: char, escapes: bool) -> usize {
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, char)) = chars.next() {
        if char == '\\' && escapes {
            chars.next();
        } else if char == quote {
            if rest[at + 1..].starts_with(quote) {
                chars.next();
            } else {
                return at + 1;
            }
        }
    }
    rest.len()
}

/// Comments of this kind are nested in PostgreSQL; SQLite ends at the first end, which no migration tells apart.
fn comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn dollar_quoted(rest: &str) -> Option<usize> {
    let tag_end = 1 + rest[1..].find('$')?;
    let tag = &rest[..=tag_end];
    if !tag[1..tag_end].chars().all(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let body = &rest[tag.len()..];
    Some(body.find(tag).map_or(rest.len(), |end| tag.len() + end + tag.len()))
}

/// The bodies of triggers and functions, in which a semicolon ends no statement.
#[derive(Default)]
struct Blocks {
    words: Vec<String>,
    depth: usize,
}

impl Blocks {
    fn see(&mut self, token: &str) {
        if !token.starts_with(|c: char| c.is_alphabetic()) {
            return;
        }
        let word = token.to_uppercase();
        if self.words.len() < 4 {
            self.words.push(word.clone());
        }
        let has_body = self.words[0] == "CREATE"
            && self.words.iter().any(|word| matches!(&**word, "TRIGGER" | "FUNCTION" | "PROCEDURE"));
        match &*word {
            "BEGIN" if has_body => self.depth += 1,
            "CASE" if self.depth > 0 => self.depth += 1,
            "END" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(dialect: Dialect, text: &str) -> Vec<(usize, String)> {
        let script = Script::of(dialect, text);
        script.statements.iter().map(|statement| (statement.line, statement.text.to_owned())).collect()
    }

    #[test]
    fn statements_end_where_the_database_ends_them() {
        let text = "-- no-transaction\n-- why\nSELECT ';', \"a;b\", E'\\';' /* ; */; DO $x$ BEGIN ; END $x$;\n\nSELECT 2 -- ;\n";
        let expected = [
            (3, "SELECT ';', \"a;b\", E'\\';' /* ; */".to_owned()),
            (3, "DO $x$ BEGIN ; END $x$".to_owned()),
            (5, "SELECT 2 -- ;".to_owned()),
        ];
        assert_eq!(statements(Dialect::Postgres, text), expected);
        let trigger =
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; SELECT 1; END";
        let text = format!("{trigger};\nDROP TABLE [a;b];");
        assert_eq!(
            statements(Dialect::Sqlite, &text),
            [(1, trigger.to_owned()), (2, "DROP TABLE [a;b]".to_owned())]
        );
        assert_eq!(statements(Dialect::Postgres, "SELECT 'open"), [(1, "SELECT 'open".to_owned())]);
    }

    #[test]
    fn the_header_ends_at_the_first_statement() {
        let text = "-- no-transaction\n-- allow drop-table: nobody reads it\n-- allow drop-column\nSELECT 1;\n\
                    -- allow index-wide: too late\n-- assert: select not exists (select 1 from \"album\")\n";
        let script = Script::of(Dialect::Postgres, text);
        assert!(script.outside_transaction() && !script.is_contract());
        assert_eq!(script.asserts, ["select not exists (select 1 from \"album\")"]);
        let allows: Vec<_> = script.allows().collect();
        assert_eq!(allows[0], Allow { line: 2, code: "drop-table", reason: "nobody reads it" });
        assert_eq!((allows[1].code, allows[1].reason, allows.len()), ("drop-column", "", 2));
    }
}
