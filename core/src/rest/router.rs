//! Which resource serves which path under [`PREFIX`].

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, EndpointExt as _, Request, Response, Route};

use crate::ctx::Ctx;
use crate::entity::{Registry, Surface};
use crate::error::Error;
use crate::http::problem::{http_problem, method_not_allowed, poem_problem, problem, request_id};
use crate::rest::actions::{self, is_served};
use crate::rest::batch::{self, BatchEntities};
use crate::rest::history::HISTORY;
use crate::rest::many::verbs_of_deleted;
use crate::rest::registry::{AnyApi, MetaApi, MethodRouter, RouteTable, extracted, params_beside_list};
use crate::rest::resource::{
    AGGREGATE, BATCH, BodyLimits, EXPORT, IMPORT, Resource, ResourceRoute, is_acceptable, not_acceptable,
};
use crate::rest::{ApiConflict, PREFIX, related};

/// Every resource of an application, and the APIs of its own.
///
/// An entity is found by one look at a table. Only paths whose first segment an API of the program's own shares go
/// through poem's router.
pub(super) struct Router {
    resources: HashMap<&'static str, Arc<Resource>>,
    /// All resources, by the names of their entities.
    by_name: Arc<HashMap<&'static str, Arc<Resource>>>,
    limits: BodyLimits,
    own_apis: Option<Route>,
}

impl Router {
    /// Resources for all entities that REST does not leave out.
    pub(super) fn new(registry: &Registry, limits: BodyLimits) -> Self {
        let served = registry.iter().filter(|info| info.is_on(Surface::Rest));
        let all: Vec<_> = served.map(|info| Arc::new(Resource::new(info, limits))).collect();
        let by = |name: fn(&Resource) -> &'static str| {
            all.iter().map(|resource| (name(resource), Arc::clone(resource))).collect::<HashMap<_, _>>()
        };
        Self {
            resources: by(|resource| resource.info().def.rest_path),
            by_name: Arc::new(by(|resource| resource.info().def.singular)),
            limits,
            own_apis: None,
        }
    }

    /// Adds APIs of the program's own.
    pub(super) fn with(mut self, apis: Vec<Box<dyn AnyApi>>) -> Result<Self, ApiConflict> {
        let mut table = RouteTable::new();
        let described: Vec<MetaApi> = apis.iter().flat_map(|api| api.meta()).collect();
        for api in apis {
            api.add_routes(&mut table);
        }
        if table.is_empty() {
            return Ok(self);
        }
        let mut table: RouteTable = table
            .into_iter()
            .map(|(path, methods)| {
                let wrap = |(method, endpoint)| {
                    let others = params_beside_list(&described, &path, &method);
                    (method, extracted(endpoint, others))
                };
                let methods = methods.into_iter().map(wrap).collect();
                (path, methods)
            })
            .collect();
        let heads: HashSet<String> = table.keys().map(|path| head(path).to_owned()).collect();
        let shared: Vec<&'static str> =
            self.resources.keys().copied().filter(|path| heads.contains(*path)).collect();
        for path in shared {
            if let Some(resource) = self.resources.remove(path) {
                add_routes(&resource, &mut table);
            }
        }
        let mut route = Route::new();
        for (path, methods) in table {
            let full = format!("{PREFIX}/{}", path.trim_start_matches('/'));
            route = route
                .try_at(full, MethodRouter::new(methods))
                .map_err(|error| ApiConflict::Path(error.to_string()))?;
        }
        self.own_apis = Some(route);
        Ok(self)
    }

    /// A batch over all entities.
    async fn batch(&self, request: Request) -> Response {
        let Some(ctx) = request.data::<Ctx>().cloned() else {
            return problem(&Error::internal("the request has no context"), "");
        };
        if !is_acceptable(&request) {
            return not_acceptable(&ctx);
        }
        let entities = BatchEntities::All(Arc::clone(&self.by_name));
        let answer = Box::pin(batch::respond(&ctx, request, entities, self.limits.body)).await;
        answer.unwrap_or_else(|error| error.response(&ctx))
    }
}

/// Adds one entity's endpoints to a table of poem-openapi.
pub(super) fn add_routes(resource: &Arc<Resource>, table: &mut RouteTable) {
    let collection = format!("/{}", resource.info().def.rest_path);
    let item = format!("{collection}/:id");
    let mut add = |path: String, methods: &[Method], at: EndpointOf| {
        let methods_of_path = table.entry(path).or_default();
        for method in methods {
            let endpoint = ResourceEndpoint { resource: Arc::clone(resource), at };
            methods_of_path.insert(method.clone(), endpoint.boxed());
        }
    };
    // OPTIONS leads to the resource too, which knows what its methods take.
    let methods = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS];
    let writes = [Method::PATCH, Method::DELETE];
    add(collection.clone(), &[&methods[..], &writes].concat(), EndpointOf::Collection);
    for verb in verbs_of_deleted(resource.info()) {
        add(format!("{item}/{verb}"), &[Method::POST, Method::OPTIONS], EndpointOf::ItemAction);
    }
    for action in actions::of(resource.info()) {
        match action.collection {
            true => add(format!("{collection}/{}", action.path), &methods, EndpointOf::Item),
            false => add(format!("{item}/{}", action.path), &methods, EndpointOf::ItemAction),
        }
    }
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS];
    if resource.has_history() {
        add(format!("{item}/{HISTORY}"), &reads, EndpointOf::ItemAction);
    }
    for many in related::served(resource.info()) {
        let path = format!("{item}/{}", related::segment(many));
        match related::is_linked(resource.info(), many) {
            false => add(path, &reads, EndpointOf::ItemAction),
            true => {
                let writes = [Method::PUT, Method::DELETE, Method::OPTIONS];
                add(format!("{path}/:key"), &writes, EndpointOf::RelatedItem);
                add(path, &[&reads[..], &[Method::PUT]].concat(), EndpointOf::ItemAction);
            }
        }
    }
    let methods = [Method::GET, Method::HEAD, Method::PATCH, Method::DELETE, Method::OPTIONS];
    add(item, &methods, EndpointOf::Item);
    for segment in [BATCH, IMPORT] {
        add(format!("{collection}/{segment}"), &[Method::POST, Method::OPTIONS], EndpointOf::Item);
    }
    for segment in [AGGREGATE, EXPORT] {
        add(format!("{collection}/{segment}"), &reads, EndpointOf::Item);
    }
}

/// The first segment of a path.
fn head(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// The resource and the route of a path under the prefix: `users`, `users/7`, `users/batch` or `users/7/posts`.
fn split(path: &str) -> (&str, Option<ResourceRoute<'_>>) {
    match path.split_once('/') {
        None => (path, Some(ResourceRoute::Collection)),
        Some((head, rest)) => match rest.split_once('/') {
            _ if rest.is_empty() => (head, None),
            None => (head, Some(ResourceRoute::of_segment(rest))),
            Some((id, below)) if !id.is_empty() => (head, split_below(id, below)),
            Some(_) => (head, None),
        },
    }
}

/// What is below a key: `block`, `tracks` or `tracks/5`.
fn split_below<'p>(id: &'p str, below: &'p str) -> Option<ResourceRoute<'p>> {
    match below.split_once('/') {
        None if below.is_empty() => None,
        None => Some(ResourceRoute::ItemAction(id, below)),
        Some((name, key)) if !name.is_empty() && !key.is_empty() && !key.contains('/') => {
            Some(ResourceRoute::RelatedItem(id, name, key))
        }
        Some(_) => None,
    }
}

impl Endpoint for Router {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        // Two reference counts, so that the request can be moved on while its path is looked at.
        let uri = request.uri().clone();
        let path = uri.path().strip_prefix(PREFIX).unwrap_or_default();
        let (head, route) = split(path.strip_prefix('/').unwrap_or_default());
        if let (Some(resource), Some(route)) = (self.resources.get(head), route)
            && is_served(resource, route)
        {
            return Ok(resource.respond(request, route).await);
        }
        if head == BATCH && route == Some(ResourceRoute::Collection) {
            match *request.method() {
                Method::POST => return Ok(self.batch(request).await),
                // An API of the program's own may have other methods there.
                _ if self.own_apis.is_none() => {
                    let allow = HeaderValue::from_static("POST");
                    return Ok(method_not_allowed(&allow, &request_id(&request)));
                }
                _ => {}
            }
        }
        let id = request_id(&request);
        let is_batch = head == BATCH && route == Some(ResourceRoute::Collection);
        let Some(own_apis) = &self.own_apis else {
            return Ok(http_problem(StatusCode::NOT_FOUND, "there is nothing at this address", &id));
        };
        Ok(match own_apis.call(request).await {
            Ok(response) => response,
            Err(error) if is_batch && error.status() == StatusCode::NOT_FOUND => {
                method_not_allowed(&HeaderValue::from_static("POST"), &id)
            }
            Err(error) => poem_problem(error, &id),
        })
    }
}

/// One entity's endpoint inside a router of poem's.
struct ResourceEndpoint {
    resource: Arc<Resource>,
    at: EndpointOf,
}

/// What the path of an endpoint ends in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum EndpointOf {
    Collection,
    /// A key, or the name of what the entity as a whole has.
    Item,
    /// A key and an action, a relation or the history.
    ItemAction,
    /// A key, a relation and a key.
    RelatedItem,
}

impl Endpoint for ResourceEndpoint {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let uri = request.uri().clone();
        let mut segments = uri.path().rsplit('/');
        let last = segments.next().unwrap_or_default();
        let route = match self.at {
            EndpointOf::Collection => ResourceRoute::Collection,
            EndpointOf::Item => ResourceRoute::of_segment(last),
            EndpointOf::ItemAction => ResourceRoute::ItemAction(segments.next().unwrap_or_default(), last),
            EndpointOf::RelatedItem => {
                let name = segments.next().unwrap_or_default();
                ResourceRoute::RelatedItem(segments.next().unwrap_or_default(), name, last)
            }
        };
        Ok(self.resource.respond(request, route).await)
    }
}
