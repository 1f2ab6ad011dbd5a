//! The table of codes: each with its severity, the databases it is about, its title and the recipe in a line. The pages are
//! in `pages.md`, which is also a chapter of the guide.

use serde::{Serialize, Serializer};

use crate::db::Dialect;

/// The pages of all codes, under a heading each.
const PAGES: &str = include_str!("pages.md");

/// What a finding means for who is served while the migration runs, and for the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// Stored values are gone, or may be wrong without a sign.
    LosesData,
    /// The version of the program that runs meanwhile fails, or the migration itself always does.
    Breaks,
    /// The migration fails on some data.
    FailsOnData,
    /// Others wait for the migration.
    Blocks,
    /// It works, and will be regretted.
    Style,
}

impl Severity {
    /// In words: `loses data`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::LosesData => "loses data",
            Self::Breaks => "breaks",
            Self::FailsOnData => "fails on data",
            Self::Blocks => "blocks",
            Self::Style => "style",
        }
    }
}

/// The databases that a code is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Databases {
    /// PostgreSQL and SQLite.
    Both,
    /// Only this one.
    Only(Dialect),
}

impl Databases {
    const POSTGRES: Self = Self::Only(Dialect::Postgres);
    const SQLITE: Self = Self::Only(Dialect::Sqlite);
    const BOTH: Self = Self::Both;

    /// In words: `PostgreSQL`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Both => "PostgreSQL and SQLite",
            Self::Only(Dialect::Postgres) => "PostgreSQL",
            Self::Only(Dialect::Sqlite) => "SQLite",
        }
    }
}

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $databases:ident $title:literal $recipe:literal;)+) => {
        /// What the linter finds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $title] $variant,)+
        }

        impl Code {
            /// Every code, in the order of the pages.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word that files and the command line use: `drop-column`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it means.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// Where it is found.
            #[must_use]
            pub fn databases(self) -> Databases {
                match self { $(Self::$variant => Databases::$databases,)+ }
            }

            /// What is found, in a line.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// The safe way, in a line.
            #[must_use]
            pub fn recipe(self) -> &'static str {
                match self { $(Self::$variant => $recipe,)+ }
            }
        }
    };
}

codes! {
    DropTable "drop-table" LosesData BOTH
        "A table is dropped with its rows"
        "export the rows first, drop it in a contract migration, and say why with `-- allow drop-table: …`";
    DropColumn "drop-column" LosesData BOTH
        "A column is dropped with its values"
        "stop using it in one release, drop it in a contract migration of the next, and say why with `-- allow drop-column: …`";
    DeleteRows "delete-rows" LosesData BOTH
        "All rows of a table are deleted"
        "delete what is meant with a WHERE, in batches, or say why with `-- allow delete-rows: …`";
    DropConstraint "drop-constraint" LosesData BOTH
        "A check or a unique rule is dropped"
        "put the new rule in place before the old one goes; if the rule itself is to go, say why";
    DropForeignKey "drop-foreign-key" LosesData BOTH
        "A foreign key is dropped, or does something else on delete"
        "drop it with the column, or say why rows may point nowhere from now on";
    EnumValueRemoved "enum-value-removed" FailsOnData BOTH
        "A value of an enum is no longer allowed"
        "write the rows that have it to another value in a migration before, and take it away in a contract migration";
    EnumValueRenamed "enum-value-renamed" Breaks POSTGRES
        "A value of an enum has another name"
        "allow both values, deploy, write the rows over, then forbid the old one in a contract migration";
    EnumValueReordered "enum-value-reordered" Style POSTGRES
        "A value is put between others of an enum type"
        "add values at the end, and order by something else than the type";
    RenameTable "rename-table" Breaks POSTGRES
        "A table that the running version uses gets another name"
        "expand and contract: a view under the old name until no older version runs; or stop all instances first";
    RenameColumn "rename-column" Breaks POSTGRES
        "A column that the running version uses gets another name"
        "expand and contract: a new column, kept equal by a trigger, filled in batches; drop the old one later";
    RequiredColumn "required-column" FailsOnData BOTH
        "A new column is required and has no default"
        "give it a default, or add it nullable, fill it, and require it in a migration of its own";
    RequiredNow "required-now" FailsOnData BOTH
        "A column that may be NULL becomes required"
        "`CHECK (column IS NOT NULL) NOT VALID`, fill the rows, `VALIDATE`, then `SET NOT NULL`, each in its own migration";
    UniqueExisting "unique-existing" FailsOnData BOTH
        "Rows that are there must become unique"
        "`-- assert: select not exists (…)` with the duplicates, so that it stops with their number before it changes anything";
    CheckExisting "check-existing" FailsOnData BOTH
        "Rows that are there must meet a new check"
        "`-- assert: select not exists (…)` with the rows that do not meet it";
    ForeignKeyExisting "foreign-key-existing" FailsOnData BOTH
        "Rows that are there must refer to rows that exist"
        "`-- assert: select not exists (…)` with the rows that point nowhere";
    TypeChange "type-change" Blocks POSTGRES
        "A column's type changes"
        "a new column of the new type, kept equal by a trigger and filled in batches; drop the old one in a contract migration";
    TypeNarrowed "type-narrowed" FailsOnData BOTH
        "A column's type holds less than before"
        "`-- assert: select not exists (…)` with the values that do not fit";
    PrimaryKeyChange "primary-key-change" Blocks BOTH
        "A primary key is added, dropped or made of other columns"
        "build the unique index concurrently, then `ADD CONSTRAINT … PRIMARY KEY USING INDEX`";
    VolatileDefault "volatile-default" Blocks POSTGRES
        "A new column's default is computed for each row"
        "add the column without the default, set the default for new rows, fill the others in batches";
    StoredGeneratedColumn "stored-generated-column" Blocks POSTGRES
        "A new column is computed from others and stored"
        "a plain column that a trigger fills, filled in batches; or accept the rewrite of a small table";
    TableRewrite "table-rewrite" Blocks POSTGRES
        "A command writes the whole table anew"
        "pg_repack, or a quiet hour; then say so with `-- allow table-rewrite: …`";
    IndexBlocking "index-blocking" Blocks POSTGRES
        "An index is built while writes wait"
        "`CREATE INDEX CONCURRENTLY`, alone in a file that begins with `-- no-transaction`";
    DropIndexBlocking "drop-index-blocking" Blocks POSTGRES
        "An index is dropped while everybody waits"
        "`DROP INDEX CONCURRENTLY`, alone in a file that begins with `-- no-transaction`";
    UniqueWithoutIndex "unique-without-index" Blocks POSTGRES
        "A unique constraint builds its index while everybody waits"
        "`CREATE UNIQUE INDEX CONCURRENTLY` in a file of its own, then `ADD CONSTRAINT … UNIQUE USING INDEX`";
    ExclusionConstraint "exclusion-constraint" Blocks POSTGRES
        "An exclusion constraint builds its index while everybody waits"
        "there is no other way: run it in a quiet hour with a `lock_timeout`";
    NotValidatedApart "not-validated-apart" Blocks POSTGRES
        "A check or a foreign key is validated under the lock that adds it"
        "`NOT VALID` in this migration, `VALIDATE CONSTRAINT` in the next";
    LockHeldLong "lock-held-long" Blocks POSTGRES
        "A strong lock is held while more is done"
        "put what takes long into a migration of its own, before or after";
    BackfillWithDdl "backfill-with-ddl" Blocks POSTGRES
        "Rows are changed in the transaction that changes the table"
        "a data migration in batches, apart from the one that changes the table";
    NoTimeout "no-timeout" Blocks POSTGRES
        "A migration switches the timeouts off"
        "leave `lock_timeout` as `migrate up` sets it, or set it to a few seconds";
    ConcurrentlyInTransaction "concurrently-in-transaction" Breaks POSTGRES
        "A statement that cannot run in a transaction is in one"
        "begin its file with `-- no-transaction`";
    StatementNotAlone "statement-not-alone" Breaks POSTGRES
        "A file without a transaction has several statements"
        "one statement for each file that begins with `-- no-transaction`";
    TransactionInFile "transaction-in-file" Breaks BOTH
        "A migration begins or ends a transaction"
        "leave it out: each migration runs in a transaction already";
    IndexInvalid "index-invalid" LosesData POSTGRES
        "An invalid index would be taken for the one to be built"
        "`DROP INDEX CONCURRENTLY IF EXISTS` in a file before, and create it without `IF NOT EXISTS`";
    RebuildUnmarked "rebuild-unmarked" LosesData SQLITE
        "A table is replaced, and its triggers and indexes are lost"
        "`-- entify: rebuilds \"table\"` in the header, by which the runner restores what belongs to the table";
    SqliteRebuild "sqlite-rebuild" Blocks SQLITE
        "A large table is replaced while all writes wait"
        "run it in a quiet hour, or say that it may take this long with `-- allow sqlite-rebuild: …`";
    ForeignKeyUnindexed "foreign-key-unindexed" Blocks BOTH
        "A foreign key has no index"
        "an index that begins with the foreign key's column";
    IndexWide "index-wide" Style BOTH
        "An index has more than three columns"
        "begin with the columns that leave the fewest rows, and leave the others out";
    NameTooLong "name-too-long" Breaks POSTGRES
        "A name is longer than 63 bytes"
        "a shorter name: PostgreSQL cuts the rest off without a word";
    OutOfOrder "out-of-order" Breaks BOTH
        "A migration is older than one that is applied"
        "`migrate rebase`, which gives it a version after the last one";
    WasUnused "was-unused" Style BOTH
        "`was` names nothing any more"
        "remove `was` once every database has the new name";
    UnreadStatement "unread-statement" Style BOTH
        "A statement that the linter cannot read"
        "look at it yourself, and say that you did with `-- allow unread-statement: …`";
    AllowUnused "allow-unused" Style BOTH
        "`-- allow` accepts what is not found"
        "remove the line";
    AllowWithoutReason "allow-without-reason" Style BOTH
        "`-- allow` without a reason, or of a code that does not exist"
        "`-- allow CODE: why it is no harm here`";
}

impl Code {
    /// The code of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// The code whose name is most like this one, when one is alike.
    #[must_use]
    pub fn like(name: &str) -> Option<Self> {
        let distance = |code: &Self| strsim::damerau_levenshtein(code.name(), name);
        Self::ALL.iter().copied().min_by_key(distance).filter(|code| distance(code) <= 4)
    }

    /// Its page, in Markdown: what happens, the lock and what it keeps waiting, the safe recipe.
    #[must_use]
    pub fn page(self) -> &'static str {
        let heading = format!("\n## {}\n", self.name());
        let Some(start) = PAGES.find(&heading) else { return "" };
        let page = &PAGES[start + 1..];
        page[3..].find("\n## ").map_or(page, |end| &page[..end + 3]).trim()
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_page_and_every_page_its_code() {
        let headings: Vec<&str> = PAGES.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let names: Vec<&str> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(headings, names, "the pages follow the table, in its order");
        for &code in Code::ALL {
            let page = code.page();
            let head = format!(
                "## {code}\n\n*{}. {}; {}.*\n",
                code.title(),
                code.severity().name(),
                code.databases().name()
            );
            assert!(page.starts_with(&head), "the page of {code} does not begin with\n{head}");
            assert!(page.contains("**Instead.**"), "the page of {code} has no recipe");
            let only_sqlite = code.databases() == Databases::Only(Dialect::Sqlite);
            let blocks = code.severity() == Severity::Blocks && !only_sqlite;
            assert!(!blocks || page.contains("**Lock.**"), "the page of {code} does not name its lock");
        }
    }

    #[test]
    fn a_code_is_found_by_its_name_or_one_like_it() {
        assert_eq!(Code::of("drop-column"), Some(Code::DropColumn));
        assert_eq!((Code::of("drop-colum"), Code::like("drop-colum")), (None, Some(Code::DropColumn)));
        assert_eq!(Code::like("something else entirely"), None);
    }
}
