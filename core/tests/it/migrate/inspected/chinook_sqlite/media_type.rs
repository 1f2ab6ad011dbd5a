//! The table `MediaType`.

use entify::prelude::*;

use super::Track;

/// A row of `MediaType`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "MediaType",
    key_column = "MediaTypeId",
    timestamps = none,
    external,
)]
pub struct MediaType {
    #[entity(max_len = 120, column = "Name")]
    name: Option<String>,
    #[entity(inverse = media_type)]
    tracks: Many<Track>,
}
