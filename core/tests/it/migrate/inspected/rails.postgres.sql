-- Tables as Rails declares them on PostgreSQL.

CREATE TYPE mood AS ENUM ('sad', 'glad');

CREATE TABLE schema_migrations (version character varying NOT NULL PRIMARY KEY);

CREATE TABLE ar_internal_metadata (key character varying NOT NULL PRIMARY KEY, value character varying, created_at timestamp(6) without time zone NOT NULL, updated_at timestamp(6) without time zone NOT NULL);

CREATE TABLE people (id bigserial PRIMARY KEY, name character varying NOT NULL, email character varying DEFAULT '' NOT NULL, admin boolean DEFAULT false NOT NULL, mood mood DEFAULT 'glad' NOT NULL, settings jsonb, created_at timestamp(6) without time zone NOT NULL, updated_at timestamp(6) without time zone NOT NULL);

CREATE TABLE posts (id bigserial PRIMARY KEY, title character varying(100), body text, status integer DEFAULT 0 NOT NULL, author_id bigint NOT NULL, reviewer_id bigint, score double precision, labels character varying[] DEFAULT '{}'::character varying[], ip inet, published_on date, created_at timestamp(6) without time zone NOT NULL, updated_at timestamp(6) without time zone NOT NULL, CONSTRAINT score_range CHECK (score BETWEEN 0 AND 10), CONSTRAINT status_or_title CHECK (status > 0 OR title IS NOT NULL));

CREATE TABLE tags (id bigserial PRIMARY KEY, name character varying NOT NULL);

CREATE TABLE posts_tags (post_id bigint NOT NULL, tag_id bigint NOT NULL);

CREATE UNIQUE INDEX index_people_on_email ON people USING btree (email);

CREATE INDEX index_posts_on_author_id ON posts USING btree (author_id);

CREATE UNIQUE INDEX index_posts_tags ON posts_tags USING btree (post_id, tag_id);

CREATE UNIQUE INDEX index_tags_on_lower_name ON tags USING btree (lower((name)::text));

ALTER TABLE posts ADD CONSTRAINT fk_rails_author FOREIGN KEY (author_id) REFERENCES people(id) ON DELETE CASCADE;

ALTER TABLE posts ADD CONSTRAINT fk_rails_reviewer FOREIGN KEY (reviewer_id) REFERENCES people(id) ON DELETE SET NULL;

ALTER TABLE posts_tags ADD CONSTRAINT fk_rails_post FOREIGN KEY (post_id) REFERENCES posts(id);

ALTER TABLE posts_tags ADD CONSTRAINT fk_rails_tag FOREIGN KEY (tag_id) REFERENCES tags(id);

CREATE VIEW published AS SELECT id, title FROM posts WHERE published_on IS NOT NULL;
