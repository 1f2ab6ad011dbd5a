//! `-- assert: …`: what must be true of the rows before a migration changes anything.

use crate::db::Dialect;
use crate::migrate::MigrateError;
use crate::migrate::migrations::MigrationEntry;
use crate::migrate::runner::session::{Session, TextRow};
use crate::migrate::runner::work::Stopped;
use crate::migrate::script::Assertion;

/// How many rows are shown that are against an assertion, and how much of each.
const SAMPLES: usize = 3;
const SAMPLE_LENGTH: usize = 200;

/// Fails unless the query answers with one row whose one column is true.
pub(super) async fn check(
    session: &mut Session<'_>,
    entry: &MigrationEntry,
    assertion: &Assertion<'_>,
) -> Result<(), Stopped> {
    let failed = |error| Stopped::of(entry, error, assertion.query, 0);
    let rows = session.rows(assertion.query).await.map_err(failed)?;
    let [row] = rows.as_slice() else { return Err(wrong(entry, assertion)) };
    let [(_, Some(answer))] = row.as_slice() else { return Err(wrong(entry, assertion)) };
    match (answer.as_str(), session.dialect()) {
        ("t", Dialect::Postgres) | ("1", Dialect::Sqlite) => Ok(()),
        ("f", Dialect::Postgres) | ("0", Dialect::Sqlite) => {
            let (rows, samples) = match assertion.counterexamples {
                Some(query) => counterexamples(session, query).await,
                None => (None, Vec::new()),
            };
            Err(MigrateError::Assertion {
                name: entry.full_name(),
                assertion: assertion.query.to_owned(),
                rows,
                samples,
            }
            .into())
        }
        _ => Err(wrong(entry, assertion)),
    }
}

fn wrong(entry: &MigrationEntry, assertion: &Assertion<'_>) -> Stopped {
    let query = assertion.query;
    let reason =
        format!("`{query}` is no assertion: it must answer with one row of one column, true or false");
    entry.failed(reason).into()
}

/// How many rows a query has, and the first of them. What cannot be counted is not told.
async fn counterexamples(session: &mut Session<'_>, query: &str) -> (Option<u64>, Vec<String>) {
    let count = format!("SELECT count(*) FROM ({query}) AS found");
    let Ok(count) = session.texts(&count).await else { return (None, Vec::new()) };
    let count = count.first().and_then(|text| text.parse().ok());
    let sample = match session.dialect() {
        Dialect::Postgres => format!("SELECT to_jsonb(found) FROM ({query}) AS found LIMIT {SAMPLES}"),
        Dialect::Sqlite => format!("SELECT * FROM ({query}) AS found LIMIT {SAMPLES}"),
    };
    let rows = session.rows(&sample).await.unwrap_or_default();
    let shown = rows.into_iter().map(|row| match session.dialect() {
        Dialect::Postgres => cut(row.into_iter().next().and_then(|(_, text)| text).unwrap_or_default()),
        Dialect::Sqlite => cut(named(row)),
    });
    (count, shown.collect())
}

fn named(row: TextRow) -> String {
    let cells = row.into_iter().map(|(name, text)| format!("{name}={}", text.as_deref().unwrap_or("NULL")));
    format!("({})", cells.collect::<Vec<_>>().join(", "))
}

fn cut(text: String) -> String {
    match text.char_indices().nth(SAMPLE_LENGTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
