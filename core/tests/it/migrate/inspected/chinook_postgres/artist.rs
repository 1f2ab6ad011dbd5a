//! The table `Artist`.

use entify::prelude::*;

use super::Album;

/// A row of `Artist`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "Artist",
    key_column = "ArtistId",
    timestamps = none,
    external,
)]
pub struct Artist {
    #[entity(max_len = 120, column = "Name")]
    name: Option<String>,
    #[entity(inverse = artist)]
    albums: Many<Album>,
}
