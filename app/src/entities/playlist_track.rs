use entify::prelude::*;

use crate::entities::{Playlist, Track};

/// A track on a playlist, once.
#[derive(Entity)]
#[entity(
    policy(read = public, write = role("staff") | role("admin")),
    unique(playlist, track),
    admin(group = "Catalogue"),
)]
pub struct PlaylistTrack {
    /// The playlist.
    #[entity(on_delete = cascade)]
    playlist: One<Playlist>,
    /// The track on it.
    #[entity(on_delete = cascade, index)]
    track: One<Track>,
}
