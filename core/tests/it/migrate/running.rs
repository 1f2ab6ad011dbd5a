//! How migrations are run: what stops them, what they wait for, in which order.

mod assertions;
#[cfg(feature = "server")]
mod contract;
#[cfg(feature = "server")]
mod data;
#[cfg(feature = "server")]
mod embedded;
mod files;
#[cfg(feature = "postgres")]
mod locks;
#[cfg(feature = "postgres")]
mod order;
mod rebuilds;
mod refused;
