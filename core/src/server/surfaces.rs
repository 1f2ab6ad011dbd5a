//! The surfaces that are compiled in, as the server sees them.
//!
//! Each has a file here: what an application adds to it, the routes it serves, and its links for people.

#[cfg(feature = "admin")]
mod admin;
#[cfg(feature = "graphql")]
mod graphql;
#[cfg(feature = "rest")]
mod rest;

use std::borrow::Cow;

use poem::endpoint::BoxEndpoint;
use poem::{Request, Response, Route};

use crate::config::Settings;
use crate::entity::{Registry, RegistryProblem};
#[cfg(feature = "graphql")]
use crate::graphql::HttpErrors;
use crate::http::context::Context;
use crate::http::problem::Problem;
use crate::server::StartError;
use crate::state::AppState;

/// What an application adds to its surfaces.
#[derive(Default)]
pub(crate) struct Surfaces {
    #[cfg(feature = "graphql")]
    pub(crate) graphql: graphql::GraphqlAdditions,
    #[cfg(feature = "rest")]
    pub(crate) rest: rest::RestAdditions,
    #[cfg(feature = "admin")]
    pub(crate) admin: admin::AdminAdditions,
}

/// The name and the version of the application in the descriptions of its APIs.
#[derive(Debug, Clone)]
pub(crate) struct About {
    pub(crate) title: String,
    pub(crate) version: String,
}

/// What an application is called that says nothing.
const UNNAMED: &str = "API";

impl About {
    /// The application's own name, where it has one.
    #[cfg_attr(not(feature = "admin"), allow(dead_code))]
    pub(crate) fn named(&self) -> Option<&str> {
        Some(self.title.as_str()).filter(|title| *title != UNNAMED)
    }
}

impl Default for About {
    fn default() -> Self {
        Self { title: UNNAMED.to_owned(), version: "1.0.0".to_owned() }
    }
}

/// A path that is served, with its methods and its purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServedPath {
    pub(crate) methods: Cow<'static, str>,
    pub(crate) path: String,
    pub(crate) purpose: String,
}

impl ServedPath {
    pub(super) fn new(
        methods: impl Into<Cow<'static, str>>,
        path: impl Into<String>,
        purpose: impl Into<String>,
    ) -> Self {
        Self { methods: methods.into(), path: path.into(), purpose: purpose.into() }
    }
}

/// A page or a document for people, with its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageLink {
    pub(super) name: &'static str,
    pub(super) path: &'static str,
}

/// The form in which a surface writes errors, where it is another than that of REST.
#[derive(Debug)]
pub(super) enum ErrorForm {
    #[cfg(feature = "graphql")]
    Graphql(HttpErrors),
    #[cfg(feature = "admin")]
    Admin(crate::admin::ProblemForm),
}

impl ErrorForm {
    /// The form of the surface that a request asks.
    #[allow(unused_variables, reason = "each surface may be left out")]
    pub(super) fn of(request: &Request) -> Option<Self> {
        let path = request.uri().path();
        #[cfg(feature = "graphql")]
        if is_below(path, "/graphql") {
            return Some(Self::Graphql(HttpErrors::of(request)));
        }
        #[cfg(feature = "admin")]
        if is_below(path, "/admin") {
            return Some(Self::Admin(crate::admin::ProblemForm::of(request)));
        }
        None
    }

    /// Writes a problem in it.
    #[allow(unused_variables, reason = "each surface may be left out")]
    pub(super) fn write(self, problem: &Problem, response: &mut Response) {
        match self {
            #[cfg(feature = "graphql")]
            Self::Graphql(errors) => errors.write(problem, response),
            #[cfg(feature = "admin")]
            Self::Admin(form) => form.write(problem, response),
        }
    }
}

/// Whether a path is a surface's own, or one below it.
#[cfg(any(feature = "admin", feature = "graphql"))]
fn is_below(path: &str, surface: &str) -> bool {
    path.strip_prefix(surface).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Surfaces {
    /// Adds the routes of every surface.
    #[allow(unused_mut, reason = "each surface may be left out")]
    pub(super) fn mount(
        self,
        mut route: Route,
        about: &About,
        state: &AppState,
        context: &Context,
    ) -> Result<Route, StartError> {
        #[cfg(feature = "rest")]
        {
            route = self.rest.mount(route, about, state)?;
        }
        #[cfg(feature = "graphql")]
        {
            route = self.graphql.mount(route, state, context)?;
        }
        #[cfg(feature = "admin")]
        {
            route = self.admin.mount(route, about, state)?;
        }
        Ok(route)
    }

    /// An endpoint that the application mounts, behind the sign-in of the surface below which it lies.
    #[allow(unused_variables, reason = "each surface may be left out")]
    pub(super) fn gate(path: &str, endpoint: BoxEndpoint<'static>, state: &AppState) -> BoxEndpoint<'static> {
        #[cfg(feature = "admin")]
        let endpoint = admin::gate(path, endpoint, state);
        endpoint
    }

    /// What is wrong with the names of the entities on the surfaces.
    pub(super) fn name_problems(registry: &Registry) -> Vec<RegistryProblem> {
        let problems: [Vec<RegistryProblem>; _] = [
            #[cfg(feature = "rest")]
            crate::rest::name_problems(registry),
            #[cfg(feature = "graphql")]
            crate::graphql::name_problems(registry),
            #[cfg(feature = "admin")]
            crate::admin::name_problems(registry),
        ];
        problems.into_iter().flatten().collect()
    }

    /// The paths that every surface serves, with what the application adds to it.
    pub(super) fn paths(&self, registry: &Registry) -> Vec<ServedPath> {
        let paths: [Vec<ServedPath>; _] = [
            #[cfg(feature = "rest")]
            self.rest.paths(registry),
            #[cfg(feature = "graphql")]
            graphql::paths(),
            #[cfg(feature = "admin")]
            admin::paths(),
        ];
        paths.into_iter().flatten().collect()
    }

    /// Pages and documents for people, as far as they are served.
    #[allow(unused_variables, reason = "each surface may be left out")]
    pub(super) fn links(settings: &Settings) -> impl Iterator<Item = PageLink> + use<> {
        let links: [&[PageLink]; _] = [
            #[cfg(feature = "rest")]
            if settings.serves_api_docs() { rest::LINKS } else { &[] },
            #[cfg(feature = "graphql")]
            if settings.serves_explorer() { graphql::LINKS } else { &[] },
            #[cfg(feature = "admin")]
            admin::LINKS,
        ];
        links.into_iter().flatten().copied()
    }

    /// The patterns of the REST addresses of actions.
    pub(super) fn below_resources(registry: &Registry) -> impl Iterator<Item = String> + '_ {
        let paths: [Vec<String>; _] = [
            #[cfg(feature = "rest")]
            rest::paths_below(registry).collect(),
        ];
        paths.into_iter().flatten()
    }

    /// The paths of the REST resources.
    pub(super) fn resources(registry: &Registry) -> impl Iterator<Item = String> + '_ {
        let paths: [Vec<String>; _] = [
            #[cfg(feature = "rest")]
            rest::resource_paths(registry).collect(),
        ];
        paths.into_iter().flatten()
    }

    /// The path of the first resource that everyone may read.
    pub(super) fn readable_resource(registry: &Registry) -> Option<String> {
        #[cfg(feature = "rest")]
        return rest::readable_resource(registry);
        #[cfg(not(feature = "rest"))]
        return Some(registry).and(None);
    }

    /// A query of GraphQL over the application's own entities.
    pub(super) fn first_query(registry: &Registry) -> Option<String> {
        #[cfg(feature = "graphql")]
        return Some(crate::graphql::sample_query(registry)).filter(|query| !query.is_empty());
        #[cfg(not(feature = "graphql"))]
        return Some(registry).and(None);
    }

    /// Paths of the surfaces without a variable part, besides those of the resources and the admin.
    pub(super) fn fixed_paths() -> impl Iterator<Item = &'static str> {
        let paths: [&[&str]; _] = [
            #[cfg(feature = "rest")]
            &[
                "/openapi.json",
                "/openapi.yaml",
                "/openapi-3.1.json",
                "/openapi-3.1.yaml",
                "/docs",
                "/docs/try",
            ],
            #[cfg(feature = "graphql")]
            &["/graphql", "/graphql/ws"],
        ];
        paths.into_iter().flatten().copied()
    }

    /// The paths of the APIs of the application's own.
    pub(super) fn own_paths(&self) -> Vec<String> {
        #[cfg(feature = "rest")]
        return self.rest.own_paths();
        #[cfg(not(feature = "rest"))]
        return Vec::new();
    }

    /// The pattern of another path of a surface's own.
    #[allow(unused_variables, reason = "each surface may be left out")]
    pub(super) fn pattern(path: &str, registry: &Registry) -> Option<String> {
        #[cfg(feature = "graphql")]
        if path.starts_with("/graphql/graphiql/") {
            return Some("/graphql/graphiql/:file".to_owned());
        }
        #[cfg(feature = "admin")]
        if is_below(path, "/admin") {
            return crate::admin::route_pattern(path, registry);
        }
        None
    }

    /// The addresses that are printed when the server starts: the name of each surface, and a path of it.
    #[cfg(feature = "cli")]
    pub(crate) fn addresses(registry: &Registry) -> Vec<(&'static str, String)> {
        let addresses: [Vec<_>; _] = [
            #[cfg(feature = "rest")]
            rest::addresses(registry),
            #[cfg(feature = "graphql")]
            vec![("GraphQL", "/graphql".to_owned())],
            #[cfg(feature = "admin")]
            vec![("Admin", "/admin".to_owned())],
        ];
        addresses.into_iter().flatten().collect()
    }
}
