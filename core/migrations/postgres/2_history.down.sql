DROP TABLE "entify_history";
