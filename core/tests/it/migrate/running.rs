//! How migrations are run: what stops them, what they wait for, in which order.

mod assertions;
mod contract;
mod data;
mod embedded;
mod files;
mod locks;
mod order;
mod rebuilds;
mod refused;
