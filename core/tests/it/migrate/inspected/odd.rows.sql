INSERT INTO natural_one (code) VALUES ('abc'), ('xyz');
INSERT INTO pair (a, b) VALUES ('abc', 1), ('abc', 2);
INSERT INTO "Order" (key, id, "select", "2nd") VALUES ('00000000-0000-4000-8000-000000000001', 7, 3, 2);
INSERT INTO "String" (id, parent, sort) VALUES (1, NULL, 'a'), (2, 1, 'b');
INSERT INTO "mod" (id, "order") VALUES (1, '00000000-0000-4000-8000-000000000001');
INSERT INTO of_pair (id, a, b) VALUES (1, 'abc', 2);
INSERT INTO friends (left_one, right_one) VALUES (1, 2);
