ALTER TABLE "entify_account" ADD COLUMN "language" text;
ALTER TABLE "entify_account" ADD COLUMN "time_zone" text;
ALTER TABLE "entify_account" ADD COLUMN "dense" integer;
ALTER TABLE "entify_token" ADD COLUMN "account_id" integer CONSTRAINT "fk_entify_token_account_id_entify_account" REFERENCES "entify_account" ("id") ON DELETE CASCADE;
CREATE INDEX "ix_entify_token_account_id" ON "entify_token" ("account_id");
ALTER TABLE "entify_session" ADD COLUMN "viewing" integer;
