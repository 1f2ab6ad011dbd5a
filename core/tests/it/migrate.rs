//! Tables and their history.

#[cfg(all(feature = "admin", feature = "graphql", feature = "rest"))]
mod adopted;
mod changes;
mod ddl;
pub(crate) mod entities;
mod framework;
mod fulltext;
mod inspected;
mod lint;
mod live;
mod make;
mod random;
mod runner;
mod running;
#[cfg(feature = "postgres")]
mod verify;
