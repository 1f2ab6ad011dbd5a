//! The table `Album`.

use entify::prelude::*;

use super::{Artist, Track};

/// A row of `Album`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "Album",
    key_column = "AlbumId",
    timestamps = none,
    external,
)]
pub struct Album {
    #[entity(max_len = 160, min_len = 0, column = "Title")]
    title: String,
    #[entity(column = "ArtistId")]
    artist: One<Artist>,
    #[entity(inverse = album)]
    tracks: Many<Track>,
}
