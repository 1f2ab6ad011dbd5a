use entify::prelude::*;

use crate::entities::{Album, Genre, InvoiceLine, MediaType, Playlist, PlaylistTrack};

/// One recording: a song, an episode, a film.
#[derive(Entity)]
#[entity(
    policy(read = public, create = role("staff") | role("admin"), update = role("staff") | role("admin"), delete = role("admin")),
    admin(label = name, list(name, album, genre, unit_price), group = "Catalogue"),
)]
pub struct Track {
    /// The title.
    #[entity(index, max_len = 200, search)]
    name: String,
    /// The album it is on.
    #[entity(on_delete = cascade)]
    album: Option<One<Album>>,
    /// The kind of file that is sold.
    #[entity(on_delete = restrict)]
    media_type: One<MediaType>,
    /// The style of music or film.
    #[entity(on_delete = set_null)]
    genre: Option<One<Genre>>,
    /// Who wrote it.
    #[entity(max_len = 220, search, filter)]
    composer: Option<String>,
    /// How long it plays, in milliseconds.
    #[entity(min = 1, filter, sort, aggregate, admin(format = duration(ms)))]
    milliseconds: i32,
    /// The size of the file.
    #[entity(min = 0, filter, sort, aggregate, admin(format = bytes))]
    bytes: Option<i64>,
    /// What it costs, in dollars.
    #[entity(precision = 10, scale = 2, min = 0, filter, sort, aggregate)]
    unit_price: Decimal,
    /// The playlists it is on.
    #[entity(through = PlaylistTrack)]
    playlists: Many<Playlist>,
    /// The sales of it.
    #[entity(inverse = track)]
    invoice_lines: Many<InvoiceLine>,
}
