//! The statements that bring a database from one schema to another, in files.
//!
//! A plan is a list of [`Op`]s, each with its way back, so that every file has its inverse. SQLite is one process with its
//! program: its plan is one file. On PostgreSQL other versions of the program run meanwhile, and tables are large, so a plan has
//! stages: what takes a lock for a moment, what fills rows in batches, what reads all rows under a weak lock, what cannot run
//! in a transaction; and all of it once for what both versions of a program can live with, and once for the rest.

mod asserts;
mod cast;
mod expand;
mod postgres;
mod sqlite;
mod sync;
mod values;

use crate::db::{Dialect, literal};

pub(super) use cast::empty_value;
pub(super) use expand::{OneStep, expand, retyped};
pub(super) use postgres::plan as postgres;
pub(super) use sqlite::plan as sqlite;

/// One statement, and what and why it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) comment: String,
    pub(super) sql: String,
}

impl Step {
    pub(super) fn new(comment: impl Into<String>, sql: impl Into<String>) -> Self {
        Self { comment: comment.into(), sql: sql.into() }
    }
}

/// When the statements of a file run, and with which others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// What takes a strong lock for a moment only, in one transaction.
    Change,
    /// What fills rows in batches: each statement alone, outside a transaction.
    Fill,
    /// What reads all rows, under locks that let others read and write.
    Validate,
    /// What is over in a moment once they are read, and takes a strong lock: in the same file, after all that reads.
    Require,
    /// What builds indexes beside others' writes: each statement alone, outside a transaction.
    Index,
    /// What makes constraints of indexes that are there.
    Attach,
}

impl Stage {
    /// Whether each statement is a file of its own, outside a transaction.
    pub(super) fn is_alone(self) -> bool {
        matches!(self, Self::Fill | Self::Index)
    }

    /// Whether what is of this stage goes on in the file of the other one.
    fn continues(self, before: Self) -> bool {
        !self.is_alone() && (self == before || (before, self) == (Self::Validate, Self::Require))
    }

    /// What a file of it is called beside the first.
    fn label(self) -> &'static str {
        match self {
            Self::Change => "",
            Self::Fill => "fill",
            Self::Validate | Self::Require => "validate",
            Self::Index => "index",
            Self::Attach => "attach",
        }
    }
}

/// One change and its way back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Op {
    pub(super) stage: Stage,
    /// Queries that must be true before anything is changed.
    pub(super) asserts: Vec<String>,
    pub(super) up: Vec<Step>,
    pub(super) down_asserts: Vec<String>,
    pub(super) down: Vec<Step>,
}

impl Op {
    pub(super) fn new(stage: Stage, up: Step, down: Step) -> Self {
        Self::of(stage, vec![up], vec![down])
    }

    /// Several statements, each way.
    pub(super) fn of(stage: Stage, up: Vec<Step>, down: Vec<Step>) -> Self {
        Self { stage, asserts: Vec::new(), up, down_asserts: Vec::new(), down }
    }

    /// A change that needs no way back: that of another one does it.
    pub(super) fn one_way(stage: Stage, up: Step) -> Self {
        Self::of(stage, vec![up], Vec::new())
    }

    pub(super) fn asserting(mut self, query: Option<String>) -> Self {
        self.asserts.extend(query);
        self
    }

    pub(super) fn down_asserting(mut self, query: Option<String>) -> Self {
        self.down_asserts.extend(query);
        self
    }
}

/// The two files of a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FilePlan {
    /// What distinguishes it from the others of one change.
    pub(super) label: String,
    /// It holds one statement, which runs outside a transaction.
    pub(super) alone: bool,
    /// It is for when no older version of the program runs.
    pub(super) contract: bool,
    /// What it drops is in columns that stay.
    pub(super) only_moves: bool,
    pub(super) up: Script,
    pub(super) down: Script,
}

/// One direction of a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Script {
    /// SQLite: the tables that are replaced.
    pub(super) rebuilds: Vec<String>,
    pub(super) asserts: Vec<String>,
    pub(super) steps: Vec<Step>,
}

/// The statement that gives what was recorded of a table's rows to the table's new name.
fn history_statement(from: &str, to: &str, dialect: Dialect) -> String {
    let (from, to) = (literal(from, dialect), literal(to, dialect));
    format!("UPDATE \"entify_history\" SET \"entity\" = {to} WHERE \"entity\" = {from}")
}

/// Puts changes into files, in the order of their stages. What must be true is asked by the first one, before anything is
/// changed.
pub(super) fn files(ops: Vec<Op>, contract: bool) -> Vec<FilePlan> {
    let mut ops = ops;
    ops.sort_by_key(|op| op.stage);
    let mut asserts: Vec<String> = Vec::new();
    for assert in ops.iter_mut().flat_map(|op| std::mem::take(&mut op.asserts)) {
        if !asserts.contains(&assert) {
            asserts.push(assert);
        }
    }
    let mut files: Vec<(Stage, FilePlan)> = Vec::new();
    for op in ops {
        let joins = files.last().is_some_and(|(stage, _)| op.stage.continues(*stage));
        if !joins {
            let label = match (contract, op.stage.label()) {
                (true, "") => "contract".to_owned(),
                (true, label) => format!("contract_{label}"),
                (false, label) => label.to_owned(),
            };
            files.push((
                op.stage,
                FilePlan { label, alone: op.stage.is_alone(), contract, ..FilePlan::default() },
            ));
        }
        if let Some((stage, file)) = files.last_mut() {
            *stage = op.stage;
            file.up.steps.extend(op.up);
            file.down.asserts.extend(op.down_asserts);
            file.down.steps.splice(0..0, op.down);
        }
    }
    if let Some((_, file)) = files.first_mut() {
        file.up.asserts = asserts;
    }
    files.into_iter().map(|(_, file)| file).collect()
}

/// All changes in one file, whatever locks that takes.
pub(super) fn one_file(ops: Vec<Op>) -> FilePlan {
    let change = |op: Op| Op { stage: Stage::Change, ..op };
    let mut ops = ops;
    ops.sort_by_key(|op| op.stage);
    files(ops.into_iter().map(change).collect(), false).into_iter().next().unwrap_or_default()
}

impl FilePlan {
    /// The text of a file.
    pub(super) fn text(&self, script: &Script, settings: &[&str], allowed: &[String]) -> String {
        let mut text = String::new();
        let mut line = |line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        if self.alone {
            line("-- no-transaction");
        }
        if self.contract {
            line("-- entify: contract");
            line("-- Apply this once no older version of the program runs: `migrate up --contract`.");
        }
        script.rebuilds.iter().for_each(|table| line(&format!("-- entify: rebuilds \"{table}\"")));
        allowed.iter().for_each(|allowed| line(&format!("-- allow {allowed}")));
        script.asserts.iter().for_each(|query| line(&format!("-- assert: {query}")));
        if !self.alone && !script.steps.is_empty() {
            settings.iter().for_each(|setting| line(&format!("{setting};")));
        }
        for step in &script.steps {
            if !text.is_empty() {
                text.push('\n');
            }
            text.extend(step.comment.lines().map(|comment| format!("-- {comment}\n")));
            text.push_str(&step.sql);
            text.push_str(";\n");
        }
        if script.steps.is_empty() {
            text.push_str("-- Nothing to take back: another file of this change does it.\n");
        }
        text
    }
}
