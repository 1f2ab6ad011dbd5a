//! The GraphQL API of an application.

use async_graphql::ObjectType;
use poem::endpoint::make_sync;
use poem::error::NotFoundError;
use poem::{Request, Response, Route};

use crate::entity::Entity;
use crate::entity::Registry;
use crate::graphql::{
    Explorer, GraphiQl, ObjectOfModel, Schema, SchemaBuilder, TrustedDocuments, ValuesOfModels,
};
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

    /// Adds the fields of an async-graphql `#[Object]` to the type of an entity. `of` makes the object of a row's model: the name
    /// of a tuple struct that holds one. The resolvers find the request's [`Ctx`](crate::Ctx) by `ctx.data::<Ctx>()`, and
    /// may answer rows of entities, of which the engine reads what is selected.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # use entify::async_graphql::Object;
    /// # #[derive(Entity)] #[entity(policy = public)] struct User { email: String }
    /// struct UserExtras(UserModel);
    ///
    /// #[Object(crate = "entify::async_graphql")]
    /// impl UserExtras {
    ///     /// The part of the address before the `@`.
    ///     async fn mailbox(&self) -> &str { self.0.email.split('@').next().unwrap_or_default() }
    /// }
    ///
    /// # fn app() -> App {
    /// App::new(entities![User]).extend::<User>(UserExtras)
    /// # }
    /// ```
    #[must_use]
    pub fn extend<E: Entity>(mut self, of: impl ObjectOfModel<E>) -> Self {
        self.surfaces.graphql.0.push(Box::new(|schema| schema.extend::<E>(of)));
        self
    }

    /// Adds a field to the type of an entity that is answered at all rows of a level at once: one call, and perhaps one
    /// statement, however many rows there are. `values` answers in the order of the models.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)] #[entity(policy = public)] struct User { email: String }
    /// async fn mail_counts(ctx: Ctx, users: Vec<UserModel>) -> entify::Result<Vec<i32>> {
    ///     # let _ = ctx;
    ///     // One request to a mail server that knows many addresses …
    ///     Ok(users.iter().map(|_| 0).collect())
    /// }
    ///
    /// # fn app() -> App {
    /// App::new(entities![User]).extend_batched::<User>("mailCount", "How many mails wait.", mail_counts)
    /// # }
    /// ```
    #[must_use]
    pub fn extend_batched<E: Entity>(
        mut self,
        name: impl Into<String>,
        docs: impl Into<String>,
        values: impl ValuesOfModels<E>,
    ) -> Self {
        let (name, docs) = (name.into(), docs.into());
        self.surfaces.graphql.0.push(Box::new(|schema| schema.extend_batched::<E>(name, docs, values)));
        self
    }

    /// Makes the GraphQL schema a subgraph of Apollo Federation 2, whether `GRAPHQL_FEDERATION` says so or not: entities have the
    /// key `id`, a gateway finds their rows by `_entities` and the schema by `_service`.
    #[must_use]
    pub fn federation(mut self) -> Self {
        self.surfaces.graphql.0.push(Box::new(SchemaBuilder::federation));
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
        let settings = state.settings();
        let trusted = settings
            .graphql_trusted_documents
            .as_ref()
            .map(|path| TrustedDocuments::load(path, settings.graphql_trusted_roles.clone()));
        let schema = self
            .builder(state.registry())
            .settings(settings)
            .trusted_documents(trusted.transpose()?)
            .build()?;
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
