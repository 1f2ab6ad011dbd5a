use entify::prelude::*;

use crate::entities::{PlaylistTrack, Track};

/// A choice of tracks. Several may have the same name.
#[derive(Entity)]
#[entity(
    policy(read = public, create = role("staff") | role("admin"), update = role("staff") | role("admin"), delete = role("admin")),
    admin(label = name, group = "Catalogue"),
)]
pub struct Playlist {
    /// What it is called.
    #[entity(index, max_len = 120, search)]
    name: String,
    /// What is on it.
    #[entity(through = PlaylistTrack)]
    tracks: Many<Track>,
    /// How many tracks are on it.
    #[entity(computed(count(tracks)), filter, sort)]
    tracks_count: i64,
}
