//! The writes, as data: valid ones, and those that are refused.

use serde_json::{Value as Json, json};

/// Who writes. Both may open the admin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Who {
    /// Some rows are hidden from her, some are frozen.
    Ada,
    /// May read only.
    Carl,
}

impl Who {
    pub(super) const ALL: [Self; 2] = [Self::Ada, Self::Carl];

    pub(super) fn name(self) -> &'static str {
        if self == Self::Ada { "ada" } else { "carl" }
    }

    pub(super) fn roles(self) -> Vec<String> {
        let roles: &[&str] = if self == Self::Ada { &["admin"] } else { &["admin", "reader"] };
        roles.iter().map(|role| (*role).to_owned()).collect()
    }
}

/// Which version of the row the client says it has seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Seen {
    Unsaid,
    Newest,
    Old,
}

/// A write. Rows are named: tickets by code, boards by name.
#[derive(Debug, Clone)]
pub(super) enum Deed {
    Create(Json),
    CreateBoard(Json),
    Update(&'static str, Seen, Json),
    Increment(&'static str, i32),
    Delete(&'static str, Seen),
    Restore(&'static str),
    Purge(&'static str),
    Upsert(Json),
    /// Of all tickets with these votes or more.
    UpdateWhere(i32, Json),
    DeleteWhere(i32),
    Close(&'static str, Json),
    ReopenAll(Json),
    /// A file with one ticket, as the system.
    Import(Json),
}

impl Deed {
    /// Whether there are no rows that it is about.
    pub(super) fn reaches_none(&self) -> bool {
        match self {
            Self::UpdateWhere(votes, _) | Self::DeleteWhere(votes) => *votes == 50,
            Self::ReopenAll(input) => input["board"] == "other",
            _ => false,
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::CreateBoard(_) => "create with related rows",
            Self::Update(_, Seen::Unsaid, _) => "update",
            Self::Update(..) => "update a version",
            Self::Increment(..) => "increment",
            Self::Delete(_, Seen::Unsaid) => "delete",
            Self::Delete(..) => "delete a version",
            Self::Restore(_) => "restore",
            Self::Purge(_) => "purge",
            Self::Upsert(_) => "upsert",
            Self::UpdateWhere(..) => "update by filter",
            Self::DeleteWhere(_) => "delete by filter",
            Self::Close(..) => "action of a row",
            Self::ReopenAll(_) => "action of all",
            Self::Import(_) => "import",
        }
    }
}

/// A write, who does it, and the code that it is refused with.
pub(super) struct Write {
    pub(super) by: Who,
    pub(super) deed: Deed,
    pub(super) refused: Option<&'static str>,
}

pub(super) fn all() -> Vec<Write> {
    let ok = |deed| Write { by: Who::Ada, deed, refused: None };
    let not = |code, deed| Write { by: Who::Ada, deed, refused: Some(code) };
    let carl = |deed| Write { by: Who::Carl, deed, refused: Some("FORBIDDEN") };
    let new = |code: &str, board: &str| json!({"code": code, "title": "New", "board": board});
    let with = |mut json: Json, more: Json| {
        let (Some(members), Json::Object(more)) = (json.as_object_mut(), more) else { return json };
        members.extend(more);
        json
    };
    let board = |name: &str, tickets: Json| json!({"name": name, "tickets": {"create": tickets}});
    let child = |code: &str| json!({"code": code, "title": "New"});
    let (title, votes) = (|text: &str| json!({"title": text}), |votes: i32| json!({"votes": votes}));
    let state = |state: &str| json!({"state": state});
    let long = || title("far too long to be one");
    let frozen = |json| with(json, json!({"frozen_for": "ada"}));
    let (unsaid, newest, old) = (Seen::Unsaid, Seen::Newest, Seen::Old);
    let broken = || with(new("far too long", "main"), json!({"title": "", "votes": -1}));
    let reason = |reason: &str, votes: i32| json!({"reason": reason, "votes": votes});
    let (invalid, conflict) = ("VALIDATION_FAILED", "CONFLICT");
    let (absent, forbidden, stale) = ("NOT_FOUND", "FORBIDDEN", "VERSION_MISMATCH");
    vec![
        ok(Deed::Create(new("new", "main"))),
        ok(Deed::Create(with(new("new", "other"), json!({"votes": 7, "state": "archived"})))),
        not(invalid, Deed::Create(broken())),
        not(conflict, Deed::Create(new("one", "main"))),
        not(conflict, Deed::Create(new("new", "none"))),
        // Taken by a row that she cannot see: it is not said that it is taken.
        not(forbidden, Deed::Create(new("hid", "main"))),
        not(forbidden, Deed::Create(frozen(new("new", "main")))),
        carl(Deed::Create(new("new", "main"))),
        ok(Deed::Update("one", unsaid, json!({"title": "Changed", "votes": 8, "state": "closed"}))),
        ok(Deed::Update("one", unsaid, json!({"board": "other"}))),
        not(invalid, Deed::Update("one", unsaid, with(long(), votes(101)))),
        not(conflict, Deed::Update("one", unsaid, json!({"code": "two"}))),
        not(conflict, Deed::Update("one", unsaid, json!({"board": "none"}))),
        not(absent, Deed::Update("none", unsaid, title("x"))),
        not(absent, Deed::Update("hid", unsaid, title("x"))),
        not(absent, Deed::Update("del", unsaid, title("x"))),
        not(forbidden, Deed::Update("ice", unsaid, title("x"))),
        not(forbidden, Deed::Update("one", unsaid, frozen(title("x")))),
        not(invalid, Deed::Update("one", unsaid, state("archived"))),
        not(invalid, Deed::Update("arc", unsaid, state("open"))),
        carl(Deed::Update("one", unsaid, title("x"))),
        ok(Deed::Update("one", newest, title("Changed"))),
        not(stale, Deed::Update("one", old, title("Changed"))),
        not(absent, Deed::Update("hid", old, title("Changed"))),
        ok(Deed::Increment("one", 4)),
        not(invalid, Deed::Increment("one", 100)),
        not(absent, Deed::Increment("hid", 1)),
        not(forbidden, Deed::Increment("ice", 1)),
        ok(Deed::Delete("one", unsaid)),
        not(absent, Deed::Delete("none", unsaid)),
        not(absent, Deed::Delete("hid", unsaid)),
        not(absent, Deed::Delete("del", unsaid)),
        not(forbidden, Deed::Delete("ice", unsaid)),
        carl(Deed::Delete("one", unsaid)),
        ok(Deed::Delete("one", newest)),
        not(stale, Deed::Delete("one", old)),
        ok(Deed::Restore("del")),
        not(absent, Deed::Restore("one")),
        not(absent, Deed::Restore("hid")),
        carl(Deed::Restore("del")),
        ok(Deed::Purge("del")),
        ok(Deed::Purge("one")),
        not(absent, Deed::Purge("hid")),
        not(forbidden, Deed::Purge("ice")),
        carl(Deed::Purge("del")),
        ok(Deed::Upsert(with(new("new", "main"), votes(3)))),
        ok(Deed::Upsert(with(new("one", "other"), votes(3)))),
        not(invalid, Deed::Upsert(broken())),
        not(conflict, Deed::Upsert(new("new", "none"))),
        not(invalid, Deed::Upsert(with(new("one", "main"), state("archived")))),
        not(forbidden, Deed::Upsert(new("ice", "main"))),
        carl(Deed::Upsert(new("new", "main"))),
        ok(Deed::UpdateWhere(1, title("Many"))),
        ok(Deed::UpdateWhere(50, title("None"))),
        not(invalid, Deed::UpdateWhere(1, with(long(), votes(-1)))),
        not(invalid, Deed::UpdateWhere(1, state("archived"))),
        not(conflict, Deed::UpdateWhere(1, json!({"code": "arc"}))),
        not(forbidden, Deed::UpdateWhere(1, frozen(title("x")))),
        carl(Deed::UpdateWhere(1, title("x"))),
        ok(Deed::DeleteWhere(1)),
        ok(Deed::DeleteWhere(50)),
        carl(Deed::DeleteWhere(1)),
        ok(Deed::CreateBoard(json!({"name": "new"}))),
        ok(Deed::CreateBoard(board("new", json!([child("a"), with(child("b"), votes(2))])))),
        ok(Deed::CreateBoard(
            json!({"name": "new", "tickets": {"create": [child("a")], "connect": ["two"]}}),
        )),
        not(invalid, Deed::CreateBoard(board("far too long", json!([child("a"), with(long(), votes(-1))])))),
        not(conflict, Deed::CreateBoard(board("new", json!([child("a"), child("one")])))),
        not(conflict, Deed::CreateBoard(board("main", json!([child("a")])))),
        not(conflict, Deed::CreateBoard(json!({"name": "new", "tickets": {"connect": ["two", "none"]}}))),
        not(conflict, Deed::CreateBoard(json!({"name": "new", "tickets": {"connect": ["two", "hid"]}}))),
        not(forbidden, Deed::CreateBoard(json!({"name": "new", "tickets": {"connect": ["two", "ice"]}}))),
        not(forbidden, Deed::CreateBoard(board("new", json!([child("a"), frozen(child("b"))])))),
        carl(Deed::CreateBoard(board("new", json!([child("a")])))),
        ok(Deed::Close("one", reason("done", 2))),
        not(invalid, Deed::Close("one", reason("x", 10))),
        not(invalid, Deed::Close("one", json!({"votes": 1}))),
        // What the application's code refuses, and what the write in it does.
        not("ALREADY_CLOSED", Deed::Close("two", reason("done", 2))),
        not(invalid, Deed::Close("arc", reason("done", 2))),
        not(absent, Deed::Close("none", reason("done", 2))),
        not(absent, Deed::Close("hid", reason("done", 2))),
        not(absent, Deed::Close("del", reason("done", 2))),
        not(forbidden, Deed::Close("ice", reason("done", 2))),
        // He may do it, but not change a ticket.
        carl(Deed::Close("one", reason("done", 2))),
        ok(Deed::ReopenAll(json!({"board": "main"}))),
        ok(Deed::ReopenAll(json!({"board": "other"}))),
        not(invalid, Deed::ReopenAll(json!({"board": "none"}))),
        not(invalid, Deed::ReopenAll(json!({}))),
        not(invalid, Deed::ReopenAll(json!({"board": "main", "dry_run": 2}))),
        carl(Deed::ReopenAll(json!({"board": "main"}))),
        ok(Deed::Import(with(new("new", "other"), json!({"votes": 7, "state": "closed"})))),
        not(invalid, Deed::Import(broken())),
        not(conflict, Deed::Import(new("one", "main"))),
        not(conflict, Deed::Import(new("new", "none"))),
    ]
}
