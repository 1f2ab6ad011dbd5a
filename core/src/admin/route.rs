//! The paths of the admin.

use poem::http::Method;

use crate::admin::assets::Asset;
use crate::admin::people::PeoplePage;
use crate::entity::{EntityInfo, Registry, Surface};

/// What a path leads to; segments are as the path has them.
#[derive(Debug, Clone, Copy)]
pub(super) enum AdminRoute<'p> {
    Asset(Asset),
    SignIn,
    SignOut,
    Session,
    Index,
    List(&'p str),
    New(&'p str),
    Lookup(&'p str),
    Detail(&'p str, &'p str),
    Edit(&'p str, &'p str),
    Delete(&'p str, &'p str),
    /// Accounts, sessions and tokens.
    People(PeoplePage<'p>),
    /// One's own page.
    Me,
    StopViewing,
    /// A page of the application's own.
    Own(&'p str),
    /// The rules of an entity, and what they mean for a row.
    Why(&'p str, Option<&'p str>),
    /// An action on chosen rows, or on the entity as a whole.
    Act(&'p str, &'p str),
    /// An action on a row: the entity, the key, the action.
    ActOn(&'p str, &'p str, &'p str),
}

impl<'p> AdminRoute<'p> {
    /// The route of a path; `None` where there is nothing.
    pub(super) fn parse(path: &'p str) -> Option<Self> {
        let path = path.strip_prefix("/admin").unwrap_or(path);
        let path = path.strip_prefix('/').unwrap_or(path);
        let segments = path.strip_suffix('/').unwrap_or(path).split('/').collect::<Vec<_>>();
        Some(match segments[..] {
            [""] => Self::Index,
            ["assets", name] if Asset::named(name).is_some() => Self::Asset(Asset::named(name)?),
            ["sign-in"] => Self::SignIn,
            ["sign-out"] => Self::SignOut,
            ["session"] => Self::Session,
            ["me"] => Self::Me,
            ["stop-viewing"] => Self::StopViewing,
            ["auth", ref page @ ..] => Self::People(PeoplePage::parse(page)?),
            ["why", entity] => Self::Why(entity, None),
            ["why", entity, id] => Self::Why(entity, Some(id)),
            ["own", name] => Self::Own(name),
            ["why" | "own"] => return None,
            [entity] => Self::List(entity),
            [entity, "new"] => Self::New(entity),
            [entity, "lookup"] => Self::Lookup(entity),
            [entity, id] => Self::Detail(entity, id),
            [entity, "act", action] => Self::Act(entity, action),
            [entity, id, "act", action] => Self::ActOn(entity, id, action),
            [entity, id, "edit"] => Self::Edit(entity, id),
            [entity, id, "delete"] => Self::Delete(entity, id),
            _ => return None,
        })
    }

    /// The pattern of a path, for the log: nothing of it but the names of entities is the client's.
    pub(super) fn pattern(path: &'p str, registry: &Registry) -> Option<String> {
        let named = |segment: &str| {
            let mut served = registry.iter().filter(|info| info.is_on(Surface::Admin));
            served.find(|info| info.def.rest_path == segment).map(|info| info.def.rest_path)
        };
        Some(match Self::parse(path)? {
            Self::Asset(_) => "/admin/assets/:file".to_owned(),
            Self::SignIn => "/admin/sign-in".to_owned(),
            Self::SignOut => "/admin/sign-out".to_owned(),
            Self::Session => "/admin/session".to_owned(),
            Self::Index => "/admin".to_owned(),
            Self::People(page) => page.pattern().to_owned(),
            Self::Me => "/admin/me".to_owned(),
            Self::Own(_) => "/admin/own/:page".to_owned(),
            Self::StopViewing => "/admin/stop-viewing".to_owned(),
            Self::Why(entity, None) => format!("/admin/why/{}", named(entity)?),
            Self::Why(entity, Some(_)) => format!("/admin/why/{}/:id", named(entity)?),
            Self::List(entity) => format!("/admin/{}", named(entity)?),
            Self::New(entity) => format!("/admin/{}/new", named(entity)?),
            Self::Lookup(entity) => format!("/admin/{}/lookup", named(entity)?),
            Self::Detail(entity, _) => format!("/admin/{}/:id", named(entity)?),
            Self::Edit(entity, _) => format!("/admin/{}/:id/edit", named(entity)?),
            Self::Delete(entity, _) => format!("/admin/{}/:id/delete", named(entity)?),
            // The names of actions are few, but what the client sends need be none.
            Self::Act(entity, _) => format!("/admin/{}/act/:action", named(entity)?),
            Self::ActOn(entity, ..) => format!("/admin/{}/:id/act/:action", named(entity)?),
        })
    }

    /// The path of the entity that it is about.
    pub(super) fn entity(self) -> Option<&'p str> {
        match self {
            Self::List(entity)
            | Self::New(entity)
            | Self::Lookup(entity)
            | Self::Detail(entity, _)
            | Self::Edit(entity, _)
            | Self::Delete(entity, _)
            | Self::Act(entity, _)
            | Self::ActOn(entity, ..) => Some(entity),
            _ => None,
        }
    }

    /// The entity about whose rows it has a form.
    pub(super) fn form_entity(self, registry: &Registry) -> Option<&'static EntityInfo> {
        let (Self::New(entity) | Self::Edit(entity, _)) = self else { return None };
        registry.iter().find(|info| info.def.rest_path == entity && info.is_on(Surface::Admin))
    }

    /// The methods it takes, as `Allow` lists them.
    pub(super) fn methods(self) -> &'static str {
        match self {
            Self::SignOut | Self::StopViewing => "POST",
            Self::SignIn
            | Self::New(_)
            | Self::Edit(..)
            | Self::Delete(..)
            | Self::Act(..)
            | Self::Me
            | Self::People(_)
            | Self::ActOn(..) => "GET, HEAD, POST",
            Self::Asset(_)
            | Self::Session
            | Self::Index
            | Self::List(_)
            | Self::Lookup(_)
            | Self::Why(..)
            | Self::Own(_)
            | Self::Detail(..) => "GET, HEAD",
        }
    }

    /// Whether it takes the method.
    pub(super) fn allows(self, method: &Method) -> bool {
        self.methods().split(", ").any(|allowed| allowed == method.as_str())
    }
}
