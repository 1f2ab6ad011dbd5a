//! The application's own code beside its entities: resolvers, endpoints, tasks, settings.

#[cfg(all(feature = "graphql", feature = "rest"))]
mod entities;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod errors;
#[cfg(feature = "rest")]
mod login;
mod static_files;
mod tasks;
