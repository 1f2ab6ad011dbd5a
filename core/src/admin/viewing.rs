//! Looking at the admin as another account: what it would see, without writing anything.
//!
//! The account is chosen on its page and is in the session. While it is, requests have the other account's principal in a context that only
//! reads, so it is the service that refuses every write, whichever button or address it comes from.

use poem::Response;

use crate::admin::page;
use crate::admin::request::AdminRequest;
use crate::auth::stop_viewing;
use crate::error::Result;

/// Looks at the admin as oneself again.
pub(super) async fn stop(request: &AdminRequest) -> Result<Response> {
    let session = &request.signed_in()?.session;
    // The request's own context only reads.
    let system = request.state.system().with_request_id(request.ctx.request_id());
    stop_viewing(&system, session).await?;
    Ok(page::redirect(&format!("{}/admin", request.base)))
}
