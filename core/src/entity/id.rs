//! Primary keys, typed by their entity.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use uuid::Uuid;

use crate::entity::Entity;
use crate::types::{AnyKey, KeyType as _, Kind, RestValue, Scalar, SortField, WrongType};
use crate::value::Value;

/// The primary key of an `E`. An `Id<User>` is not an `Id<Post>`.
///
/// It asks nothing of `E`: a relation to what is no entity is reported where it is declared, and not by every generated type
/// that has such a key in it.
pub struct Id<E> {
    /// Of the type that `E` has keys of.
    key: AnyKey,
    of: PhantomData<fn() -> E>,
}

impl<E> Id<E> {
    /// The key, its type forgotten.
    pub(super) fn forget(self) -> AnyKey {
        self.key
    }

    /// A key of the type that `E` has keys of.
    pub(super) fn recall(key: AnyKey) -> Self {
        Self { key, of: PhantomData }
    }
}

impl<E: Entity> Id<E> {
    /// The key of an `E`.
    #[must_use]
    pub fn new(key: E::Key) -> Self {
        Self::recall(key.forget())
    }

    /// The bare key.
    #[must_use]
    pub fn get(self) -> E::Key {
        // Nothing makes an `Id` of a key of another type.
        E::Key::recall(self.key).unwrap_or_else(E::Key::placeholder)
    }
}

impl<E> Clone for Id<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for Id<E> {}

impl<E> PartialEq for Id<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<E> Eq for Id<E> {}

impl<E> Hash for Id<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl<E> PartialOrd for Id<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Id<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl<E: Entity> fmt::Debug for Id<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", E::def().name, self.get())
    }
}

impl<E: Entity> fmt::Display for Id<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl<E: Entity<Key = i64>> From<i64> for Id<E> {
    fn from(key: i64) -> Self {
        Self::new(key)
    }
}

impl<E: Entity<Key = Uuid>> From<Uuid> for Id<E> {
    fn from(key: Uuid) -> Self {
        Self::new(key)
    }
}

/// The bare key: a number, or the text of a UUID.
impl<E: Entity> serde::Serialize for Id<E> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        RestValue(&self.into_value()).serialize(to)
    }
}

impl<'de, E: Entity> serde::Deserialize<'de> for Id<E> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        // By the key's own type: not every reader knows what it has, that of a path for one.
        let key = match Self::KIND {
            Kind::I64 => Value::Int(i64::deserialize(from)?),
            kind => kind.decode_text(&String::deserialize(from)?).map_err(D::Error::custom)?,
        };
        Self::from_value(key).map_err(|_| D::Error::custom(Self::KIND.expectation()))
    }
}

#[diagnostic::do_not_recommend]
impl<E: Entity> Scalar for Id<E> {
    const KIND: Kind = E::Key::KIND;

    fn duplicate(&self) -> Self {
        *self
    }

    fn into_value(self) -> Value {
        self.key.into_value()
    }

    fn from_value(value: Value) -> Result<Self, WrongType> {
        E::Key::from_value(value).map(Self::new)
    }

    fn placeholder() -> Self {
        Self::new(E::Key::placeholder())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Entity> SortField for Id<E> {}
