//! Nested writes in REST.
