//! Messages that are put together while the program is compiled: there is no `String` there.

use crate::entity::{Declaration, Reference};

/// Names of which a message has a list.
#[derive(Clone, Copy)]
pub(super) enum Named<'a> {
    /// The to-one relations of the first that lead to the second.
    RelationsTo(&'a Declaration, &'a Declaration),
    /// The to-one relations, with their types.
    References(&'a Declaration),
    /// All relations.
    Relations(&'a Declaration),
    /// The fields.
    Fields(&'a Declaration),
    /// The fields that may hold a subject.
    Subjects(&'a Declaration),
}

impl Named<'_> {
    const fn count(self) -> usize {
        match self {
            Self::RelationsTo(from, to) => from.references_to(to),
            Self::References(from) => from.references.len(),
            Self::Relations(from) => from.references.len() + from.many.len(),
            Self::Fields(from) => words(from.names),
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
            Self::Fields(from) => text.add_word(from.names, index),
            Self::Subjects(from) if index < words(from.subjects) => text.add_word(from.subjects, index),
            Self::Subjects(_) => text.add(&["`id`"]),
        }
    }
}

/// A message that is put together while the program is compiled.
pub(super) struct Text {
    bytes: [u8; Text::MAX],
    len: usize,
}

impl Text {
    /// Longer ones are cut.
    const MAX: usize = 1024;

    pub(super) const fn new() -> Self {
        Self { bytes: [0; Self::MAX], len: 0 }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(super) const fn add(&mut self, parts: &[&str]) {
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

    /// A path of a template, as the beginning of a message.
    pub(super) const fn add_path(&mut self, path: &[&str]) {
        self.add(&["`{", path[0]]);
        let mut at = 1;
        while at < path.len() {
            self.add(&[".", path[at]]);
            at += 1;
        }
        self.add(&["}`: "]);
    }

    /// The word with this index.
    const fn add_word(&mut self, text: &str, index: usize) {
        self.add(&["`"]);
        self.add_bytes(word(text.as_bytes(), index));
        self.add(&["`"]);
    }

    /// `a`, `b` and `c`
    pub(super) const fn add_list(&mut self, names: Named<'_>, last: &str) {
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
    pub(super) const fn add_choices(&mut self, names: Named<'_>) {
        match names.count() {
            0 => self.add(&["; it has none"]),
            1 => self.add(&["; there is only "]),
            _ => self.add(&["; there are "]),
        }
        self.add_list(names, "and");
    }

    /// That a relation leads out of the list, if it does.
    pub(super) const fn add_unlisted(
        &mut self,
        of: &Declaration,
        relation: &str,
        target: &Declaration,
        list: &[&Declaration],
    ) {
        let mut at = 0;
        while at < list.len() {
            if list[at].hash == target.hash && list[at].is(target) {
                return;
            }
            at += 1;
        }
        if self.len > 0 {
            self.add(&["; "]);
        }
        self.add(&["`", of.name, ".", relation, "` leads to `", target.name, "`, which is not listed"]);
    }

    pub(super) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            // Cut within a character.
            Err(_) => "the declaration is wrong here",
        }
    }
}

pub(super) const fn equal(left: &str, right: &str) -> bool {
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
pub(super) const fn has_word(text: &str, wanted: &str) -> bool {
    let (count, mut at) = (words(text), 0);
    while at < count {
        if same(word(text.as_bytes(), at), wanted.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}
