//! What `ARCHITECTURE.md` says of the code, held against the code.

mod graphql_adapter;
mod invariants;
mod layers;
mod source;
