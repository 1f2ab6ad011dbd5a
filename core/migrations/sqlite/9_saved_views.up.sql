CREATE TABLE "entify_saved_view" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_saved_view" PRIMARY KEY AUTOINCREMENT,
  "account_id" integer NOT NULL CONSTRAINT "fk_entify_saved_view_account_id_entify_account" REFERENCES "entify_account" ("id") ON DELETE CASCADE,
  "entity" text NOT NULL,
  "name" text NOT NULL,
  "query" text NOT NULL,
  "shared" integer NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))
) STRICT;
CREATE INDEX "ix_entify_saved_view_entity" ON "entify_saved_view" ("entity");
CREATE INDEX "ix_entify_saved_view_account_id" ON "entify_saved_view" ("account_id");
