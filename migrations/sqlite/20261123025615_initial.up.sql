CREATE TABLE "artist" (
  "id" integer NOT NULL CONSTRAINT "pk_artist" PRIMARY KEY AUTOINCREMENT,
  "name" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_artist_name" UNIQUE ("name")
) STRICT;

CREATE TABLE "album" (
  "id" integer NOT NULL CONSTRAINT "pk_album" PRIMARY KEY AUTOINCREMENT,
  "title" text NOT NULL,
  "artist_id" integer NOT NULL CONSTRAINT "fk_album_artist_id_artist" REFERENCES "artist" ("id"),
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))
) STRICT;
CREATE INDEX "ix_album_title_id" ON "album" ("title", "id");
CREATE INDEX "ix_album_artist_id" ON "album" ("artist_id");

CREATE TABLE "genre" (
  "id" integer NOT NULL CONSTRAINT "pk_genre" PRIMARY KEY AUTOINCREMENT,
  "name" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_genre_name" UNIQUE ("name")
) STRICT;

CREATE TABLE "media_type" (
  "id" integer NOT NULL CONSTRAINT "pk_media_type" PRIMARY KEY AUTOINCREMENT,
  "name" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_media_type_name" UNIQUE ("name")
) STRICT;

CREATE TABLE "track" (
  "id" integer NOT NULL CONSTRAINT "pk_track" PRIMARY KEY AUTOINCREMENT,
  "name" text NOT NULL,
  "album_id" integer CONSTRAINT "fk_track_album_id_album" REFERENCES "album" ("id") ON DELETE CASCADE,
  "media_type_id" integer NOT NULL CONSTRAINT "fk_track_media_type_id_media_type" REFERENCES "media_type" ("id"),
  "genre_id" integer CONSTRAINT "fk_track_genre_id_genre" REFERENCES "genre" ("id") ON DELETE SET NULL,
  "composer" text,
  "milliseconds" integer NOT NULL,
  "bytes" integer,
  "unit_price" text collate entify_decimal NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "ck_track_milliseconds" CHECK ("milliseconds" >= 1),
  CONSTRAINT "ck_track_bytes" CHECK ("bytes" >= 0),
  CONSTRAINT "ck_track_unit_price" CHECK (cast("unit_price" as real) >= 0)
) STRICT;
CREATE INDEX "ix_track_name" ON "track" ("name");
CREATE INDEX "ix_track_album_id" ON "track" ("album_id");
CREATE INDEX "ix_track_media_type_id" ON "track" ("media_type_id");
CREATE INDEX "ix_track_genre_id" ON "track" ("genre_id");

CREATE TABLE "playlist" (
  "id" integer NOT NULL CONSTRAINT "pk_playlist" PRIMARY KEY AUTOINCREMENT,
  "name" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))
) STRICT;
CREATE INDEX "ix_playlist_name" ON "playlist" ("name");

CREATE TABLE "playlist_track" (
  "id" integer NOT NULL CONSTRAINT "pk_playlist_track" PRIMARY KEY AUTOINCREMENT,
  "playlist_id" integer NOT NULL CONSTRAINT "fk_playlist_track_playlist_id_playlist" REFERENCES "playlist" ("id") ON DELETE CASCADE,
  "track_id" integer NOT NULL CONSTRAINT "fk_playlist_track_track_id_track" REFERENCES "track" ("id") ON DELETE CASCADE,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_playlist_track_playlist_id_track_id" UNIQUE ("playlist_id", "track_id")
) STRICT;
CREATE INDEX "ix_playlist_track_track_id" ON "playlist_track" ("track_id");

CREATE TABLE "employee" (
  "id" integer NOT NULL CONSTRAINT "pk_employee" PRIMARY KEY AUTOINCREMENT,
  "last_name" text NOT NULL,
  "first_name" text NOT NULL,
  "title" text,
  "reports_to_id" integer CONSTRAINT "fk_employee_reports_to_id_employee" REFERENCES "employee" ("id") ON DELETE SET NULL,
  "birth_date" text,
  "hire_date" text,
  "address" text,
  "city" text,
  "state" text,
  "country" text,
  "postal_code" text,
  "phone" text,
  "fax" text,
  "email" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_employee_email" UNIQUE ("email")
) STRICT;
CREATE INDEX "ix_employee_last_name_id" ON "employee" ("last_name", "id");
CREATE INDEX "ix_employee_reports_to_id" ON "employee" ("reports_to_id");

CREATE TABLE "customer" (
  "id" integer NOT NULL CONSTRAINT "pk_customer" PRIMARY KEY AUTOINCREMENT,
  "first_name" text NOT NULL,
  "last_name" text NOT NULL,
  "company" text,
  "address" text,
  "city" text,
  "state" text,
  "country" text,
  "postal_code" text,
  "phone" text,
  "fax" text,
  "email" text NOT NULL,
  "support_rep_id" integer CONSTRAINT "fk_customer_support_rep_id_employee" REFERENCES "employee" ("id") ON DELETE SET NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_customer_email" UNIQUE ("email")
) STRICT;
CREATE INDEX "ix_customer_country" ON "customer" ("country");
CREATE INDEX "ix_customer_last_name_id" ON "customer" ("last_name", "id");
CREATE INDEX "ix_customer_support_rep_id" ON "customer" ("support_rep_id");

CREATE TABLE "invoice" (
  "id" integer NOT NULL CONSTRAINT "pk_invoice" PRIMARY KEY AUTOINCREMENT,
  "customer_id" integer NOT NULL CONSTRAINT "fk_invoice_customer_id_customer" REFERENCES "customer" ("id"),
  "invoice_date" text NOT NULL,
  "billing_address" text,
  "billing_city" text,
  "billing_state" text,
  "billing_country" text,
  "billing_postal_code" text,
  "total" text collate entify_decimal NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "ck_invoice_total" CHECK (cast("total" as real) >= 0)
) STRICT;
CREATE INDEX "ix_invoice_billing_country" ON "invoice" ("billing_country");
CREATE INDEX "ix_invoice_customer_id_invoice_date" ON "invoice" ("customer_id", "invoice_date" DESC);
CREATE INDEX "ix_invoice_invoice_date_id" ON "invoice" ("invoice_date" DESC, "id" DESC);

CREATE TABLE "invoice_line" (
  "id" integer NOT NULL CONSTRAINT "pk_invoice_line" PRIMARY KEY AUTOINCREMENT,
  "invoice_id" integer NOT NULL CONSTRAINT "fk_invoice_line_invoice_id_invoice" REFERENCES "invoice" ("id") ON DELETE CASCADE,
  "track_id" integer NOT NULL CONSTRAINT "fk_invoice_line_track_id_track" REFERENCES "track" ("id"),
  "unit_price" text collate entify_decimal NOT NULL,
  "quantity" integer NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "ck_invoice_line_unit_price" CHECK (cast("unit_price" as real) >= 0),
  CONSTRAINT "ck_invoice_line_quantity" CHECK ("quantity" >= 1)
) STRICT;
CREATE INDEX "ix_invoice_line_invoice_id" ON "invoice_line" ("invoice_id");
CREATE INDEX "ix_invoice_line_track_id" ON "invoice_line" ("track_id");
