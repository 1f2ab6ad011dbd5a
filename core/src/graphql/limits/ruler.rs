//! By what documents are measured.

use std::collections::HashMap;

use crate::config::GraphqlLimits;
use crate::entity::EntityInfo;
use crate::error::Error;
use crate::graphql::type_system::TypeSystem;

/// The entities of connections, by the names of their types.
pub(in crate::graphql) type Connections = HashMap<String, &'static EntityInfo>;

/// By what documents are measured.
#[derive(Clone, Copy)]
pub(in crate::graphql) struct Ruler<'a> {
    pub(in crate::graphql) limits: &'a GraphqlLimits,
    pub(in crate::graphql) types: &'a TypeSystem,
    pub(in crate::graphql) connections: &'a Connections,
}

pub(super) fn too_complex(message: String) -> Error {
    Error::QueryTooComplex(message.into())
}
