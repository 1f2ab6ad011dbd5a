//! What rustc checks of relations between entities, by evaluating statics: a panic of these functions is an error of the
//! compiler, at the word for which the derive calls them.
//!
//! An entity's derive sees no other entity, and a trait's message cannot list what there is instead.

use crate::entity::{Declaration, Entity, Reference, ToManyRows, Way};

impl Declaration {
    /// Whether it declares the same entity.
    pub(super) const fn is(&self, other: &Self) -> bool {
        equal(self.name, other.name) && equal(self.place, other.place)
    }

    /// The to-one relation of this name.
    const fn reference(&self, name: &str) -> Option<&Reference> {
        let mut at = 0;
        while at < self.references.len() {
            if equal(self.references[at].name, name) {
                return Some(&self.references[at]);
            }
            at += 1;
        }
        None
    }

    /// Whether it is the column of a to-one relation: `author_id`.
    const fn is_key(&self, name: &str) -> bool {
        match name.as_bytes() {
            [relation @ .., b'_', b'i', b'd'] => match std::str::from_utf8(relation) {
                Ok(relation) => self.reference(relation).is_some(),
                Err(_) => false,
            },
            _ => false,
        }
    }

    /// How many to-one relations lead to the target.
    const fn references_to(&self, target: &Self) -> usize {
        let (mut at, mut count) = (0, 0);
        while at < self.references.len() {
            if self.references[at].target.is(target) {
                count += 1;
            }
            at += 1;
        }
        count
    }

    /// Where the relation of this name leads.
    const fn follow(&self, name: &str) -> Option<&'static Self> {
        if let Some(reference) = self.reference(name) {
            return Some(reference.target);
        }
        let mut at = 0;
        while at < self.many.len() {
            if equal(self.many[at].name, name) {
                return Some(self.many[at].target);
            }
            at += 1;
        }
        None
    }
}

/// That the to-many relation with this index has an inverse, or a joining entity.
///
/// # Panics
/// When the program is compiled: if it has not.
#[track_caller]
pub const fn check_many<E: Entity>(index: usize) {
    let (here, many) = (E::DECLARATION, &E::MANY[index]);
    match many.way {
        Way::Inverse(name) => check_inverse(here, many, name),
        Way::Through(via) => check_through(here, many, via),
    }
}

#[track_caller]
const fn check_inverse(here: &Declaration, many: &ToManyRows, name: &str) {
    let there = many.target;
    if !there.is_whole {
        return;
    }
    let mut text = Text::new();
    match there.reference(name) {
        Some(reference) if reference.target.is(here) => return,
        Some(reference) => {
            text.add(&["`", there.name, ".", name, "` leads to `", reference.target.name]);
            text.add(&["`, not to `", here.name, "`"]);
        }
        None => text.add(&["`", there.name, "` has no relation `", name, "` to `", here.name, "`"]),
    }
    if there.references_to(here) > 0 {
        text.add(&["; write "]);
        text.add_references(there, Some(here), " or ");
    } else {
        text.add(&["; declare it in `", there.name, "`: `", name, ": One<", here.name, ">`"]);
    }
    panic!("{}", text.as_str());
}

#[track_caller]
const fn check_through(here: &Declaration, many: &ToManyRows, via: &Declaration) {
    let there = many.target;
    if !via.is_whole || !there.is_whole {
        return;
    }
    let is_same = here.is(there);
    let [near, far] = [via.references_to(here), via.references_to(there)];
    if !is_same && near == 1 && far == 1 {
        return;
    }
    let mut text = Text::new();
    if is_same {
        text.add(&["`", via.name, "` cannot say which of two `", here.name, "` is which; give `"]);
        text.add(&[here.name, "` a `Many<", via.name, ">` for each side, with `inverse`"]);
    } else {
        text.add(&["`", via.name, "` has "]);
        let (wrong, count) = if near == 1 { (there, far) } else { (here, near) };
        if count == 0 {
            text.add(&["no relation to `", wrong.name, "`"]);
        } else {
            text.add(&["more than one relation to `", wrong.name, "`, "]);
            text.add_references(via, Some(wrong), " and ");
        }
        if count == 0 && near == 0 && far == 0 {
            text.add(&[" and none to `", there.name, "`"]);
        }
        text.add(&["; `through` takes an entity with one field of each, `One<", here.name, ">` and `One<"]);
        text.add(&[there.name, ">`"]);
        if count == 0 && !via.references.is_empty() {
            text.add(&["; it has "]);
            text.add_references(via, None, " and ");
        }
    }
    panic!("{}", text.as_str());
}

/// That the name with this index in the path of `owner(…)` is a relation of the entity that the names before lead to, or, if it is
/// the last, a field that may hold a subject. The first was checked by the derive.
///
/// # Panics
/// When the program is compiled: if it is not.
#[track_caller]
pub const fn check_owner<E: Entity>(path: &[&str], index: usize) {
    let mut entity = E::DECLARATION;
    let mut at = 0;
    while at < index {
        match entity.follow(path[at]) {
            Some(next) => entity = next,
            // Reported for that name.
            None => return,
        }
        at += 1;
    }
    if !entity.is_whole {
        return;
    }
    let name = path[index];
    let mut text = Text::new();
    if index + 1 < path.len() {
        if entity.follow(name).is_some() {
            return;
        }
        text.add(&["`", entity.name, "` has no relation `", name, "`; "]);
        text.add_relations(entity);
    } else {
        if has_word(entity.subjects, name) || equal(name, "id") || entity.is_key(name) {
            return;
        }
        if entity.follow(name).is_some() && entity.reference(name).is_none() {
            text.add(&["`", name, "` leads to many rows; name the field of theirs that holds the owner"]);
        } else {
            text.add(&["`", entity.name, "` has no field `", name, "` that may hold the owner; there are "]);
            text.add_words(entity.subjects);
            text.add(&["`id`"]);
        }
    }
    panic!("{}", text.as_str());
}

/// That every relation of the entity with this index leads to an entity of the list.
///
/// # Panics
/// When the program is compiled: if one does not.
#[track_caller]
pub const fn check_listed(list: &[&Declaration], index: usize) {
    let (entity, mut at) = (list[index], 0);
    while at < entity.references.len() {
        let Reference { name, target, .. } = entity.references[at];
        check_target(entity, name, target, list);
        at += 1;
    }
    at = 0;
    while at < entity.many.len() {
        let ToManyRows { name, target, way } = entity.many[at];
        check_target(entity, name, target, list);
        if let Way::Through(via) = way {
            check_target(entity, name, via, list);
        }
        at += 1;
    }
}

#[track_caller]
const fn check_target(entity: &Declaration, relation: &str, target: &Declaration, list: &[&Declaration]) {
    let mut at = 0;
    while at < list.len() {
        if list[at].is(target) {
            return;
        }
        at += 1;
    }
    let mut text = Text::new();
    text.add(&["`", entity.name, ".", relation, "` leads to `", target.name, "`, which is not listed; add it"]);
    panic!("{}", text.as_str());
}

/// A message that is put together while the program is compiled.
struct Text {
    bytes: [u8; Text::MAX],
    len: usize,
}

impl Text {
    /// Longer ones are cut.
    const MAX: usize = 1024;

    const fn new() -> Self {
        Self { bytes: [0; Self::MAX], len: 0 }
    }

    const fn add(&mut self, parts: &[&str]) {
        let mut at = 0;
        while at < parts.len() {
            self.add_bytes(parts[at].as_bytes());
            at += 1;
        }
    }

    const fn add_bytes(&mut self, part: &[u8]) {
        let mut at = 0;
        while at < part.len() && self.len < Self::MAX {
            self.bytes[self.len] = part[at];
            self.len += 1;
            at += 1;
        }
    }

    /// The to-one relations, those to one target or all with their types.
    const fn add_references(&mut self, of: &Declaration, target: Option<&Declaration>, between: &str) {
        let (mut at, mut is_first) = (0, true);
        while at < of.references.len() {
            let reference = &of.references[at];
            let is_asked_for = match target {
                Some(target) => reference.target.is(target),
                None => true,
            };
            if is_asked_for {
                if !is_first {
                    self.add(&[between]);
                }
                is_first = false;
                match target {
                    Some(_) => self.add(&["`", reference.name, "`"]),
                    None => self.add(&["`", reference.name, ": One<", reference.target.name, ">`"]),
                }
            }
            at += 1;
        }
    }

    /// All relations of an entity.
    const fn add_relations(&mut self, of: &Declaration) {
        let (mut at, start) = (0, self.len);
        while at < of.references.len() + of.many.len() {
            let name = match at.checked_sub(of.references.len()) {
                Some(many) => of.many[many].name,
                None => of.references[at].name,
            };
            self.add(&[if at == 0 { "there are `" } else { ", `" }, name, "`"]);
            at += 1;
        }
        if self.len == start {
            self.add(&["it has none"]);
        }
    }

    /// Words that are separated by spaces, each with a comma after it.
    const fn add_words(&mut self, words: &str) {
        let bytes = words.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            self.add(&["`"]);
            while at < bytes.len() && bytes[at] != b' ' {
                self.add_bytes(&[bytes[at]]);
                at += 1;
            }
            self.add(&["`, "]);
            at += 1;
        }
    }

    const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // Cut within a character.
            Err(_) => "the declaration is wrong here",
        }
    }
}

const fn equal(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    left.len() == right.len() && starts_at(left, right, 0)
}

/// Whether the bytes from there on begin with these.
const fn starts_at(bytes: &[u8], part: &[u8], from: usize) -> bool {
    if from + part.len() > bytes.len() {
        return false;
    }
    // Names that differ mostly do at their ends: places begin alike.
    let mut at = part.len();
    while at > 0 {
        at -= 1;
        if bytes[from + at] != part[at] {
            return false;
        }
    }
    true
}

/// Whether one of the words that are separated by spaces is this one.
const fn has_word(words: &str, word: &str) -> bool {
    let (words, word) = (words.as_bytes(), word.as_bytes());
    let mut at = 0;
    while at < words.len() {
        let end = at + word.len();
        if starts_at(words, word, at) && (end == words.len() || words[end] == b' ') {
            return true;
        }
        while at < words.len() && words[at] != b' ' {
            at += 1;
        }
        at += 1;
    }
    false
}
