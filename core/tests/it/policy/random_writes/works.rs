//! Random writes, and how a client says them.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::policy::random::{Row, row};

/// Lists and notes have the keys 1 to these.
pub(super) const LISTS: i64 = 4;
pub(super) const NOTES: i64 = 6;
/// Keys that no row has.
pub(super) const ABSENT: i64 = 900;

/// What a note refers to.
#[derive(Debug, Clone)]
pub(super) enum ToOne {
    Untouched,
    /// By its key, among the values.
    Key(i64),
    Connect(i64),
    Create(Row),
    Disconnect,
}

/// What becomes of the notes of a list. No note is named twice.
#[derive(Debug, Clone, Default)]
pub(super) struct ToMany {
    pub(super) create: Vec<Row>,
    pub(super) connect: Vec<i64>,
    pub(super) disconnect: Vec<i64>,
    pub(super) set: Option<Vec<i64>>,
    pub(super) update: Vec<(i64, Row, [bool; 4])>,
    pub(super) delete: Vec<i64>,
}

/// An operation of a batch.
#[derive(Debug, Clone)]
pub(super) enum Op {
    CreateList(Row),
    /// In the list that an earlier operation makes, if there is one and it is asked for.
    CreateNote(Row, bool),
    UpdateList(i64, Row, [bool; 4]),
    UpdateNote(i64, Row, [bool; 4]),
    DeleteNote(i64),
}

#[derive(Debug, Clone)]
pub(super) enum Work {
    CreateList(Row, ToMany),
    UpdateList(i64, Row, [bool; 4], ToMany),
    CreateNote(Row, ToOne),
    UpdateNote(i64, Row, [bool; 4], ToOne),
    /// With notes that are pinned to it.
    CreateBoard(Row, ToMany),
    Pin(i64, ToMany),
    Batch(Vec<Op>),
    Carry(i64, Option<i64>, Option<i64>),
    Put(Option<i64>, Option<i64>),
}

fn list() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 1..=LISTS, 1 => Just(ABSENT)]
}

fn note() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 1..=NOTES, 1 => Just(ABSENT)]
}

fn fields() -> impl Strategy<Value = [bool; 4]> {
    prop::array::uniform4(any::<bool>())
}

fn to_one() -> impl Strategy<Value = ToOne> {
    prop_oneof![
        1 => Just(ToOne::Untouched),
        2 => list().prop_map(ToOne::Key),
        2 => list().prop_map(ToOne::Connect),
        3 => row().prop_map(ToOne::Create),
        1 => Just(ToOne::Disconnect),
    ]
}

/// Each note gets one of the lists of a write, or none.
fn to_many() -> impl Strategy<Value = ToMany> {
    let places = prop::collection::vec((0..12_usize, row(), fields()), usize::try_from(NOTES).expect("few"));
    let sets = prop::bool::weighted(0.25);
    (places, prop::collection::vec(row(), 0..3), sets, prop::bool::weighted(0.1)).prop_map(
        |(places, create, sets, absent)| {
            let mut many = ToMany { create, ..ToMany::default() };
            let mut set = Vec::new();
            for (key, (place, row, fields)) in (1..).zip(places) {
                match place {
                    0 | 1 if sets => set.push(key),
                    0 | 1 => many.connect.push(key),
                    2 if !sets => many.disconnect.push(key),
                    3 => many.update.push((key, row, [fields[0], fields[1], fields[2], false])),
                    4 if !sets => many.delete.push(key),
                    _ => {}
                }
            }
            if absent {
                many.connect.push(ABSENT);
            }
            many.set = sets.then_some(set);
            many
        },
    )
}

/// What a new list can have: nothing belongs to it yet.
fn of_new(many: ToMany) -> ToMany {
    ToMany { disconnect: Vec::new(), set: None, update: Vec::new(), delete: Vec::new(), ..many }
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        1 => row().prop_map(Op::CreateList),
        3 => (row(), any::<bool>()).prop_map(|(row, in_new)| Op::CreateNote(row, in_new)),
        1 => (list(), row(), fields()).prop_map(|(key, row, fields)| Op::UpdateList(key, row, fields)),
        2 => (note(), row(), fields()).prop_map(|(key, row, fields)| Op::UpdateNote(key, row, fields)),
        1 => note().prop_map(Op::DeleteNote),
    ]
}

pub(super) fn work() -> impl Strategy<Value = Work> {
    let number = || prop::option::of(0..3_i64);
    prop_oneof![
        2 => (row(), to_many()).prop_map(|(row, many)| Work::CreateList(row, of_new(many))),
        5 => (list(), row(), fields(), to_many())
            .prop_map(|(key, row, fields, many)| Work::UpdateList(key, row, fields, many)),
        2 => (row(), to_one()).prop_map(|(row, one)| Work::CreateNote(row, one)),
        3 => (note(), row(), fields(), to_one())
            .prop_map(|(key, row, fields, one)| Work::UpdateNote(key, row, fields, one)),
        1 => (row(), to_many()).prop_map(|(row, many)| Work::CreateBoard(row, of_new(many))),
        4 => (list(), to_many()).prop_map(|(key, many)| Work::Pin(key, many)),
        4 => prop::collection::vec(op(), 1..5).prop_map(Work::Batch),
        3 => (note(), prop::option::of(list()), number())
            .prop_map(|(key, list, number)| Work::Carry(key, list, number)),
        1 => (prop::option::of(list()), number()).prop_map(|(list, number)| Work::Put(list, number)),
    ]
}

// --- as JSON -------------------------------------------------------------------------------------------

/// The values of a row, without what it refers to.
fn own(row: &Row, fields: [bool; 4]) -> serde_json::Map<String, Json> {
    let all = [("owner", json!(row.owner)), ("number", json!(row.number)), ("open", json!(row.open))];
    let given = all.into_iter().zip(fields).filter(|(_, given)| *given);
    given.map(|((name, value), _)| (name.to_owned(), value)).collect()
}

/// The values of a note.
fn of_note(row: &Row, fields: [bool; 4]) -> serde_json::Map<String, Json> {
    let mut members = own(row, fields);
    if fields[3] {
        members.insert("list_id".to_owned(), json!(row.team));
    }
    members
}

impl ToOne {
    fn add_to(&self, members: &mut serde_json::Map<String, Json>) {
        let (name, value) = match self {
            Self::Untouched => return,
            Self::Key(key) => ("list_id", json!(key)),
            Self::Connect(key) => ("list", json!({"connect": key})),
            Self::Create(row) => ("list", json!({"create": own(row, [true; 4])})),
            Self::Disconnect => ("list_id", Json::Null),
        };
        members.insert(name.to_owned(), value);
    }
}

impl ToMany {
    fn add_to(&self, relation: &str, members: &mut serde_json::Map<String, Json>) {
        let mut lists = serde_json::Map::new();
        let mut add = |name: &str, list: Vec<Json>| {
            if !list.is_empty() {
                lists.insert(name.to_owned(), list.into());
            }
        };
        let keys = |keys: &[i64]| keys.iter().map(|key| json!(key)).collect::<Vec<_>>();
        add("create", self.create.iter().map(|row| own(row, [true; 4]).into()).collect());
        add("connect", keys(&self.connect));
        add("disconnect", keys(&self.disconnect));
        add("delete", keys(&self.delete));
        let update = self.update.iter();
        let update = update.map(|(key, row, fields)| json!({"id": key, "input": own(row, *fields)}));
        add("update", update.collect());
        if let Some(set) = &self.set {
            lists.insert("set".to_owned(), json!(set));
        }
        if !lists.is_empty() {
            members.insert(relation.to_owned(), lists.into());
        }
    }
}

impl Work {
    /// The members of the row that is written, with its related ones.
    pub(super) fn members(&self) -> serde_json::Map<String, Json> {
        match self {
            Self::CreateList(row, many) => {
                let mut members = own(row, [true; 4]);
                many.add_to("notes", &mut members);
                members
            }
            Self::UpdateList(_, row, fields, many) => {
                let mut members = own(row, *fields);
                many.add_to("notes", &mut members);
                members
            }
            Self::CreateBoard(row, many) => {
                let mut members = own(row, [true; 4]);
                many.add_to("pinned", &mut members);
                members
            }
            Self::Pin(_, many) => {
                let mut members = serde_json::Map::new();
                many.add_to("pinned", &mut members);
                members
            }
            Self::CreateNote(row, one) => {
                let mut members = own(row, [true; 4]);
                one.add_to(&mut members);
                members
            }
            Self::UpdateNote(_, row, fields, one) => {
                let mut members = own(row, *fields);
                one.add_to(&mut members);
                members
            }
            Self::Batch(ops) => {
                let mut new_list = None;
                let operations = ops.iter().enumerate().map(|(at, op)| op.json(at, &mut new_list));
                let operations: Vec<_> = operations.collect();
                [("operations".to_owned(), operations.into())].into_iter().collect()
            }
            Self::Carry(_, list, number) | Self::Put(list, number) => {
                [("list_id".to_owned(), json!(list)), ("number".to_owned(), json!(number))]
                    .into_iter()
                    .collect()
            }
        }
    }

    /// The keys of existing rows that it names: lists, and notes.
    pub(super) fn named(&mut self) -> (Vec<&mut i64>, Vec<&mut i64>) {
        match self {
            Self::CreateList(_, many) | Self::CreateBoard(_, many) => (Vec::new(), many.named()),
            Self::UpdateList(key, _, _, many) | Self::Pin(key, many) => (vec![key], many.named()),
            Self::CreateNote(_, one) => (one.named(), Vec::new()),
            Self::UpdateNote(key, _, _, one) => (one.named(), vec![key]),
            Self::Carry(key, list, _) => (list.iter_mut().collect(), vec![key]),
            Self::Put(list, _) => (list.iter_mut().collect(), Vec::new()),
            Self::Batch(ops) => {
                let (mut lists, mut notes) = (Vec::new(), Vec::new());
                for op in ops {
                    match op {
                        Op::CreateList(_) => {}
                        Op::CreateNote(row, in_new) => lists.extend(row.team.iter_mut().filter(|_| !*in_new)),
                        Op::UpdateList(key, ..) => lists.push(key),
                        Op::UpdateNote(key, row, fields) => {
                            notes.push(key);
                            lists.extend(row.team.iter_mut().filter(|_| fields[3]));
                        }
                        Op::DeleteNote(key) => notes.push(key),
                    }
                }
                (lists, notes)
            }
        }
    }
}

impl ToOne {
    fn named(&mut self) -> Vec<&mut i64> {
        match self {
            Self::Key(key) | Self::Connect(key) => vec![key],
            Self::Untouched | Self::Create(_) | Self::Disconnect => Vec::new(),
        }
    }
}

impl ToMany {
    fn named(&mut self) -> Vec<&mut i64> {
        let Self { connect, disconnect, set, update, delete, .. } = self;
        let keys = connect.iter_mut().chain(disconnect).chain(set.iter_mut().flatten()).chain(delete);
        keys.chain(update.iter_mut().map(|(key, ..)| key)).collect()
    }
}

impl Op {
    fn json(&self, at: usize, new_list: &mut Option<String>) -> Json {
        match self {
            Self::CreateList(row) => {
                let name = format!("list{at}");
                *new_list = Some(name.clone());
                json!({"entity": "list", "op": "create", "as": name, "values": own(row, [true; 4])})
            }
            Self::CreateNote(row, in_new) => {
                let mut values = of_note(row, [true; 4]);
                if let Some(name) = new_list.as_ref().filter(|_| *in_new) {
                    values.insert("list_id".to_owned(), json!({"ref": name}));
                }
                json!({"entity": "note", "op": "create", "values": values})
            }
            Self::UpdateList(key, row, fields) => {
                json!({"entity": "list", "op": "update", "id": key, "values": own(row, *fields)})
            }
            Self::UpdateNote(key, row, fields) => {
                json!({"entity": "note", "op": "update", "id": key, "values": of_note(row, *fields)})
            }
            Self::DeleteNote(key) => json!({"entity": "note", "op": "delete", "id": key}),
        }
    }
}
