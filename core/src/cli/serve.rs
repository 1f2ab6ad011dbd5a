//! `serve`.

use std::net::SocketAddr;

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::server::listen::{self, Limits};
use crate::server::{App, open};
use crate::state::AppState;

/// Serve the APIs and the admin.
#[derive(Debug, Default, Args)]
pub(super) struct Serve {
    /// Apply pending migrations first (on SQLite they always are)
    #[arg(long)]
    migrate: bool,
}

impl Serve {
    pub(super) async fn run(self, app: App) -> Outcome {
        let settings = super::settings()?;
        let (address, limits) =
            (settings.bind, Limits { header: settings.header_timeout, shutdown: settings.shutdown_timeout });
        let state = open::ready(app.registry()?, settings, self.migrate).await?;
        let example = example(&state);
        let endpoint = app.into_endpoint(&state)?;
        let stop = listen::told_to_stop();
        let listener = listen::bind(address)
            .await
            .map_err(|error| Failure::new(format!("cannot listen on {address}: {error}; see `BIND`")))?;
        let address = listener.local_addr().unwrap_or(address);
        announce(address, &example);
        listen::serve(listener, endpoint, limits, stop).await;
        state.system().db().close().await;
        eprintln!("stopped");
        Ok(())
    }
}

/// The first resource, so that the address printed is one that answers.
fn example(state: &AppState) -> String {
    let first = state.registry().iter().find(|info| !info.def.skip.rest);
    first.map_or_else(|| "/openapi.json".to_owned(), |info| format!("/api/{}", info.def.rest_path))
}

fn announce(address: SocketAddr, example: &str) {
    let base = match address.ip().is_unspecified() {
        true => format!("http://localhost:{}", address.port()),
        false => format!("http://{address}"),
    };
    super::say(format_args!("Serving on {base}"));
    for (what, path) in
        [("REST", example), ("REST docs", "/docs"), ("GraphQL", "/graphql"), ("Admin", "/admin")]
    {
        super::say(format_args!("  {what:<10} {base}{path}"));
    }
}
