//! The entities of a database that others made, written by `inspect`.

mod ar_internal_metadatum;
mod person;
mod post;
mod posts_tag;
mod schema_migration;
mod tag;

pub use ar_internal_metadatum::*;
pub use person::*;
pub use post::*;
pub use posts_tag::*;
pub use schema_migration::*;
pub use tag::*;

/// Every entity, for `App::new`.
pub fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![
        ArInternalMetadatum,
        Person,
        Post,
        PostsTag,
        SchemaMigration,
        Tag,
    ]
}
