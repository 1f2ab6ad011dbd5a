//! Tables and their history.

mod ddl;
mod entities;
mod framework;
mod history;
mod make;
