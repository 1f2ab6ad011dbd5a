//! Tables and their history.

mod ddl;
mod entities;
mod history;
mod make;
