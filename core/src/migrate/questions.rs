//! What may be one thing under another name: something is gone, and something like it is new.

use crate::migrate::diff::Diff;
use crate::migrate::{Column, MigrateError, Table};

/// Whether something that is gone and something that is new are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameQuestion {
    /// The table of a column; none when a table itself is asked about.
    pub table: Option<String>,
    /// What is gone.
    pub before: String,
    /// What is new.
    pub now: String,
}

impl RenameQuestion {
    fn statement(&self) -> String {
        let Self { table, before, now } = self;
        match table {
            Some(table) => format!("`{now}` of `{table}` may be what was called `{before}`"),
            None => format!("the table `{now}` may be what was called `{before}`"),
        }
    }
}

impl std::fmt::Display for RenameQuestion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { table, before, now } = self;
        match table {
            Some(table) => write!(f, "is `{now}` of `{table}` what was called `{before}`"),
            None => write!(f, "is the table `{now}` what was called `{before}`"),
        }
    }
}

/// What else would be lost.
const DROPPED: [&str; 2] = ["drop-table", "drop-column"];

/// The questions that are answered with yes.
///
/// # Errors
/// [`MigrateError::RenameUnclear`] when there is a question and nobody to ask.
pub(super) fn clarify_with(
    diff: &Diff,
    allow: &[String],
    ask: Option<&mut (dyn FnMut(&RenameQuestion) -> bool + '_)>,
) -> Result<Vec<RenameQuestion>, MigrateError> {
    let allowed = |code: &str| allow.iter().any(|allowed| allowed == code);
    let [tables, columns] = DROPPED.map(|code| !allowed(code));
    let mut questions = Vec::new();
    if tables {
        questions.extend(table_questions(diff));
    }
    if columns {
        questions.extend(column_questions(diff));
    }
    match ask {
        Some(ask) => {
            let mut confirmed: Vec<RenameQuestion> = Vec::new();
            for question in questions {
                let is_settled = confirmed.iter().any(|other| {
                    other.table == question.table
                        && (other.before == question.before || other.now == question.now)
                });
                if !is_settled && ask(&question) {
                    confirmed.push(question);
                }
            }
            Ok(confirmed)
        }
        None if questions.is_empty() => Ok(questions),
        None => Err(MigrateError::RenameUnclear {
            allow: if questions.iter().any(|question| question.table.is_none()) {
                DROPPED[0]
            } else {
                DROPPED[1]
            },
            declare: questions.iter().map(|question| format!("`was = \"{}\"`", question.before)).collect(),
            what: questions.iter().map(RenameQuestion::statement).collect(),
        }),
    }
}

fn table_questions(diff: &Diff) -> Vec<RenameQuestion> {
    let pairs = diff.dropped.tables.iter().flat_map(|before| {
        diff.created.tables.iter().filter(move |now| are_alike(before, now)).map(move |now| (before, now))
    });
    pairs
        .map(|(before, now)| RenameQuestion {
            table: None,
            before: before.name.clone(),
            now: now.name.clone(),
        })
        .collect()
}

/// Whether most columns of each are columns of the other.
fn are_alike(before: &Table, now: &Table) -> bool {
    let shared = |one: &Table, other: &Table| {
        let own = |column: &&Column| !["id", "created_at", "updated_at"].contains(&column.name.as_str());
        let all: Vec<&Column> = one.columns.iter().filter(own).collect();
        let same = all.iter().filter(|column| {
            other.column(&column.name).is_some_and(|found| found.sql_type == column.sql_type)
        });
        2 * same.count() >= all.len() && !all.is_empty()
    };
    before.primary_key.identity == now.primary_key.identity && shared(before, now) && shared(now, before)
}

fn column_questions(diff: &Diff) -> Vec<RenameQuestion> {
    let mut questions = Vec::new();
    for table in &diff.altered {
        for before in table.dropped() {
            let alike = table.added().filter(|now| {
                now.sql_type == before.sql_type
                    && now.nullable == before.nullable
                    && now.values == before.values
                    && now.kind == before.kind
            });
            questions.extend(alike.map(|now| RenameQuestion {
                table: Some(table.after.name.clone()),
                before: before.name.clone(),
                now: now.name.clone(),
            }));
        }
    }
    questions
}
