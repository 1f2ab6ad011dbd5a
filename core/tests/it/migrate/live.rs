//! The schema of a live database.

use entify::db::{Dialect, Executor, Statement};
use entify::entity::EntityDef;
use entify::migrate::live::{self, IdentityKind, LiveSchema, ReferentialAction, TableKind};
use entify::migrate::{DatabaseSchema, ddl};
use entify::testing::{TestDb, each_database};

use super::entities::ALL;

const EMPTY: &[&EntityDef] = &[];

async fn run(test: &TestDb, statements: &[&str]) {
    for sql in statements {
        let statement = Statement::plain(*sql);
        Executor::Pool(test.db().clone())
            .execute(statement)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

async fn read(test: &TestDb) -> LiveSchema {
    live::read(test.db(), None).await.unwrap()
}

async fn expected(test: &TestDb) -> LiveSchema {
    let dialect = test.db().dialect();
    live::created(test.db(), ddl::create(&DatabaseSchema::of(ALL, dialect), dialect)).await.unwrap()
}

#[each_database(ALL)]
async fn what_our_ddl_makes_is_read_as_what_it_makes_for_a_moment(test: TestDb) {
    let (live, expected) = (read(&test).await, expected(&test).await);
    assert_eq!(live.tables.len(), ALL.len());
    assert_eq!(live::diff(&live, &expected), Vec::<String>::new());
    assert_eq!(live, read(&test).await);
    // Nothing is left of it.
    assert_eq!(live::read(test.db(), None).await.unwrap().tables.len(), ALL.len());
    let post = live.table("post").unwrap();
    assert_eq!(post.primary_key.as_ref().unwrap().name.as_deref(), Some("pk_post"));
    assert_eq!(post.foreign_keys.len(), 3);
    assert_eq!(post.checks.len(), 3);
    assert_eq!(post.indexes.len(), 2);
}

#[each_database(ALL)]
async fn each_change_is_a_difference(test: TestDb) {
    let before = read(&test).await;
    let changes: &[(&str, &str)] = &[
        (r#"ALTER TABLE "post" ADD COLUMN "extra" integer"#, "the column `extra` of `post`: integer"),
        (r#"CREATE INDEX "mine" ON "post" ("title" DESC)"#, r#"the index `mine` of `post`: ("title" desc)"#),
        (
            r#"CREATE UNIQUE INDEX "some" ON "post" ("body") WHERE "stars" > 3"#,
            r#"the index `some` of `post`: unique ("body") where "#,
        ),
        (r#"DROP INDEX "ix_post_file_id""#, "only the first has the index `ix_post_file_id` of `post`"),
        (r#"CREATE TABLE "other" ("a" integer PRIMARY KEY)"#, "only the second has the table `other`"),
        (r#"CREATE VIEW "seen" AS SELECT "title" FROM "post""#, "only the second has the table `seen`: view"),
        (
            r#"ALTER TABLE "user" RENAME COLUMN "email" TO "mail""#,
            "only the first has the column `email` of `user`",
        ),
    ];
    for (sql, line) in changes {
        let known = live::diff(&before, &read(&test).await);
        run(&test, &[sql]).await;
        let lines = live::diff(&before, &read(&test).await);
        let new: Vec<&String> = lines.iter().filter(|line| !known.contains(line)).collect();
        assert!(new.iter().any(|new| new.contains(line)), "{sql}: {new:#?}");
    }
}

#[each_database(ALL, only(postgres))]
async fn each_change_of_postgres_is_a_difference(test: TestDb) {
    let before = read(&test).await;
    let changes: &[(&str, &str)] = &[
        (r#"ALTER TABLE "post" ALTER "title" TYPE varchar(201) COLLATE "C""#, "character varying(201)"),
        (r#"ALTER TABLE "post" ALTER "body" TYPE text COLLATE "POSIX""#, r#"collate "POSIX""#),
        (r#"ALTER TABLE "post" ALTER "body" DROP NOT NULL"#, r#"text collate "POSIX" in the second"#),
        (r#"ALTER TABLE "post" ALTER "stars" SET DEFAULT 3"#, "integer not null default 3 in the second"),
        (r#"ALTER TABLE "post" ALTER "id" SET GENERATED ALWAYS"#, "generated always as identity"),
        (r#"ALTER TABLE "post" ADD CONSTRAINT "c" CHECK ("stars" in (1, 2)) NOT VALID"#, "not valid"),
        (
            r#"ALTER TABLE "post" DROP CONSTRAINT "fk_post_author_id_user", ADD CONSTRAINT "fk_post_author_id_user" FOREIGN KEY ("author_id") REFERENCES "user" ("id") ON DELETE RESTRICT DEFERRABLE"#,
            "on delete restrict deferrable in the second",
        ),
        (
            r#"ALTER TABLE "post" ENABLE ROW LEVEL SECURITY"#,
            "only the second has the row-level security of `post`: on",
        ),
        (
            r#"CREATE POLICY "p" ON "post" FOR SELECT USING ("stars" > 1)"#,
            "for select to public using ((stars > 1))",
        ),
        (
            r#"CREATE UNIQUE INDEX "x" ON "post" USING btree (lower("title") text_pattern_ops) INCLUDE ("body")"#,
            "include",
        ),
        (r#"CREATE TYPE "mood" AS ENUM ('sad', 'glad')"#, "the type `mood`: sad, glad"),
        (r#"CREATE INDEX "n" ON "post" ("title" NULLS FIRST)"#, "nulls first"),
        (r#"ALTER TABLE "post" ADD CONSTRAINT "u" UNIQUE NULLS NOT DISTINCT ("body")"#, "nulls not distinct"),
    ];
    for (sql, line) in changes {
        let known = live::diff(&before, &read(&test).await);
        run(&test, &[sql]).await;
        let lines = live::diff(&before, &read(&test).await);
        let new: Vec<&String> = lines.iter().filter(|line| !known.contains(line)).collect();
        assert!(new.iter().any(|new| new.contains(line)), "{sql}: {new:#?}");
    }
}

#[each_database(EMPTY, only(postgres))]
async fn a_foreign_schema_of_postgres_is_read(test: TestDb) {
    run(
        &test,
        &[
            "CREATE TYPE mood AS ENUM ('sad', 'so so', 'glad')",
            "CREATE DOMAIN short AS varchar(20) CHECK (value <> '')",
            r#"CREATE TABLE "Person" ("PersonId" serial PRIMARY KEY, "Name" short NOT NULL, feeling mood NOT NULL DEFAULT 'glad',
               feelings mood[], big bigint GENERATED ALWAYS AS IDENTITY, sum integer GENERATED ALWAYS AS (1 + 2) STORED,
               at timestamp(3) without time zone DEFAULT CURRENT_TIMESTAMP)"#,
            r#"COMMENT ON TABLE "Person" IS 'Someone.'"#,
            r#"COMMENT ON COLUMN "Person"."Name" IS 'What they are called.'"#,
            r#"CREATE TABLE pair (a integer, b text, person integer REFERENCES "Person" ON DELETE CASCADE ON UPDATE SET NULL
               DEFERRABLE INITIALLY DEFERRED, PRIMARY KEY (b, a))"#,
            "CREATE TABLE user_of_pair (a integer, b text, FOREIGN KEY (b, a) REFERENCES pair)",
            "CREATE VIEW seen AS SELECT a FROM pair",
            "CREATE TABLE parts (at date NOT NULL) PARTITION BY RANGE (at)",
            "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')",
        ],
    )
    .await;
    let live = read(&test).await;
    let names: Vec<_> = live.tables.iter().map(|table| (table.name.as_str(), table.kind)).collect();
    assert_eq!(
        names,
        [
            ("Person", TableKind::Table),
            ("pair", TableKind::Table),
            ("parts", TableKind::Partitioned),
            ("parts_1", TableKind::Table),
            ("seen", TableKind::View),
            ("user_of_pair", TableKind::Table),
        ]
    );
    assert_eq!(live.enums[0].values, ["sad", "so so", "glad"]);
    let person = live.table("Person").unwrap();
    assert_eq!(person.comment.as_deref(), Some("Someone."));
    let key = person.column("PersonId").unwrap();
    assert!(key.serial && key.identity.is_none());
    let name = person.column("Name").unwrap();
    assert_eq!((name.sql_type.as_str(), name.base_type.as_str()), ("short", "character varying(20)"));
    assert_eq!(name.comment.as_deref(), Some("What they are called."));
    assert_eq!(person.column("feeling").unwrap().enum_type.as_deref(), Some("mood"));
    assert_eq!(person.column("feelings").unwrap().enum_type.as_deref(), Some("mood"));
    assert_eq!(person.column("big").unwrap().identity, Some(IdentityKind::Always));
    assert!(person.column("sum").unwrap().generated.is_some());
    let pair = live.table("pair").unwrap();
    assert_eq!(pair.primary_key.as_ref().unwrap().columns, ["b", "a"]);
    let reference = &pair.foreign_keys[0];
    assert_eq!(
        (reference.on_delete, reference.on_update),
        (ReferentialAction::Cascade, ReferentialAction::SetNull)
    );
    assert!(reference.deferrable && reference.initially_deferred && reference.validated);
    assert_eq!(live.table("user_of_pair").unwrap().foreign_keys[0].referred, ["b", "a"]);
    assert_eq!(live.table("seen").unwrap().columns.len(), 1);
    let some = live::read(test.db(), Some(&["pair".to_owned()])).await.unwrap();
    assert_eq!((some.tables.len(), some.enums.len()), (1, 0));
}

#[each_database(EMPTY, only(sqlite))]
async fn a_foreign_schema_of_sqlite_is_read(test: TestDb) {
    run(
        &test,
        &[
            "CREATE TABLE [Person] ([PersonId] INTEGER NOT NULL, [Name] NVARCHAR(20) COLLATE NOCASE DEFAULT 'x', \
             \"Sum\" AS (1 + 2), CONSTRAINT [PK_Person] PRIMARY KEY ([PersonId]))",
            "CREATE TABLE pair (a integer, b text, person integer REFERENCES person ON DELETE CASCADE, PRIMARY KEY (b, A))",
            "CREATE TABLE words (id integer PRIMARY KEY, body text)",
            "CREATE VIRTUAL TABLE found USING fts5(body)",
            "CREATE VIEW seen AS SELECT a FROM pair",
            "CREATE TRIGGER t AFTER INSERT ON pair BEGIN DELETE FROM words; END",
        ],
    )
    .await;
    let live = read(&test).await;
    let names: Vec<_> = live.tables.iter().map(|table| (table.name.as_str(), table.kind)).collect();
    assert_eq!(
        names,
        [
            ("Person", TableKind::Table),
            ("found", TableKind::Virtual),
            ("pair", TableKind::Table),
            ("seen", TableKind::View),
            ("words", TableKind::Table),
        ]
    );
    let person = live.table("Person").unwrap();
    assert_eq!(person.columns.len(), 3);
    assert_eq!(person.column("Name").unwrap().collation.as_deref(), Some("NOCASE"));
    assert!(person.column("Sum").unwrap().virtual_generated);
    let pair = live.table("pair").unwrap();
    assert_eq!(pair.primary_key.as_ref().unwrap().columns, ["b", "a"]);
    let reference = &pair.foreign_keys[0];
    assert_eq!(
        (reference.table.as_str(), reference.referred.as_slice()),
        ("Person", &["PersonId".to_owned()][..])
    );
    assert_eq!(pair.triggers.len(), 1);
    // What a rename rewrites and how it was written is no difference.
    run(&test, &["ALTER TABLE words RENAME TO w", "ALTER TABLE w RENAME TO words"]).await;
    assert_eq!(live::diff(&live, &read(&test).await), Vec::<String>::new());
    assert_eq!(live.dialect, Dialect::Sqlite);
}

mod compared {
    use std::path::Path;

    use entify::entity::Registry;
    use entify::migrate::live::{Comparison, compare};

    use super::*;

    async fn compared(test: &TestDb, folder: &Path, pending: bool) -> Comparison {
        let registry = Registry::new(ALL).unwrap();
        compare(test.db(), &registry, folder, pending).await.unwrap()
    }

    /// The migrations of the entities.
    fn filed() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        entify::migrate::make(folder.path(), None, &Registry::new(ALL).unwrap()).unwrap();
        folder
    }

    #[each_database(ALL)]
    async fn a_database_of_our_making_has_no_difference(test: TestDb) {
        assert_eq!(compared(&test, filed().path(), false).await, Comparison::default());
        assert_eq!(compared(&test, Path::new("nowhere"), false).await, Comparison::default());
    }

    #[each_database(ALL)]
    async fn each_difference_has_its_line_and_its_way_out(test: TestDb) {
        let folder = filed();
        run(
            &test,
            &[
                r#"DROP INDEX "ix_post_file_id""#,
                r#"CREATE INDEX "ix_mine" ON "post" ("body")"#,
                r#"ALTER TABLE "chicken" RENAME TO "hen""#,
                r#"ALTER TABLE "file" RENAME COLUMN "flag" TO "mark""#,
            ],
        )
        .await;
        let found = compared(&test, folder.path(), false).await;
        let line = |part: &str| found.differences.iter().filter(|line| line.contains(part)).count();
        assert_eq!(
            line("there is no table `chicken`; no migration did that: undo it by hand"),
            1,
            "{found:#?}"
        );
        assert_eq!(line("the table `post` has no index `ix_post_file_id`: (\"file_id\");"), 1, "{found:#?}");
        assert_eq!(line("the table `file` has no column `flag`: "), 1, "{found:#?}");
        assert_eq!(line("the column `mark` of `file` is `"), 1, "{found:#?}");
        let notes = found.notes.join("\n");
        assert!(notes.contains("no entity declares the table `hen`"), "{notes}");
        assert!(notes.contains("no entity declares the index `ix_mine` of `post`: (\"body\")"), "{notes}");
        let pending = compared(&test, folder.path(), true).await.differences;
        assert!(pending.iter().any(|line| line == "there is no table `chicken`; apply it with `migrate up`"));
        let unfiled = compared(&test, Path::new("nowhere"), false).await.differences;
        assert!(unfiled.iter().any(|line| line.contains("chicken") && line.contains("`migrate make`, then")));
    }

    mod documents {
        use entify::prelude::*;

        #[derive(Entity)]
        #[entity(policy = owner(reader), key = uuid, soft_delete, order = -title)]
        pub struct Page {
            #[entity(search(fulltext), unique, max_len = 20)]
            title: String,
            #[entity(search(fulltext))]
            body: String,
            reader: String,
        }
    }

    fn documents() -> Vec<&'static EntityDef> {
        entify::entities![documents::Page]
    }

    async fn of_documents(test: &TestDb) -> Vec<String> {
        let registry = Registry::new(&documents()).unwrap();
        let found = compare(test.db(), &registry, Path::new("nowhere"), false).await.unwrap();
        found.differences
    }

    #[each_database(documents(), row_security)]
    async fn fulltext_partial_indexes_and_policies_are_compared(test: TestDb) {
        assert_eq!(of_documents(&test).await, Vec::<String>::new());
        let name = live::read(test.db(), None).await.unwrap();
        let index = name.table("page").unwrap().indexes.iter().find(|index| index.unique).unwrap();
        assert!(index.condition.is_some(), "{index:?}");
        let drops: &[&str] = match test.db().dialect() {
            Dialect::Postgres => &[
                "ALTER TABLE page DROP COLUMN entify_search",
                "DROP INDEX uq_page_title",
                "CREATE UNIQUE INDEX uq_page_title ON page (title) WHERE deleted_at IS NOT NULL",
            ],
            Dialect::Sqlite => &[
                "DROP TRIGGER ft_page_insert",
                "DROP INDEX uq_page_title",
                "CREATE UNIQUE INDEX uq_page_title ON page (title) WHERE deleted_at IS NOT NULL",
            ],
        };
        run(&test, drops).await;
        let lines = of_documents(&test).await;
        let one = |part: &str| {
            assert_eq!(lines.iter().filter(|line| line.contains(part)).count(), 1, "{part}: {lines:#?}");
        };
        one("the index `uq_page_title` of `page` is `unique (\"title\") where ");
        match test.db().dialect() {
            Dialect::Postgres => {
                one("the table `page` has no column `entify_search`: tsvector generated always as ");
                one("the table `page` has no index `ft_page`: gin (\"entify_search\")");
            }
            Dialect::Sqlite => one("the table `page` has no trigger `ft_page_insert`: create trigger"),
        }
    }

    #[each_database(documents(), only(row_security))]
    async fn policies_are_compared(test: TestDb) {
        run(&test, &["DROP POLICY entify_read ON page", "ALTER POLICY entify_delete ON page USING (true)"])
            .await;
        let lines = of_documents(&test).await;
        assert_eq!(lines.len(), 2, "{lines:#?}");
        assert!(lines[0].starts_with(
            "the policy `entify_delete` of `page` is `for delete to public using (true)`, not "
        ));
        assert!(
            lines[1].starts_with("the table `page` has no policy `entify_read`: for select to public using ")
        );
        assert!(
            lines.iter().all(|line| line.ends_with("; make it with `migrate make --rls` and `migrate up`"))
        );
        run(
            &test,
            &["ALTER TABLE page DISABLE ROW LEVEL SECURITY", "ALTER TABLE page NO FORCE ROW LEVEL SECURITY"],
        )
        .await;
        let lines = of_documents(&test).await;
        assert!(
            lines.len() == 1
                && lines[0].starts_with("the table `page` has no row-level security: on, forced;"),
            "{lines:#?}"
        );
    }

    #[each_database(ALL, only(postgres))]
    async fn what_postgres_could_not_finish_is_told(test: TestDb) {
        run(
            &test,
            &[
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_post_file_id'::regclass",
                r#"ALTER TABLE post DROP CONSTRAINT ck_post_1"#,
                r#"ALTER TABLE post ADD CONSTRAINT ck_post_1 CHECK (title <> body) NOT VALID"#,
            ],
        )
        .await;
        let found = compared(&test, filed().path(), false).await.differences;
        let one =
            |part: &str| assert_eq!(found.iter().filter(|line| line.contains(part)).count(), 1, "{found:#?}");
        one(r#"finish it by hand: `REINDEX INDEX CONCURRENTLY "ix_post_file_id"`"#);
        one(r#"finish it by hand: `ALTER TABLE "post" VALIDATE CONSTRAINT "ck_post_1"`"#);
    }

    #[each_database(ALL)]
    async fn what_no_migration_makes_is_told(test: TestDb) {
        let folder = filed();
        let file = folder.path().join(test.db().dialect().name()).join("schema.json");
        let mut schema: DatabaseSchema =
            serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        schema.tables.retain(|table| table.name != "egg" && table.name != "chicken");
        let post = schema.tables.iter_mut().find(|table| table.name == "post").unwrap();
        post.indexes.retain(|index| index.name != "ix_post_file_id");
        post.columns.iter_mut().find(|column| column.name == "body").unwrap().nullable = true;
        std::fs::write(&file, serde_json::to_string(&schema).unwrap()).unwrap();
        let found = compared(&test, folder.path(), false).await;
        let type_of_body =
            if test.db().dialect() == Dialect::Postgres { "text collate \"C\"" } else { "text" };
        assert_eq!(
            found.differences,
            [
                "no migration makes the table `chicken`; write it with `migrate make`; the database has it already".to_owned(),
                "no migration makes the table `egg`; write it with `migrate make`; the database has it already".to_owned(),
                format!(
                    "the column `body` of `post` is `{type_of_body} not null`, and `{type_of_body}` by the migrations; write it with `migrate make`; \
                     the database has it already"
                ),
                "no migration makes the index `ix_post_file_id` of `post`; write it with `migrate make`; the database has it already"
                    .to_owned(),
            ]
        );
    }
}
