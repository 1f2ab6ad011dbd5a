ALTER TABLE "entify_history" DROP COLUMN "in_action";
