//! Arguments, of fields and of directives: known, each once, and those that are required there.

use std::collections::HashSet;

use async_graphql::Pos;

use crate::graphql::syntax::Argument;
use crate::graphql::type_system::InputValues;
use crate::graphql::validation::context::Validation;
use crate::graphql::validation::values::{self, Expected, VariableUse};

/// Checks arguments. `owner` is what they belong to, in the words of a message; nothing is known of the arguments of what is
/// unknown itself.
pub(super) fn check<'a>(
    validation: &mut Validation<'a>,
    uses: &mut Vec<VariableUse<'a>>,
    owner: &dyn Fn() -> String,
    pos: Pos,
    declared: Option<&'a InputValues>,
    given: &'a [Argument<'a>],
) {
    let mut seen = HashSet::new();
    for Argument { name, value } in given {
        if !seen.insert(name.text) {
            validation.report(name.pos, format!("the argument `{}` is given twice", name.text));
        }
        let definition = declared.and_then(|declared| declared.get(name.text));
        if let (Some(declared), None) = (declared, definition) {
            let suggestion = validation.suggest(name.text, declared.keys());
            let message = format!("{} has no argument `{}`{suggestion}", owner(), name.text);
            validation.report(name.pos, message);
        }
        values::check(validation, uses, definition.map(Expected::of), value);
    }
    for (name, definition) in declared.into_iter().flatten() {
        if definition.is_required() && !seen.contains(name.as_str()) {
            let message = format!("{} needs the argument `{name}` of type `{}`", owner(), definition.ty);
            validation.report(pos, message);
        }
    }
}
