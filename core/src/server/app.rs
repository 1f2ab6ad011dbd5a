//! What a program declares: its entities and its additions to them.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::middleware::AddData;
use poem::{Endpoint, EndpointExt as _, IntoEndpoint, IntoResponse, Middleware, Response};

use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use crate::auth::{Authenticator, Authenticators};
use crate::config::{self, Settings, SettingsError};
use crate::ctx::{Ctx, Data};
use crate::entity::{EntityDef, Registry, RegistryError};
use crate::error::Result;
use crate::http::metrics::Metrics;
use crate::migrate::{self, DataMigration, DataStep, EmbeddedMigrations, MigrationSources};
use crate::rate_limit::Policy;
use crate::server::surfaces::{About, Surfaces};
use crate::server::{StartError, StaticFiles, routes};
use crate::state::{AppState, Program};
use crate::tasks::{TaskOutcome, TaskRuns, Tasks};

type Layer = Box<dyn Fn(BoxEndpoint<'static>) -> BoxEndpoint<'static> + Send + Sync>;

/// The program's function that fills an empty database.
pub(crate) type Seed = Arc<dyn Fn(Ctx) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

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
    pub(super) files: Vec<(String, StaticFiles)>,
    pub(super) layers: Vec<Layer>,
    pub(super) authenticators: Authenticators,
    pub(crate) migrations: MigrationSources,
    data: Data,
    sections: Vec<Section>,
    pub(crate) tasks: Tasks,
    pub(super) rate_limits: Vec<Policy>,
    task_runs: TaskRuns,
    metrics: Metrics,
    /// What was declared in a way that cannot be.
    faults: Vec<String>,
    #[cfg(feature = "cli")]
    pub(crate) commands: Vec<crate::server::OwnCommand>,
}

/// Reads settings of the application's own into what its contexts share.
type Section = Box<dyn Fn(&Settings, &Data) -> Result<Data, SettingsError> + Send + Sync>;

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
            files: Vec::new(),
            layers: Vec::new(),
            authenticators: Authenticators::default(),
            migrations: MigrationSources::default(),
            data: Data::default(),
            sections: Vec::new(),
            tasks: Tasks::default(),
            rate_limits: Vec::new(),
            task_runs: TaskRuns::default(),
            metrics: Metrics::default(),
            faults: Vec::new(),
            #[cfg(feature = "cli")]
            commands: Vec::new(),
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
        self.seed = Some(Arc::new(move |ctx| Box::pin(seed(ctx))));
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
    /// `Data<&Ctx>`. Below `/admin` only those reach it who may use the admin; others are led to its sign-in.
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

    /// Serves files below a path: a folder, read at each request, or `entify::files!("web/dist")`, which is compiled into a
    /// release. At `/` they take the place of the start page.
    ///
    /// `index.html` is the page of its folder, and of every address below the path that is neither a file nor another route: a
    /// single-page application routes it itself. Pages are asked for again at each visit, files whose name holds a digest
    /// never, others after an hour; texts are compressed. Names that begin with a dot are not served.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)] #[entity(policy = public)] struct User { email: String }
    /// # fn app() -> App {
    /// App::new(entities![User]).files("/", "web/dist")
    /// # }
    /// ```
    #[must_use]
    pub fn files(mut self, path: impl Into<String>, files: impl Into<StaticFiles>) -> Self {
        self.files.push((path.into(), files.into()));
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

    /// Shares a value with all code of the program's own, found by its type: [`Ctx::data`] in hooks, policies, tasks and
    /// commands, `Data<&T>` in an endpoint, `ctx.data::<T>()` in a resolver.
    #[must_use]
    pub fn data<T: Clone + Send + Sync + 'static>(mut self, value: T) -> Self {
        self.data = self.data.with(value.clone());
        #[cfg(feature = "graphql")]
        self.surfaces.graphql.lend(value.clone());
        self.with(AddData::new(value))
    }

    /// Reads settings of the program's own: `[app]` in `entify.toml`, `APP_…` in `.env` and the environment
    /// ([`Settings::app`]). They are read when the program starts, which fails where one is wrong, and found by
    /// [`Ctx::data`].
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)] #[entity(policy = public)] struct User { email: String }
    /// /// `APP_MAIL_FROM` and `APP_DIGEST_HOUR`.
    /// #[derive(entify::serde::Deserialize)]
    /// #[serde(crate = "entify::serde", deny_unknown_fields)]
    /// struct MailSettings {
    ///     mail_from: String,
    ///     #[serde(default)]
    ///     digest_hour: u8,
    /// }
    ///
    /// # fn app() -> App {
    /// App::new(entities![User]).settings::<MailSettings>()
    /// # }
    /// # fn sender(ctx: &Ctx) -> entify::Result<&str> {
    /// #     Ok(&ctx.data::<MailSettings>()?.mail_from)
    /// # }
    /// ```
    #[must_use]
    pub fn settings<T: DeserializeOwned + Send + Sync + 'static>(mut self) -> Self {
        self.sections.push(Box::new(|settings, data| Ok(data.with(settings.app::<T>()?))));
        self
    }

    /// Limits how many requests a client may send to a path and all below it, besides `RATE_LIMIT`: `10/1m` for ten in a
    /// minute, of which any number may come at once. A client is a principal, or an address where nobody has signed in.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)] #[entity(policy = public)] struct User { email: String }
    /// # fn app() -> App {
    /// App::new(entities![User]).rate_limit("/api/login", "10/1m")
    /// # }
    /// ```
    #[must_use]
    pub fn rate_limit(mut self, path: impl Into<String>, limit: &str) -> Self {
        let path = path.into();
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        match limit.parse() {
            Err(error) => self.faults.push(format!("the rate limit of `{path}` is {error}")),
            Ok(_) if !path.starts_with('/') || !path.bytes().all(is_plain) => {
                self.faults.push(format!("a rate limit is on a path like `/api/login`, not `{path}`"));
            }
            Ok(limit) => self.rate_limits.push(Policy::on(path, limit)),
        }
        self
    }

    /// Runs a task beside the server, from its start to its stop, as the system. The task ends when the
    /// [`CancellationToken`] asks it to; what has not ended within `SHUTDOWN_TIMEOUT` is dropped. Its error, or its panic, is
    /// logged.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)] #[entity(policy = public)] struct User { email: String }
    /// # async fn deliver(_: &Ctx) -> entify::Result<()> { Ok(()) }
    /// # fn app() -> App {
    /// App::new(entities![User]).spawn(|ctx, stop| async move {
    ///     while !stop.is_cancelled() {
    ///         deliver(&ctx).await?;
    ///         tokio::select! {
    ///             () = stop.cancelled() => {}
    ///             () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
    ///         }
    ///     }
    ///     entify::Result::Ok(())
    /// })
    /// # }
    /// ```
    #[must_use]
    pub fn spawn<F, Fut>(mut self, task: F) -> Self
    where
        F: Fn(Ctx, CancellationToken) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: TaskOutcome> + Send + 'static,
    {
        self.tasks.spawn(task);
        self
    }

    /// Runs a task once in each period (`30s`, `5m`, `2h`, `1d`), as the system, on one node of all that share the database.
    ///
    /// Periods are counted in UTC since 1970: `1h` begins at the full hour, `1d` at midnight. In the period in which the program
    /// starts the task runs at once, unless it has run in it. It never runs twice at a time: a period that begins while it
    /// runs is left out, and so is the rest of a period in which a node died.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)] #[entity(policy = public)] struct User { email: String }
    /// async fn report(ctx: Ctx) -> entify::Result<()> {
    ///     let users = UserService::new(&ctx).count(Filter::all()).await?;
    ///     println!("{users} users");
    ///     Ok(())
    /// }
    ///
    /// # fn app() -> App {
    /// App::new(entities![User]).every("5m", "report", report)
    /// # }
    /// ```
    #[must_use]
    pub fn every<F, Fut>(mut self, period: &str, name: impl Into<String>, task: F) -> Self
    where
        F: Fn(Ctx) -> Fut + Send + Sync + 'static,
        Fut: Future<Output: TaskOutcome> + Send + 'static,
    {
        let name = name.into();
        match config::time_span(period) {
            None => self.faults.push(format!(
                "the period of the task `{name}` must be a time span like 30s, 5m or 1d, not `{period}`"
            )),
            Some(_) if self.tasks.periodic.iter().any(|other| other.name == name) => {
                self.faults
                    .push(format!("two tasks are called `{name}`; the name tells nodes which one has run"));
            }
            Some(_) if name.is_empty() || name.chars().count() > 200 => {
                self.faults.push(format!("the name of a task has 1 to 200 characters, not `{name}`"));
            }
            Some(span) => self.tasks.every((span, period), name, task),
        }
        self
    }

    /// The entities, checked against each other, with every name that they are given in SQL and on the surfaces.
    ///
    /// # Errors
    /// [`StartError`] with everything that is wrong: names that collide or that their language does not take, relations
    /// that lead out of the list.
    pub fn registry(&self) -> Result<Registry, StartError> {
        if !self.faults.is_empty() {
            return Err(StartError::Declaration(self.faults.join("; ")));
        }
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
        let program = self.program(&settings)?;
        Ok(AppState::open_with(self.registry()?, settings, program).await?)
    }

    /// What it shares with its contexts: its data and its settings.
    fn shared(&self, settings: &Settings) -> Result<Data, StartError> {
        let mut data = self.data.with(self.task_runs.clone());
        if settings.metrics_token.is_some() {
            data = data.with(self.metrics.clone());
        }
        for section in &self.sections {
            data = section(settings, &data)?;
        }
        Ok(data)
    }

    /// The state with what the application shares: one that was made without it lacks that.
    pub(crate) fn with_own_data(&self, state: &AppState) -> Result<AppState, StartError> {
        Ok(state.with_data(&self.shared(state.settings())?))
    }

    fn program(&self, settings: &Settings) -> Result<Program, StartError> {
        Ok(Program { migrations: self.migrations.clone(), data: self.shared(settings)? })
    }

    /// Opens the database of the settings and applies pending migrations.
    ///
    /// # Errors
    /// As [`App::state`], and when a migration fails.
    pub async fn migrated_state(&self, settings: Settings) -> Result<AppState, StartError> {
        self.ready(settings, true).await
    }

    /// What the tasks need: that of a period is known by a table, which a database of others lacks.
    #[cfg(feature = "cli")]
    pub(crate) fn check_tasks(&self, state: &AppState) -> Result<(), StartError> {
        match self.tasks.periodic.first() {
            Some(task) if state.is_adopted() => Err(StartError::Declaration(format!(
                "the task `{}` needs the table `entify_lease`, which the database lacks: apply it with `migrate up`",
                task.name
            ))),
            _ => Ok(()),
        }
    }

    /// The state on a database that has all of its tables.
    pub(crate) async fn ready(&self, settings: Settings, migrate: bool) -> Result<AppState, StartError> {
        let program = self.program(&settings)?;
        Ok(AppState::ready_with(self.registry()?, settings, migrate, program).await?)
    }

    /// Everything that is served, as one endpoint: for a server of the program's own, and for tests.
    ///
    /// # Errors
    /// [`StartError`] when a mounted path is not one, or taken.
    pub fn into_endpoint(self, state: &AppState) -> Result<BoxEndpoint<'static, Response>, StartError> {
        routes::compose(self, state)
    }
}
