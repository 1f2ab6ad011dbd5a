//! A list that a resolver of the application's own answers as a GraphQL connection.

use crate::entity::Entity;
use crate::query::Query;

/// A list of rows as the entity's connection: what a GraphQL resolver of your own returns. `#[derive(Entity)]` names it:
/// `IssueConnection`.
///
/// The field takes the arguments of the generated lists by itself (`first`, `after`, `last`, `before`, `filter`, `orderBy`,
/// `search`). The client's filter holds beside that of the query; its order, its search and its page take the place of the
/// query's. What is selected is planned as in any other query of the entity, under the reader's policy.
///
/// ```
/// # #[cfg(feature = "graphql")]
/// # mod example {
/// use entify::async_graphql::Object;
/// use entify::prelude::*;
/// use entify::query::Query;
///
/// #[derive(Entity)]
/// #[entity(policy = public)]
/// pub struct Issue {
///     title: String,
///     #[entity(default = true, filter)]
///     open: bool,
/// }
///
/// struct Queries;
///
/// #[Object]
/// impl Queries {
///     async fn open_issues(&self) -> IssueConnection {
///         IssueConnection::of(Query::filter(Issue::open().eq(true)))
///     }
/// }
/// # }
/// ```
#[derive(Debug)]
pub struct Connection<E> {
    #[cfg_attr(not(feature = "graphql"), allow(dead_code))]
    pub(crate) query: Query<E>,
}

impl<E: Entity> Connection<E> {
    /// The rows of this query.
    #[must_use]
    pub fn of(query: Query<E>) -> Self {
        Self { query }
    }
}

impl<E: Entity> From<Query<E>> for Connection<E> {
    fn from(query: Query<E>) -> Self {
        Self::of(query)
    }
}

impl<E> Clone for Connection<E> {
    fn clone(&self) -> Self {
        Self { query: self.query.clone() }
    }
}
