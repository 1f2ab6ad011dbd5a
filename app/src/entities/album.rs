use entify::prelude::*;

use crate::entities::{Artist, Track};

/// A record: tracks that were released together.
#[derive(Entity)]
#[entity(
    policy(read = public, create = role("staff") | role("admin"), update = role("staff") | role("admin"), delete = role("admin")),
    order = title,
    admin(label = title, list(title, artist, tracks_count), group = "Catalogue"),
)]
pub struct Album {
    /// The title on the sleeve.
    #[entity(index, max_len = 160, search)]
    title: String,
    /// Who recorded it.
    #[entity(on_delete = restrict)]
    artist: One<Artist>,
    /// What is on it.
    #[entity(inverse = album)]
    tracks: Many<Track>,
    /// How many tracks are on it.
    #[entity(computed(count(tracks)), filter, sort)]
    tracks_count: i64,
    /// How long it plays, in milliseconds.
    #[entity(computed(sum(tracks.milliseconds)), filter, sort)]
    milliseconds: Option<i64>,
}
