-- entify: rebuilds "invoice_line"

-- invoice_line: a new table; SQLite cannot change this one in place
CREATE TABLE "_entify_new_invoice_line" (
  "id" integer NOT NULL CONSTRAINT "pk_invoice_line" PRIMARY KEY AUTOINCREMENT,
  "invoice_id" integer NOT NULL CONSTRAINT "fk_invoice_line_invoice_id_invoice" REFERENCES "invoice" ("id") ON DELETE CASCADE,
  "track_id" integer NOT NULL CONSTRAINT "fk_invoice_line_track_id_track" REFERENCES "track" ("id"),
  "unit_price" text collate entify_decimal NOT NULL,
  "quantity" integer NOT NULL DEFAULT (1),
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "ck_invoice_line_unit_price" CHECK (cast("unit_price" as real) >= 0),
  CONSTRAINT "ck_invoice_line_quantity" CHECK ("quantity" >= 1)
) STRICT;

-- invoice_line: the rows, with their numbers
INSERT INTO "_entify_new_invoice_line" ("id", "invoice_id", "track_id", "unit_price", "quantity", "created_at", "updated_at")
SELECT "id", "invoice_id", "track_id", "unit_price", "quantity", "created_at", "updated_at"
FROM "invoice_line";

-- invoice_line: keys go on counting from where they are
DELETE FROM sqlite_sequence WHERE name = '_entify_new_invoice_line';

-- invoice_line: keys go on counting from where they are
INSERT INTO sqlite_sequence (name, seq) SELECT '_entify_new_invoice_line', seq FROM sqlite_sequence WHERE name = 'invoice_line';

-- invoice_line: the old table
DROP TABLE "invoice_line";

-- Renaming must not look into views that name a table that is away for this moment
PRAGMA legacy_alter_table = ON;

-- invoice_line: the new table takes its place
ALTER TABLE "_entify_new_invoice_line" RENAME TO "invoice_line";

-- Back to the ordinary rules of renaming
PRAGMA legacy_alter_table = OFF;

-- invoice_line: finds and sorts rows by invoice_id
CREATE INDEX "ix_invoice_line_invoice_id" ON "invoice_line" ("invoice_id");

-- invoice_line: finds and sorts rows by track_id
CREATE INDEX "ix_invoice_line_track_id" ON "invoice_line" ("track_id");
