//! Statements by their words, where no grammar knows them.

use crate::migrate::lint::Lock;
use crate::migrate::lint::effect::{Effect, Index};

/// What is told by its words before the grammar is asked: it has other ideas of these, or none.
pub(super) fn before_parsing(text: &str) -> Option<Vec<Effect>> {
    let words = Words::of(text);
    let effects = match words.upper(0) {
        "SET" | "RESET" => vec![setting(&words)],
        "DROP" if words.upper(1) == "INDEX" => drop_indexes(&words),
        "DO" | "ANALYZE" | "SHOW" | "NOTIFY" | "LISTEN" | "PRAGMA" => vec![Effect::Harmless],
        "VACUUM" => vec![vacuum(&words)],
        "CLUSTER" => vec![rewritten(words.name(1))],
        "REINDEX" => vec![reindex(&words)],
        "LOCK" => {
            let table = if words.upper(1) == "TABLE" { 2 } else { 1 };
            vec![Effect::AlterTable { table: words.name(table), lock: locked(text), rewrites: false }]
        }
        "REFRESH" => {
            let concurrently = words.upper(3) == "CONCURRENTLY";
            let lock = if concurrently { Lock::Exclusive } else { Lock::AccessExclusive };
            let view = words.name(if concurrently { 4 } else { 3 });
            vec![Effect::AlterTable { table: view, lock, rewrites: !concurrently }]
        }
        "COMMENT" if words.upper(2) == "TABLE" => {
            vec![Effect::AlterTable {
                table: words.name(3),
                lock: Lock::ShareUpdateExclusive,
                rewrites: false,
            }]
        }
        "COMMENT" => vec![Effect::Harmless],
        "CREATE" if matches!(words.upper(1), "DATABASE" | "TABLESPACE") => outside(&words),
        "ALTER" if words.upper(1) == "SYSTEM" => outside(&words),
        "BEGIN" | "COMMIT" | "END" | "ROLLBACK" | "ABORT" => {
            vec![Effect::Transaction { what: words.upper(0).to_owned() }]
        }
        _ => return None,
    };
    Some(effects)
}

/// Without the collations of `ALTER COLUMN … TYPE … COLLATE "C"`, which the grammar does not know there. `None` when there is
/// none.
pub(super) fn without_collations(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (mut out, mut at) = (String::new(), 0);
    while let Some(found) = lower[at..].find(" collate \"") {
        let name = at + found + " collate \"".len();
        let end = name + lower[name..].find('"')? + 1;
        out.push_str(&text[at..at + found]);
        at = end;
    }
    (at > 0).then(|| out + &text[at..])
}

/// Alterations of tables that the grammar does not know: their words, and what they do.
const ALTERATIONS: [(&str, Lock, bool); 5] = [
    (" SET STATISTICS ", Lock::ShareUpdateExclusive, false),
    (" CLUSTER ON ", Lock::ShareUpdateExclusive, false),
    (" SET WITHOUT CLUSTER", Lock::ShareUpdateExclusive, false),
    (" SET TABLESPACE ", Lock::AccessExclusive, true),
    (" SET SCHEMA ", Lock::AccessExclusive, false),
];

/// What the grammar could not parse.
pub(super) fn effects(text: &str) -> Vec<Effect> {
    let words = Words::of(text);
    let after = |word: &str| words.position(word).map(|at| words.name(at + 1));
    match (words.upper(0), words.upper(1)) {
        ("CREATE", "INDEX" | "UNIQUE") => {
            let concurrently = words.position("CONCURRENTLY");
            let on = words.position("ON").unwrap_or(0);
            let index = Index {
                name: words.name(on.saturating_sub(1)),
                // They could not be read: as if it were about an expression.
                columns: vec!["…".to_owned()],
                unique: words.upper(1) == "UNIQUE",
                condition: None,
            };
            vec![Effect::CreateIndex {
                table: words.name(if words.upper(on + 1) == "ONLY" { on + 2 } else { on + 1 }),
                index,
                concurrently: concurrently.is_some(),
                if_not_exists: words.position("EXISTS").is_some_and(|at| at < on),
            }]
        }
        ("CREATE", "TRIGGER" | "CONSTRAINT") => after("ON").map_or_else(Vec::new, |table| {
            vec![Effect::AlterTable { table, lock: Lock::ShareRowExclusive, rewrites: false }]
        }),
        ("DROP", "TRIGGER" | "POLICY" | "RULE") | ("CREATE" | "ALTER", "POLICY") => match after("ON") {
            Some(table) => vec![Effect::AlterTable { table, lock: Lock::AccessExclusive, rewrites: false }],
            None => vec![Effect::Harmless],
        },
        ("CREATE", "VIRTUAL") => {
            let table = words.name(if words.upper(3) == "IF" { 6 } else { 3 });
            vec![Effect::CreateVirtualTable { table }]
        }
        ("CREATE", "VIEW") => vec![Effect::CreateView { name: words.name(2) }],
        ("DROP", "TABLE") => {
            let table = words.name(if words.upper(2) == "IF" { 4 } else { 2 });
            vec![Effect::DropTable { table, cascade: words.position("CASCADE").is_some() }]
        }
        ("ALTER", "TABLE") => {
            let skip = [("IF", 2), ("ONLY", 1)]
                .iter()
                .fold(2, |at, (word, n)| if words.upper(at) == *word { at + n } else { at });
            let (upper, table) = (text.to_uppercase(), words.name(skip));
            vec![match ALTERATIONS.iter().find(|(words, ..)| upper.contains(words)) {
                Some((_, lock, rewrites)) => Effect::AlterTable { table, lock: *lock, rewrites: *rewrites },
                None => Effect::Unread { words: first(text, 6), table: Some(table) },
            }]
        }
        (
            "CREATE" | "DROP" | "ALTER",
            "VIEW" | "FUNCTION" | "EXTENSION" | "SEQUENCE" | "OPERATOR" | "AGGREGATE" | "ROLE" | "STATISTICS"
            | "COLLATION" | "TRIGGER",
        )
        | ("CREATE", "OR" | "TEMP" | "TEMPORARY")
        | ("GRANT" | "REVOKE" | "SELECT" | "WITH", _)
        | ("ALTER", "INDEX" | "DEFAULT") => vec![Effect::Harmless],
        _ => vec![Effect::Unread { words: first(text, 4), table: None }],
    }
}

/// The first words, as they stand.
pub(super) fn first(text: &str, count: usize) -> String {
    text.split_whitespace().take(count).collect::<Vec<_>>().join(" ")
}

fn outside(words: &Words) -> Vec<Effect> {
    vec![Effect::OutsideTransaction { what: format!("{} {}", words.upper(0), words.upper(1)) }]
}

fn rewritten(table: String) -> Effect {
    Effect::AlterTable { table, lock: Lock::AccessExclusive, rewrites: true }
}

fn setting(words: &Words) -> Effect {
    if words.upper(0) == "RESET" {
        return Effect::Setting { name: words.name(1), value: "default".to_owned() };
    }
    let at = if matches!(words.upper(1), "LOCAL" | "SESSION") { 2 } else { 1 };
    let value = if matches!(words.upper(at + 1), "TO" | "=") { at + 2 } else { at + 1 };
    Effect::Setting { name: words.name(at), value: words.name(value) }
}

fn drop_indexes(words: &Words) -> Vec<Effect> {
    let concurrently = words.upper(2) == "CONCURRENTLY";
    let at = if concurrently { 3 } else { 2 };
    let at = if words.upper(at) == "IF" { at + 2 } else { at };
    words.names_from(at).map(|name| Effect::DropIndex { name, concurrently }).collect()
}

fn vacuum(words: &Words) -> Effect {
    match words.position("FULL") {
        Some(at) => rewritten(words.names_from(at + 1).next().unwrap_or_default()),
        None => Effect::OutsideTransaction { what: "VACUUM".to_owned() },
    }
}

fn reindex(words: &Words) -> Effect {
    let concurrently = words.position("CONCURRENTLY").is_some();
    let kind = ["TABLE", "INDEX"].into_iter().find_map(|kind| Some((kind, words.position(kind)?)));
    let named = |at: usize| words.name(if concurrently { at + 2 } else { at + 1 });
    let (table, index) = match kind {
        Some(("TABLE", at)) => (Some(named(at)), None),
        Some((_, at)) => (None, Some(named(at))),
        None => (None, None),
    };
    Effect::Reindex { table, index, concurrently }
}

/// The lock of `LOCK TABLE … IN … MODE`.
fn locked(text: &str) -> Lock {
    let upper = text.to_uppercase();
    let mode = upper.split_once(" IN ").and_then(|(_, rest)| rest.split_once(" MODE"));
    let mode = mode.map_or("ACCESS EXCLUSIVE", |(mode, _)| mode.trim());
    let joined: String =
        mode.split(' ').map(|word| word[..1].to_owned() + &word[1..].to_lowercase()).collect();
    Lock::of_mode(&(joined + "Lock")).unwrap_or(Lock::AccessExclusive)
}

/// The words of a statement: names without their schema and quotes, texts without theirs.
struct Words(Vec<(String, String)>);

impl Words {
    fn of(text: &str) -> Self {
        let mut words: Vec<(String, String)> = Vec::new();
        let mut chars = text.chars().peekable();
        let mut qualified = false;
        while let Some(&char) = chars.peek() {
            let word = if char == '"' || char == '\'' {
                chars.next();
                let mut word = String::new();
                while let Some(next) = chars.next() {
                    if next == char && chars.next_if_eq(&char).is_none() {
                        break;
                    }
                    word.push(next);
                }
                (word, String::new())
            } else if char.is_alphanumeric() || char == '_' {
                let mut word = String::new();
                while let Some(next) = chars.next_if(|c| c.is_alphanumeric() || matches!(c, '_' | '$')) {
                    word.push(next);
                }
                (word.to_lowercase(), word.to_uppercase())
            } else {
                chars.next();
                if char == '.' {
                    qualified = true;
                } else if char == '=' {
                    words.push((String::new(), "=".to_owned()));
                }
                continue;
            };
            if std::mem::take(&mut qualified) {
                words.pop();
            }
            words.push(word);
        }
        Self(words)
    }

    /// A word in upper case; empty when it is quoted, or there is none.
    fn upper(&self, at: usize) -> &str {
        self.0.get(at).map_or("", |(_, upper)| upper)
    }

    fn name(&self, at: usize) -> String {
        self.0.get(at).map(|(name, _)| name.clone()).unwrap_or_default()
    }

    fn position(&self, word: &str) -> Option<usize> {
        self.0.iter().position(|(_, upper)| upper == word)
    }

    fn names_from(&self, at: usize) -> impl Iterator<Item = String> {
        let rest = self.0.get(at..).unwrap_or_default().iter();
        rest.take_while(|(_, upper)| !matches!(&**upper, "CASCADE" | "RESTRICT"))
            .map(|(name, _)| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_names_without_schema_and_quotes() {
        let words = Words::of("DROP INDEX concurrently IF exists public.\"ix a\", b");
        assert_eq!(words.names_from(5).collect::<Vec<_>>(), ["ix a", "b"]);
        assert_eq!(
            setting(&Words::of("SET LOCAL lock_timeout = '3s'")),
            setting(&Words::of("set lock_timeout to '3s'"))
        );
        assert_eq!(locked("LOCK TABLE a IN SHARE ROW EXCLUSIVE MODE"), Lock::ShareRowExclusive);
        assert_eq!(locked("LOCK a"), Lock::AccessExclusive);
    }
}
