//! What SQLite tells nowhere but in the statements that it keeps: names of constraints, conditions, collations, what is
//! deferrable, expressions of indexes.

use crate::migrate::live::tokens::{Token, TokenKind, tokens};
use crate::migrate::live::{IndexPart, LiveCheck, LiveForeignKey, LiveKey, LiveUnique, ReferentialAction};

/// What a CREATE TABLE says beside its columns' types, defaults and NOT NULL.
#[derive(Debug, Default)]
pub(super) struct TableText {
    pub(super) primary_key: Option<LiveKey>,
    pub(super) uniques: Vec<LiveUnique>,
    pub(super) foreign_keys: Vec<LiveForeignKey>,
    pub(super) checks: Vec<LiveCheck>,
    pub(super) columns: Vec<ColumnText>,
    pub(super) strict: bool,
    pub(super) without_rowid: bool,
}

/// What it says of a column.
#[derive(Debug, Default)]
pub(super) struct ColumnText {
    pub(super) name: String,
    pub(super) collation: Option<String>,
    pub(super) generated: Option<String>,
}

/// What a CREATE INDEX says.
#[derive(Debug, Default)]
pub(super) struct IndexText {
    pub(super) parts: Vec<IndexPart>,
    pub(super) condition: Option<String>,
}

pub(super) fn read_table(sql: &str) -> TableText {
    let tokens = tokens(sql);
    let mut table = TableText::default();
    let Some(open) = tokens.iter().position(|token| token.is_symbol("(")) else { return table };
    let close = closing(&tokens, open);
    for item in split(&tokens[open + 1..close]) {
        let mut reader = Reader { sql, tokens: item, at: 0 };
        reader.item(&mut table);
    }
    let options = tokens.get(close + 1..).unwrap_or_default();
    table.strict = options.iter().any(|token| token.is("strict"));
    table.without_rowid = options.iter().any(|token| token.is("rowid"));
    table
}

pub(super) fn read_index(sql: &str) -> IndexText {
    let tokens = tokens(sql);
    let mut index = IndexText::default();
    let Some(open) = tokens.iter().position(|token| token.is_symbol("(")) else { return index };
    let close = closing(&tokens, open);
    index.parts = split(&tokens[open + 1..close]).into_iter().map(|item| index_part(sql, item)).collect();
    let rest = tokens.get(close + 1..).unwrap_or_default();
    if rest.first().is_some_and(|token| token.is("where")) {
        index.condition = text_of(sql, &rest[1..]);
    }
    index
}

fn index_part(sql: &str, mut item: &[Token<'_>]) -> IndexPart {
    let mut part = IndexPart::default();
    if let [before @ .., last] = item
        && (last.is("asc") || last.is("desc"))
    {
        part.descending = last.is("desc");
        item = before;
    }
    if let [before @ .., collate, name] = item
        && collate.is("collate")
    {
        part.collation = Some(name.name());
        item = before;
    }
    if let [name] = item {
        part.column = Some(name.name());
    }
    part.sql = text_of(sql, item).unwrap_or_default();
    part
}

/// The text that these tokens were read from.
fn text_of(sql: &str, tokens: &[Token<'_>]) -> Option<String> {
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(sql[first.at.start..last.at.end].to_owned())
}

/// Where the parenthesis that is opened here is closed; the end, when it is not.
fn closing(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0_usize;
    for (position, token) in tokens.iter().enumerate().skip(open) {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return position;
            }
        }
    }
    tokens.len()
}

/// What stands between the commas outside of parentheses.
fn split<'t, 's>(tokens: &'t [Token<'s>]) -> Vec<&'t [Token<'s>]> {
    let mut items = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (position, token) in tokens.iter().enumerate() {
        if token.is_symbol("(") {
            depth += 1;
        } else if token.is_symbol(")") {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is_symbol(",") {
            items.push(&tokens[start..position]);
            start = position + 1;
        }
    }
    items.push(&tokens[start..]);
    items
}

/// Reads one item of a table: a column or a constraint.
struct Reader<'t, 's> {
    sql: &'s str,
    tokens: &'t [Token<'s>],
    at: usize,
}

/// The words with which a constraint of a table begins.
const TABLE_CONSTRAINTS: [&str; 5] = ["constraint", "primary", "unique", "check", "foreign"];

impl<'t, 's> Reader<'t, 's> {
    fn item(&mut self, table: &mut TableText) {
        let Some(first) = self.tokens.first() else { return };
        if TABLE_CONSTRAINTS.iter().any(|word| first.is(word)) {
            self.constraints(None, table);
            return;
        }
        let mut column = ColumnText { name: first.name(), ..ColumnText::default() };
        self.at = 1;
        self.constraints(Some(&mut column), table);
        table.columns.push(column);
    }

    /// Reads constraints to the end; those of a column, when there is one. What is no constraint is its type.
    fn constraints(&mut self, mut column: Option<&mut ColumnText>, table: &mut TableText) {
        let own: Vec<String> = column.iter().map(|column| column.name.clone()).collect();
        let mut name = None;
        while let Some(token) = self.next() {
            if token.is("constraint") {
                name = self.next().map(Token::name);
            } else if token.is("primary") {
                self.skip("key");
                let columns = self.columns_or(&own);
                let autoincrement = self.primary_key_options();
                table.primary_key = Some(LiveKey { name: name.take(), columns, autoincrement });
            } else if token.is("unique") {
                let columns = self.columns_or(&own);
                table.uniques.push(LiveUnique { name: name.take(), columns, options: String::new() });
            } else if token.is("check") {
                let sql = self.parenthesized().unwrap_or_default();
                table.checks.push(LiveCheck { name: name.take(), sql, validated: true });
            } else if token.is("foreign") {
                self.skip("key");
                let columns = self.columns_or(&own);
                self.skip("references");
                table.foreign_keys.push(self.foreign_key(name.take(), columns));
            } else if token.is("references") {
                table.foreign_keys.push(self.foreign_key(name.take(), own.clone()));
            } else if token.is("collate") {
                let collation = self.next().map(Token::name);
                if let Some(column) = &mut column {
                    column.collation = collation;
                }
            } else if token.is("as") {
                let expression = self.parenthesized();
                if let Some(column) = &mut column {
                    column.generated = expression;
                }
            } else if token.is("default") {
                // Its value may be in parentheses, and is told by the pragma.
                if self.peek().is_some_and(|token| token.is_symbol("(")) {
                    self.parenthesized();
                } else {
                    self.next();
                }
            } else if token.is_symbol("(") {
                self.at -= 1;
                self.parenthesized();
            }
        }
    }

    fn primary_key_options(&mut self) -> bool {
        let mut autoincrement = false;
        while let Some(token) = self.peek() {
            match () {
                () if token.is("autoincrement") => autoincrement = true,
                () if token.is("asc") || token.is("desc") => {}
                () => break,
            }
            self.at += 1;
        }
        autoincrement
    }

    fn foreign_key(&mut self, name: Option<String>, columns: Vec<String>) -> LiveForeignKey {
        let table = self.next().map(Token::name).unwrap_or_default();
        let referred = self.columns_or(&[]);
        let mut key = LiveForeignKey {
            name,
            columns,
            table,
            referred,
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: false,
            initially_deferred: false,
            validated: true,
        };
        loop {
            if self.skip("on") {
                let deletes = self.next().is_some_and(|token| token.is("delete"));
                let action = self.action();
                match deletes {
                    true => key.on_delete = action,
                    false => key.on_update = action,
                }
            } else if self.skip("match") {
                self.next();
            } else if self.peek().is_some_and(|token| token.is("not"))
                && self.tokens.get(self.at + 1).is_some_and(|token| token.is("deferrable"))
            {
                self.at += 2;
                self.initially();
            } else if self.skip("deferrable") {
                key.deferrable = true;
                key.initially_deferred = self.initially();
            } else {
                return key;
            }
        }
    }

    fn initially(&mut self) -> bool {
        self.skip("initially") && self.next().is_some_and(|token| token.is("deferred"))
    }

    fn action(&mut self) -> ReferentialAction {
        let Some(word) = self.next() else { return ReferentialAction::NoAction };
        match () {
            () if word.is("cascade") => ReferentialAction::Cascade,
            () if word.is("restrict") => ReferentialAction::Restrict,
            () if word.is("set") => match self.next() {
                Some(what) if what.is("null") => ReferentialAction::SetNull,
                _ => ReferentialAction::SetDefault,
            },
            () => {
                self.skip("action");
                ReferentialAction::NoAction
            }
        }
    }

    fn peek(&self) -> Option<&'t Token<'s>> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'t Token<'s>> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    fn skip(&mut self, word: &str) -> bool {
        let is_there = self.peek().is_some_and(|token| token.is(word));
        self.at += usize::from(is_there);
        is_there
    }

    /// What stands in the parentheses that come next.
    fn inner(&mut self) -> Option<&'t [Token<'s>]> {
        if !self.peek()?.is_symbol("(") {
            return None;
        }
        let close = closing(self.tokens, self.at);
        let inner = self.tokens.get(self.at + 1..close);
        self.at = close + 1;
        inner
    }

    fn parenthesized(&mut self) -> Option<String> {
        text_of(self.sql, self.inner()?)
    }

    /// The names in the parentheses that come next; without any, these.
    fn columns_or(&mut self, own: &[String]) -> Vec<String> {
        match self.inner() {
            Some(inner) => split(inner)
                .into_iter()
                .filter_map(|item| item.first())
                .filter(|token| token.kind != TokenKind::Symbol)
                .map(Token::name)
                .collect(),
            None => own.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_was_written() {
        let table = read_table(
            r#"CREATE TABLE "it's (not) so" (
  "Id" INTEGER NOT NULL CONSTRAINT "PK_It" PRIMARY KEY AUTOINCREMENT, -- the (key
  [name] NVARCHAR(160) COLLATE nocase DEFAULT (lower('A,)')) UNIQUE ON CONFLICT IGNORE,
  price decimal(10, 2) CHECK (price >= 0 and price in (1, 2)) DEFAULT -1,
  total real GENERATED ALWAYS AS (price * 2) STORED,
  other int CONSTRAINT fk1 REFERENCES `o` (x) ON DELETE SET NULL ON UPDATE CASCADE NOT DEFERRABLE CONSTRAINT c2 CHECK (other > 0),
  twin int references o deferrable initially deferred not null,
  CONSTRAINT "u 2" UNIQUE (name COLLATE binary, price DESC),
  FOREIGN KEY ("Id", other) REFERENCES pair (a, b) ON DELETE RESTRICT
) STRICT, WITHOUT ROWID"#,
        );
        assert!(table.strict && table.without_rowid);
        let key = table.primary_key.unwrap();
        assert_eq!(
            (key.name.as_deref(), key.columns, key.autoincrement),
            (Some("PK_It"), vec!["Id".to_owned()], true)
        );
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["Id", "name", "price", "total", "other", "twin"]);
        assert_eq!(table.columns[1].collation.as_deref(), Some("nocase"));
        assert_eq!(table.columns[3].generated.as_deref(), Some("price * 2"));
        let uniques: Vec<_> =
            table.uniques.iter().map(|unique| (unique.name.as_deref(), unique.columns.join())).collect();
        assert_eq!(uniques, [(None, "name".to_owned()), (Some("u 2"), "name,price".to_owned())]);
        let checks: Vec<_> =
            table.checks.iter().map(|check| (check.name.as_deref(), check.sql.as_str())).collect();
        assert_eq!(checks, [(None, "price >= 0 and price in (1, 2)"), (Some("c2"), "other > 0")]);
        let keys: Vec<String> = table.foreign_keys.iter().map(|key| format!("{key:?}")).collect();
        assert_eq!(keys.len(), 3);
        let [first, second, third] = table.foreign_keys.as_slice() else { panic!() };
        assert_eq!(
            (first.on_delete, first.on_update),
            (ReferentialAction::SetNull, ReferentialAction::Cascade)
        );
        assert!(!first.deferrable && second.initially_deferred && second.referred.is_empty());
        assert_eq!((third.columns.join(), third.referred.join()), ("Id,other".to_owned(), "a,b".to_owned()));
        assert_eq!(third.on_delete, ReferentialAction::Restrict);
    }

    trait Join {
        fn join(&self) -> String;
    }

    impl Join for Vec<String> {
        fn join(&self) -> String {
            self.as_slice().join(",")
        }
    }

    #[test]
    fn an_index_is_read_as_it_was_written() {
        let index = read_index(
            "CREATE UNIQUE INDEX i ON \"t\" (\"A\" COLLATE nocase DESC, lower(b), c asc) WHERE \"deleted_at\" is null",
        );
        assert_eq!(index.condition.as_deref(), Some("\"deleted_at\" is null"));
        assert_eq!(index.parts[0].column.as_deref(), Some("A"));
        assert_eq!((index.parts[0].collation.as_deref(), index.parts[0].descending), (Some("nocase"), true));
        assert_eq!((index.parts[1].column.as_deref(), index.parts[1].sql.as_str()), (None, "lower(b)"));
        assert_eq!((index.parts[2].column.as_deref(), index.parts[2].descending), (Some("c"), false));
    }
}
