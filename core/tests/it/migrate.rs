//! Tables and their history.

mod ddl;
pub(crate) mod entities;
mod framework;
mod fulltext;
mod make;
mod runner;
mod running;
