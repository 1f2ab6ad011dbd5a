DROP TABLE "entify_idempotency_key";
