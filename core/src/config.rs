//! Settings: defaults, then `entify.toml`, then `.env`, then the environment, each over the one before.
//!
//! Every setting is one field of [`Settings`] and has one name: `DB_MAX_CONNECTIONS` in `.env` and the
//! environment is `db_max_connections` in `entify.toml`. `.env.example` lists them all, which a test checks.

mod app_section;
mod graphql_limits;
mod load;
mod nested_limits;
mod network;
mod parse;
mod rate_limit;
mod secret;

pub use app_section::AppSection;
pub use graphql_limits::GraphqlLimits;
pub use load::SettingsError;
pub(crate) use nested_limits::NestedLimits;
pub use network::Network;
pub(crate) use network::client_network;
#[cfg(feature = "server")]
pub(crate) use parse::is_base_path;
pub(crate) use parse::time_span;
pub use rate_limit::{NotARateLimit, RateLimit, RateLimitStore};

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use crate::db::DbOptions;
use crate::types::PasswordCost;

/// The greatest file that is imported over HTTP unless the settings have another limit: 64 MiB.
pub(crate) const IMPORT_LIMIT: usize = 64 * 1024 * 1024;

/// The settings of an application.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `DATABASE_URL`: `sqlite://path/to/file.db`, `sqlite::memory:` or `postgres://user@host/name`.
    #[serde(deserialize_with = "parse::text")]
    pub database_url: String,
    /// `BIND`: the address and port to listen on.
    #[serde(deserialize_with = "parse::address")]
    pub bind: SocketAddr,
    /// `BASE_PATH`: the path under which the application is reached, where a proxy serves it below one: `/shop`.
    #[serde(deserialize_with = "parse::base_path")]
    pub base_path: String,
    /// `SECRET_KEY`: signs cursors and the tokens of forms; at least 32 bytes, the same on every node.
    #[serde(deserialize_with = "parse::optional_text")]
    pub secret_key: Option<String>,
    /// `ENTIFY_ENV`: development or production.
    #[serde(rename = "entify_env", deserialize_with = "parse::environment")]
    pub environment: Environment,
    /// `DB_MAX_CONNECTIONS`: the greatest number of connections (readers, on SQLite), of which one request holds a quarter
    /// at most; `/readyz` has one besides.
    #[serde(deserialize_with = "parse::connections")]
    pub db_max_connections: u32,
    /// `DB_ACQUIRE_TIMEOUT`: how long to wait for what others hold: a free connection, a lock.
    #[serde(deserialize_with = "parse::duration")]
    pub db_acquire_timeout: Duration,
    /// `DB_STATEMENT_TIMEOUT`: how long one statement may take: waiting for a connection, for locks and further runs
    /// together. The statements of one request have it together, from the first on.
    #[serde(deserialize_with = "parse::duration")]
    pub db_statement_timeout: Duration,
    /// `DB_PERSISTENT_STATEMENTS`: keep named prepared statements; off behind pgbouncer in transaction mode.
    #[serde(deserialize_with = "parse::boolean")]
    pub db_persistent_statements: bool,
    /// `DATABASE_RLS`: bind the principal of every statement on PostgreSQL, for the policies of `migrate make --rls`.
    #[serde(deserialize_with = "parse::boolean")]
    pub database_rls: bool,
    /// `MIGRATIONS_DIR`: the folder that holds `sqlite/` and `postgres/`.
    #[serde(deserialize_with = "parse::path")]
    pub migrations_dir: PathBuf,
    /// `MIGRATE_LOCK_TIMEOUT`: how long a statement of a migration waits for a lock on PostgreSQL, while the queries of others
    /// wait behind it; then the migration is rolled back and tried again later.
    #[serde(deserialize_with = "parse::duration")]
    pub migrate_lock_timeout: Duration,
    /// `LOG`: what to log, in the syntax of `RUST_LOG`.
    #[serde(deserialize_with = "parse::text")]
    pub log: String,
    /// `LOG_FORMAT`: text or JSON lines.
    #[serde(deserialize_with = "parse::log_format")]
    pub log_format: LogFormat,
    /// `METRICS_TOKEN`: serves `/metrics` to who sends it as a bearer token; at least 16 bytes. Not served when absent.
    #[serde(deserialize_with = "parse::optional_text")]
    pub metrics_token: Option<String>,
    /// `CORS_ORIGINS`: the origins whose pages may call the APIs; `*` for all, empty for none.
    #[serde(deserialize_with = "parse::list")]
    pub cors_origins: Vec<String>,
    /// `ADMIN_ROLES`: the roles that may enter the admin.
    #[serde(deserialize_with = "parse::list")]
    pub admin_roles: Vec<String>,
    /// `ADMIN_PEOPLE_ROLES`: the roles that may manage accounts, sessions and tokens in the admin, look at it as another account and read
    /// its rules; nobody when empty. Who holds one can give itself every other role.
    #[serde(deserialize_with = "parse::list")]
    pub admin_people_roles: Vec<String>,
    /// `ADMIN_BANNER`: what stands above every page of the admin, so that nobody takes one environment for another.
    #[serde(deserialize_with = "parse::optional_text")]
    pub admin_banner: Option<String>,
    /// `GRAPHIQL_DIR`: the folder `node_modules` with GraphiQL's files, for `/graphql` in a browser; when absent, those that
    /// were built in (the feature `graphiql`), or a console of the framework's own.
    #[serde(deserialize_with = "parse::optional_path")]
    pub graphiql_dir: Option<PathBuf>,
    /// `GRAPHQL_INTROSPECTION`: whether GraphQL answers `__schema` and `__type`; not in production when absent.
    #[serde(deserialize_with = "parse::optional_boolean")]
    pub graphql_introspection: Option<bool>,
    /// `GRAPHQL_EXPLORER`: whether `/graphql` shows a page to browsers; not in production when absent.
    #[serde(deserialize_with = "parse::optional_boolean")]
    pub graphql_explorer: Option<bool>,
    /// `GRAPHQL_MAX_LENGTH`: the greatest GraphQL document, in bytes.
    #[serde(deserialize_with = "parse::size")]
    pub graphql_max_length: usize,
    /// `GRAPHQL_MAX_TOKENS`: how many tokens a GraphQL document may have.
    #[serde(deserialize_with = "parse::count")]
    pub graphql_max_tokens: u32,
    /// `GRAPHQL_MAX_DEPTH`: how many fields may be within each other.
    #[serde(deserialize_with = "parse::graphql_depth")]
    pub graphql_max_depth: usize,
    /// `GRAPHQL_MAX_FIELDS`: how many fields a GraphQL document may have, its fragments written out.
    #[serde(deserialize_with = "parse::count")]
    pub graphql_max_fields: u32,
    /// `GRAPHQL_MAX_ROOT_FIELDS`: how many fields an operation may have on its root type.
    #[serde(deserialize_with = "parse::count")]
    pub graphql_max_root_fields: u32,
    /// `GRAPHQL_MAX_ALIASES`: how many aliases a GraphQL document may have, its fragments written out.
    #[serde(deserialize_with = "parse::count")]
    pub graphql_max_aliases: u32,
    /// `GRAPHQL_MAX_DIRECTIVES`: how many directives a GraphQL document may have, its fragments written out.
    #[serde(deserialize_with = "parse::count")]
    pub graphql_max_directives: u32,
    /// `GRAPHQL_MAX_COMPLEXITY`: what a GraphQL request may cost: the values that its answer may have, and what the database
    /// does besides.
    #[serde(deserialize_with = "parse::count")]
    pub graphql_max_complexity: u32,
    /// `GRAPHQL_MAX_BATCH`: how many GraphQL operations may be sent in one batch.
    #[serde(deserialize_with = "parse::operations")]
    pub graphql_max_batch: usize,
    /// `GRAPHQL_PERSISTED_QUERIES`: whether clients may register documents and ask for them by their hashes afterwards.
    #[serde(deserialize_with = "parse::boolean")]
    pub graphql_persisted_queries: bool,
    /// `GRAPHQL_TRUSTED_DOCUMENTS`: a manifest of documents, in JSON; no others run then.
    #[serde(deserialize_with = "parse::optional_path")]
    pub graphql_trusted_documents: Option<PathBuf>,
    /// `GRAPHQL_TRUSTED_ROLES`: the roles that may send other documents than those of the manifest.
    #[serde(deserialize_with = "parse::list")]
    pub graphql_trusted_roles: Vec<String>,
    /// `GRAPHQL_EXPLAIN_ROLES`: the roles that may ask how a query was run.
    #[serde(deserialize_with = "parse::list")]
    pub graphql_explain_roles: Vec<String>,
    /// `GRAPHQL_FEDERATION`: whether the schema is a subgraph of Apollo Federation 2.
    #[serde(deserialize_with = "parse::boolean")]
    pub graphql_federation: bool,
    /// `API_DOCS`: whether `/openapi.json`, `/openapi.yaml` and `/docs` are served; not in production when absent.
    #[serde(deserialize_with = "parse::optional_boolean")]
    pub api_docs: Option<bool>,
    /// `SUGGESTIONS`: whether errors about unknown names suggest near ones ("did you mean"); not in production when
    /// absent.
    #[serde(deserialize_with = "parse::optional_boolean")]
    pub suggestions: Option<bool>,
    /// `COMPRESSION`: whether responses are compressed for clients that accept it.
    #[serde(deserialize_with = "parse::boolean")]
    pub compression: bool,
    /// `BODY_LIMIT`: the greatest request body, in bytes.
    #[serde(deserialize_with = "parse::size")]
    pub body_limit: usize,
    /// `IMPORT_LIMIT`: the greatest file that a client may import, in bytes.
    #[serde(deserialize_with = "parse::size")]
    pub import_limit: usize,
    /// `NESTED_DEPTH`: how many levels of related rows one write may have.
    #[serde(deserialize_with = "parse::nested_depth")]
    pub nested_depth: usize,
    /// `NESTED_ROWS`: how many rows one write with related rows may have in all.
    #[serde(deserialize_with = "parse::operations")]
    pub nested_rows: usize,
    /// `REQUEST_TIMEOUT`: how long a request may take from its head to the head of its answer.
    #[serde(deserialize_with = "parse::duration")]
    pub request_timeout: Duration,
    /// `HEADER_TIMEOUT`: how long a client may take to send a request's head, or a WebSocket's `connection_init`.
    #[serde(deserialize_with = "parse::duration")]
    pub header_timeout: Duration,
    /// `BODY_TIMEOUT`: how long a client may pause while it sends a request's body.
    #[serde(deserialize_with = "parse::duration")]
    pub body_timeout: Duration,
    /// `SHUTDOWN_TIMEOUT`: how long running requests may take after the server received a stop signal.
    #[serde(deserialize_with = "parse::duration")]
    pub shutdown_timeout: Duration,
    /// `RATE_LIMIT`: how many requests a client may send, like `600/1m`; any number when absent.
    #[serde(deserialize_with = "parse::rate_limit")]
    pub rate_limit: Option<RateLimit>,
    /// `RATE_LIMIT_STORE`: where they are counted: by each `node` for itself, or in the `database`.
    #[serde(deserialize_with = "parse::rate_limit_store")]
    pub rate_limit_store: RateLimitStore,
    /// `MAX_SOCKETS`: the greatest number of WebSockets at a time.
    #[serde(deserialize_with = "parse::sockets")]
    pub max_sockets: usize,
    /// `SOCKET_OPERATIONS`: the greatest number of operations that one WebSocket runs at a time.
    #[serde(deserialize_with = "parse::operations")]
    pub socket_operations: usize,
    /// `SOCKET_PING`: how often a WebSocket's client is pinged, and its credentials are checked again.
    #[serde(deserialize_with = "parse::duration")]
    pub socket_ping: Duration,
    /// `JWT_SECRET`: verifies JWTs signed with HS256; at least 32 bytes, shared with their issuer.
    #[serde(deserialize_with = "parse::optional_text")]
    pub jwt_secret: Option<String>,
    /// `JWT_KEYS`: verifies JWTs signed with RS256, ES256 or EdDSA; the path of a JWKS file, or a JWKS itself.
    #[serde(deserialize_with = "parse::optional_text")]
    pub jwt_keys: Option<String>,
    /// `JWT_ISSUER`: the `iss` that JWTs must have.
    #[serde(deserialize_with = "parse::optional_text")]
    pub jwt_issuer: Option<String>,
    /// `JWT_AUDIENCE`: the names of this application, one of which must be in the `aud` of JWTs.
    #[serde(deserialize_with = "parse::list")]
    pub jwt_audience: Vec<String>,
    /// `JWT_LEEWAY`: how far the clocks of issuers may be off.
    #[serde(deserialize_with = "parse::leeway")]
    pub jwt_leeway: Duration,
    /// `JWT_ROLES_CLAIM`: the claim with the roles, by its name or its path: `realm_access.roles`.
    #[serde(deserialize_with = "parse::text")]
    pub jwt_roles_claim: String,
    /// `PASSWORD_MEMORY`: the memory that hashing a password takes, in bytes.
    #[serde(deserialize_with = "parse::size")]
    pub password_memory: usize,
    /// `PASSWORD_ITERATIONS`: how many times hashing a password passes over its memory.
    #[serde(deserialize_with = "parse::iterations")]
    pub password_iterations: u32,
    /// `PASSWORD_PARALLELISM`: the lanes of hashing a password.
    #[serde(deserialize_with = "parse::lanes")]
    pub password_parallelism: u32,
    /// `IDEMPOTENCY_LIFETIME`: how long the answer to a request with an `Idempotency-Key` is kept.
    #[serde(deserialize_with = "parse::duration")]
    pub idempotency_lifetime: Duration,
    /// `SESSION_IDLE`: a session ends when it was not used for this long.
    #[serde(deserialize_with = "parse::duration")]
    pub session_idle: Duration,
    /// `SESSION_LIFETIME`: a session ends this long after sign-in, used or not.
    #[serde(deserialize_with = "parse::duration")]
    pub session_lifetime: Duration,
    /// `TRUSTED_PROXIES`: the proxies whose `X-Forwarded-…` and `Forwarded` headers are believed.
    #[serde(deserialize_with = "parse::networks")]
    pub trusted_proxies: Vec<Network>,
    /// `[app]`: the application's own; see [`Settings::app`].
    pub app: AppSection,
}

/// Where the application runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Environment {
    /// On a developer's machine: a missing secret is generated, and the first migration is written.
    #[default]
    Development,
    /// In production: nothing is generated, and nothing describes the application unless a setting says so.
    Production,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            database_url: "sqlite://data/app.db".to_owned(),
            bind: SocketAddr::from(([127, 0, 0, 1], 8000)),
            base_path: String::new(),
            secret_key: None,
            environment: Environment::Development,
            db_max_connections: 10,
            db_acquire_timeout: DbOptions::ACQUIRE_TIMEOUT,
            db_statement_timeout: Duration::from_secs(30),
            db_persistent_statements: true,
            database_rls: false,
            migrations_dir: PathBuf::from("migrations"),
            migrate_lock_timeout: Duration::from_secs(3),
            log: "info".to_owned(),
            log_format: LogFormat::Text,
            metrics_token: None,
            cors_origins: Vec::new(),
            admin_roles: vec!["admin".to_owned()],
            admin_people_roles: Vec::new(),
            admin_banner: None,
            graphiql_dir: None,
            graphql_introspection: None,
            graphql_explorer: None,
            graphql_max_length: GraphqlLimits::default().length,
            graphql_max_tokens: 10_000,
            graphql_max_depth: GraphqlLimits::default().depth,
            graphql_max_fields: 5_000,
            graphql_max_root_fields: 100,
            graphql_max_aliases: 100,
            graphql_max_directives: 200,
            graphql_max_complexity: 200_000,
            graphql_max_batch: GraphqlLimits::default().batch,
            graphql_persisted_queries: true,
            graphql_trusted_documents: None,
            graphql_trusted_roles: Vec::new(),
            graphql_explain_roles: Vec::new(),
            graphql_federation: false,
            api_docs: None,
            suggestions: None,
            compression: true,
            body_limit: 1024 * 1024,
            import_limit: IMPORT_LIMIT,
            nested_depth: NestedLimits::default().depth,
            nested_rows: NestedLimits::default().rows,
            request_timeout: Duration::from_secs(30),
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(10),
            shutdown_timeout: Duration::from_secs(10),
            rate_limit: None,
            rate_limit_store: RateLimitStore::Node,
            max_sockets: 10_000,
            socket_operations: 50,
            socket_ping: Duration::from_secs(30),
            jwt_secret: None,
            jwt_keys: None,
            jwt_issuer: None,
            jwt_audience: Vec::new(),
            jwt_leeway: Duration::from_secs(30),
            jwt_roles_claim: "roles".to_owned(),
            password_memory: 19 * 1024 * 1024,
            password_iterations: 2,
            password_parallelism: 1,
            idempotency_lifetime: Duration::from_secs(24 * 60 * 60),
            session_idle: Duration::from_secs(2 * 60 * 60),
            session_lifetime: Duration::from_secs(12 * 60 * 60),
            trusted_proxies: Vec::new(),
            app: AppSection::default(),
        }
    }
}

impl Settings {
    /// The names of all settings, as the environment spells them.
    pub const NAMES: [&'static str; 65] = [
        "DATABASE_URL",
        "BIND",
        "BASE_PATH",
        "SECRET_KEY",
        "ENTIFY_ENV",
        "DB_MAX_CONNECTIONS",
        "DB_ACQUIRE_TIMEOUT",
        "DB_STATEMENT_TIMEOUT",
        "DB_PERSISTENT_STATEMENTS",
        "DATABASE_RLS",
        "MIGRATIONS_DIR",
        "MIGRATE_LOCK_TIMEOUT",
        "LOG",
        "LOG_FORMAT",
        "METRICS_TOKEN",
        "CORS_ORIGINS",
        "ADMIN_ROLES",
        "ADMIN_PEOPLE_ROLES",
        "ADMIN_BANNER",
        "GRAPHIQL_DIR",
        "GRAPHQL_INTROSPECTION",
        "GRAPHQL_EXPLORER",
        "GRAPHQL_MAX_LENGTH",
        "GRAPHQL_MAX_TOKENS",
        "GRAPHQL_MAX_DEPTH",
        "GRAPHQL_MAX_FIELDS",
        "GRAPHQL_MAX_ROOT_FIELDS",
        "GRAPHQL_MAX_ALIASES",
        "GRAPHQL_MAX_DIRECTIVES",
        "GRAPHQL_MAX_COMPLEXITY",
        "GRAPHQL_MAX_BATCH",
        "GRAPHQL_PERSISTED_QUERIES",
        "GRAPHQL_TRUSTED_DOCUMENTS",
        "GRAPHQL_TRUSTED_ROLES",
        "GRAPHQL_EXPLAIN_ROLES",
        "GRAPHQL_FEDERATION",
        "API_DOCS",
        "SUGGESTIONS",
        "COMPRESSION",
        "BODY_LIMIT",
        "IMPORT_LIMIT",
        "NESTED_DEPTH",
        "NESTED_ROWS",
        "REQUEST_TIMEOUT",
        "HEADER_TIMEOUT",
        "BODY_TIMEOUT",
        "SHUTDOWN_TIMEOUT",
        "RATE_LIMIT",
        "RATE_LIMIT_STORE",
        "MAX_SOCKETS",
        "SOCKET_OPERATIONS",
        "SOCKET_PING",
        "JWT_SECRET",
        "JWT_KEYS",
        "JWT_ISSUER",
        "JWT_AUDIENCE",
        "JWT_LEEWAY",
        "JWT_ROLES_CLAIM",
        "PASSWORD_MEMORY",
        "PASSWORD_ITERATIONS",
        "PASSWORD_PARALLELISM",
        "IDEMPOTENCY_LIFETIME",
        "SESSION_IDLE",
        "SESSION_LIFETIME",
        "TRUSTED_PROXIES",
    ];

    /// How to open the database.
    #[must_use]
    pub fn db_options(&self) -> DbOptions {
        DbOptions {
            max_connections: self.db_max_connections,
            acquire_timeout: self.db_acquire_timeout,
            statement_timeout: self.db_statement_timeout,
            persistent_statements: self.db_persistent_statements,
            row_security: self.database_rls,
            ..DbOptions::new(&self.database_url)
        }
    }

    /// How much one write may hold.
    pub(crate) fn nested_limits(&self) -> NestedLimits {
        NestedLimits { depth: self.nested_depth, rows: self.nested_rows }
    }

    /// How much one GraphQL request may ask for.
    #[must_use]
    pub fn graphql_limits(&self) -> GraphqlLimits {
        GraphqlLimits {
            length: self.graphql_max_length,
            tokens: self.graphql_max_tokens as usize,
            depth: self.graphql_max_depth,
            fields: self.graphql_max_fields.into(),
            root_fields: self.graphql_max_root_fields as usize,
            aliases: self.graphql_max_aliases.into(),
            directives: self.graphql_max_directives.into(),
            complexity: self.graphql_max_complexity.into(),
            batch: self.graphql_max_batch,
        }
    }

    /// Whether GraphQL answers introspection.
    #[must_use]
    pub fn serves_introspection(&self) -> bool {
        self.unless_production(self.graphql_introspection)
    }

    /// Whether `/graphql` shows a page to browsers.
    #[must_use]
    pub fn serves_explorer(&self) -> bool {
        self.unless_production(self.graphql_explorer)
    }

    /// Whether the description of the REST API is served.
    #[must_use]
    pub fn serves_api_docs(&self) -> bool {
        self.unless_production(self.api_docs)
    }

    /// Whether errors suggest near names.
    #[must_use]
    pub fn suggests_names(&self) -> bool {
        self.unless_production(self.suggestions)
    }

    fn unless_production(&self, setting: Option<bool>) -> bool {
        setting.unwrap_or(self.environment != Environment::Production)
    }

    /// What hashing a password costs.
    ///
    /// # Errors
    /// [`SettingsError`] for a cost that is too low or too high.
    pub fn password_cost(&self) -> Result<PasswordCost, SettingsError> {
        PasswordCost::new(self.password_memory, self.password_iterations, self.password_parallelism)
            .map_err(SettingsError)
    }
}

// Written by hand: the database's URL and the secret must not reach a log.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("environment", &self.environment)
            .field("bind", &self.bind)
            .finish_non_exhaustive()
    }
}
