//! The one way to read and write an entity.
//!
//! [`Service<E>`] is the typed repository service for Rust; [`Records`] is the same service without types, which
//! the surfaces use. Validation, policy and constraint errors happen here and nowhere else.

mod fault;
mod input;
mod paging;
mod records;
mod typed;
mod validate;

pub use input::{InputForm, Surface, nearest};
pub use records::Records;
pub use typed::Service;
