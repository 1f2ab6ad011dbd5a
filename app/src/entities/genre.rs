use entify::prelude::*;

use crate::entities::{Track, TrackPatch, TrackService};

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

/// What the tracks of a genre cost from now on.
#[derive(EntityInput)]
pub struct NewPrice {
    /// In dollars.
    #[entity(min = 0, precision = 10, scale = 2)]
    unit_price: Decimal,
}

/// What a change of prices came to.
#[derive(EntityOutput)]
pub struct Repriced {
    /// How many tracks there are of the genre.
    tracks: i64,
    /// What each costs now, in dollars.
    unit_price: Decimal,
}

#[entify::actions]
impl Genre {
    /// Gives all tracks of a genre the same price.
    #[action(policy = role("staff") | role("admin"), confirm)]
    async fn reprice(ctx: &Ctx, genre: GenreModel, input: NewPrice) -> entify::Result<Repriced> {
        let NewPrice { unit_price } = input;
        let price = TrackPatch { unit_price: unit_price.into(), ..TrackPatch::default() };
        let tracks = TrackService::new(ctx).update_many(Track::genre_id().eq(genre.id), price).await?;
        Ok(Repriced { tracks: i64::try_from(tracks).unwrap_or(i64::MAX), unit_price })
    }
}
