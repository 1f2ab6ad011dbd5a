//! The table `PlaylistTrack`.

use entify::prelude::*;

use super::{Playlist, Track};

/// A row of `PlaylistTrack`.
// The table's own key (PlaylistId, TrackId) is none of entify's: a digest of it is the key; it is
// read only, and a row is found by it without an index.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "PlaylistTrack",
    key = uuid,
    key_sql = "md5(ROW({PlaylistId}, {TrackId})::text)::uuid",
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
