-- Names, keys and rules that are unlike entify's.

CREATE TABLE "Order" (key uuid PRIMARY KEY NOT NULL, "type" text, "self" text, "select" integer, "Größe" real, "a b" text, "A_B" text, id bigint NOT NULL, "2nd" smallint, "and" text, "updated_at" date, _x text, price numeric(40, 2), span, total integer GENERATED ALWAYS AS (1 + 1) STORED, note text DEFAULT 'it''s "so"', CHECK ("select" > 0 AND "select" < 10), CHECK (length(_x) <= 5), CHECK ("a b" IN ('x y', 'z')));

CREATE TABLE [String] (id integer PRIMARY KEY, parent integer REFERENCES string ON DELETE CASCADE ON UPDATE CASCADE, parent_id integer REFERENCES "String" (id) ON DELETE SET DEFAULT, sort text COLLATE nocase CHECK (sort IN ('a', 'b')));

CREATE TABLE t1 (id integer PRIMARY KEY);

CREATE TABLE "mod" (id integer PRIMARY KEY REFERENCES "String" (id), "order" uuid REFERENCES "Order" (key));

CREATE TABLE natural_one (code varchar(3) PRIMARY KEY, "at" time) WITHOUT ROWID;

CREATE TABLE pair (a varchar(3) REFERENCES natural_one (code), b integer NOT NULL, PRIMARY KEY (a, b));

CREATE TABLE of_pair (id integer PRIMARY KEY, a varchar(3), b integer, FOREIGN KEY (a, b) REFERENCES pair (a, b));

CREATE TABLE "Orders_" (id integer PRIMARY KEY, "name" text);

CREATE TABLE friends (left_one integer REFERENCES "String" (id), right_one integer REFERENCES "String" (id), PRIMARY KEY (left_one, right_one));

CREATE VIRTUAL TABLE found USING fts5(body);
