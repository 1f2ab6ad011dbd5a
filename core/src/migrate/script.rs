//! A migration's text as what is done in order: statements, and assertions before or between them.

pub(in crate::migrate) mod concurrently;
pub(in crate::migrate) mod tokens;

use std::ops::Range;

use crate::db::Dialect;
use crate::migrate::header::{ASSERT, PART, rebuilt_table};
use tokens::{Lines, Token, TokenKind, tokens};

/// A migration's text, in the order in which it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) struct Script<'s> {
    pub(in crate::migrate) steps: Vec<ScriptStep<'s>>,
    /// Each statement, from its first word to its semicolon.
    pub(in crate::migrate) statements: Vec<SqlStatement<'s>>,
}

/// A step of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) enum ScriptStep<'s> {
    /// Statements, with the comments between them.
    Sql {
        text: &'s str,
        /// The lines of the file before it.
        lines_before: usize,
    },
    /// `-- assert: …`
    Assert(Assertion<'s>),
    /// What follows replaces a table.
    Rebuild(String),
    /// The text of another migration begins.
    Part,
}

/// A query with one row and one column, which must be true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::migrate) struct Assertion<'s> {
    /// The query, without a semicolon.
    pub(in crate::migrate) query: &'s str,
    /// X, when the query is `select not exists (X)`.
    pub(in crate::migrate) counterexamples: Option<&'s str>,
}

/// One statement of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) struct SqlStatement<'s> {
    pub(in crate::migrate) text: &'s str,
    /// The line on which it begins, from 1.
    pub(in crate::migrate) line: usize,
    /// Its first words, in lower case.
    pub(in crate::migrate) verb: [String; 2],
}

/// What is wrong with a script, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) struct ScriptProblem {
    pub(in crate::migrate) line: usize,
    pub(in crate::migrate) reason: &'static str,
}

impl<'s> Script<'s> {
    /// Reads a migration's text.
    pub(in crate::migrate) fn parse(sql: &'s str, dialect: Dialect) -> Result<Self, ScriptProblem> {
        let script = Self { steps: Vec::new(), statements: Vec::new() };
        let mut reader = Reader { sql, dialect, lines: Lines::of(sql), begin: 0, script };
        let mut statement = Vec::new();
        for token in tokens(sql, dialect) {
            if token.is_comment() {
                reader.comment(&token, !statement.is_empty())?;
                continue;
            }
            let ends = token.is_symbol(sql, ";");
            if ends && statement.is_empty() {
                continue;
            }
            statement.push(token);
            if ends && is_whole(sql, &statement) {
                reader.statement(&statement);
                statement.clear();
            }
        }
        if !statement.is_empty() {
            reader.statement(&statement);
        }
        reader.flush(sql.len());
        Ok(reader.script)
    }

    /// The first statement that would end the transaction that the runner has begun.
    pub(in crate::migrate) fn transaction_control(&self) -> Option<&SqlStatement<'s>> {
        self.statements.iter().find(|statement| {
            let [first, second] = &statement.verb;
            match first.as_str() {
                "begin" | "commit" | "end" | "abort" => true,
                "start" | "prepare" => second == "transaction",
                "rollback" => second != "to" && !statement.text.to_lowercase().contains(" to "),
                _ => false,
            }
        })
    }
}

struct Reader<'s> {
    sql: &'s str,
    dialect: Dialect,
    lines: Lines,
    /// Where the statements begin that are not a step yet.
    begin: usize,
    script: Script<'s>,
}

impl<'s> Reader<'s> {
    fn comment(&mut self, token: &Token, within_statement: bool) -> Result<(), ScriptProblem> {
        let line = token.text(self.sql);
        let begins_line = self.sql[..token.span.start].rsplit('\n').next().is_some_and(str::is_empty);
        if token.kind != TokenKind::LineComment || !begins_line {
            return Ok(());
        }
        let step = if let Some(query) = line.strip_prefix(ASSERT) {
            let problem = |reason| ScriptProblem { line: self.line(token.span.start), reason };
            if within_statement {
                return Err(problem("`-- assert:` stands within a statement; write it before or after it"));
            }
            ScriptStep::Assert(Assertion::parse(query, self.dialect).map_err(problem)?)
        } else if within_statement {
            return Ok(());
        } else if let Some(table) = rebuilt_table(line) {
            ScriptStep::Rebuild(table)
        } else if line.starts_with(PART) {
            ScriptStep::Part
        } else {
            return Ok(());
        };
        self.flush(token.span.start);
        self.begin = token.span.end;
        self.script.steps.push(step);
        Ok(())
    }

    fn statement(&mut self, tokens: &[Token]) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return };
        let word = |at: usize| {
            tokens.get(at).map_or_else(String::new, |token| token.text(self.sql).to_ascii_lowercase())
        };
        self.script.statements.push(SqlStatement {
            text: &self.sql[first.span.start..last.span.end],
            line: self.line(first.span.start),
            verb: [word(0), word(1)],
        });
    }

    /// Makes a step of the statements up to here.
    fn flush(&mut self, end: usize) {
        let text = &self.sql[self.begin..end];
        let has_statement = tokens(text, self.dialect).iter().any(|token| !token.is_comment());
        if has_statement {
            let lines_before = self.line(self.begin) - 1;
            self.script.steps.push(ScriptStep::Sql { text, lines_before });
        }
        self.begin = end;
    }

    fn line(&self, at: usize) -> usize {
        self.lines.number(at)
    }
}

/// Whether a semicolon at the end of these tokens ends the statement: not within parentheses, nor within the body of a
/// trigger or of a function in SQL.
pub(in crate::migrate) fn is_whole(sql: &str, statement: &[Token]) -> bool {
    let count = |symbol| statement.iter().filter(|token| token.is_symbol(sql, symbol)).count();
    if count("(") > count(")") {
        return false;
    }
    let has_body = statement[0].is_word(sql, "create")
        && statement
            .iter()
            .take(6)
            .any(|token| ["trigger", "function", "procedure"].iter().any(|word| token.is_word(sql, word)));
    if !has_body {
        return true;
    }
    let words = |word: &str| statement.iter().filter(|token| token.is_word(sql, word)).count();
    words("begin") + words("case") <= words("end")
}

impl<'s> Assertion<'s> {
    fn parse(text: &'s str, dialect: Dialect) -> Result<Self, &'static str> {
        let text = text.trim();
        let query = text.strip_suffix(';').unwrap_or(text).trim_end();
        let all = tokens(query, dialect);
        let begins = |word: &str| all.first().is_some_and(|token| token.is_word(query, word));
        if !["select", "with", "values"].iter().any(|word| begins(word)) {
            return Err(
                "`-- assert:` is not followed by a query on the same line, like `select not exists (…)`",
            );
        }
        if all.iter().any(|token| token.is_symbol(query, ";")) {
            return Err("`-- assert:` takes one query; write a line for each");
        }
        let counterexamples = counterexamples(query, &all).map(|span| query[span].trim());
        Ok(Self { query, counterexamples })
    }
}

/// The inside of `select not exists (…)`, when that is all of it.
fn counterexamples(query: &str, all: &[Token]) -> Option<Range<usize>> {
    let head = ["select", "not", "exists"];
    let is_head = all.len() > 4 && head.iter().zip(all).all(|(word, token)| token.is_word(query, word));
    if !is_head || !all[3].is_symbol(query, "(") {
        return None;
    }
    let mut depth = 0;
    for (at, token) in all.iter().enumerate().skip(3) {
        depth += i32::from(token.is_symbol(query, "(")) - i32::from(token.is_symbol(query, ")"));
        if depth == 0 {
            let is_last = at == all.len() - 1;
            return is_last.then(|| all[3].span.end..token.span.start);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(sql: &str, dialect: Dialect) -> Vec<&str> {
        Script::parse(sql, dialect).unwrap().statements.iter().map(|statement| statement.text).collect()
    }

    #[test]
    fn a_statement_ends_at_its_own_semicolon() {
        let sql = "CREATE TABLE a (x text DEFAULT ';'); -- one;\n;;\nUPDATE a SET x = $$;$$;INSERT INTO a";
        assert_eq!(
            statements(sql, Dialect::Postgres),
            ["CREATE TABLE a (x text DEFAULT ';');", "UPDATE a SET x = $$;$$;", "INSERT INTO a"]
        );
        let trigger = "CREATE TEMP TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END;";
        assert_eq!(statements(&format!("{trigger} SELECT 1;"), Dialect::Sqlite), [trigger, "SELECT 1;"]);
        let function = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;";
        assert_eq!(statements(&format!("{function} SELECT 1;"), Dialect::Postgres).len(), 2);
        let rule = "CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c);";
        assert_eq!(statements(rule, Dialect::Postgres), [rule]);
    }

    #[test]
    fn assertions_stand_between_the_statements() {
        let sql = "-- why\n-- assert: select not exists (select 1 from a where x = ')');\nALTER TABLE a;\n\
                   -- assert: SELECT count(*) < 3 FROM a\nDROP TABLE a;\nDROP TABLE b;\n";
        let script = Script::parse(sql, Dialect::Postgres).unwrap();
        let [ScriptStep::Assert(first), ScriptStep::Sql { text: one, .. }, ScriptStep::Assert(second), last] =
            script.steps.as_slice()
        else {
            panic!("{script:?}");
        };
        assert_eq!(first.counterexamples, Some("select 1 from a where x = ')'"));
        assert_eq!((second.query, second.counterexamples), ("SELECT count(*) < 3 FROM a", None));
        assert_eq!(one.trim(), "ALTER TABLE a;");
        assert_eq!(*last, ScriptStep::Sql { text: "\nDROP TABLE a;\nDROP TABLE b;\n", lines_before: 3 });
        assert_eq!(script.statements[2].line, 6);
    }

    #[test]
    fn what_is_no_assertion_is_said() {
        for (sql, line) in [
            ("-- assert: x", 1),
            ("-- assert:", 1),
            ("\n-- assert: select 1; select 2", 2),
            ("SELECT\n-- assert: select 1\n1;", 2),
        ] {
            assert_eq!(Script::parse(sql, Dialect::Sqlite).unwrap_err().line, line, "{sql}");
        }
        // In a text, and after something on its line, it is none.
        let sql = "SELECT '\n-- assert: x\n'; -- assert: y\n/*\n-- assert: z\n*/";
        assert_eq!(Script::parse(sql, Dialect::Sqlite).unwrap().steps.len(), 1);
        let other = Assertion::parse(" select not exists (select 1) and true", Dialect::Sqlite).unwrap();
        assert_eq!(other.counterexamples, None);
    }

    #[test]
    fn the_end_of_a_transaction_is_found() {
        let control =
            |sql| Script::parse(sql, Dialect::Postgres).unwrap().transaction_control().map(|s| s.line);
        assert_eq!(control("SELECT 1;\nCOMMIT;"), Some(2));
        assert_eq!(control("START TRANSACTION;"), Some(1));
        assert_eq!(
            control("SAVEPOINT a; ROLLBACK TO SAVEPOINT a; ROLLBACK WORK TO a; DO $$ BEGIN COMMIT; END $$;"),
            None
        );
        assert_eq!(control("ROLLBACK;"), Some(1));
    }
}
