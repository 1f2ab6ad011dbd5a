DROP TABLE "entify_saved_view";
