//! Versions, and rows that are deleted softly.

use crate::entity::{Id, IntoAssignments as _, Model as _, SoftDelete, Versioned};
use crate::error::Result;
use crate::service::Service;
use crate::types::Scalar as _;

impl<E: Versioned> Service<'_, E> {
    /// As [`Service::update`], as long as the row has this version: nobody has changed it since it was read.
    ///
    /// ```
    /// # use entify::prelude::*;
    /// # #[derive(Entity)]
    /// # #[entity(policy = public, version)]
    /// # struct Post {
    /// #     title: String,
    /// # }
    /// # fn better(title: &str) -> String {
    /// #     title.trim().to_owned()
    /// # }
    /// # async fn example(posts: PostService<'_>, id: Id<Post>) -> entify::Result<()> {
    /// let post = posts.get(id).await?;
    /// let patch = PostPatch { title: Change::Set(better(&post.title)), ..PostPatch::default() };
    /// posts.update_version(id, post.version, patch).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Service::update`], and `VersionMismatch`.
    pub async fn update_version(&self, id: Id<E>, expected: i64, patch: E::Patch) -> Result<E::Model> {
        let values = patch.into_assignments();
        E::Model::from_record(self.records.update_version(&id.into_value(), expected, values).await?)
    }

    /// As [`Service::delete`], as long as the row has this version.
    ///
    /// # Errors
    /// As [`Service::delete`], and `VersionMismatch`.
    pub async fn delete_version(&self, id: Id<E>, expected: i64) -> Result<E::Model> {
        E::Model::from_record(self.records.delete_version(&id.into_value(), expected).await?)
    }
}

impl<E: SoftDelete> Service<'_, E> {
    /// The same service, whose reads include deleted rows. Related rows and writes are always about rows
    /// that are not deleted.
    #[must_use]
    pub fn with_deleted(&self) -> Self {
        Self { records: self.records.with_deleted(), of: self.of }
    }

    /// The same service, whose reads return deleted rows only.
    #[must_use]
    pub fn only_deleted(&self) -> Self {
        Self { records: self.records.only_deleted(), of: self.of }
    }

    /// Restores a deleted row and returns it. Rows deleted with it (`on_delete = cascade`) are restored too,
    /// except rows that point to others that are deleted.
    ///
    /// # Errors
    /// `NotFound` when there is no deleted row with this key; `Conflict` when one of its unique values is taken
    /// meanwhile, or when a row it refers to is deleted.
    pub async fn restore(&self, id: Id<E>) -> Result<E::Model> {
        E::Model::from_record(self.records.restore(&id.into_value()).await?)
    }

    /// Deletes a row for good, deleted softly before or not, and returns it as it was. The `on_delete` of references
    /// to it applies, also to rows that are deleted softly.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it, deleted or not.
    pub async fn purge(&self, id: Id<E>) -> Result<E::Model> {
        E::Model::from_record(self.records.purge(&id.into_value()).await?)
    }
}
