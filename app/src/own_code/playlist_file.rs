//! An endpoint that answers no JSON: a playlist as players read it.

use entify::poem::web::{Data, Path};
use entify::poem::{self, Response, Route, get, handler};
use entify::prelude::*;

use crate::entities::{Playlist, Track};

pub fn endpoint() -> Route {
    Route::new().at("/:id", get(playlist))
}

/// `/m3u/7`: names and lengths of the tracks, in M3U.
#[handler]
async fn playlist(Data(ctx): Data<&Ctx>, Path(id): Path<i64>) -> poem::Result<Response> {
    let playlist = Service::<Playlist>::new(ctx).get(id.into()).await?;
    let on_it = Track::playlists().some(Playlist::id().eq(playlist.id));
    let mut tracks = Service::<Track>::new(ctx).stream(Query::filter(on_it).order(Track::name().asc()));
    let mut file = format!("#EXTM3U\n#PLAYLIST:{}\n", line(&playlist.name));
    while let Some(track) = tracks.next().await {
        let track = track?;
        let name = line(&track.name);
        file += &format!("#EXTINF:{},{name}\n{name}.mp3\n", track.milliseconds / 1000);
    }
    Ok(Response::builder().content_type("audio/x-mpegurl").body(file))
}

/// A name is one line, whatever it holds.
fn line(name: &str) -> String {
    name.replace(['\r', '\n'], " ")
}
