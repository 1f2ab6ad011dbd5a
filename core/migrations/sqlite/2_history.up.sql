CREATE TABLE "entify_history" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_history" PRIMARY KEY AUTOINCREMENT,
  "entity" text NOT NULL,
  "key" text NOT NULL,
  "action" text NOT NULL,
  "who" text NOT NULL,
  "subject" text,
  "request_id" text,
  "changes" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "ck_entify_history_action" CHECK ("action" in ('create', 'update', 'delete', 'restore')),
  CONSTRAINT "ck_entify_history_who" CHECK ("who" in ('anonymous', 'subject', 'system'))
) STRICT;
CREATE INDEX "ix_entify_history_entity_key_id" ON "entify_history" ("entity", "key", "id");
