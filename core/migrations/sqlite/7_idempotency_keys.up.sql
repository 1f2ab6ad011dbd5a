CREATE TABLE "entify_idempotency_key" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_idempotency_key" PRIMARY KEY AUTOINCREMENT,
  "principal" text NOT NULL,
  "key" text NOT NULL,
  "digest" blob NOT NULL,
  "run" text NOT NULL,
  "expires_at" text NOT NULL,
  "status" integer,
  "headers" text,
  "body" blob,
  CONSTRAINT "uq_entify_idempotency_key_principal_key" UNIQUE ("principal", "key")
) STRICT;
CREATE INDEX "ix_entify_idempotency_key_expires_at" ON "entify_idempotency_key" ("expires_at");
