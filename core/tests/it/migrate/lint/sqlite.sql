-- The tables and rows of every case.
CREATE TABLE "artist" ("id" integer NOT NULL CONSTRAINT "pk_artist" PRIMARY KEY AUTOINCREMENT, "name" text NOT NULL, CONSTRAINT "uq_artist_name" UNIQUE ("name")) STRICT;
CREATE TABLE "album" (
  "id" integer NOT NULL CONSTRAINT "pk_album" PRIMARY KEY AUTOINCREMENT,
  "title" text NOT NULL,
  "year" integer,
  "kind" text NOT NULL,
  "artist_id" integer NOT NULL CONSTRAINT "fk_album_artist_id_artist" REFERENCES "artist" ("id"),
  CONSTRAINT "ck_album_kind" CHECK ("kind" IN ('lp', 'ep'))
) STRICT;
CREATE INDEX "ix_album_artist_id" ON "album" ("artist_id");
INSERT INTO "artist" ("name") VALUES ('a'), ('b');
INSERT INTO "album" ("title", "year", "kind", "artist_id") VALUES ('t1', 2001, 'lp', 1), ('t2', 2002, 'ep', 2);
-- case: a column | - | kept
ALTER TABLE "album" ADD COLUMN "note" text;
-- case: a column dropped | drop-column | kept
ALTER TABLE "album" DROP COLUMN "year";
-- case: a column renamed | - | kept
ALTER TABLE "album" RENAME COLUMN "year" TO "published";
-- case: an index | - | kept
CREATE INDEX "ix_album_year" ON "album" ("year");
-- case: a unique index | unique-existing | kept
CREATE UNIQUE INDEX "uq_album_title" ON "album" ("title");
-- case: a unique index after an assertion | - | kept
-- assert: select not exists (select 1 from "album" group by "title" having count(*) > 1)
CREATE UNIQUE INDEX "uq_album_title" ON "album" ("title");
-- case: a dropped table | drop-table | kept
DROP TABLE "album";
-- case: a rebuild without its mark | rebuild-unmarked | rebuilt
CREATE TABLE "n" ("id" integer NOT NULL CONSTRAINT "pk_artist" PRIMARY KEY AUTOINCREMENT, "name" text NOT NULL, "born" text, CONSTRAINT "uq_artist_name" UNIQUE ("name")) STRICT;
INSERT INTO "n" ("id", "name") SELECT "id", "name" FROM "artist";
DROP TABLE "artist";
ALTER TABLE "n" RENAME TO "artist";
-- case: a column required now | required-now | rebuilt
-- entify: rebuilds "album"
CREATE TABLE "n" ("id" integer NOT NULL CONSTRAINT "pk_album" PRIMARY KEY AUTOINCREMENT, "title" text NOT NULL, "year" integer NOT NULL, "kind" text NOT NULL, "artist_id" integer NOT NULL CONSTRAINT "fk_album_artist_id_artist" REFERENCES "artist" ("id"), CONSTRAINT "ck_album_kind" CHECK ("kind" IN ('lp', 'ep'))) STRICT;
INSERT INTO "n" ("id", "title", "year", "kind", "artist_id") SELECT "id", "title", "year", "kind", "artist_id" FROM "album";
DROP TABLE "album";
ALTER TABLE "n" RENAME TO "album";
CREATE INDEX "ix_album_artist_id" ON "album" ("artist_id");
-- case: a column required and filled | - | rebuilt
-- entify: rebuilds "album"
CREATE TABLE "n" ("id" integer NOT NULL CONSTRAINT "pk_album" PRIMARY KEY AUTOINCREMENT, "title" text NOT NULL, "year" integer NOT NULL, "kind" text NOT NULL, "artist_id" integer NOT NULL CONSTRAINT "fk_album_artist_id_artist" REFERENCES "artist" ("id"), CONSTRAINT "ck_album_kind" CHECK ("kind" IN ('lp', 'ep'))) STRICT;
INSERT INTO "n" ("id", "title", "year", "kind", "artist_id") SELECT "id", "title", coalesce("year", 0), "kind", "artist_id" FROM "album";
DROP TABLE "album";
ALTER TABLE "n" RENAME TO "album";
CREATE INDEX "ix_album_artist_id" ON "album" ("artist_id");
-- case: values less, no index, another action, a rule more, a rule gone, a column left out | drop-column drop-foreign-key enum-value-removed foreign-key-unindexed unique-existing | rebuilt
-- entify: rebuilds "album"
CREATE TABLE "n" ("id" integer NOT NULL CONSTRAINT "pk_album" PRIMARY KEY AUTOINCREMENT, "title" text NOT NULL, "kind" text NOT NULL, "artist_id" integer NOT NULL CONSTRAINT "fk_album_artist_id_artist" REFERENCES "artist" ("id") ON DELETE CASCADE, CONSTRAINT "uq_album_title" UNIQUE ("title"), CONSTRAINT "ck_album_kind" CHECK ("kind" IN ('lp', 'ep2', 'ep3'))) STRICT;
INSERT INTO "n" ("id", "title", "kind", "artist_id") SELECT "id", "title", replace("kind", 'ep', 'ep2'), "artist_id" FROM "album";
DROP TABLE "album";
ALTER TABLE "n" RENAME TO "album";
-- case: a type that holds less, a unique rule gone | drop-constraint type-narrowed | rebuilt
-- entify: rebuilds "artist"
CREATE TABLE "n" ("id" integer NOT NULL CONSTRAINT "pk_artist" PRIMARY KEY AUTOINCREMENT, "name" blob NOT NULL) STRICT;
INSERT INTO "n" ("id", "name") SELECT "id", cast("name" as blob) FROM "artist";
DROP TABLE "artist";
ALTER TABLE "n" RENAME TO "artist";
-- case: all rows deleted | delete-rows | kept
DELETE FROM "album";
-- case: a transaction | transaction-in-file | -
COMMIT;
