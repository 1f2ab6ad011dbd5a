//! The admin: server-rendered pages for every registered entity, made from its definition alone.
//!
//! It works without JavaScript and loads nothing from elsewhere; a small script of its own only makes pickers
//! comfortable. Only signed-in accounts with a role that [`AdminSettings`] names get past the sign-in page, and what
//! they then may see and do is the entities' policy, as everywhere: all reading and writing goes through
//! [`Records`](crate::service::Records) with the account as the principal.
//!
//! One request: [`endpoint`] finds the route, `session` the account, the page's module reads and writes, `page`
//! renders. `kinds` says how values of each kind are shown and edited.

mod accent;
mod action;
mod assets;
mod blocks;
mod cell;
mod chart;
mod content;
mod control;
mod delete;
mod detail;
mod edit;
mod edit_form;
mod endpoint;
mod entities;
mod form;
mod form_texts;
mod formats;
mod gate;
mod icons;
mod index;
mod kinds;

mod label;
mod list;
mod looks;
mod lookup;
mod me;
mod names;
mod notice;
mod own_page;
mod own_views;
mod page;
mod params;
mod people;
mod picker;
mod reader;
mod request;
mod reserved;
mod route;
mod session;
mod settings;
mod sign_in;
mod texts;
mod titles;
mod typed;
mod view;
mod viewing;
mod who;
mod why;

pub use content::Content;
pub(crate) use endpoint::{ProblemForm, endpoint_of};
pub(crate) use gate::gated;
pub use looks::Tile;
pub(crate) use looks::{Looks, OwnPage};
pub(crate) use reserved::name_problems;
pub use view::AdminView;
pub(crate) use view::ViewOf;

/// The pattern of a path of the admin.
pub(crate) fn route_pattern(path: &str, registry: &Registry) -> Option<String> {
    route::AdminRoute::pattern(path, registry)
}

unstable! { pub use endpoint::{endpoint, endpoint_with}; }
unstable! { pub use settings::AdminSettings; }

use crate::entity::{Entity, EntityDef, EntityView, Registry, Surface};

impl<E: Entity> EntityView<E> {
    /// The definition that the pages are made from.
    #[must_use]
    pub fn def() -> &'static EntityDef {
        E::def()
    }

    /// The path of the list page, or `None` when the entity is left out of the admin.
    #[must_use]
    pub fn path() -> Option<String> {
        let info = E::def().info();
        info.is_on(Surface::Admin).then(|| entities::path(info))
    }
}
