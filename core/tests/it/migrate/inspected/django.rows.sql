INSERT INTO auth_group (id, name) VALUES (1, 'editors'), (2, 'readers');
INSERT INTO auth_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, is_active, date_joined) VALUES (1, 'x', true, 'ada', '', '', 'ada@example.org', true, true, '2024-01-02 03:04:05.678');
INSERT INTO auth_user_groups (id, user_id, group_id) VALUES (1, 1, 2);
INSERT INTO django_session (session_key, session_data, expire_date) VALUES ('k1', 'one', '2024-02-01 00:00:00'), ('k2', 'two', '2024-03-01 00:00:00');
INSERT INTO shop_product (id, slug, price, stock, type, tags, owner_id, token) VALUES (1, 'novel', 12.50, 3, 'book', '["a"]', 1, '00000000000040008000000000000001');
