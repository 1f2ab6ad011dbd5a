//! The entities of a database that others made, written by `inspect`.

mod album;
mod artist;
mod customer;
mod employee;
mod genre;
mod invoice;
mod invoice_line;
mod media_type;
mod playlist;
mod playlist_track;
mod track;

pub use album::*;
pub use artist::*;
pub use customer::*;
pub use employee::*;
pub use genre::*;
pub use invoice::*;
pub use invoice_line::*;
pub use media_type::*;
pub use playlist::*;
pub use playlist_track::*;
pub use track::*;

/// Every entity, for `App::new`.
pub fn entities() -> Vec<&'static entify::entity::EntityDef> {
    entify::entities![
        Album,
        Artist,
        Customer,
        Employee,
        Genre,
        Invoice,
        InvoiceLine,
        MediaType,
        Playlist,
        PlaylistTrack,
        Track,
    ]
}
