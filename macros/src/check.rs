//! Rules across options and fields. Each check has one line saying why.

use crate::diag::Errors;
use crate::ir::Entity;
use crate::lower::Source;

/// Reports every broken rule.
pub fn check(source: &Source<'_>, _entity: &Entity, errors: &mut Errors) {
    check_refused(source, errors);
}

/// What comes later is refused, never ignored.
fn check_refused(source: &Source<'_>, errors: &mut Errors) {
    let attrs = &source.attrs;
    let mut refused = vec![
        ("version", &attrs.version),
        ("soft_delete", &attrs.soft_delete),
        ("history", &attrs.history),
        ("hooks", &attrs.hooks),
    ];
    for field in &source.fields {
        refused.push(("computed", &field.attrs.computed));
        refused.push(("policy", &field.attrs.policy));
    }
    for (name, option) in refused {
        if let Some(option) = option {
            errors.at(option.key, format!("`{name}` is not supported yet"));
        }
    }
}
