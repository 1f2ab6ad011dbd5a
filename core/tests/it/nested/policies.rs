//! The rules of both sides.
