//! What the text of a file says about itself: what it accepts, its order, and whether a statement stands alone.

use super::{FileLinter, Subject};
use crate::db::Dialect;
use crate::migrate::lint::effect::Effect;
use crate::migrate::lint::script::{Script, Statement};
use crate::migrate::lint::{Code, Context, Finding, MigrationText};

/// The longest name of PostgreSQL, in bytes.
const MAX_NAME: usize = 63;

/// The most columns of an index that are worth it.
const MAX_INDEX_COLUMNS: usize = 3;

/// The beginning of a statement.
pub(super) fn in_one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Marks what the file accepts, and adds what is wrong with that.
pub(super) fn accept(findings: &mut Vec<Finding>, migration: &MigrationText<'_>, dialect: Dialect) {
    let script = Script::of(dialect, migration.sql);
    let mut wrong = Vec::new();
    for allow in script.allows() {
        let mut report = |code: Code, message: String| {
            wrong.push(Finding {
                line: allow.line,
                statement: format!("-- allow {}", allow.code),
                message,
                code,
                file: migration.name.to_owned(),
                table: None,
                column: None,
                lock: None,
                recipe: code.recipe(),
                facts: Vec::new(),
                allowed: None,
                probe: None,
            });
        };
        let Some(code) = Code::of(allow.code) else {
            let like =
                Code::like(allow.code).map_or_else(String::new, |code| format!("; did you mean `{code}`?"));
            report(Code::AllowWithoutReason, format!("there is no code `{}`{like}", allow.code));
            continue;
        };
        if allow.reason.is_empty() {
            report(Code::AllowWithoutReason, format!("`{code}` is accepted without a reason"));
            continue;
        }
        let mut accepted = false;
        for finding in
            findings.iter_mut().filter(|finding| finding.file == migration.name && finding.code == code)
        {
            finding.allowed = Some(allow.reason.to_owned());
            accepted = true;
        }
        if !accepted {
            report(Code::AllowUnused, format!("`{code}` is accepted, but is not found"));
        }
    }
    findings.extend(wrong);
}

impl FileLinter<'_> {
    pub(super) fn check_order(&mut self, context: &Context) {
        let file = self.file.rsplit('/').next().unwrap_or_default();
        let version = file.split('_').next().and_then(|version| version.parse::<i64>().ok());
        if let (Some(version), Some(last)) = (version, context.last_applied)
            && version < last
        {
            let message = format!(
                "its version is before {last}, which is applied: databases differ in what came first"
            );
            self.report(Code::OutOfOrder, Subject::default(), message);
        }
    }

    /// What runs without a transaction stands alone, so that a failure leaves one state; the rest is in one.
    pub(super) fn check_alone(&mut self, statements: &[(Statement<'_>, Vec<Effect>)]) {
        if self.dialect == Dialect::Sqlite || !self.script.outside_transaction() {
            return;
        }
        if let [_, (second, _), ..] = statements {
            self.findings.push(Finding {
                line: second.line,
                statement: in_one_line(second.text),
                ..self.finding(
                    Code::StatementNotAlone,
                    Subject::default(),
                    "the file has no transaction and more than one statement: a failure leaves a part of it done".to_owned(),
                )
            });
        }
    }

    /// What cannot run in a transaction, and what only the runner may do.
    pub(super) fn check_transaction(&mut self, effect: &Effect) {
        let in_transaction = self.dialect == Dialect::Postgres && !self.script.outside_transaction();
        let outside_only = match effect {
            Effect::CreateIndex { concurrently: true, .. } => Some("CREATE INDEX CONCURRENTLY"),
            Effect::DropIndex { concurrently: true, .. } => Some("DROP INDEX CONCURRENTLY"),
            Effect::Reindex { concurrently: true, .. } => Some("REINDEX CONCURRENTLY"),
            Effect::OutsideTransaction { what } => Some(what.as_str()),
            Effect::Transaction { what } => {
                let message = format!("`{what}`: the runner begins and ends the transaction of a migration");
                self.report(Code::TransactionInFile, Subject::default(), message);
                None
            }
            _ => None,
        };
        if let Some(what) = outside_only.filter(|_| in_transaction) {
            let message = format!("`{what}` cannot run in a transaction, and the file is one");
            self.report(Code::ConcurrentlyInTransaction, Subject::default(), message);
        }
    }

    pub(super) fn check_names(&mut self, effect: &Effect) {
        if self.dialect == Dialect::Sqlite {
            return;
        }
        for name in effect.new_names() {
            if name.len() > MAX_NAME {
                let message =
                    format!("`{name}` is {} bytes long; PostgreSQL keeps {MAX_NAME} of them", name.len());
                self.report(Code::NameTooLong, Subject::default(), message);
            }
        }
    }

    pub(super) fn check_index(&mut self, effect: &Effect) {
        let Effect::CreateIndex { table, index, .. } = effect else { return };
        if !index.unique && index.columns.len() > MAX_INDEX_COLUMNS {
            let message = format!("the index `{}` has {} columns", index.name, index.columns.len());
            self.report(Code::IndexWide, Subject::table(table), message);
        }
    }
}
