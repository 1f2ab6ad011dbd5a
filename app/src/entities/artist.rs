use entify::prelude::*;

use crate::entities::Album;

/// Someone who records music: a person, a band, an orchestra.
#[derive(Entity)]
#[entity(
    policy(read = public, create = role("staff") | role("admin"), update = role("staff") | role("admin"), delete = role("admin")),
    order = name,
    admin(label = name, list(name, created_at), group = "Catalogue"),
)]
pub struct Artist {
    /// The name on the sleeve.
    #[entity(unique, max_len = 120, search)]
    name: String,
    /// The albums recorded.
    #[entity(inverse = artist)]
    albums: Many<Album>,
}
