//! The GraphQL API of an application.

use async_graphql::ObjectType;
use poem::endpoint::make_sync;
use poem::error::NotFoundError;
use poem::{Request, Response, Route};

use crate::entity::Registry;
use crate::graphql::{Explorer, GraphiQl, Schema, SchemaBuilder};
use crate::http::context::Context;
use crate::http::problem::refuse_writes;
use crate::server::surfaces::{PageLink, ServedPath};
use crate::server::{App, StartError};
use crate::state::AppState;

/// What an application adds to the GraphQL schema.
#[derive(Default)]
pub(crate) struct GraphqlAdditions(Vec<Box<dyn FnOnce(SchemaBuilder) -> SchemaBuilder + Send>>);

pub(super) const LINKS: &[PageLink] = &[PageLink { name: "GraphQL explorer", path: "/graphql" }];

impl App {
    /// Adds the fields of an async-graphql `#[Object]` type to `Query`. Its resolvers find the request's
    /// [`Ctx`](crate::Ctx) by `ctx.data::<Ctx>()`.
    #[must_use]
    pub fn query(mut self, root: impl ObjectType + 'static) -> Self {
        self.surfaces.graphql.0.push(Box::new(|schema| schema.query(root)));
        self
    }

    /// Adds the fields of an async-graphql `#[Object]` type to `Mutation`.
    #[must_use]
    pub fn mutation(mut self, root: impl ObjectType + 'static) -> Self {
        self.surfaces.graphql.0.push(Box::new(|schema| schema.mutation(root)));
        self
    }
}

impl GraphqlAdditions {
    /// Lends a value to the application's own resolvers.
    pub(in crate::server) fn lend<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.push(Box::new(|schema| schema.data(value)));
    }

    pub(super) fn mount(
        self,
        route: Route,
        state: &AppState,
        context: &Context,
    ) -> Result<Route, StartError> {
        let schema =
            self.builder(state.registry()).introspection(state.settings().serves_introspection()).build()?;
        let explorer = match &state.settings().graphiql_dir {
            Some(folder) if state.settings().serves_explorer() => Explorer::GraphiQl(GraphiQl::load(folder)?),
            _ => Explorer::default(),
        };
        Ok(route
            .at("/graphql", schema.endpoint_with(state, explorer.clone()))
            .at("/graphql/ws", schema.socket(state, context))
            .at("/graphql/graphiql/:file", make_sync(move |request| graphiql_file(&explorer, &request))))
    }

    /// The schema of the entities and of what was added to it.
    ///
    /// # Errors
    /// [`StartError`] when two types or root fields have the same name.
    pub(crate) fn schema(self, registry: &Registry) -> Result<Schema, StartError> {
        Ok(self.builder(registry).build()?)
    }

    fn builder(self, registry: &Registry) -> SchemaBuilder {
        self.0.into_iter().fold(Schema::builder(registry), |schema, addition| addition(schema))
    }
}

/// A file of GraphiQL's page.
fn graphiql_file(explorer: &Explorer, request: &Request) -> poem::Result<Response> {
    if let Some(refused) = refuse_writes(request) {
        return Ok(refused);
    }
    let name: String = request.path_params()?;
    explorer.file(&name).ok_or_else(|| NotFoundError.into())
}

pub(super) fn paths() -> Vec<ServedPath> {
    vec![
        ServedPath::new("GET POST", "/graphql", "GraphQL; its explorer in a browser"),
        ServedPath::new("GET", "/graphql/ws", "GraphQL over a WebSocket: `graphql-transport-ws`"),
    ]
}
