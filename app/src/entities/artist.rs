use entify::prelude::*;

use crate::entities::{Album, AlbumPatch, AlbumService};

/// Someone who records music: a person, a band, an orchestra.
#[derive(Entity)]
#[entity(
    policy(read = public, create = role("staff") | role("admin"), update = role("staff") | role("admin"), delete = role("admin")),
    order = name,
    admin(label = name, list(name, albums_count, created_at), group = "Catalogue"),
)]
pub struct Artist {
    /// The name on the sleeve.
    #[entity(unique, max_len = 120, search)]
    name: String,
    /// The albums recorded.
    #[entity(inverse = artist)]
    albums: Many<Album>,
    /// How many albums there are.
    #[entity(computed(count(albums)), filter, sort)]
    albums_count: i64,
}

/// The artist that is the same.
#[derive(EntityInput)]
pub struct Duplicate {
    /// Its albums come to this one, and it is removed.
    other: One<Artist>,
}

#[entify::actions]
impl Artist {
    /// Makes one artist of two: the albums of the other come to this one.
    #[action(policy = role("admin"), confirm)]
    async fn merge(ctx: &Ctx, artist: ArtistModel, input: Duplicate) -> entify::Result<ArtistModel> {
        let other = input.other.id();
        if other == artist.id {
            let same = FieldError::new("other_id", "same", "is this artist itself");
            return Err(Error::Validation(vec![same]));
        }
        let artists = ArtistService::new(ctx);
        let moved = AlbumPatch { artist_id: artist.id.into(), ..AlbumPatch::default() };
        AlbumService::new(ctx).update_many(Album::artist_id().eq(other), moved).await?;
        artists.delete(other).await?;
        artists.get(artist.id).await
    }
}
