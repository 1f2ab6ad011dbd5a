//! The demo backend: a music store, declared as eleven structs.
//!
//! Everything it serves, REST, GraphQL, admin, migrations and commands, follows from `entities`.

mod entities;
mod own_code;
mod seed;

use std::process::ExitCode;

use entify::prelude::*;
use entities::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist, PlaylistTrack, Track,
};

fn main() -> ExitCode {
    let app = App::new(entities![
        Artist,
        Album,
        Genre,
        MediaType,
        Track,
        Playlist,
        PlaylistTrack,
        Employee,
        Customer,
        Invoice,
        InvoiceLine
    ])
    .title("Chinook")
    .migrations(entify::migrations!("../migrations"))
    .seed(seed::seed);
    own_code::add_to(app).main()
}
