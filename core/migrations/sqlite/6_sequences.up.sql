CREATE TABLE "entify_sequence" (
  "id" integer NOT NULL CONSTRAINT "pk_entify_sequence" PRIMARY KEY AUTOINCREMENT,
  "name" text NOT NULL,
  "parent" text NOT NULL,
  "last" integer NOT NULL,
  "drawn" integer NOT NULL,
  CONSTRAINT "uq_entify_sequence_name_parent" UNIQUE ("name", "parent")
) STRICT;
