//! What an application's files import: `use entify::prelude::*;`.

#[cfg(feature = "server")]
pub use crate::auth::Authenticator;
pub use crate::ctx::Ctx;
pub use crate::entity::{Entity, EntityInput, EntityOutput, Model};
pub use crate::entity::{Id, Many, One};
pub use crate::error::{Error, FieldError};
pub use crate::hooks::Hooks;
pub use crate::policy::{Decision, Policy};
pub use crate::principal::{Principal, Subject};
pub use crate::query::{Filter, Order, Page, PageArgs, Query};
#[cfg(feature = "server")]
pub use crate::server::App;
pub use crate::service::Service;
pub use crate::types::{Bytes, Change, DateTime, Decimal, Json, NaiveDate, NaiveTime, Password, Utc, Uuid};
pub use entify_macros::{Entity, EntityEnum, EntityInput, EntityOutput, entities};
