DROP TABLE "entify_lease";
