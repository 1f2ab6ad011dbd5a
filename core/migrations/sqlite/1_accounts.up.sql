CREATE TABLE "entify_account" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_account" PRIMARY KEY AUTOINCREMENT,
  "email" text NOT NULL,
  "password" text NOT NULL,
  "roles" text NOT NULL,
  "active" integer NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_entify_account_email" UNIQUE ("email")
) STRICT;

CREATE TABLE "entify_token" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_token" PRIMARY KEY AUTOINCREMENT,
  "name" text NOT NULL,
  "hash" text NOT NULL,
  "hint" text NOT NULL,
  "roles" text NOT NULL,
  "expires_at" text,
  "revoked_at" text,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_entify_token_hash" UNIQUE ("hash")
) STRICT;

CREATE TABLE "entify_session" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_session" PRIMARY KEY AUTOINCREMENT,
  "hash" text NOT NULL,
  "account_id" integer NOT NULL CONSTRAINT "fk_entify_session_account_id_entify_account" REFERENCES "entify_account" ("id") ON DELETE CASCADE,
  "csrf" text NOT NULL,
  "last_seen_at" text NOT NULL,
  "expires_at" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_entify_session_hash" UNIQUE ("hash")
) STRICT;
CREATE INDEX "ix_entify_session_expires_at" ON "entify_session" ("expires_at");
CREATE INDEX "ix_entify_session_account_id" ON "entify_session" ("account_id");
