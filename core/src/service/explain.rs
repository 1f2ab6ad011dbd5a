//! How the database runs a list.

use crate::db::{Dialect, Layout};
use crate::entity::Entity;
use crate::error::Result;
use crate::query::{ListQuery, Query};
use crate::service::paging::Paging;
use crate::service::{Records, Service};
use crate::types::Kind;
use crate::value::Value;

impl Records<'_> {
    /// The database's plan of a page, one line each, as it prints it: which indexes it uses, what it sorts.
    /// PostgreSQL runs the query and reports how many rows each step read.
    ///
    /// # Errors
    /// As [`Records::list`].
    pub async fn explain(&self, query: &ListQuery) -> Result<Vec<String>> {
        let scope = self.row_scope()?;
        let paging = Paging::new(self, query, None).await?;
        let mut select = self.select(scope, query, &paging);
        select.limit = Some(paging.limit() + 1);
        let (mut statement, _) = select.page()?;
        let (explain, layout) = match self.dialect() {
            Dialect::Postgres => (
                "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)",
                Layout::default().with_column(Kind::Text),
            ),
            // The first three columns hold the tree of the lines.
            Dialect::Sqlite => (
                "EXPLAIN QUERY PLAN",
                Layout::default()
                    .with_column(Kind::I64)
                    .with_column(Kind::I64)
                    .with_column(Kind::I64)
                    .with_column(Kind::Text),
            ),
        };
        statement.sql = format!("{explain} {}", statement.sql).into();
        let rows = self.ctx().executor().read(statement, &layout).await?;
        let line = |row: &crate::value::Record| match row.values().last() {
            Some(Value::Text(line)) => line.clone(),
            _ => String::new(),
        };
        Ok(rows.iter().map(line).collect())
    }
}

impl<E: Entity> Service<'_, E> {
    /// The database's plan of a page, for people: which indexes it uses, what it sorts.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct User {
    /// #     email: String,
    /// #     #[entity(inverse = author)]
    /// #     posts: Many<Post>,
    /// # }
    /// # #[derive(Entity)]
    /// # #[entity(policy = public)]
    /// # struct Post {
    /// #     #[entity(sort)]
    /// #     title: String,
    /// #     author: One<User>,
    /// # }
    /// # async fn example(posts: PostService<'_>) -> entify::Result<()> {
    /// println!("{}", posts.explain(Query::default().order(Post::title().asc())).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Service::list`].
    pub async fn explain(&self, query: Query<E>) -> Result<String> {
        Ok(self.records().explain(&query.into_list()).await?.join("\n"))
    }
}
