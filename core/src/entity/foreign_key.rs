//! Fields that hold the key of a related row, on their way to cells and back.
//!
//! They ask nothing of the row's entity. That a relation leads to an entity is required once, by the relation's
//! [`reference`](super::reference): whatever else required it would report it again.

use crate::entity::{Id, One};
use crate::types::cells::{Cell, CellReader, CellWriter};
use crate::types::{AnyKey, Change, Kind, Put, Take};
use crate::value::Value;

/// Such a field of a generated struct.
#[derive(Debug)]
pub struct ForeignKey<T>(pub T);

/// Says the type where only the target of the relation has it: there the definition looks.
const UNKNOWN: Kind = Kind::I64;

impl<E> Put for ForeignKey<&Id<E>> {
    fn put(self, to: &mut CellWriter, column: usize) {
        to.push(column, || Cell::Value(self.0.forget().into_value()));
    }
}

impl<E> Put for ForeignKey<&Option<Id<E>>> {
    fn put(self, to: &mut CellWriter, column: usize) {
        to.push(column, || Cell::Value(value_of(*self.0)));
    }
}

impl<E> Put for ForeignKey<&Change<Id<E>>> {
    fn put(self, to: &mut CellWriter, column: usize) {
        to.push(column, || match self.0 {
            Change::Set(id) => Cell::Set(id.forget().into_value()),
            // The service refuses it.
            Change::Add(id) => Cell::Add(id.forget().into_value()),
            Change::Keep => Cell::Keep,
        });
    }
}

impl<E> Put for ForeignKey<&Change<Option<Id<E>>>> {
    fn put(self, to: &mut CellWriter, column: usize) {
        to.push(column, || match self.0 {
            Change::Set(id) => Cell::Set(value_of(*id)),
            Change::Add(id) => Cell::Add(value_of(*id)),
            Change::Keep => Cell::Keep,
        });
    }
}

/// Of an action's input or output.
impl<E> Put for ForeignKey<&One<E>> {
    fn put(self, to: &mut CellWriter, column: usize) {
        to.push(column, || Cell::Value(self.0.id().forget().into_value()));
    }
}

impl<E> Put for ForeignKey<&Option<One<E>>> {
    fn put(self, to: &mut CellWriter, column: usize) {
        to.push(column, || Cell::Value(value_of(self.0.map(Id::from))));
    }
}

impl<E> Take for ForeignKey<One<E>> {
    fn take(from: &mut CellReader, column: usize) -> Self {
        Self(ForeignKey::<Id<E>>::take(from, column).0.into())
    }
}

impl<E> Take for ForeignKey<Option<One<E>>> {
    fn take(from: &mut CellReader, column: usize) -> Self {
        Self(ForeignKey::<Option<Id<E>>>::take(from, column).0.map(One::from))
    }
}

impl<E> Take for ForeignKey<Id<E>> {
    fn take(from: &mut CellReader, column: usize) -> Self {
        let cell = from.next_of(UNKNOWN, column, false);
        Self(Id::recall(key(cell, from, column).unwrap_or(AnyKey::Int(0))))
    }
}

impl<E> Take for ForeignKey<Option<Id<E>>> {
    fn take(from: &mut CellReader, column: usize) -> Self {
        let cell = from.next_of(UNKNOWN, column, true);
        Self(key(cell.filter(|cell| *cell != Cell::Value(Value::Null)), from, column).map(Id::recall))
    }
}

impl<E> Take for ForeignKey<Change<Id<E>>> {
    fn take(from: &mut CellReader, column: usize) -> Self {
        let cell = from.next_of(UNKNOWN, column, false);
        Self(key(cell, from, column).map_or(Change::Keep, |key| Change::Set(Id::recall(key))))
    }
}

impl<E> Take for ForeignKey<Change<Option<Id<E>>>> {
    fn take(from: &mut CellReader, column: usize) -> Self {
        Self(match from.next_of(UNKNOWN, column, true) {
            Some(Cell::Set(Value::Null)) => Change::Set(None),
            cell => key(cell, from, column).map_or(Change::Keep, |key| Change::Set(Some(Id::recall(key)))),
        })
    }
}

fn value_of<E>(id: Option<Id<E>>) -> Value {
    id.map_or(Value::Null, |id| id.forget().into_value())
}

/// The key in a cell; a value that is none is recorded.
fn key(cell: Option<Cell>, from: &mut CellReader, column: usize) -> Option<AnyKey> {
    let (Cell::Value(value) | Cell::Set(value)) = cell? else {
        return None;
    };
    let key = AnyKey::from_value(&value).ok();
    if key.is_none() {
        from.type_mismatch(column, "a key");
    }
    key
}
