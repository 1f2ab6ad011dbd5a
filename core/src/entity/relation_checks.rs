//! What rustc checks of relations between entities, by evaluating statics: a panic of these functions is an error of the
//! compiler, at the word for which the derive calls them.
//!
//! An entity's derive sees no other entity, and a trait's message cannot list what there is instead.

use crate::entity::check_text::{Named, Text, equal, has_word};
use crate::entity::{Declaration, Entity, Reference, ToManyRows, Way};

impl Declaration {
    /// Whether it declares the same entity.
    pub(super) const fn is(&self, other: &Self) -> bool {
        self.hash == other.hash && equal(self.name, other.name) && equal(self.place, other.place)
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

    /// The to-one relation of this name, or that with this column: `author_id`.
    const fn reference_or_key(&self, name: &str) -> Option<&Reference> {
        match (self.reference(name), name.as_bytes()) {
            (None, [relation @ .., b'_', b'i', b'd']) => match std::str::from_utf8(relation) {
                Ok(relation) => self.reference(relation),
                Err(_) => None,
            },
            (found, _) => found,
        }
    }

    /// How many to-one relations lead to the target.
    pub(super) const fn references_to(&self, target: &Self) -> usize {
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
        if has_word(entity.subjects, name) || equal(name, "id") || entity.reference_or_key(name).is_some() {
            return;
        }
        if entity.follow(name).is_some() && entity.reference(name).is_none() {
            text.add(&[
                "`",
                entity.name,
                ".",
                name,
                "` leads to many rows; name the field of theirs that holds ",
            ]);
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

/// That a path in the template of a label leads over to-one relations to a field. The first name was checked by the derive.
///
/// # Panics
/// When the program is compiled: if it does not.
#[track_caller]
pub const fn check_label<E: Entity>(path: &[&str]) {
    let (mut entity, mut at) = (E::DECLARATION, 0);
    let mut text = Text::new();
    while at + 1 < path.len() {
        match entity.reference_or_key(path[at]) {
            Some(reference) => entity = reference.target,
            None if !entity.is_whole => return,
            None => {
                text.add_path(path);
                text.add(&[
                    "`",
                    entity.name,
                    ".",
                    path[at],
                    "` is no relation to one row; a label has fields of the row",
                ]);
                text.add(&[" and of rows that it refers to"]);
                panic!("{}", text.as_str());
            }
        }
        at += 1;
    }
    let name = path[at];
    if entity.is_whole && !has_word(entity.names, name) && entity.reference_or_key(name).is_none() {
        text.add_path(path);
        text.add(&["`", entity.name, "` has no field `", name, "`"]);
        text.add_choices(Named::Fields(entity));
        panic!("{}", text.as_str());
    }
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
    if !text.is_empty() {
        text.add(&["; list all entities of the program"]);
        panic!("{}", text.as_str());
    }
}
