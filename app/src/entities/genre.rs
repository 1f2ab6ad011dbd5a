use entify::prelude::*;

use crate::entities::Track;

/// A style: rock, opera, drama.
#[derive(Entity)]
#[entity(
    policy(read = public, create = role("staff") | role("admin"), update = role("staff") | role("admin"), delete = role("admin")),
    order = name,
    admin(label = name, group = "Catalogue"),
)]
pub struct Genre {
    /// The style's name.
    #[entity(unique, max_len = 60, search)]
    name: String,
    /// The tracks of this style.
    #[entity(inverse = genre)]
    tracks: Many<Track>,
}
