//! The parameters of a generated list, where an operation of the program's own takes them.

use std::collections::HashSet;
use std::fmt;

use poem::Request;

use crate::ctx::Ctx;
use crate::entity::{Entity, Surface};
use crate::error::{Error, Result};
use crate::http::percent::decode_query;
use crate::query::Query;
use crate::rest::params::{self, ListOf};

/// The parameters of a generated list (`limit`, `cursor`, `sort`, `count`, `q` and the filters of the entity) as an argument
/// of an `#[OpenApi]` operation of your own, which are described as those of `GET /api/users`.
///
/// Unknown parameters are refused, but those that the operation has besides.
///
/// ```
/// use entify::poem::web::Data;
/// use entify::poem_openapi::OpenApi;
/// use entify::poem_openapi::param::Path;
/// use entify::poem_openapi::payload::Json;
/// use entify::prelude::*;
/// use entify::rest::ListParams;
/// use entify::ViewPage;
///
/// #[derive(Entity)]
/// #[entity(policy = public)]
/// pub struct Issue {
///     #[entity(filter, sort)]
///     title: String,
///     #[entity(default = true)]
///     open: bool,
/// }
///
/// struct IssuesApi;
///
/// #[OpenApi]
/// impl IssuesApi {
///     /// Lists open issues.
///     #[oai(path = "/open-issues", method = "get", operation_id = "list_open_issues")]
///     async fn open(&self, ctx: Data<&Ctx>, list: ListParams<Issue>) -> entify::Result<Json<ViewPage<Issue>>> {
///         let query = list.0.and(Issue::open().eq(true));
///         IssueService::new(&ctx).views().list(query).await.map(Json)
///     }
///
///     /// Creates an issue that is closed.
///     #[oai(path = "/closed-issues", method = "post", operation_id = "create_closed_issue")]
///     async fn create(&self, ctx: Data<&Ctx>, input: Json<IssueInput>) -> entify::Result<Json<entify::View<Issue>>> {
///         let input = IssueInput { open: Some(false), ..input.0 };
///         IssueService::new(&ctx).views().create(input).await.map(Json)
///     }
///
///     /// Closes an issue.
///     #[oai(path = "/issues/:id/close", method = "post", operation_id = "close_issue")]
///     async fn close(&self, ctx: Data<&Ctx>, id: Path<Id<Issue>>) -> entify::Result<Json<entify::View<Issue>>> {
///         let closed = IssuePatch { open: false.into(), ..IssuePatch::default() };
///         IssueService::new(&ctx).views().update(id.0, closed).await.map(Json)
///     }
/// }
/// # fn main() {}
/// ```
pub struct ListParams<E>(
    /// What is asked for.
    pub Query<E>,
);

impl<E> fmt::Debug for ListParams<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListParams").finish_non_exhaustive()
    }
}

/// The names of the query parameters that an operation of the program's own has beside those of a list.
#[derive(Debug, Clone, Default)]
pub(super) struct OtherParams(pub(super) HashSet<String>);

impl<E: Entity> ListParams<E> {
    /// Reads a query string, as a poem handler finds it in `request.uri().query()`.
    ///
    /// # Errors
    /// `BadRequest` as of the generated list.
    pub fn read(ctx: &Ctx, query: &str) -> Result<Self> {
        let info = E::def().info();
        let list = params::list(ctx, info, info.on(Surface::Rest).columns(), query, ListOf::Own);
        Ok(Self(Query::from_list(params::told_to_readers(ctx, info, list)?.query)))
    }

    pub(super) fn of_request(request: &Request) -> Result<Self> {
        let ctx = request.data::<Ctx>().ok_or_else(|| Error::internal("the request has no context"))?;
        let query = request.uri().query().unwrap_or_default();
        let Some(others) = request.extensions().get::<OtherParams>().filter(|others| !others.0.is_empty())
        else {
            return Self::read(ctx, query);
        };
        let is_other = |part: &&str| {
            let name = decode_query(part.split('=').next().unwrap_or_default());
            name.is_some_and(|name| others.0.contains(&*name))
        };
        let parts: Vec<&str> = query.split('&').filter(|part| !is_other(part)).collect();
        Self::read(ctx, &parts.join("&"))
    }
}
