//! Everything that touches poem-openapi's doc-hidden registry: the only folder to change when it is upgraded.
//!
//! `schema` describes rows, `kinds` and `pattern` their values, `operation` the requests with their `parameters`,
//! `responses` and `rules`; `document` writes OpenAPI 3.0.3 from them, `share` once what they have in common, `upgrade` makes 3.1 of it, `page` the page that shows it, `docs_page` the one that tries it. The types are poem-openapi's own, so that a user's `#[OpenApi]` API and the entities end up in one document.

mod actions;
mod aggregate;
mod batch;
mod deprecated;
mod docs_page;
mod document;
mod files;
mod history;
mod kinds;
mod list_argument;
mod many;
mod operation;
pub mod own_types;
mod page;
mod parameters;
mod pattern;
mod related;
mod related_rows;
mod responses;
mod rules;
mod schema;
mod share;
mod shown;
mod upgrade;

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use poem::endpoint::{BoxEndpoint, EndpointExt as _};
use poem::http::{HeaderValue, Method};
use poem::middleware::CookieJarManager;
use poem::{Endpoint, Request, Response};
use poem_openapi::OpenApi;

pub(super) use docs_page::docs_page;
pub(super) use document::Document;
pub(crate) use document::OpenApiVersion;
pub(super) use list_argument::others as params_beside_list;
pub(super) use page::{readable_page, style as page_style};
pub(super) use poem_openapi::registry::{MetaApi, Registry as Components};

use crate::entity::EntityInfo;
use crate::rest::list_params::OtherParams;

/// Endpoints by path (`/users/:id`) and method, as poem-openapi collects them.
pub(super) type RouteTable = HashMap<String, HashMap<Method, BoxEndpoint<'static>>>;

/// The description of one entity's paths.
pub(super) fn paths(info: &'static EntityInfo) -> MetaApi {
    MetaApi { paths: operation::paths(info) }
}

/// The names of schemas that no single entity brings.
pub(super) const COMMON_SCHEMAS: [&str; 3] = schema::COMMON;

/// The names of an entity's schemas.
pub(super) fn schema_names(info: &'static EntityInfo) -> Vec<String> {
    let schema::SchemaNames {
        row,
        part,
        input,
        patch,
        page,
        increment,
        batch,
        operations,
        results,
        to_one,
        to_many,
        to_many_update,
        group,
        groups,
    } = schema::SchemaNames::of(info);
    let names = [
        row,
        part,
        input,
        patch,
        page,
        increment,
        batch,
        results,
        to_one,
        to_many,
        to_many_update,
        group,
        groups,
    ];
    names.into_iter().chain(operations).collect()
}

/// The name of the schema of what actions take or answer that is no row.
pub(super) fn action_schema_name(info: &EntityInfo) -> String {
    actions::schema_name(info)
}

/// The ids of an entity's operations.
pub(super) fn operation_ids(info: &'static EntityInfo) -> Vec<&'static str> {
    let operations = operation::paths(info).into_iter().flat_map(|path| path.operations);
    operations.filter_map(|operation| operation.operation_id).collect()
}

/// The schemas, tags and security schemes that [`paths`] refers to.
pub(super) fn components(info: &'static EntityInfo, to: &mut Components) {
    schema::register(info, to);
    actions::register(info, to);
    operation::register(info, to);
}

/// An operation of an API of the program's own.
pub(crate) struct OwnOperation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: Option<&'static str>,
}

/// The operations of an API.
pub(super) fn operations(api: &dyn AnyApi) -> Vec<OwnOperation> {
    let paths = api.meta().into_iter().flat_map(|api| api.paths);
    let operations = paths.flat_map(|path| {
        let full = document::full(&path.path);
        path.operations.into_iter().map(move |operation| OwnOperation {
            method: operation.method.to_string(),
            path: full.clone(),
            summary: operation.summary,
        })
    });
    operations.collect()
}

/// An API of the program's own, whatever its type.
pub(super) trait AnyApi: Send {
    fn meta(&self) -> Vec<MetaApi>;
    fn register(&self, to: &mut Components);
    fn add_routes(self: Box<Self>, table: &mut RouteTable);
}

impl<T: OpenApi + Send> AnyApi for T {
    fn meta(&self) -> Vec<MetaApi> {
        T::meta()
    }

    fn register(&self, to: &mut Components) {
        T::register(to);
    }

    fn add_routes(self: Box<Self>, table: &mut RouteTable) {
        (*self).add_routes(table);
    }
}

/// An endpoint that finds in its request what `OpenApiService` would have put there, the query's parameters and
/// the cookies; and which parameters it has beside those of a list.
pub(super) fn extracted(
    endpoint: impl Endpoint + 'static,
    others: Option<OtherParams>,
) -> BoxEndpoint<'static, Response> {
    let with_query = endpoint.before(move |mut request: Request| {
        let others = others.clone();
        async move {
            let query: Vec<(String, String)> = request.params().unwrap_or_default();
            request.extensions_mut().insert(poem_openapi::__private::UrlQuery(query));
            if let Some(others) = others {
                request.extensions_mut().insert(others);
            }
            Ok(request)
        }
    });
    with_query.with(CookieJarManager::new()).map_to_response().boxed()
}

/// The methods of one path, with `Allow` on 405.
pub(super) struct MethodRouter {
    methods: HashMap<Method, BoxEndpoint<'static>>,
    allow: HeaderValue,
}

impl MethodRouter {
    pub(super) fn new(methods: HashMap<Method, BoxEndpoint<'static>>) -> Self {
        let mut names: Vec<&str> =
            methods.keys().map(Method::as_str).filter(|name| *name != "OPTIONS").collect();
        if methods.contains_key(&Method::GET) && !methods.contains_key(&Method::HEAD) {
            names.push("HEAD");
        }
        let order = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
        names.sort_unstable_by_key(|name| {
            (order.iter().position(|known| known == name).unwrap_or(order.len()), *name)
        });
        let allow = HeaderValue::from_str(&names.join(", "));
        Self { allow: allow.unwrap_or(HeaderValue::from_static("")), methods }
    }
}

impl Endpoint for MethodRouter {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let as_get = || self.methods.get(&Method::GET).filter(|_| *request.method() == Method::HEAD);
        match self.methods.get(request.method()).or_else(as_get) {
            Some(endpoint) => endpoint.call(request).await,
            None => {
                let id = crate::http::problem::request_id(&request);
                Ok(crate::http::problem::method_not_allowed(&self.allow, &id))
            }
        }
    }
}

/// A text that lives as long as the program, as poem-openapi wants its texts. Equal texts are stored once.
fn intern(text: String) -> &'static str {
    static INTERNED: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut interned = INTERNED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let interned = interned.get_or_insert_default();
    match interned.get(text.as_str()) {
        Some(existing) => existing,
        None => {
            let text: &'static str = Box::leak(text.into_boxed_str());
            interned.insert(text);
            text
        }
    }
}

/// A description, unless there is nothing to say.
fn described(docs: &'static str) -> Option<&'static str> {
    (!docs.is_empty()).then_some(docs)
}
