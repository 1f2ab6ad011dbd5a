//! `transitions(…)`: which changes of an enum are valid.

use crate::entity::ColumnInfo;
use crate::value::{EnumDef, VariantDef};

impl ColumnInfo {
    /// Whether only declared changes of the value are valid.
    #[must_use]
    pub fn has_transitions(&self) -> bool {
        self.transitions().is_some()
    }

    /// The declared changes, and the enum.
    fn transitions(&self) -> Option<(&'static [[&'static str; 2]], &'static EnumDef)> {
        let declared = self.field?.transitions;
        Some((declared, self.kind.enum_def()?)).filter(|_| !declared.is_empty())
    }

    /// The changes that are valid, in words, with a surface's names of the values: `OPEN to CLOSED, CLOSED to OPEN`; nothing
    /// when every change is.
    #[must_use]
    pub fn transitions_in_words(&self, name: fn(&VariantDef) -> &'static str) -> Option<String> {
        let (declared, def) = self.transitions()?;
        let called = |variant: &str| def.variants.iter().find(|known| known.name == variant).map(name);
        let change = |[from, to]: &[&str; 2]| Some(format!("{} to {}", called(from)?, called(to)?));
        Some(declared.iter().filter_map(change).collect::<Vec<_>>().join(", "))
    }

    /// The values that this one may change to, in the order of the enum's declaration; none when every change is valid.
    #[must_use]
    pub fn transitions_from(&self, from: &VariantDef) -> Option<Vec<&'static VariantDef>> {
        let (declared, def) = self.transitions()?;
        let is_declared = |to: &&VariantDef| declared.contains(&[from.name, to.name]);
        Some(def.variants.iter().filter(is_declared).collect())
    }
}
