use entify::prelude::*;

use crate::entities::Track;

/// A kind of file that is sold.
#[derive(Entity)]
#[entity(
    policy(read = public, create = role("staff") | role("admin"), update = role("staff") | role("admin"), delete = role("admin")),
    order = name,
    admin(label = name, group = "Catalogue"),
)]
pub struct MediaType {
    /// What the file is: "AAC audio file".
    #[entity(unique, max_len = 60)]
    name: String,
    /// The tracks sold as this kind of file.
    #[entity(inverse = media_type)]
    tracks: Many<Track>,
}
