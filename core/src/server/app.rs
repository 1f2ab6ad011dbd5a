//! What a program declares: its entities and its additions to them.

use std::future::Future;
use std::pin::Pin;

use poem::endpoint::BoxEndpoint;
use poem::middleware::AddData;
use poem::{Endpoint, EndpointExt as _, IntoEndpoint, IntoResponse, Middleware, Response};

use crate::auth::{Authenticator, Authenticators};
use crate::config::Settings;
use crate::ctx::Ctx;
use crate::entity::{EntityDef, Registry, RegistryError};
use crate::error::Result;
use crate::migrate::{self, DataMigration, DataStep, EmbeddedMigrations, MigrationSources};
use crate::server::surfaces::{About, Surfaces};
use crate::server::{StartError, routes};
use crate::state::AppState;

type Layer = Box<dyn Fn(BoxEndpoint<'static>) -> BoxEndpoint<'static> + Send + Sync>;

/// The program's function that fills an empty database.
pub(crate) type Seed = Box<dyn Fn(Ctx) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// An application: its entities, and what it adds to them.
///
/// ```
/// # use entify::prelude::*;
/// # #[derive(Entity)]
/// # #[entity(policy = public)]
/// # struct User {
/// #     email: String,
/// # }
/// # async fn seed(ctx: Ctx) -> entify::Result<()> {
/// #     UserService::new(&ctx).create(UserInput::new("ada@example.org")).await.map(drop)
/// # }
/// # async fn start(hooks: poem::Route) -> std::process::ExitCode {
/// App::new(entities![User])
///     .seed(seed)
///     .mount("/hooks", hooks)
///     .run()
///     .await
/// # }
/// ```
pub struct App {
    pub(crate) entities: Vec<&'static EntityDef>,
    pub(crate) seed: Option<Seed>,
    pub(crate) about: About,
    pub(crate) surfaces: Surfaces,
    pub(super) mounts: Vec<(String, BoxEndpoint<'static>)>,
    pub(super) layers: Vec<Layer>,
    pub(super) authenticators: Authenticators,
    pub(crate) migrations: MigrationSources,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let entities: Vec<_> = self.entities.iter().map(|def| def.name).collect();
        f.debug_struct("App").field("entities", &entities).finish_non_exhaustive()
    }
}

impl App {
    /// An application of these entities: `App::new(entities![User, Post])`.
    #[must_use]
    pub fn new(entities: impl IntoIterator<Item = &'static EntityDef>) -> Self {
        Self {
            entities: entities.into_iter().collect(),
            seed: None,
            about: About::default(),
            surfaces: Surfaces::default(),
            mounts: Vec::new(),
            layers: Vec::new(),
            authenticators: Authenticators::default(),
            migrations: MigrationSources::default(),
        }
    }

    /// The name of the API, in its descriptions; "API" by default.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.about.title = title.into();
        self
    }

    /// The version of the API, in its descriptions; "1.0.0" by default.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.about.version = version.into();
        self
    }

    /// Adds the program's own way to authenticate requests. Authenticators are called in the order in which they are
    /// added, all of them before the bearer token of the request is read.
    #[must_use]
    pub fn authenticator(mut self, authenticator: impl Authenticator) -> Self {
        self.authenticators = self.authenticators.with(authenticator);
        self
    }

    /// What the command `seed` does: fills a database with first rows, as the system, in one transaction.
    #[must_use]
    pub fn seed<F, Fut>(mut self, seed: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.seed = Some(Box::new(move |ctx| Box::pin(seed(ctx))));
        self
    }

    /// Takes the migrations that are compiled into the program: `entify::migrations!()`. In production these are the ones, and no
    /// folder is needed; in development the folder of `MIGRATIONS_DIR` is, where it exists.
    #[must_use]
    pub fn migrations(mut self, embedded: EmbeddedMigrations) -> Self {
        self.migrations.embedded = Some(embedded);
        self
    }

    /// Adds a migration in Rust, in order with the others by the timestamp that its name begins with. It runs once, is recorded
    /// as the others are, and its way back changes nothing.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # use entify::migrate::DataMigration;
    /// # #[derive(Entity)] #[entity(policy = public)] struct Post { slug: Option<String> }
    /// async fn fill_slugs(migration: DataMigration) -> entify::Result<()> {
    ///     migration
    ///         .batches(|ctx, _: Option<()>| async move {
    ///             let fill = "UPDATE post SET slug = 'post-' || id WHERE id IN \
    ///                         (SELECT id FROM post WHERE slug IS NULL LIMIT 1000)";
    ///             let changed = DataMigration::execute(&ctx, fill).await?;
    ///             Ok((changed > 0).then_some(()))
    ///         })
    ///         .await
    /// }
    ///
    /// # fn app() -> App {
    /// App::new(entities![Post]).data_migration("20261127120000_fill_slugs", fill_slugs)
    /// # }
    /// ```
    #[must_use]
    pub fn data_migration<F, Fut>(mut self, name: impl Into<String>, up: F) -> Self
    where
        F: Fn(DataMigration) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.migrations.data.push(DataStep::new(name, up));
        self
    }

    /// As [`App::data_migration`], with a way back of its own.
    #[must_use]
    pub fn reversible_data_migration<F, Fut, G, Gut>(
        mut self,
        name: impl Into<String>,
        up: F,
        down: G,
    ) -> Self
    where
        F: Fn(DataMigration) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
        G: Fn(DataMigration) -> Gut + Send + Sync + 'static,
        Gut: Future<Output = Result<()>> + Send + 'static,
    {
        self.migrations.data.push(DataStep::new(name, up).with_down(down));
        self
    }

    /// Serves an endpoint of the program's own under a path. It finds the request's [`Ctx`] in its data:
    /// `Data<&Ctx>`.
    #[must_use]
    pub fn mount<E>(mut self, path: impl Into<String>, endpoint: E) -> Self
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
        <E::Endpoint as Endpoint>::Output: IntoResponse,
    {
        let endpoint = endpoint.into_endpoint().map_to_response().boxed();
        self.mounts.push((path.into(), endpoint));
        self
    }

    /// Runs every request through a middleware. The one added last is the outermost; all run inside the request's
    /// context.
    #[must_use]
    pub fn with<M>(mut self, middleware: M) -> Self
    where
        M: Middleware<BoxEndpoint<'static>> + Send + Sync + 'static,
        M::Output: 'static,
        <M::Output as Endpoint>::Output: IntoResponse,
    {
        self.layers.push(Box::new(move |inner| middleware.transform(inner).map_to_response().boxed()));
        self
    }

    /// Puts a value into the data of every request: `Data<&T>` in an endpoint of the program's own.
    #[must_use]
    pub fn data<T: Clone + Send + Sync + 'static>(self, value: T) -> Self {
        self.with(AddData::new(value))
    }

    /// The entities, checked against each other, with every name that they are given in SQL and on the surfaces.
    ///
    /// # Errors
    /// [`StartError`] with everything that is wrong: names that collide or that their language does not take, relations
    /// that lead out of the list.
    pub fn registry(&self) -> Result<Registry, StartError> {
        let (registry, mut problems) = Registry::examined(&self.entities);
        problems.extend(migrate::name_problems(&registry));
        problems.extend(Surfaces::name_problems(&registry));
        RegistryError::unless_none(problems)?;
        Ok(registry)
    }

    /// Opens the database of the settings; its tables are left as they are.
    ///
    /// # Errors
    /// [`StartError`], which names the setting or the entity.
    pub async fn state(&self, settings: Settings) -> Result<AppState, StartError> {
        Ok(AppState::open_with(self.registry()?, settings, self.migrations.clone()).await?)
    }

    /// Opens the database of the settings and applies pending migrations.
    ///
    /// # Errors
    /// As [`App::state`], and when a migration fails.
    pub async fn migrated_state(&self, settings: Settings) -> Result<AppState, StartError> {
        self.ready(settings, true).await
    }

    /// The state on a database that has all of its tables.
    pub(crate) async fn ready(&self, settings: Settings, migrate: bool) -> Result<AppState, StartError> {
        let migrations = self.migrations.clone();
        Ok(AppState::ready_with(self.registry()?, settings, migrate, migrations).await?)
    }

    /// Everything that is served, as one endpoint: for a server of the program's own, and for tests.
    ///
    /// # Errors
    /// [`StartError`] when a mounted path is not one, or taken.
    pub fn into_endpoint(self, state: &AppState) -> Result<BoxEndpoint<'static, Response>, StartError> {
        routes::compose(self, state)
    }
}
