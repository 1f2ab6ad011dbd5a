//! Tables and their history.

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
