//! "Did you mean", as validation adds it to its messages: only names that the client may know, and none where the settings
//! suggest nothing.

use async_graphql::ServerError;

use crate::ctx::Ctx;
use crate::entity::{EntityInfo, Surface};
use crate::policy::Action;

/// What stands before the names, each between backticks; `?` ends them.
const MARK: &str = "; did you mean ";

/// Takes the names out of an error that the client may not know.
pub(super) fn limit(error: &mut ServerError, ctx: &Ctx) {
    let Some((message, names)) = error.message.split_once(MARK) else { return };
    let known: Vec<&str> = names
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| ctx.suggests_names() && may_know(name, ctx))
        .collect();
    error.message = match known.is_empty() {
        true => message.to_owned(),
        false => format!("{message}{MARK}`{}`?", known.join("` or `")),
    };
}

/// Whether a name is of nothing that is hidden from the client. One name may be of several things; that any of them is
/// hidden is enough.
fn may_know(name: &str, ctx: &Ctx) -> bool {
    let Some(entities) = ctx.entities() else { return true };
    !entities.iter().filter(|info| info.is_on(Surface::Graphql)).any(|info| is_hidden(info, name, ctx))
}

fn is_hidden(info: &EntityInfo, name: &str, ctx: &Ctx) -> bool {
    // Types, root fields and inputs of an entity have its name in theirs.
    let is_of_entity = || {
        let lower = name.to_ascii_lowercase();
        let names = [info.def.singular, info.def.plural].map(|name| name.replace('_', ""));
        names.iter().any(|name| lower.contains(name.as_str()))
    };
    let hidden_column =
        info.columns.iter().any(|column| column.graphql == name && info.is_hidden_column(column.index, ctx));
    let readable = || info.permits(Action::Read, ctx);
    hidden_column || (is_of_entity() && !readable())
}
