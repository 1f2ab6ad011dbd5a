ALTER TABLE "entify_account" ADD COLUMN "subject" text;
ALTER TABLE "entify_token" ADD COLUMN "subject" text;
ALTER TABLE "entify_token" ADD COLUMN "last_used_at" text;

CREATE TABLE "entify_attempt" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_attempt" PRIMARY KEY AUTOINCREMENT,
  "key" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))
) STRICT;
CREATE INDEX "ix_entify_attempt_key_created_at" ON "entify_attempt" ("key", "created_at");
CREATE INDEX "ix_entify_attempt_created_at" ON "entify_attempt" ("created_at");
