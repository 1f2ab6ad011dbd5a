-- organisation: a new table
CREATE TABLE "organisation" (
  "id" integer NOT NULL CONSTRAINT "pk_organisation" PRIMARY KEY AUTOINCREMENT,
  "slug" text NOT NULL,
  "name" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_organisation_slug" UNIQUE ("slug")
) STRICT;

-- organisation: finds and sorts rows by name, id
CREATE INDEX "ix_organisation_name_id" ON "organisation" ("name", "id");

-- person: a new table
CREATE TABLE "person" (
  "id" integer NOT NULL CONSTRAINT "pk_person" PRIMARY KEY AUTOINCREMENT,
  "name" text NOT NULL,
  "email" text NOT NULL,
  "password" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_person_email" UNIQUE ("email")
) STRICT;

-- person: finds and sorts rows by name, id
CREATE INDEX "ix_person_name_id" ON "person" ("name", "id");

-- member: a new table
CREATE TABLE "member" (
  "id" integer NOT NULL CONSTRAINT "pk_member" PRIMARY KEY AUTOINCREMENT,
  "organisation_id" integer NOT NULL CONSTRAINT "fk_member_organisation_id_organisation" REFERENCES "organisation" ("id") ON DELETE CASCADE,
  "person_id" integer NOT NULL CONSTRAINT "fk_member_person_id_person" REFERENCES "person" ("id") ON DELETE CASCADE,
  "role" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_member_organisation_id_person_id" UNIQUE ("organisation_id", "person_id"),
  CONSTRAINT "ck_member_role" CHECK ("role" in ('member', 'manager'))
) STRICT;

-- member: finds and sorts rows by person_id
CREATE INDEX "ix_member_person_id" ON "member" ("person_id");

-- project: a new table
CREATE TABLE "project" (
  "id" integer NOT NULL CONSTRAINT "pk_project" PRIMARY KEY AUTOINCREMENT,
  "organisation_id" integer NOT NULL CONSTRAINT "fk_project_organisation_id_organisation" REFERENCES "organisation" ("id"),
  "key" text NOT NULL,
  "name" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_project_organisation_id_key" UNIQUE ("organisation_id", "key")
) STRICT;

-- project: finds and sorts rows by name, id
CREATE INDEX "ix_project_name_id" ON "project" ("name", "id");

-- milestone: a new table
CREATE TABLE "milestone" (
  "id" integer NOT NULL CONSTRAINT "pk_milestone" PRIMARY KEY AUTOINCREMENT,
  "project_id" integer NOT NULL CONSTRAINT "fk_milestone_project_id_project" REFERENCES "project" ("id") ON DELETE CASCADE,
  "name" text NOT NULL,
  "due" text,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_milestone_project_id_name" UNIQUE ("project_id", "name")
) STRICT;

-- milestone: finds and sorts rows by due, id
CREATE INDEX "ix_milestone_due_id" ON "milestone" ("due", "id");

-- issue: a new table
CREATE TABLE "issue" (
  "id" integer NOT NULL CONSTRAINT "pk_issue" PRIMARY KEY AUTOINCREMENT,
  "project_id" integer NOT NULL CONSTRAINT "fk_issue_project_id_project" REFERENCES "project" ("id"),
  "number" integer NOT NULL,
  "title" text NOT NULL,
  "body" text NOT NULL DEFAULT (''),
  "status" text NOT NULL,
  "priority" text NOT NULL,
  "due" text,
  "reminded_at" text,
  "reporter_id" integer NOT NULL CONSTRAINT "fk_issue_reporter_id_person" REFERENCES "person" ("id"),
  "assignee_id" integer CONSTRAINT "fk_issue_assignee_id_person" REFERENCES "person" ("id") ON DELETE SET NULL,
  "milestone_id" integer CONSTRAINT "fk_issue_milestone_id_milestone" REFERENCES "milestone" ("id") ON DELETE SET NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "version" integer NOT NULL DEFAULT (1),
  "deleted_at" text,
  CONSTRAINT "ck_issue_status" CHECK ("status" in ('open', 'in_progress', 'closed')),
  CONSTRAINT "ck_issue_priority" CHECK ("priority" in ('low', 'normal', 'high', 'urgent'))
) STRICT;

-- issue: project_id, number unique among some rows
CREATE UNIQUE INDEX "uq_issue_project_id_number" ON "issue" ("project_id", "number") WHERE "deleted_at" is null;

-- issue: finds and sorts rows by project_id, status
CREATE INDEX "ix_issue_project_id_status" ON "issue" ("project_id", (CASE WHEN ("status" = ('open')) THEN 0 WHEN ("status" = ('in_progress')) THEN 1 WHEN ("status" = ('closed')) THEN 2 END));

-- issue: finds and sorts rows by created_at, id
CREATE INDEX "ix_issue_created_at_id" ON "issue" ("created_at" DESC, "id" DESC) WHERE "deleted_at" is null;

-- issue: finds and sorts rows by reporter_id
CREATE INDEX "ix_issue_reporter_id" ON "issue" ("reporter_id");

-- issue: finds and sorts rows by assignee_id
CREATE INDEX "ix_issue_assignee_id" ON "issue" ("assignee_id");

-- issue: finds and sorts rows by milestone_id
CREATE INDEX "ix_issue_milestone_id" ON "issue" ("milestone_id");

-- comment: a new table
CREATE TABLE "comment" (
  "id" integer NOT NULL CONSTRAINT "pk_comment" PRIMARY KEY AUTOINCREMENT,
  "issue_id" integer NOT NULL CONSTRAINT "fk_comment_issue_id_issue" REFERENCES "issue" ("id") ON DELETE CASCADE,
  "author_id" integer NOT NULL CONSTRAINT "fk_comment_author_id_person" REFERENCES "person" ("id"),
  "text" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))
) STRICT;

-- comment: finds and sorts rows by created_at, id
CREATE INDEX "ix_comment_created_at_id" ON "comment" ("created_at", "id");

-- comment: finds and sorts rows by issue_id
CREATE INDEX "ix_comment_issue_id" ON "comment" ("issue_id");

-- comment: finds and sorts rows by author_id
CREATE INDEX "ix_comment_author_id" ON "comment" ("author_id");

-- label: a new table
CREATE TABLE "label" (
  "id" integer NOT NULL CONSTRAINT "pk_label" PRIMARY KEY AUTOINCREMENT,
  "organisation_id" integer NOT NULL CONSTRAINT "fk_label_organisation_id_organisation" REFERENCES "organisation" ("id") ON DELETE CASCADE,
  "name" text NOT NULL,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_label_organisation_id_name" UNIQUE ("organisation_id", "name")
) STRICT;

-- label: finds and sorts rows by name, id
CREATE INDEX "ix_label_name_id" ON "label" ("name", "id");

-- issue_label: a new table
CREATE TABLE "issue_label" (
  "id" integer NOT NULL CONSTRAINT "pk_issue_label" PRIMARY KEY AUTOINCREMENT,
  "issue_id" integer NOT NULL CONSTRAINT "fk_issue_label_issue_id_issue" REFERENCES "issue" ("id") ON DELETE CASCADE,
  "label_id" integer NOT NULL CONSTRAINT "fk_issue_label_label_id_label" REFERENCES "label" ("id") ON DELETE CASCADE,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "uq_issue_label_issue_id_label_id" UNIQUE ("issue_id", "label_id")
) STRICT;

-- issue_label: finds and sorts rows by label_id
CREATE INDEX "ix_issue_label_label_id" ON "issue_label" ("label_id");

-- time_entry: a new table
CREATE TABLE "time_entry" (
  "id" integer NOT NULL CONSTRAINT "pk_time_entry" PRIMARY KEY AUTOINCREMENT,
  "issue_id" integer NOT NULL CONSTRAINT "fk_time_entry_issue_id_issue" REFERENCES "issue" ("id") ON DELETE CASCADE,
  "person_id" integer NOT NULL CONSTRAINT "fk_time_entry_person_id_person" REFERENCES "person" ("id"),
  "day" text NOT NULL,
  "minutes" integer NOT NULL,
  "note" text,
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  CONSTRAINT "ck_time_entry_minutes" CHECK ("minutes" >= 1 and "minutes" <= 1440)
) STRICT;

-- time_entry: finds and sorts rows by day, id
CREATE INDEX "ix_time_entry_day_id" ON "time_entry" ("day" DESC, "id" DESC);

-- time_entry: finds and sorts rows by issue_id
CREATE INDEX "ix_time_entry_issue_id" ON "time_entry" ("issue_id");

-- time_entry: finds and sorts rows by person_id
CREATE INDEX "ix_time_entry_person_id" ON "time_entry" ("person_id");

-- notification: a new table
CREATE TABLE "notification" (
  "id" integer NOT NULL CONSTRAINT "pk_notification" PRIMARY KEY AUTOINCREMENT,
  "person_id" integer NOT NULL CONSTRAINT "fk_notification_person_id_person" REFERENCES "person" ("id") ON DELETE CASCADE,
  "issue_id" integer NOT NULL CONSTRAINT "fk_notification_issue_id_issue" REFERENCES "issue" ("id") ON DELETE CASCADE,
  "subject" text NOT NULL,
  "text" text NOT NULL,
  "seen" integer NOT NULL DEFAULT (0),
  "created_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')),
  "updated_at" text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'))
) STRICT;

-- notification: finds and sorts rows by created_at, id
CREATE INDEX "ix_notification_created_at_id" ON "notification" ("created_at" DESC, "id" DESC);

-- notification: finds and sorts rows by person_id
CREATE INDEX "ix_notification_person_id" ON "notification" ("person_id");

-- notification: finds and sorts rows by issue_id
CREATE INDEX "ix_notification_issue_id" ON "notification" ("issue_id");
