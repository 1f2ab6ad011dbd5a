//! Related rows that are written together with a row.

use crate::value::{Assignments, Value};

/// Writes of related rows, by the relations of the entity of the row with which they are written.
#[derive(Debug, Clone, Default)]
pub struct Related {
    /// By the columns of the references.
    pub to_one: Vec<(usize, ToOneWrite)>,
    /// By the positions of the to-many relations.
    pub to_many: Vec<(usize, ToManyWrite)>,
}

/// What a to-one relation is to lead to.
#[derive(Debug, Clone)]
pub enum ToOneWrite {
    /// A row that exists: the column is set to its key.
    Connect,
    /// A new row.
    Create(Assignments),
}

/// What becomes of the rows of a to-many relation, in this order: rows are deleted, disconnected (also those that `set`
/// leaves out), updated, connected and created.
#[derive(Debug, Clone, Default)]
pub struct ToManyWrite {
    /// New rows.
    pub create: Vec<Assignments>,
    /// Keys of rows that are to belong to this one.
    pub connect: Vec<Value>,
    /// Keys of rows of this one that are to belong to it no longer.
    pub disconnect: Vec<Value>,
    /// Keys of rows of this one that are deleted.
    pub delete: Vec<Value>,
    /// Keys of all rows that exist already and are to belong to this one.
    pub set: Option<Vec<Value>>,
    /// Changes of rows of this one.
    pub update: Vec<RowChanges>,
}

/// Changes of one row.
#[derive(Debug, Clone)]
pub struct RowChanges {
    /// The row's key.
    pub key: Value,
    /// The version that the row must have.
    pub version: Option<i64>,
    /// What is changed.
    pub values: Assignments,
}

impl ToManyWrite {
    /// How many rows it names, those within them left aside.
    #[must_use]
    pub fn len(&self) -> usize {
        let set = self.set.as_ref().map_or(0, Vec::len);
        self.create.len()
            + self.connect.len()
            + self.disconnect.len()
            + self.delete.len()
            + self.update.len()
            + set
    }

    /// Adds what another does.
    pub(crate) fn append(&mut self, other: Self) {
        let Self { create, connect, disconnect, delete, set, update } = other;
        self.create.extend(create);
        self.connect.extend(connect);
        self.disconnect.extend(disconnect);
        self.delete.extend(delete);
        self.update.extend(update);
        if let Some(set) = set {
            self.set.get_or_insert_default().extend(set);
        }
    }

    /// Whether it does nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0 && self.set.is_none()
    }
}

impl Related {
    /// What becomes of the rows of a to-many relation, to be added to.
    pub(crate) fn many(&mut self, many: usize) -> &mut ToManyWrite {
        let known = self.to_many.iter().position(|(of, _)| *of == many);
        let position = known.unwrap_or_else(|| {
            self.to_many.push((many, ToManyWrite::default()));
            self.to_many.len() - 1
        });
        &mut self.to_many[position].1
    }

    /// How many rows are named, at any depth.
    #[must_use]
    pub fn rows(&self) -> usize {
        let within = |values: &Assignments| values.related().map_or(0, Self::rows);
        let to_one = self.to_one.iter().map(|(_, write)| match write {
            ToOneWrite::Connect => 0,
            ToOneWrite::Create(values) => 1 + within(values),
        });
        let to_many = self.to_many.iter().map(|(_, write)| {
            let created = write.create.iter().map(within).sum::<usize>();
            write.len() + created + write.update.iter().map(|row| within(&row.values)).sum::<usize>()
        });
        to_one.sum::<usize>() + to_many.sum::<usize>()
    }
}
