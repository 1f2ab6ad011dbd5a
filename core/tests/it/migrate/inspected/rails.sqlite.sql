-- Tables as Rails declares them on SQLite.

CREATE TABLE "schema_migrations" ("version" varchar NOT NULL PRIMARY KEY);

CREATE TABLE "ar_internal_metadata" ("key" varchar NOT NULL PRIMARY KEY, "value" varchar, "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL);

CREATE TABLE "people" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar NOT NULL, "email" varchar DEFAULT '' NOT NULL, "admin" boolean DEFAULT 0 NOT NULL, "mood" varchar DEFAULT 'glad' NOT NULL, "settings" json, "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL);

CREATE TABLE "posts" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "title" varchar(100), "body" text, "status" integer DEFAULT 0 NOT NULL, "author_id" integer NOT NULL, "reviewer_id" integer, "score" float, "labels" varchar, "ip" varchar, "published_on" date, "created_at" datetime(6) NOT NULL, "updated_at" datetime(6) NOT NULL, CONSTRAINT "fk_rails_author" FOREIGN KEY ("author_id") REFERENCES "people" ("id") ON DELETE CASCADE, CONSTRAINT "fk_rails_reviewer" FOREIGN KEY ("reviewer_id") REFERENCES "people" ("id") ON DELETE SET NULL, CONSTRAINT score_range CHECK (score BETWEEN 0 AND 10));

CREATE TABLE "tags" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar NOT NULL);

CREATE TABLE "posts_tags" ("post_id" integer NOT NULL REFERENCES "posts" ("id"), "tag_id" integer NOT NULL REFERENCES "tags" ("id"));

CREATE UNIQUE INDEX "index_people_on_email" ON "people" ("email");

CREATE INDEX "index_posts_on_author_id" ON "posts" ("author_id");

CREATE UNIQUE INDEX "index_posts_tags" ON "posts_tags" ("post_id", "tag_id");

CREATE VIEW "published" AS SELECT id, title FROM posts WHERE published_on IS NOT NULL;
