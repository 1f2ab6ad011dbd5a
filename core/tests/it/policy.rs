//! Policies: which rows and fields a principal may see and write, on every way in.

mod end_to_end;
mod fields;
mod nobody;
mod random;
mod row_security;
mod rows;
mod side_channels;
mod surfaces;

use entify::prelude::*;

/// A principal of the application: what rows call it, and its roles.
pub(crate) fn someone(subject: &str, roles: &[&str]) -> Principal {
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    Subject::new(format!("jwt:test#{subject}"), subject, roles).owning(subject).into()
}
