//! The text of a migration as its header and its statements.

use crate::db::Dialect;
use crate::migrate::header::Header;
use crate::migrate::script::is_whole;
use crate::migrate::script::tokens::{Lines, Token, TokenKind, tokens};

/// A migration's text, taken apart. What the runner would refuse is taken as far as it goes.
#[derive(Debug)]
pub(crate) struct Script<'t> {
    /// What the runner reads in the comments before the first statement.
    marks: Header,
    /// Those comment lines, each with its line number, without `--`.
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
        let marks = Header::parse(text);
        let mut script = Self { marks, header: Vec::new(), asserts: Vec::new(), statements: Vec::new() };
        let lines = Lines::of(text);
        let mut open: Vec<Token> = Vec::new();
        for token in tokens(text, dialect) {
            if token.is_comment() {
                if open.is_empty() && token.kind == TokenKind::LineComment {
                    script.comment(lines.number(token.span.start), token.text(text));
                }
                continue;
            }
            let ends = token.is_symbol(text, ";");
            if ends && open.is_empty() {
                continue;
            }
            let start = token.span.start;
            open.push(token);
            if ends && is_whole(text, &open) {
                script.statement(text, &lines, &open, start);
                open.clear();
            }
        }
        script.statement(text, &lines, &open, text.len());
        script
    }

    fn comment(&mut self, line: usize, comment: &'t str) {
        let said = comment[2..].trim();
        self.asserts.extend(said.strip_prefix("assert:").map(str::trim));
        if self.statements.is_empty() {
            self.header.push((line, said));
        }
    }

    fn statement(&mut self, text: &'t str, lines: &Lines, tokens: &[Token], end: usize) {
        if let Some(first) = tokens.first() {
            let line = lines.number(first.span.start);
            self.statements.push(Statement { line, text: text[first.span.start..end].trim_end() });
        }
    }

    /// Whether the file runs without a transaction.
    pub(crate) fn outside_transaction(&self) -> bool {
        self.marks.no_transaction
    }

    /// Whether no older version of the program runs when it is applied.
    pub(super) fn is_contract(&self) -> bool {
        self.marks.contract
    }

    /// The tables that it replaces, by its header.
    pub(super) fn rebuilds(&self) -> &[String] {
        &self.marks.rebuilds
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
