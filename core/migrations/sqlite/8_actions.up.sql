ALTER TABLE "entify_history" ADD COLUMN "in_action" text;
