-- notification: the table is gone, with its rows
DROP TABLE "notification";

-- time_entry: the table is gone, with its rows
DROP TABLE "time_entry";

-- issue_label: the table is gone, with its rows
DROP TABLE "issue_label";

-- label: the table is gone, with its rows
DROP TABLE "label";

-- comment: the table is gone, with its rows
DROP TABLE "comment";

-- issue: the table is gone, with its rows
DROP TABLE "issue";

-- milestone: the table is gone, with its rows
DROP TABLE "milestone";

-- project: the table is gone, with its rows
DROP TABLE "project";

-- member: the table is gone, with its rows
DROP TABLE "member";

-- person: the table is gone, with its rows
DROP TABLE "person";

-- organisation: the table is gone, with its rows
DROP TABLE "organisation";
