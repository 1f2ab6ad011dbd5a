DROP TABLE "entify_rate_limit";
