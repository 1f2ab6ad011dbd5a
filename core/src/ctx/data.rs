//! Values that an application shares with all its contexts, each found by its type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// One value for each type. Contexts share them; the table is copied when a value is added, not for a request.
#[derive(Clone, Default)]
pub(crate) struct Data(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl Data {
    /// The same values and this one, replacing another of its type.
    pub(crate) fn with<T: Any + Send + Sync>(&self, value: T) -> Self {
        let mut values = self.0.clone();
        values.insert(TypeId::of::<T>(), Arc::new(value));
        Self(values)
    }

    /// The same values and those of another table, which replace them.
    pub(crate) fn and(&self, others: &Self) -> Self {
        Self(self.0.iter().chain(&others.0).map(|(ty, value)| (*ty, Arc::clone(value))).collect())
    }

    /// The value of a type.
    pub(crate) fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Data({} values)", self.0.len())
    }
}
