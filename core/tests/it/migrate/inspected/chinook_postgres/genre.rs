//! The table `Genre`.

use entify::prelude::*;

use super::Track;

/// A row of `Genre`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "Genre",
    key_column = "GenreId",
    timestamps = none,
    external,
)]
pub struct Genre {
    #[entity(max_len = 120, column = "Name")]
    name: Option<String>,
    #[entity(inverse = genre)]
    tracks: Many<Track>,
}
