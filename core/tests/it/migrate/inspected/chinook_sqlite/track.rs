//! The table `Track`.

use entify::prelude::*;

use super::{Album, Genre, InvoiceLine, MediaType, Playlist, PlaylistTrack};

/// A row of `Track`.
#[derive(Entity)]
#[entity(
    policy(read = public, write = nobody),
    table = "Track",
    key_column = "TrackId",
    timestamps = none,
    external,
)]
pub struct Track {
    #[entity(max_len = 200, min_len = 0, column = "Name")]
    name: String,
    #[entity(column = "AlbumId")]
    album: Option<One<Album>>,
    #[entity(column = "MediaTypeId")]
    media_type: One<MediaType>,
    #[entity(column = "GenreId")]
    genre: Option<One<Genre>>,
    #[entity(max_len = 220, column = "Composer")]
    composer: Option<String>,
    #[entity(column = "Milliseconds")]
    milliseconds: i64,
    #[entity(column = "Bytes")]
    bytes: Option<i64>,
    #[entity(precision = 10, scale = 2, column = "UnitPrice")]
    unit_price: Decimal,
    #[entity(inverse = track)]
    invoice_lines: Many<InvoiceLine>,
    #[entity(inverse = track)]
    playlist_tracks: Many<PlaylistTrack>,
    #[entity(through = PlaylistTrack)]
    playlists: Many<Playlist>,
}
