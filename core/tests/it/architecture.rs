//! What `ARCHITECTURE.md` says of the code, held against the code.

mod invariants;
mod layers;
mod source;
