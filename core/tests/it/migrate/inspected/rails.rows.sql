INSERT INTO ar_internal_metadata VALUES ('environment', 'test', '2024-01-02 03:04:05', '2024-01-02 03:04:05');
INSERT INTO schema_migrations (version) VALUES ('20240101000000');
INSERT INTO people (id, name, email, created_at, updated_at) VALUES (1, 'Ada', 'ada@example.org', '2024-01-02 03:04:05.123456', '2024-01-02 03:04:05.123456'), (2, 'Bob', 'bob@example.org', '2024-01-02 03:04:05.123456', '2024-01-02 03:04:05.123456');
INSERT INTO posts (id, title, author_id, reviewer_id, score, published_on, created_at, updated_at) VALUES (1, 'Hello', 1, 2, 7.5, '2024-02-03', '2024-01-02 03:04:05.123456', '2024-01-02 03:04:05.123456');
INSERT INTO tags (id, name) VALUES (1, 'greeting');
INSERT INTO posts_tags (post_id, tag_id) VALUES (1, 1);
