//! What the store adds to its entities: each the shortest honest example of its kind.

mod customer_hooks;
mod login;
mod overview;
mod playlist_file;
mod revenue;
mod sales_page;

use entify::prelude::*;

/// The application with what is its own.
pub fn add_to(app: App) -> App {
    app.query(revenue::RevenueQuery)
        .api(revenue::RevenueApi)
        .api(login::LoginApi)
        .rate_limit("/api/login", "10/1m")
        .accent("#0f766e")
        .tile(overview::tile())
        .mount("/m3u", playlist_file::endpoint())
        .mount("/admin/sales", sales_page::endpoint())
        .every("1d", "daily revenue", revenue::log_daily)
}
