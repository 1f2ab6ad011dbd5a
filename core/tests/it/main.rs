//! The integration tests of entify, as one binary.

mod migrate;
