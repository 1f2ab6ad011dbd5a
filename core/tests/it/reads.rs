//! What is read of many rows at once.

mod aggregates;
