//! What the source text itself must keep to.

mod graphql_adapter;
