DROP TABLE "entify_attempt";
ALTER TABLE "entify_token" DROP COLUMN "last_used_at";
ALTER TABLE "entify_token" DROP COLUMN "subject";
ALTER TABLE "entify_account" DROP COLUMN "subject";
