//! What should come of a write, judged by plain Rust: step by step, as the guide says that a write runs.

use std::collections::{BTreeMap, BTreeSet};

use entify::policy::{Action, Rule};

use super::store::CaseRules;
use super::works::{Op, ToMany, ToOne, Work};
use crate::policy::random::{Row, Rules, Who};

/// The rows of both tables by key. A list refers to nothing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Tables {
    pub(super) lists: BTreeMap<i64, Row>,
    pub(super) notes: BTreeMap<i64, Row>,
    /// Lists, each with a note that is pinned to it.
    pub(super) pins: BTreeSet<(i64, i64)>,
}

/// New rows have keys from here on, in the order in which they are made.
pub(super) const NEW: i64 = 1_000;

/// Why a write is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum No {
    /// A row that there is not, or not for this principal.
    Absent,
    /// What may be read and not written.
    Forbidden,
    /// A reference to a row that there is not, or not for this principal.
    Dangling,
}

pub(super) struct Judge<'c> {
    pub(super) rules: &'c CaseRules,
    pub(super) who: &'c Who,
    pub(super) now: Tables,
}

type Outcome = Result<(), No>;

impl Judge<'_> {
    fn is_called(&self, name: Option<&str>) -> bool {
        name.is_some() && self.who.subject.as_deref() == name
    }

    /// Whether a rule holds for a row as it is now, of notes or of lists.
    fn holds(&self, rule: &Rule, action: Action, is_note: bool, key: i64, row: &Row) -> bool {
        let named = |number: Option<i64>| self.is_called(number.map(|number| number.to_string()).as_deref());
        match rule {
            Rule::Public => true,
            Rule::Nobody => false,
            Rule::Authenticated => self.who.known,
            Rule::Role(role) => self.who.roles.iter().any(|held| held == role),
            Rule::Owner("owner") => self.is_called(row.owner.as_deref()),
            Rule::Owner("number") => named(row.number),
            Rule::Owner("team_id") => is_note && named(row.team),
            // No new row has the name of a principal as its key.
            Rule::Owner(_) => named(Some(key)),
            Rule::Custom(_) => {
                let list = row.team.filter(|_| is_note).and_then(|list| self.now.lists.get(&list));
                let seen = row.open || list.is_some_and(|list| self.is_called(list.owner.as_deref()));
                seen && (action != Action::Update || row.number != Some(1))
            }
            Rule::Any(rules) => rules.iter().any(|rule| self.holds(rule, action, is_note, key, row)),
            Rule::All(rules) => rules.iter().all(|rule| self.holds(rule, action, is_note, key, row)),
            Rule::Not(rule) => !self.holds(rule, action, is_note, key, row),
        }
    }

    fn may(&self, action: Action, is_note: bool, key: i64, row: &Row) -> bool {
        let Rules { read, create, update, delete } =
            if is_note { &self.rules.note } else { &self.rules.list };
        let rule = match action {
            Action::Read => read,
            Action::Create => create,
            Action::Update => update,
            Action::Delete => delete,
        };
        self.holds(rule, action, is_note, key, row)
    }

    fn must(&self, action: Action, is_note: bool, key: i64, row: &Row) -> Outcome {
        if self.may(action, is_note, key, row) { Ok(()) } else { Err(No::Forbidden) }
    }

    pub(super) fn list(&self, key: i64) -> Result<Row, No> {
        let row = self.now.lists.get(&key).ok_or(No::Absent)?;
        if self.may(Action::Read, false, key, row) { Ok(row.clone()) } else { Err(No::Absent) }
    }

    pub(super) fn note(&self, key: i64) -> Result<Row, No> {
        let row = self.now.notes.get(&key).ok_or(No::Absent)?;
        if self.may(Action::Read, true, key, row) { Ok(row.clone()) } else { Err(No::Absent) }
    }

    /// Whether a note may refer to this.
    fn refers(&self, list: Option<i64>) -> Outcome {
        list.map_or(Ok(()), |list| self.list(list).map(drop).map_err(|_| No::Dangling))
    }

    fn create_list(&mut self, row: &Row) -> Result<i64, No> {
        let key = self.now.lists.keys().max().map_or(NEW, |key| NEW.max(key + 1));
        let row = Row { team: None, ..row.clone() };
        self.must(Action::Create, false, key, &row)?;
        self.now.lists.insert(key, row);
        Ok(key)
    }

    fn create_note(&mut self, row: &Row, list: Option<i64>) -> Result<i64, No> {
        let key = self.now.notes.keys().max().map_or(NEW, |key| NEW.max(key + 1));
        let row = Row { team: list, ..row.clone() };
        self.must(Action::Create, true, key, &row)?;
        self.refers(list)?;
        self.now.notes.insert(key, row);
        Ok(key)
    }

    fn update_list(&mut self, key: i64, to: &Row, fields: [bool; 4]) -> Outcome {
        let row = self.list(key)?;
        self.must(Action::Update, false, key, &row)?;
        let row = row.changed(to, [fields[0], fields[1], fields[2], false]);
        self.now.lists.insert(key, row.clone());
        self.must(Action::Update, false, key, &row)
    }

    fn update_note(&mut self, key: i64, to: &Row, fields: [bool; 4]) -> Outcome {
        let row = self.note(key)?;
        self.must(Action::Update, true, key, &row)?;
        if fields[3] {
            self.refers(to.team)?;
        }
        let row = row.changed(to, fields);
        self.must(Action::Update, true, key, &row)?;
        self.now.notes.insert(key, row);
        Ok(())
    }

    fn delete_note(&mut self, key: i64) -> Outcome {
        let row = self.note(key)?;
        self.must(Action::Delete, true, key, &row)?;
        self.now.notes.remove(&key);
        self.now.pins.retain(|(_, note)| *note != key);
        Ok(())
    }

    fn refer(&mut self, key: i64, list: Option<i64>) -> Outcome {
        let row = Row { owner: None, number: None, open: false, team: list };
        self.update_note(key, &row, [false, false, false, true])
    }

    fn write_many(&mut self, list: i64, many: &ToMany) -> Outcome {
        let dangling = |_| No::Dangling;
        let ToMany { create, connect, disconnect, set, update, delete } = many;
        let belonging = delete.iter().chain(disconnect).chain(update.iter().map(|(key, ..)| key));
        for key in belonging {
            if self.note(*key).map_err(dangling)?.team != Some(list) {
                return Err(No::Dangling);
            }
        }
        let in_list = |judge: &Self, key: &i64| judge.note(*key).is_ok_and(|note| note.team == Some(list));
        let present: Vec<i64> = self.now.notes.keys().copied().filter(|key| in_list(self, key)).collect();
        let set = set.as_deref();
        let surplus = present.iter().filter(|key| {
            set.is_some_and(|set| !set.contains(key) && !connect.contains(key) && !delete.contains(key))
        });
        let surplus: Vec<i64> = surplus.copied().collect();
        let missing = set.unwrap_or_default().iter().filter(|key| !present.contains(key));
        let missing: Vec<i64> = missing.copied().collect();
        for key in delete {
            self.delete_note(*key)?;
        }
        for key in disconnect.iter().chain(&surplus) {
            self.refer(*key, None)?;
        }
        for (key, row, fields) in update {
            self.update_note(*key, row, *fields)?;
        }
        for key in connect.iter().chain(&missing) {
            self.refer(*key, Some(list))?;
        }
        for row in create {
            self.create_note(row, Some(list))?;
        }
        Ok(())
    }

    fn holds_for_pin(&self, rule: &Rule, list: i64, note: i64) -> bool {
        let named = |key: i64| self.is_called(Some(&key.to_string()));
        match rule {
            Rule::Owner("number") => named(note),
            Rule::Owner("team_id") => named(list),
            Rule::Owner(_) => false,
            Rule::Custom(_) => self.now.lists.get(&list).is_some_and(|list| list.open),
            Rule::Any(rules) => rules.iter().any(|rule| self.holds_for_pin(rule, list, note)),
            Rule::All(rules) => rules.iter().all(|rule| self.holds_for_pin(rule, list, note)),
            Rule::Not(rule) => !self.holds_for_pin(rule, list, note),
            rule => for_every_row(rule, self.who) == Some(true),
        }
    }

    fn pin(&mut self, list: i64, note: i64) -> Outcome {
        if self.now.pins.contains(&(list, note)) {
            return Ok(());
        }
        self.refers(Some(list))?;
        self.note(note).map_err(|_| No::Dangling)?;
        self.now.pins.insert((list, note));
        if self.holds_for_pin(&self.rules.pin.create, list, note) { Ok(()) } else { Err(No::Forbidden) }
    }

    fn unpin(&mut self, list: i64, note: i64) -> Outcome {
        if !self.holds_for_pin(&self.rules.pin.delete, list, note) {
            return Err(No::Forbidden);
        }
        self.now.pins.remove(&(list, note));
        Ok(())
    }

    fn write_pinned(&mut self, list: i64, many: &ToMany) -> Outcome {
        let ToMany { create, connect, disconnect, set, update, delete } = many;
        let belonging = delete.iter().chain(disconnect).chain(update.iter().map(|(key, ..)| key));
        for key in belonging {
            self.note(*key).map_err(|_| No::Dangling)?;
            if !self.now.pins.contains(&(list, *key)) {
                return Err(No::Dangling);
            }
        }
        let pinned = self.now.pins.iter().filter(|(of, _)| *of == list).map(|(_, note)| *note);
        let pinned: Vec<i64> = pinned.collect();
        let set = set.as_deref();
        let surplus = pinned.iter().filter(|key| {
            set.is_some_and(|set| !set.contains(key) && !connect.contains(key) && !delete.contains(key))
        });
        let surplus: Vec<i64> = surplus.copied().collect();
        let missing = set.unwrap_or_default().iter().filter(|key| !pinned.contains(key));
        let missing: Vec<i64> = missing.copied().collect();
        for key in delete.iter().chain(disconnect).chain(&surplus) {
            self.unpin(list, *key)?;
        }
        for key in delete {
            self.delete_note(*key)?;
        }
        for (key, row, fields) in update {
            self.update_note(*key, row, *fields)?;
        }
        let mut created = Vec::new();
        for row in create {
            created.push(self.create_note(row, None)?);
        }
        for key in connect.iter().chain(&missing).chain(&created) {
            self.pin(list, *key)?;
        }
        Ok(())
    }

    /// The key of what a note is to refer to; nothing where it is not touched.
    fn one(&mut self, one: &ToOne) -> Result<Option<Option<i64>>, No> {
        Ok(match one {
            ToOne::Untouched => None,
            ToOne::Key(key) | ToOne::Connect(key) => Some(Some(*key)),
            ToOne::Create(row) => Some(Some(self.create_list(row)?)),
            ToOne::Disconnect => Some(None),
        })
    }

    /// Does the work, or says why not.
    pub(super) fn run(&mut self, work: &Work) -> Outcome {
        match work {
            Work::CreateList(row, many) => {
                let list = self.create_list(row)?;
                self.write_many(list, many)
            }
            Work::UpdateList(key, row, fields, many) => {
                self.update_list(*key, row, *fields)?;
                self.write_many(*key, many)
            }
            Work::CreateBoard(row, many) => {
                let list = self.create_list(row)?;
                self.write_pinned(list, many)
            }
            Work::Pin(key, many) => {
                let same = self.list(*key)?;
                self.update_list(*key, &same, [false; 4])?;
                self.write_pinned(*key, many)
            }
            Work::CreateNote(row, one) => {
                let list = self.one(one)?.flatten();
                self.create_note(row, list).map(drop)
            }
            Work::UpdateNote(key, row, fields, one) => {
                let list = self.one(one)?;
                let row = Row { team: list.flatten(), ..row.clone() };
                self.update_note(*key, &row, [fields[0], fields[1], fields[2], list.is_some()])
            }
            Work::Batch(ops) => {
                let mut new_list = None;
                ops.iter().try_for_each(|op| self.op(op, &mut new_list))
            }
            Work::Carry(key, list, number) => {
                let before = self.note(*key)?;
                if !self.holds(&self.rules.act, Action::Update, true, *key, &before) {
                    return Err(No::Forbidden);
                }
                self.refers(*list)?;
                let to = Row { number: *number, team: *list, owner: None, open: false };
                self.update_note(*key, &to, [false, true, false, true])?;
                self.create_note(&to, before.team).map(drop)
            }
            Work::Put(list, number) => {
                // One that looks at rows allows it for none.
                let always = |rule: &Rule| for_every_row(rule, self.who);
                if always(&self.rules.act_on_all) != Some(true) {
                    return Err(No::Forbidden);
                }
                self.refers(*list)?;
                let list = list.filter(|_| *number != Some(0));
                let row = Row { number: *number, team: list, owner: None, open: true };
                self.create_note(&row, list).map(drop)
            }
        }
    }

    fn op(&mut self, op: &Op, new_list: &mut Option<i64>) -> Outcome {
        match op {
            Op::CreateList(row) => {
                *new_list = Some(self.create_list(row)?);
                Ok(())
            }
            Op::CreateNote(row, in_new) => {
                let list = new_list.filter(|_| *in_new).or(row.team);
                self.create_note(row, list).map(drop)
            }
            Op::UpdateList(key, row, fields) => self.update_list(*key, row, *fields),
            Op::UpdateNote(key, row, fields) => self.update_note(*key, row, *fields),
            Op::DeleteNote(key) => self.delete_note(*key),
        }
    }
}

/// Whether a rule holds for every row, or for none, whatever they are; nothing where it depends on the row.
pub(super) fn for_every_row(rule: &Rule, who: &Who) -> Option<bool> {
    match rule {
        Rule::Public => Some(true),
        Rule::Nobody => Some(false),
        Rule::Authenticated => Some(who.known),
        Rule::Role(role) => Some(who.roles.iter().any(|held| held == role)),
        Rule::Owner("owner") if who.subject.is_some() => None,
        // A name that is no number is no row's.
        Rule::Owner("number" | "team_id" | "id") => {
            let is_number = |me: &String| me.parse::<i64>().is_ok_and(|number| number.to_string() == *me);
            if who.subject.as_ref().is_some_and(is_number) { None } else { Some(false) }
        }
        Rule::Owner(_) => Some(false),
        Rule::Custom(_) => None,
        Rule::Any(rules) => {
            let all: Vec<_> = rules.iter().map(|rule| for_every_row(rule, who)).collect();
            match () {
                () if all.contains(&Some(true)) => Some(true),
                () if all.contains(&None) => None,
                () => Some(false),
            }
        }
        Rule::All(rules) => {
            let all: Vec<_> = rules.iter().map(|rule| for_every_row(rule, who)).collect();
            match () {
                () if all.contains(&Some(false)) => Some(false),
                () if all.contains(&None) => None,
                () => Some(true),
            }
        }
        Rule::Not(rule) => for_every_row(rule, who).map(|holds| !holds),
    }
}
