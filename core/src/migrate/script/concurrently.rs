//! `CREATE INDEX CONCURRENTLY` and `DROP INDEX CONCURRENTLY`: what they leave when they are interrupted is known.

use crate::db::{Dialect, quoted};
use crate::migrate::script::tokens::{Token, TokenKind, tokens};

/// A statement that makes or drops an index while others read and write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::migrate) struct ConcurrentIndex {
    pub(in crate::migrate) action: IndexAction,
    /// Its schema, or that of its table, where one is written.
    pub(in crate::migrate) schema: Option<String>,
    pub(in crate::migrate) name: String,
}

/// What is done to an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::migrate) enum IndexAction {
    Create,
    Drop,
}

impl ConcurrentIndex {
    /// `None` for any other statement, and for an index that PostgreSQL is to name.
    pub(in crate::migrate) fn parse(sql: &str) -> Option<Self> {
        let all: Vec<Token> =
            tokens(sql, Dialect::Postgres).into_iter().filter(|token| !token.is_comment()).collect();
        let mut reader = Words { sql, rest: &all };
        let action = if reader.take("create") { IndexAction::Create } else { IndexAction::Drop };
        if action == IndexAction::Drop && !reader.take("drop") {
            return None;
        }
        reader.take("unique");
        if !reader.take("index") || !reader.take("concurrently") {
            return None;
        }
        if reader.take("if") {
            reader.take("not");
            reader.take("exists");
        }
        if reader.rest.first()?.is_word(sql, "on") {
            return None;
        }
        let (mut schema, name) = reader.qualified()?;
        if action == IndexAction::Create {
            reader.take("on");
            reader.take("only");
            schema = reader.qualified()?.0;
        }
        Some(Self { action, schema, name })
    }

    /// Its name in SQL.
    pub(in crate::migrate) fn quoted(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", quoted(schema), quoted(&self.name)),
            None => quoted(&self.name),
        }
    }
}

struct Words<'s> {
    sql: &'s str,
    rest: &'s [Token],
}

impl Words<'_> {
    fn take(&mut self, word: &str) -> bool {
        let found = self.rest.first().is_some_and(|token| token.is_word(self.sql, word));
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    /// `name` or `schema.name`.
    fn qualified(&mut self) -> Option<(Option<String>, String)> {
        let first = self.name()?;
        if !self.rest.first().is_some_and(|token| token.is_symbol(self.sql, ".")) {
            return Some((None, first));
        }
        self.rest = &self.rest[1..];
        Some((Some(first), self.name()?))
    }

    fn name(&mut self) -> Option<String> {
        let (token, rest) = self.rest.split_first()?;
        self.rest = rest;
        token.name(self.sql, Dialect::Postgres)
    }
}

/// The text without `CONCURRENTLY`, for a place where it can be in a transaction; `None` where something else of it cannot.
pub(in crate::migrate) fn in_transaction(sql: &str) -> Option<String> {
    ConcurrentIndex::parse(sql)?;
    let word = tokens(sql, Dialect::Postgres)
        .into_iter()
        .find(|token| token.kind == TokenKind::Word && token.is_word(sql, "concurrently"))?;
    let after = sql[word.span.end..].trim_start();
    Some(format!("{}{after}", &sql[..word.span.start]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_named() {
        let index = |sql| ConcurrentIndex::parse(sql).map(|index| (index.action, index.quoted()));
        use IndexAction::{Create, Drop};
        let create = "-- why\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"Ix\" ON ONLY s.\"T\" (a);";
        assert_eq!(index(create), Some((Create, "\"s\".\"Ix\"".to_owned())));
        assert_eq!(index("create index concurrently IX on t (a)"), Some((Create, "\"ix\"".to_owned())));
        assert_eq!(index("DROP INDEX CONCURRENTLY s.a"), Some((Drop, "\"s\".\"a\"".to_owned())));
        for other in [
            "CREATE INDEX a ON b (c)",
            "CREATE INDEX CONCURRENTLY ON b (c)",
            "DROP TABLE a",
            "DROP INDEX a",
            "",
            "CREATE INDEX CONCURRENTLY",
        ] {
            assert_eq!(index(other), None, "{other}");
        }
    }

    #[test]
    fn it_can_be_written_for_a_transaction() {
        let sql = "CREATE INDEX CONCURRENTLY \"concurrently\" ON b (c)";
        assert_eq!(in_transaction(sql).as_deref(), Some("CREATE INDEX \"concurrently\" ON b (c)"));
        assert_eq!(in_transaction("VACUUM"), None);
    }
}
