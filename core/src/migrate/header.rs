//! What the comments at the head of a migration say to whoever runs or checks it.
//!
//! | line | meaning |
//! |---|---|
//! | `-- no-transaction` | the first line: one statement, run outside a transaction |
//! | `-- entify: contract` | for when no older version of the program runs any more |
//! | `-- entify: rebuilds "table"` | SQLite: the file replaces the table |
//! | `-- entify: replaces 20240101000000 …` | the file stands for these migrations |
//! | `-- allow CODE: reason` | a finding of the linter is accepted |
//!
//! `-- assert: …` is a part of the script (`script`): it may stand between statements too.

/// The first line of a file that is to be written by hand. The runner refuses it.
pub(in crate::migrate) const UNWRITTEN: &str = "-- entify: write this migration, then remove this line";

/// sqlx's own mark, in the first line.
pub(in crate::migrate) const NO_TRANSACTION: &str = "-- no-transaction";

/// The mark of a migration that only the new version of a program can live with.
pub(in crate::migrate) const CONTRACT: &str = "-- entify: contract";

const REBUILDS: &str = "-- entify: rebuilds ";
const REPLACES: &str = "-- entify: replaces ";
/// Where the text of one of the replaced migrations begins.
pub(in crate::migrate) const PART: &str = "-- entify: part ";
/// What an assertion begins with.
pub(in crate::migrate) const ASSERT: &str = "-- assert:";

/// The head of a migration's file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::migrate) struct Header {
    /// It is one statement that cannot run in a transaction.
    pub(in crate::migrate) no_transaction: bool,
    /// It waits until no older version of the program runs.
    pub(in crate::migrate) contract: bool,
    /// It is to be written by hand and is not yet.
    pub(in crate::migrate) unwritten: bool,
    /// The findings of the linter that are accepted.
    pub(in crate::migrate) allowed: Vec<Allowed>,
    /// The tables that it replaces, on SQLite.
    pub(in crate::migrate) rebuilds: Vec<String>,
    /// The versions of the migrations that it stands for.
    pub(in crate::migrate) replaces: Vec<i64>,
    /// Lines that look like marks and are none, and why.
    pub(in crate::migrate) problems: Vec<String>,
}

/// `-- allow CODE: reason`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) struct Allowed {
    pub(in crate::migrate) code: String,
    pub(in crate::migrate) reason: String,
}

impl Header {
    /// Reads the comments before the first statement.
    pub(in crate::migrate) fn parse(sql: &str) -> Self {
        let mut header = Self {
            no_transaction: sql.starts_with(NO_TRANSACTION),
            // Wherever it stands: a file that says so is not finished.
            unwritten: sql.contains(UNWRITTEN),
            ..Self::default()
        };
        for line in head(sql) {
            header.read(line.trim_end());
        }
        header
    }

    fn read(&mut self, line: &str) {
        if line == CONTRACT {
            self.contract = true;
        } else if let Some(table) = line.strip_prefix(REBUILDS) {
            match quoted_name(table) {
                Some(table) => self.rebuilds.push(table),
                None => self.problems.push(format!("`{line}` names no table in double quotes")),
            }
        } else if let Some(versions) = line.strip_prefix(REPLACES) {
            match versions.split_whitespace().map(str::parse).collect::<Result<Vec<i64>, _>>() {
                Ok(versions) if !versions.is_empty() => self.replaces.extend(versions),
                _ => self.problems.push(format!("`{line}` is no list of versions")),
            }
        } else if let Some(allowed) = line.strip_prefix("-- allow ").and_then(Allowed::parse) {
            match allowed.reason.is_empty() {
                true => self.problems.push(format!("`{line}` gives no reason; write it after the colon")),
                false => self.allowed.push(allowed),
            }
        } else if line.starts_with("-- entify:") && line != UNWRITTEN && !line.starts_with(PART) {
            self.problems.push(format!(
                "`{line}` means nothing; there are `{CONTRACT}`, `{REBUILDS}\"table\"` and `{REPLACES}VERSION …`"
            ));
        }
    }
}

impl Allowed {
    /// `drop-column: the column was never read`. Any other sentence after "allow" is a comment.
    fn parse(text: &str) -> Option<Self> {
        let (code, reason) = text.split_once(':')?;
        let is_code = !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        is_code.then(|| Self { code: code.to_owned(), reason: reason.trim().to_owned() })
    }
}

/// The name in `"table"`.
pub(in crate::migrate) fn quoted_name(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    (!inner.is_empty()).then(|| inner.replace("\"\"", "\""))
}

/// The table that a line marks as rebuilt, also between statements.
pub(in crate::migrate) fn rebuilt_table(line: &str) -> Option<String> {
    line.trim_end().strip_prefix(REBUILDS).and_then(quoted_name)
}

/// The first lines, as long as they are empty or comments.
fn head(sql: &str) -> impl Iterator<Item = &str> {
    sql.lines().take_while(|line| line.trim().is_empty() || line.trim_start().starts_with("--"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_are_read() {
        let header = Header::parse(
            "-- no-transaction\n-- Builds an index.\n\n-- entify: contract\n-- allow drop-column: nobody reads it: ever\n\
             -- entify: rebuilds \"a \"\"b\"\"\"\n-- entify: replaces 20240101000000 20240102000000\nCREATE TABLE x (y);\n\
             -- entify: rebuilds \"late\"\n",
        );
        let allowed = Allowed { code: "drop-column".to_owned(), reason: "nobody reads it: ever".to_owned() };
        assert_eq!(
            header,
            Header {
                no_transaction: true,
                contract: true,
                unwritten: false,
                allowed: vec![allowed],
                rebuilds: vec!["a \"b\"".to_owned()],
                replaces: vec![20_240_101_000_000, 20_240_102_000_000],
                problems: Vec::new(),
            }
        );
    }

    #[test]
    fn sentences_are_no_marks() {
        let header =
            Header::parse("-- allow users to sign in: they asked\n-- contract\n--entify: contract\n");
        assert_eq!(header, Header::default());
        assert!(!Header::parse("\n-- no-transaction\n").no_transaction, "sqlx reads the first line alone");
    }

    #[test]
    fn what_looks_like_a_mark_is_said() {
        for line in [
            "-- entify: contrct",
            "-- entify: rebuilds x",
            "-- entify: replaces",
            "-- entify: replaces x",
            "-- allow drop-table:",
        ] {
            assert_eq!(Header::parse(line).problems.len(), 1, "{line}");
        }
        assert!(Header::parse(UNWRITTEN).unwritten);
    }
}
