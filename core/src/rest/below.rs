//! The addresses below those of the collection and of its rows, for those who list them and count their requests.

use crate::entity::EntityInfo;
use crate::rest::resource::{AGGREGATE, BATCH, EXPORT, IMPORT};
use crate::rest::{actions, history, many, related};

/// An address below a collection.
pub(crate) struct Below {
    pub(crate) methods: &'static str,
    /// What follows the path of the collection; `:id` and `:key` stand for keys.
    pub(crate) path: String,
    pub(crate) purpose: String,
}

/// All of them, but for that of a row.
pub(crate) fn below(info: &'static EntityInfo) -> Vec<Below> {
    let mut all = Vec::new();
    let mut add = |methods, path: String, purpose: String| all.push(Below { methods, path, purpose });
    add("POST", format!("/{BATCH}"), "several writes at once".to_owned());
    let is_free =
        |segment: &str| !actions::of(info).any(|action| action.collection && action.path == segment);
    if is_free(AGGREGATE) {
        add("GET", format!("/{AGGREGATE}"), "measures of rows, and of groups of them".to_owned());
    }
    if is_free(EXPORT) {
        add("GET", format!("/{EXPORT}"), "all rows that filters let pass, as a file".to_owned());
    }
    if is_free(IMPORT) {
        add("POST", format!("/{IMPORT}"), "rows from a file".to_owned());
    }
    for verb in many::verbs_of_deleted(info) {
        add("POST", format!("/:id/{verb}"), (*verb).to_owned());
    }
    if info.def.history {
        add("GET", format!("/:id/{}", history::HISTORY), "the changes of a row".to_owned());
    }
    for relation in related::served(info) {
        let (name, path) = (relation.def.name, format!("/:id/{}", related::segment(relation)));
        match related::is_linked(info, relation) {
            false => add("GET", path, format!("list the {name} of a row")),
            true => {
                add("GET PUT", path.clone(), format!("list or set the {name} of a row"));
                add("PUT DELETE", format!("{path}/:key"), format!("link or unlink one of the {name}"));
            }
        }
    }
    for action in actions::of(info) {
        let of = if action.collection { "" } else { "/:id" };
        let method = if action.read { "GET" } else { "POST" };
        let mark = if action.deprecated.is_some() { " (deprecated)" } else { "" };
        add(method, format!("{of}/{}", action.path), format!("action {}{mark}", action.name));
    }
    all
}
