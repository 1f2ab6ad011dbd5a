ALTER TABLE "entify_session" DROP COLUMN "viewing";
DROP INDEX "ix_entify_token_account_id";
ALTER TABLE "entify_token" DROP COLUMN "account_id";
ALTER TABLE "entify_account" DROP COLUMN "dense";
ALTER TABLE "entify_account" DROP COLUMN "time_zone";
ALTER TABLE "entify_account" DROP COLUMN "language";
