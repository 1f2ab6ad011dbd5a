//! The table `Playlist`.

use entify::prelude::*;

use super::{PlaylistTrack, Track};

/// A row of `Playlist`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "Playlist",
    key_column = "PlaylistId",
    timestamps = none,
    external,
)]
pub struct Playlist {
    #[entity(max_len = 120, column = "Name")]
    name: Option<String>,
    #[entity(inverse = playlist)]
    playlist_tracks: Many<PlaylistTrack>,
    #[entity(through = PlaylistTrack)]
    tracks: Many<Track>,
}
