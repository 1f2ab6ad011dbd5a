CREATE TABLE "entify_lease" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_lease" PRIMARY KEY AUTOINCREMENT,
  "name" text NOT NULL,
  "period" integer NOT NULL,
  "held_until" text,
  "holder" text,
  "started_at" text,
  "ended_at" text,
  "error" text,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_entify_lease_name" UNIQUE ("name")
) STRICT;
