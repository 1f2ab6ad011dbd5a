//! Tables and their history.

mod ddl;
pub(crate) mod entities;
mod framework;
mod fulltext;
mod inspected;
mod live;
mod make;
mod runner;
