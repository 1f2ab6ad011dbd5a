//! Tables and their history.

mod ddl;
mod entities;
mod framework;
mod fulltext;
mod make;
mod runner;
