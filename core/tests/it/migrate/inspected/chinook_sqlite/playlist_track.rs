//! The table `PlaylistTrack`.

use entify::prelude::*;

use super::{Playlist, Track};

/// A row of `PlaylistTrack`.
// The table's own key (PlaylistId, TrackId) is none of entify's: rows are told apart by SQLite's
// `rowid`, which VACUUM may change, so leave it read only.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "PlaylistTrack",
    key_column = "rowid",
    timestamps = none,
    external,
    unique(playlist, track),
)]
pub struct PlaylistTrack {
    #[entity(column = "PlaylistId")]
    playlist: One<Playlist>,
    #[entity(column = "TrackId")]
    track: One<Track>,
}
