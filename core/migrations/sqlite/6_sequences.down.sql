DROP TABLE "entify_sequence";
