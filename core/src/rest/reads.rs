//! Rows as they are read: lists, rows by their keys, one row.

use poem::http::{StatusCode, header};
use poem::{Request, Response};

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use crate::rest::etag::{ETag, Failed, Preconditions};
use crate::rest::json::{RowWriter, next_cursor, whole};
use crate::rest::params::{self, ListOf, ListRequest};
use crate::rest::resource::{RequestError, Resource, json, next_link, set_tag};
use crate::rest::shape::Shape;
use crate::service::{Records, fetch};
use crate::value::{ColumnSet, Value};

impl Resource {
    pub(super) async fn list(&self, ctx: &Ctx, request: &Request) -> Result<Response, RequestError> {
        let text = request.uri().query().unwrap_or_default();
        let ListRequest { query, shape, ids } =
            params::list(ctx, self.info(), self.writer().shown, text, ListOf::Rows)?;
        if let Some(ids) = ids {
            return Ok(self.rows_of(ctx, &ids, shape).await?);
        }
        let Some(Shape { writer, plan }) = shape else {
            let page = Records::new(ctx, self.info()).list(&query).await?;
            let mut response = json(StatusCode::OK, self.writer().page(&page));
            if let Some(link) = next_link(request, next_cursor(&page)) {
                response.headers_mut().insert(header::LINK, link);
            }
            return Ok(response);
        };
        let pages = fetch::page(ctx, &plan, &query).await?;
        Ok(shown_page(request, &writer, &pages)?)
    }

    /// The rows of these keys, in their order. Those that are not there are left out.
    async fn rows_of(&self, ctx: &Ctx, ids: &[Value], shape: Option<Shape>) -> Result<Response> {
        let columns = shape.as_ref().map_or(self.writer().shown, |shape| shape.plan.columns);
        let found = Records::new(ctx, self.info()).get_many(ids, columns).await?;
        let rows = found.into_iter().flatten().collect();
        let limit = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let body = match shape {
            None => self.writer().page(&whole(rows, limit)),
            Some(Shape { writer, plan }) => {
                let pages = fetch::beside(ctx, &plan, whole(rows, limit)).await?;
                writer.related_page(&pages, pages.first()?)
            }
        };
        Ok(json(StatusCode::OK, body))
    }

    pub(super) async fn get(&self, ctx: &Ctx, request: &Request, id: &str) -> Result<Response, RequestError> {
        let shape = params::item(ctx, self.info(), request.uri().query())?;
        let key = self.key(id)?;
        let conditions = Preconditions::of(request.headers());
        let writer = shape.as_ref().map_or(self.writer(), |shape| &shape.writer);
        let tagger = self.tagger(writer);
        // Where the version alone says which state it is, no more than that is read of a row that the client has.
        if let (Some(conditions), Some(columns)) = (&conditions, tagger.columns()) {
            let found = Records::new(ctx, self.info()).find(&key, columns).await?;
            let tag = tagger.of_version(&found.ok_or_else(|| self.not_found())?);
            if let Some(response) = refused(conditions.failed(tag), tag)? {
                return Ok(response);
            }
        }
        let columns = shape.as_ref().map_or(self.writer().shown, |shape| shape.plan.columns);
        let columns = columns.union(tagger.columns().unwrap_or(ColumnSet::EMPTY));
        let found = Records::new(ctx, self.info()).find(&key, columns).await?;
        let record = found.ok_or_else(|| self.not_found())?;
        let body = match &shape {
            None => writer.row(&record),
            Some(shape) => {
                let rows = std::slice::from_ref(&record);
                let related = fetch::related(ctx, &shape.plan, rows).await?;
                writer.related_row(&record, &related)
            }
        };
        let tag = tagger.of(&record, &body);
        if let Some(conditions) = conditions
            && let Some(response) = refused(conditions.failed(tag), tag)?
        {
            return Ok(response);
        }
        let mut response = json(StatusCode::OK, body);
        set_tag(&mut response, tag);
        Ok(response)
    }
}

/// What a read is answered with whose condition has failed.
fn refused(failed: Option<Failed>, tag: ETag) -> Result<Option<Response>> {
    match failed {
        None => Ok(None),
        Some(Failed::IfMatch) => Err(Error::VersionMismatch),
        Some(Failed::IfNoneMatch) => {
            let mut response = Response::default();
            response.set_status(StatusCode::NOT_MODIFIED);
            set_tag(&mut response, tag);
            Ok(Some(response))
        }
    }
}

/// The one page of a list, with what is related to its rows.
pub(super) fn shown_page(request: &Request, writer: &RowWriter, pages: &fetch::Pages) -> Result<Response> {
    let page = pages.first()?;
    let mut response = json(StatusCode::OK, writer.related_page(pages, page));
    if let Some(link) = next_link(request, next_cursor(&page.page)) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}
