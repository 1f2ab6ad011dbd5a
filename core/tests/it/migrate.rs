//! Tables and their history.

mod ddl;
mod entities;
