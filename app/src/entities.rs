//! The store's entities, one file each.

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

pub use album::{Album, AlbumInput, AlbumPatch, AlbumService};
pub use artist::{Artist, ArtistInput};
pub use customer::{Customer, CustomerInput, CustomerModel, CustomerPatch};
pub use employee::{Employee, EmployeeInput};
pub use genre::{Genre, GenreInput};
pub use invoice::{Invoice, InvoiceInput, InvoicePolicy};
pub use invoice_line::{InvoiceLine, InvoiceLineInput};
pub use media_type::{MediaType, MediaTypeInput};
pub use playlist::{Playlist, PlaylistInput};
pub use playlist_track::{PlaylistTrack, PlaylistTrackInput};
pub use track::{Track, TrackInput, TrackPatch, TrackService};
