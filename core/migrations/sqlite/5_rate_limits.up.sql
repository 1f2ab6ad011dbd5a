CREATE TABLE "entify_rate_limit" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_rate_limit" PRIMARY KEY AUTOINCREMENT,
  "client" text NOT NULL,
  "full_at" integer NOT NULL,
  "taken" integer NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_entify_rate_limit_client" UNIQUE ("client")
) STRICT;
CREATE INDEX "ix_entify_rate_limit_full_at" ON "entify_rate_limit" ("full_at");
