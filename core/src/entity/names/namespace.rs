//! A set of names that must differ from each other.

use std::collections::HashMap;

use crate::entity::RegistryProblem;

/// How the bearer of a name gets another, after "change it by": options, or words. None for what is the framework's.
pub(crate) type WaysOut = &'static [&'static str];

/// For tables.
pub(crate) const TABLE: WaysOut = &["`table = \"…\"`"];
/// For what is called after a table and columns of it.
pub(crate) const TABLE_OR_COLUMN: WaysOut = &["`table = \"…\"`", "`column = \"…\"` on a field"];
/// For columns, and what is called after them.
pub(crate) const COLUMN: WaysOut = &["`column = \"…\"` on a field"];
/// For paths.
pub(crate) const PATH: WaysOut = &["`rest(path = \"…\")`", "`plural = \"…\"`"];
/// For fields on the surfaces.
pub(crate) const FIELD: WaysOut = &["`rename = \"…\"` on the field"];

/// Names that must differ from each other, and what is wrong with them.
pub(crate) struct Namespace {
    /// Names are the same when they are the same in this spelling.
    spelling: fn(&str) -> String,
    taken: HashMap<String, (String, WaysOut)>,
    problems: Vec<RegistryProblem>,
}

impl Namespace {
    /// An empty one, in which names are equal as they are written.
    pub(crate) fn new() -> Self {
        Self::spelt(str::to_owned)
    }

    /// An empty one, in which names are equal when they are so in this spelling.
    pub(crate) fn spelt(spelling: fn(&str) -> String) -> Self {
        Self { spelling, taken: HashMap::new(), problems: Vec::new() }
    }

    /// Takes a name for `bearer`, which is described in words: "the index of `Order.status`". Says whether it was free.
    pub(crate) fn take(&mut self, name: &str, bearer: impl Into<String>, ways_out: WaysOut) -> bool {
        let bearer = bearer.into();
        let key = (self.spelling)(name);
        let Some((first, ways_of_first)) = self.taken.get(&key) else {
            self.taken.insert(key, (bearer, ways_out));
            return true;
        };
        let others = ways_of_first.iter().filter(|way| !ways_out.contains(way));
        let ways: Vec<&str> = ways_out.iter().chain(others).copied().collect();
        self.problems.push(RegistryProblem::Shared {
            first: first.clone(),
            second: bearer,
            name: name.to_owned(),
            way_out: ways.join(" or "),
        });
        false
    }

    /// Takes a name that is the framework's own.
    pub(crate) fn reserve(&mut self, name: &str, bearer: &str) {
        self.take(name, bearer, &[]);
    }

    /// Notes that a name cannot be one here: `reason` says why, after the name.
    pub(crate) fn refuse(&mut self, name: &str, bearer: &str, reason: impl Into<String>, ways_out: WaysOut) {
        self.problems.push(RegistryProblem::Unfit {
            bearer: bearer.to_owned(),
            name: name.to_owned(),
            reason: reason.into(),
            way_out: ways_out.join(" or "),
        });
    }

    /// What is wrong with the names, in the order found.
    pub(crate) fn problems(self) -> Vec<RegistryProblem> {
        self.problems
    }
}
