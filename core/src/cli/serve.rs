//! `serve`.

use std::net::SocketAddr;

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::server::listen::{self, Limits};
use crate::server::{App, Surfaces};
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
        let state = AppState::ready(app.registry()?, settings, self.migrate).await?;
        let addresses = Surfaces::addresses(state.registry());
        let endpoint = app.into_endpoint(&state)?;
        let stop = listen::told_to_stop();
        let listener = listen::bind(address)
            .await
            .map_err(|error| Failure::new(format!("cannot listen on {address}: {error}; see `BIND`")))?;
        let address = listener.local_addr().unwrap_or(address);
        announce(address, &addresses);
        listen::serve(listener, endpoint, limits, stop).await;
        state.system().db().close().await;
        eprintln!("stopped");
        Ok(())
    }
}

fn announce(address: SocketAddr, addresses: &[(&str, String)]) {
    let base = match address.ip().is_unspecified() {
        true => format!("http://localhost:{}", address.port()),
        false => format!("http://{address}"),
    };
    super::say(format_args!("Serving on {base}"));
    for (what, path) in addresses {
        super::say(format_args!("  {what:<10} {base}{path}"));
    }
}
