//! Names that the admin's pages use themselves, and that no entity or field may have there.

use crate::admin::edit::OWN_CONTROLS;
use crate::admin::many::OWN_NAMES;
use crate::admin::route::AdminRoute;
use crate::admin::session;
use crate::entity::names::{self, Namespace};
use crate::entity::{Action, ActionDef, Registry, RegistryProblem, Surface};

/// What is wrong with the names of the entities in the admin.
pub(crate) fn name_problems(entities: &Registry) -> Vec<RegistryProblem> {
    let mut found = Namespace::new();
    for info in entities.iter().filter(|info| info.is_on(Surface::Admin)) {
        let (entity, path) = (entities.label(info), info.def.rest_path);
        if !matches!(AdminRoute::parse(path), Some(AdminRoute::List(_))) {
            found.refuse(path, &format!("the path of {entity}"), "which the admin uses itself", names::PATH);
        }
        let view = info.on(Surface::Admin);
        let inputs = info.def.actions.iter().filter_map(ActionDef::input_info);
        let inputs = inputs.flat_map(|input| input.on(Surface::Admin).writable(Action::Create));
        let written = view.writable(Action::Create).iter().chain(view.writable(Action::Update));
        for column in written.chain(inputs) {
            if column.wire == session::CSRF
                || OWN_CONTROLS.contains(&column.wire)
                || OWN_NAMES.contains(&column.wire)
            {
                let bearer = format!("the field `{}` of {entity}", column.name);
                found.refuse(column.wire, &bearer, "which forms of the admin use themselves", names::FIELD);
            }
        }
    }
    found.problems()
}
