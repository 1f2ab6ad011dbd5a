//! A page below the admin, behind its sign-in.

use entify::poem::web::{Data, Html};
use entify::poem::{self, Route, get, handler};
use entify::prelude::*;

use crate::own_code::revenue;

pub fn endpoint() -> Route {
    Route::new().at("/", get(page))
}

#[handler]
async fn page(Data(ctx): Data<&Ctx>) -> poem::Result<Html<String>> {
    let sum = revenue::revenue(ctx, None).await?;
    Ok(Html(format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sales</title></head>\
         <body><h1>Sales</h1><p>{sum} dollars in all. <a href=\"/admin\">Back to the admin</a></p></body></html>"
    )))
}
