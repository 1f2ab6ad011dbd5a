//! Relations as the derive writes them: constants, which lead from one declaration to the next.

use crate::entity::{Declaration, Entity, Link};
use crate::types::{Kind, Scalar as _};

/// A to-one relation.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The relation's Rust name: `author`.
    pub name: &'static str,
    /// Index of the field that holds the key.
    pub field: usize,
    /// The type of the target's keys.
    pub key: Kind,
    /// The entity it points to.
    pub target: &'static Declaration,
}

/// A to-many relation.
#[derive(Debug, Clone, Copy)]
pub struct ToManyRows {
    /// The relation's Rust name: `posts`.
    pub name: &'static str,
    /// The entity of the rows.
    pub target: &'static Declaration,
    /// How the rows are found.
    pub way: Way,
}

/// How the rows of a to-many relation are found, as written.
#[derive(Debug, Clone, Copy)]
pub enum Way {
    /// `inverse = author`
    Inverse(&'static str),
    /// `through = PostTag`
    Through(&'static Declaration),
}

/// The to-one relation to an `E`, which is to blame if it is no entity.
#[must_use]
pub const fn reference<E: Entity>(name: &'static str, field: usize) -> Reference {
    Reference { name, field, key: E::Key::KIND, target: E::DECLARATION }
}

/// The to-many relation to the rows of `E` that point here.
#[must_use]
pub const fn rows_of<E: Entity>(name: &'static str, inverse: &'static str) -> ToManyRows {
    ToManyRows { name, target: E::DECLARATION, way: Way::Inverse(inverse) }
}

/// The to-many relation to rows of `E` through a joining entity.
#[must_use]
pub const fn rows_through<E: Entity>(name: &'static str, via: &'static Declaration) -> ToManyRows {
    ToManyRows { name, target: E::DECLARATION, way: Way::Through(via) }
}

impl ToManyRows {
    /// The link, of a relation of `near`. rustc has checked that it is one.
    pub(super) fn link(&self, near: &Declaration) -> Link {
        match self.way {
            Way::Inverse(name) => Link::Inverse(name),
            Way::Through(via) => {
                let to = |target: &Declaration| {
                    let mut references = via.references.iter();
                    let found = references.find(|reference| reference.target.is(target));
                    found.map_or(0, |reference| reference.field)
                };
                Link::Through { via: via.def, near: to(near), far: to(self.target) }
            }
        }
    }
}
