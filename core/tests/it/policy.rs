//! Policies: which rows and fields a principal may see and write, on every way in.

#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod end_to_end;
mod fields;
#[cfg(all(feature = "graphql", feature = "rest", feature = "admin"))]
mod nobody;
mod random;
#[cfg(feature = "rest")]
mod random_writes;
#[cfg(feature = "postgres")]
mod row_security;
mod rows;
mod side_channels;
#[cfg(all(feature = "graphql", feature = "rest"))]
mod surfaces;
#[cfg(all(feature = "graphql", feature = "rest", feature = "postgres"))]
mod tenancy;

use entify::prelude::*;

/// A principal of the application: what rows call it, and its roles.
pub(crate) fn someone(subject: &str, roles: &[&str]) -> Principal {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    Subject::new(format!("jwt:test#{subject}"), subject, roles).owning(subject).into()
}
