//! First rows for a fresh clone: a small store whose artists, records and customers are all invented.

use entify::prelude::*;

use crate::entities::{
    Album, AlbumInput, Artist, ArtistInput, Customer, CustomerInput, Employee, EmployeeInput, Genre,
    GenreInput, Invoice, InvoiceInput, InvoiceLine, InvoiceLineInput, MediaType, MediaTypeInput, Playlist,
    PlaylistInput, PlaylistTrack, PlaylistTrackInput, Track, TrackInput,
};

/// An artist, their album, its genre, and its tracks with their length in seconds.
type Release = (&'static str, &'static str, &'static str, &'static [(&'static str, i32)]);

const RELEASES: [Release; 6] = [
    (
        "The Paper Lanterns",
        "Harbour Lights",
        "Indie",
        &[("Low Tide", 214), ("Salt on the Window", 187), ("Ferry Song", 251)],
    ),
    (
        "The Paper Lanterns",
        "Northbound",
        "Indie",
        &[("Platform Nine at Dawn", 203), ("Snow on the Line", 276)],
    ),
    (
        "Marta Quill",
        "Seven Small Rooms",
        "Chamber",
        &[("First Room, with Clock", 312), ("Third Room, Empty", 268), ("Last Room", 401)],
    ),
    (
        "Ólafur & the Tin Whales",
        "Gannet",
        "Folk",
        &[("The Lighthouse Keeper's Bicycle", 198), ("Gannet", 243), ("Peat Smoke", 222)],
    ),
    (
        "Zaza Electric",
        "Night Bus 42",
        "Electronic",
        &[("Top Deck", 345), ("Last Stop, Lights Off", 389), ("Contactless", 296)],
    ),
    ("Grandmother's Radio", "Kitchen Tapes", "Folk", &[("Plum Jam", 154), ("What the Kettle Said", 176)]),
];

/// Fills an empty store: all of it, or nothing.
///
/// # Errors
/// `BadRequest` when the store has artists already.
pub async fn seed(ctx: Ctx) -> entify::Result<()> {
    ctx.transaction(|ctx| async move {
        if Service::<Artist>::new(&ctx).exists(Filter::all()).await? {
            return Err(Error::bad_request("the store is not empty; seed an empty database"));
        }
        let tracks = catalogue(&ctx).await?;
        playlists(&ctx, &tracks).await?;
        sales(&ctx, &tracks).await
    })
    .await
}

async fn catalogue(ctx: &Ctx) -> entify::Result<Vec<Id<Track>>> {
    let kind = Service::<MediaType>::new(ctx).create(MediaTypeInput::new("FLAC audio file")).await?;
    let mut ids = Vec::new();
    for (artist, album, genre, tracks) in RELEASES {
        let artist = artist_of(ctx, artist).await?;
        let genre = genre_of(ctx, genre).await?;
        let album = Service::<Album>::new(ctx).create(AlbumInput::new(album, artist)).await?;
        for (name, seconds) in tracks {
            let mut track = TrackInput::new(*name, kind.id, seconds * 1000, Decimal::new(99, 2));
            track.album_id = Some(album.id);
            track.genre_id = Some(genre);
            ids.push(Service::<Track>::new(ctx).create(track).await?.id);
        }
    }
    Ok(ids)
}

async fn artist_of(ctx: &Ctx, name: &str) -> entify::Result<Id<Artist>> {
    let artists = Service::<Artist>::new(ctx);
    let existing = artists.list(Query::filter(Artist::name().eq(name))).await?;
    match existing.items.first() {
        Some(artist) => Ok(artist.id),
        None => Ok(artists.create(ArtistInput::new(name)).await?.id),
    }
}

async fn genre_of(ctx: &Ctx, name: &str) -> entify::Result<Id<Genre>> {
    let genres = Service::<Genre>::new(ctx);
    let existing = genres.list(Query::filter(Genre::name().eq(name))).await?;
    match existing.items.first() {
        Some(genre) => Ok(genre.id),
        None => Ok(genres.create(GenreInput::new(name)).await?.id),
    }
}

async fn playlists(ctx: &Ctx, tracks: &[Id<Track>]) -> entify::Result<()> {
    let entries = Service::<PlaylistTrack>::new(ctx);
    for (name, every) in [("Everything", 1), ("Every other song", 2), ("Sunday morning", 3)] {
        let playlist = Service::<Playlist>::new(ctx).create(PlaylistInput::new(name)).await?;
        for track in tracks.iter().step_by(every) {
            entries.create(PlaylistTrackInput::new(playlist.id, *track)).await?;
        }
    }
    Ok(())
}

async fn sales(ctx: &Ctx, tracks: &[Id<Track>]) -> entify::Result<()> {
    let employees = Service::<Employee>::new(ctx);
    let mut lead = EmployeeInput::new("Okafor", "Ada", "ada@store.example");
    lead.title = Some("Manager".to_owned());
    let lead = employees.create(lead).await?;
    let mut clerk = EmployeeInput::new("Lindqvist", "Per", "per@store.example");
    clerk.title = Some("Sales".to_owned());
    clerk.reports_to_id = Some(lead.id);
    let clerk = employees.create(clerk).await?;
    let buyers = [
        ("Noor", "Haddad", "noor@mail.example", "Lebanon", 3_u8),
        ("Tomás", "Figueira", "tomas@mail.example", "Portugal", 5),
        ("Yuki", "Arai", "yuki@mail.example", "Japan", 2),
    ];
    for (first, last, email, country, count) in buyers {
        let mut customer = CustomerInput::new(first, last, email);
        customer.country = Some(country.to_owned());
        customer.support_rep_id = Some(clerk.id);
        let customer = Service::<Customer>::new(ctx).create(customer).await?;
        let price = Decimal::new(99, 2);
        let mut invoice = InvoiceInput::new(customer.id, ctx.now(), price * Decimal::from(count));
        invoice.billing_country = Some(country.to_owned());
        let invoice = Service::<Invoice>::new(ctx).create(invoice).await?;
        let lines = Service::<InvoiceLine>::new(ctx);
        for track in tracks.iter().take(usize::from(count)) {
            lines.create(InvoiceLineInput::new(invoice.id, *track, price)).await?;
        }
    }
    Ok(())
}
