//! The one way to read and write an entity.
//!
//! [`Service<E>`] is the typed repository service for Rust; `Records` is the same service without types, which
//! the surfaces use. Validation, policy and constraint errors happen here and nowhere else.

mod action;
mod aggregate;
#[doc(hidden)]
#[cfg(feature = "rest")]
pub(crate) mod batch;
mod cleaning;
pub mod client_values;
mod conditional;
mod db_error;
mod explain;
mod explain_policy;
#[cfg(any(feature = "graphql", feature = "rest"))]
pub(crate) mod fetch;
#[cfg(feature = "admin")]
mod hidden;
pub(crate) mod history;
mod input;
#[cfg(feature = "graphql")]
mod keeping;
#[cfg(feature = "admin")]
mod last_change;
mod links;
mod list;
pub(crate) mod lookup_key;
#[cfg(feature = "admin")]
mod many;
#[cfg(feature = "admin")]
mod merge;
mod nested;
mod numbers;
mod operation;
mod paging;
#[cfg(feature = "admin")]
mod permitted;
mod read;
mod records;
mod related;
mod relations;
mod stream;
mod typed;
mod unique;
mod unique_fields;
mod validate;
mod write;

pub(crate) use action::Act;
pub(crate) use cleaning::Cleaning;
pub use explain_policy::{Explained, ExplainedRows, explain};
#[cfg(any(feature = "graphql", feature = "rest"))]
#[cfg(feature = "graphql")]
pub(crate) use fetch::AggregateFetch;
pub(crate) use fetch::FetchPlan;
#[cfg(feature = "admin")]
pub(crate) use hidden::HiddenCells;
#[cfg(feature = "graphql")]
pub(crate) use input::FormRelation;
#[cfg(any(feature = "rest", feature = "admin"))]
pub(crate) use input::suggestion;
pub(crate) use input::{INCREMENT, nearest};
#[cfg(feature = "graphql")]
pub(crate) use keeping::{Keeping, dry_part};
#[cfg(feature = "admin")]
pub(crate) use last_change::LastChange;
pub use links::Links;
#[cfg(feature = "rest")]
pub(crate) use links::may_link;
#[cfg(feature = "admin")]
pub(crate) use many::{MAX_TOGETHER, RowWrite, WrittenRows};
#[cfg(feature = "admin")]
pub(crate) use merge::{Merged, RelatedConflict, SeenRelated, SeenRow};
pub use nested::{ChangeWith, Children, NewWith};
pub(crate) use operation::{Expected, Operation, Written};
#[cfg(feature = "admin")]
pub(crate) use permitted::PermittedRows;
pub use typed::{RowStream, Service, View, ViewPage, Views};
#[cfg(any(feature = "graphql", feature = "rest", feature = "admin"))]
pub(crate) use unique::rules as unique_rules;
pub use unique_fields::UniqueFields;
pub(crate) use write::sequence::entities as sequence_entities;
#[cfg(feature = "admin")]
pub(crate) use write::{Confirmed, DeletionEffect, DeletionPreview, Outcome, ShownDeletion};
unstable! { pub use input::InputForm; }
unstable! { pub use records::Records; }
unstable! { pub use stream::RecordStream; }
