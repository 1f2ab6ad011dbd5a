//! Directives: known, at a place that they are for, each once.

use std::collections::HashSet;

use crate::graphql::syntax::Directive;
use crate::graphql::validation::arguments;
use crate::graphql::validation::context::Validation;
use crate::graphql::validation::values::VariableUse;

/// Checks the directives at one place of a document, which is called `location` in a schema.
pub(super) fn check<'a>(
    validation: &mut Validation<'a>,
    uses: &mut Vec<VariableUse<'a>>,
    directives: &'a [Directive<'a>],
    location: &str,
) {
    let types = validation.types;
    let mut seen = HashSet::new();
    for directive in directives {
        let name = directive.name.text;
        let definition = types.directives.get(name);
        match definition {
            None => validation.report(directive.pos, format!("there is no directive `@{name}`")),
            Some(definition) => {
                if !definition.locations.contains(location) {
                    let message = format!("the directive `@{name}` cannot stand here ({location})");
                    validation.report(directive.pos, message);
                }
                if !seen.insert(name) && !definition.repeatable {
                    validation.report(directive.pos, format!("the directive `@{name}` stands here twice"));
                }
            }
        }
        let owner = || format!("the directive `@{name}`");
        let declared = definition.map(|definition| &definition.arguments);
        arguments::check(validation, uses, &owner, directive.pos, declared, &directive.arguments);
    }
}
