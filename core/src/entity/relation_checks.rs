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
        text.add_list(Named::RelationsTo(there, here), "or");
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
            text.add_list(Named::RelationsTo(via, wrong), "and");
        }
        if count == 0 && near == 0 && far == 0 {
            text.add(&[" and none to `", there.name, "`"]);
        }
        text.add(&["; `through` takes an entity with one field of each, `One<", here.name, ">` and `One<"]);
        text.add(&[there.name, ">`"]);
        if count == 0 && !via.references.is_empty() {
            text.add(&["; it has "]);
            text.add_list(Named::References(via), "and");
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
        text.add(&["`", entity.name, "` has no relation `", name, "`"]);
        text.add_choices(Named::Relations(entity));
    } else {
        if has_word(entity.subjects, name) || equal(name, "id") || entity.is_key(name) {
            return;
        }
        if entity.follow(name).is_some() && entity.reference(name).is_none() {
            text.add(&["`", entity.name, ".", name, "` leads to many rows; name the field of theirs that holds "]);
            text.add(&["the owner"]);
            if let Some(many) = entity.follow(name) {
                text.add_choices(Named::Subjects(many));
            }
        } else {
            text.add(&["`", entity.name, "` has no field `", name, "` that may hold the owner"]);
            text.add_choices(Named::Subjects(entity));
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
    let (entity, mut text) = (list[index], Text::new());
    let mut at = 0;
    while at < entity.references.len() {
        let Reference { name, target, .. } = entity.references[at];
        text.add_unlisted(entity, name, target, list);
        at += 1;
    }
    at = 0;
    while at < entity.many.len() {
        let ToManyRows { name, target, way } = entity.many[at];
        text.add_unlisted(entity, name, target, list);
        if let Way::Through(via) = way {
            text.add_unlisted(entity, name, via, list);
        }
        at += 1;
    }
    if text.len > 0 {
        text.add(&["; list all entities of the program"]);
        panic!("{}", text.as_str());
    }
}

/// Names of which a message has a list.
#[derive(Clone, Copy)]
enum Named<'a> {
    /// The to-one relations of the first that lead to the second.
    RelationsTo(&'a Declaration, &'a Declaration),
    /// The to-one relations, with their types.
    References(&'a Declaration),
    /// All relations.
    Relations(&'a Declaration),
    /// The fields that may hold a subject.
    Subjects(&'a Declaration),
}

impl Named<'_> {
    const fn count(self) -> usize {
        match self {
            Self::RelationsTo(from, to) => from.references_to(to),
            Self::References(from) => from.references.len(),
            Self::Relations(from) => from.references.len() + from.many.len(),
            Self::Subjects(from) => words(from.subjects) + 1,
        }
    }

    const fn add(self, index: usize, text: &mut Text) {
        match self {
            Self::RelationsTo(from, to) => {
                let (mut at, mut left) = (0, index);
                while left > 0 || !from.references[at].target.is(to) {
                    if from.references[at].target.is(to) {
                        left -= 1;
                    }
                    at += 1;
                }
                text.add(&["`", from.references[at].name, "`"]);
            }
            Self::References(from) => {
                let Reference { name, target, .. } = from.references[index];
                text.add(&["`", name, ": One<", target.name, ">`"]);
            }
            Self::Relations(from) => {
                let name = match index.checked_sub(from.references.len()) {
                    Some(many) => from.many[many].name,
                    None => from.references[index].name,
                };
                text.add(&["`", name, "`"]);
            }
            Self::Subjects(from) if index < words(from.subjects) => {
                text.add(&["`"]);
                text.add_bytes(word(from.subjects.as_bytes(), index));
                text.add(&["`"]);
            }
            Self::Subjects(_) => text.add(&["`id`"]),
        }
    }
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

    /// `a`, `b` and `c`
    const fn add_list(&mut self, names: Named<'_>, last: &str) {
        let (count, mut at) = (names.count(), 0);
        while at < count {
            match at {
                0 => {}
                _ if at + 1 == count => self.add(&[" ", last, " "]),
                _ => self.add(&[", "]),
            }
            names.add(at, self);
            at += 1;
        }
    }

    /// `; there are …`
    const fn add_choices(&mut self, names: Named<'_>) {
        match names.count() {
            0 => self.add(&["; it has none"]),
            1 => self.add(&["; there is only "]),
            _ => self.add(&["; there are "]),
        }
        self.add_list(names, "and");
    }

    /// That a relation leads out of the list, if it does.
    const fn add_unlisted(
        &mut self,
        of: &Declaration,
        relation: &str,
        target: &Declaration,
        list: &[&Declaration],
    ) {
        let mut at = 0;
        while at < list.len() {
            if list[at].is(target) {
                return;
            }
            at += 1;
        }
        if self.len > 0 {
            self.add(&["; "]);
        }
        self.add(&["`", of.name, ".", relation, "` leads to `", target.name, "`, which is not listed"]);
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
    same(left.as_bytes(), right.as_bytes())
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    // Places begin alike, and differ at their ends.
    let mut at = left.len();
    while at > 0 {
        at -= 1;
        if left[at] != right[at] {
            return false;
        }
    }
    true
}

/// How many words there are, which are separated by single spaces.
const fn words(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut count) = (0, if bytes.is_empty() { 0 } else { 1 });
    while at < bytes.len() {
        if bytes[at] == b' ' {
            count += 1;
        }
        at += 1;
    }
    count
}

/// The word with this index.
const fn word(mut text: &[u8], mut index: usize) -> &[u8] {
    loop {
        let mut end = 0;
        while end < text.len() && text[end] != b' ' {
            end += 1;
        }
        if index == 0 {
            return text.split_at(end).0;
        }
        index -= 1;
        text = text.split_at(end + 1).1;
    }
}

/// Whether one of the words is this one.
const fn has_word(text: &str, wanted: &str) -> bool {
    let (count, mut at) = (words(text), 0);
    while at < count {
        if same(word(text.as_bytes(), at), wanted.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}
