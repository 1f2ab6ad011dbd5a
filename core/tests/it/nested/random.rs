//! A tree that is written at once equals the same rows written one by one.
