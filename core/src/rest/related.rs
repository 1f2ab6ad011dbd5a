//! The rows of a to-many relation of one row: `GET /playlists/7/tracks`, and where a joining entity links them,
//! `PUT /playlists/7/tracks/5`, `DELETE /playlists/7/tracks/5` and `PUT /playlists/7/tracks` with `{"ids": […]}`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Request, Response};
use serde_json::Value as Json;

use crate::ctx::Ctx;
use crate::entity::{EntityInfo, ManyInfo, ManyLink};
use crate::error::{Error, FieldError, Result};
use crate::policy::Action;
use crate::rest::params::{self, ListOf, ListRequest};
use crate::rest::reads::shown_page;
use crate::rest::resource::{JSON, RequestError, Resource, ResourceRoute, read_members};
use crate::rest::shape::Shape;
use crate::rest::write_mode::WriteMode;
use crate::rest::{actions, relations};
use crate::service::{FetchPlan, Operation, Records, fetch, may_link};
use crate::types::{JsonStyle, shorten};
use crate::value::{ColumnSet, Value};

/// Rows that one request links.
pub(super) const MAX_LINKED: usize = 1000;

/// A to-many relation of a row, as it is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct RelatedPlace<'r> {
    id: &'r str,
    many: &'static ManyInfo,
    /// The key of one of its rows.
    key: Option<&'r str>,
}

/// The last segment of the address of a relation: `invoice-lines`.
pub(super) fn segment(many: &ManyInfo) -> String {
    many.def.name.replace('_', "-")
}

/// The relations that have an address of their own: those of which no action, no verb and no history takes it.
pub(super) fn served(info: &'static EntityInfo) -> impl Iterator<Item = &'static ManyInfo> {
    relations::to_many(info).filter(move |many| {
        let segment = segment(many);
        let is_taken = actions::of(info).any(|action| !action.collection && action.path == segment)
            || super::many::verbs_of_deleted(info).contains(&segment.as_str())
            || (info.def.history && segment == super::history::HISTORY);
        !is_taken
    })
}

/// Whether rows can be linked and unlinked by the relation's address.
pub(super) fn is_linked(info: &'static EntityInfo, many: &ManyInfo) -> bool {
    may_link(info, many.index)
}

impl Resource {
    /// The relation at an address, and the methods that it has there.
    pub(super) fn related_at<'r>(
        &self,
        route: ResourceRoute<'r>,
    ) -> Option<(RelatedPlace<'r>, &'static [&'static str])> {
        let (id, name, key) = match route {
            ResourceRoute::ItemAction(id, name) => (id, name, None),
            ResourceRoute::RelatedItem(id, name, key) => (id, name, Some(key)),
            _ => return None,
        };
        let many = served(self.info()).find(|many| segment(many) == name)?;
        let methods: &[&str] = match (is_linked(self.info(), many), key) {
            (true, None) => &["GET", "HEAD", "PUT"],
            (false, None) => &["GET", "HEAD"],
            (true, Some(_)) => &["PUT", "DELETE"],
            (false, Some(_)) => return None,
        };
        Some((RelatedPlace { id, many, key }, methods))
    }

    /// Serves a request of a relation, whose method it has.
    pub(super) async fn serve_related(
        self: &Arc<Self>,
        ctx: &Ctx,
        request: Request,
        place: RelatedPlace<'_>,
    ) -> Result<Response, RequestError> {
        match request.method().as_str() {
            "GET" | "HEAD" => Ok(self.list_related(ctx, &request, place).await?),
            _ => self.write_links(ctx, request, place).await,
        }
    }

    async fn list_related(
        &self,
        ctx: &Ctx,
        request: &Request,
        RelatedPlace { id, many, .. }: RelatedPlace<'_>,
    ) -> Result<Response> {
        let target = many.target();
        let plain = super::json::RowWriter::new(target);
        let text = request.uri().query().unwrap_or_default();
        let ListRequest { query, shape, .. } = params::list(ctx, target, plain.shown, text, ListOf::Related)?;
        let key = self.key(id)?;
        let row = Records::new(ctx, self.info()).find(&key, ColumnSet::KEY).await?;
        row.ok_or_else(|| self.not_found())?;
        let Shape { writer, plan } =
            shape.unwrap_or_else(|| Shape { writer: plain, plan: FetchPlan::new(target) });
        let pages = fetch::page_of(ctx, (self.info(), many.index, &key), &plan, &query).await?;
        shown_page(request, &writer, &pages)
    }

    async fn write_links(
        self: &Arc<Self>,
        ctx: &Ctx,
        mut request: Request,
        RelatedPlace { id, many, key: other }: RelatedPlace<'_>,
    ) -> Result<Response, RequestError> {
        let ManyLink::Through { via, .. } = many.link() else {
            return Err(Error::internal("rows without a joining entity were to be linked").into());
        };
        let unlinks = *request.method() == poem::http::Method::DELETE;
        // Of a request that is refused nothing is read.
        match (unlinks, other) {
            (true, _) => drop(via.authorize(Action::Delete, ctx)?),
            (false, Some(_)) => drop(via.authorize(Action::Create, ctx)?),
            (false, None) if via.permits(Action::Delete, ctx) => {}
            (false, None) => drop(via.authorize(Action::Create, ctx)?),
        }
        let mode = WriteMode::read(ctx, &mut request, self.body_limit()).await?;
        let (many, key, target) = (many.index, self.key(id)?, many.target());
        let operation = match other {
            None => Operation::Relink { many, key, targets: self.read_ids(&mut request, target).await? },
            Some(other) => {
                let target = super::resource::key_in_path(target, other)?;
                match unlinks {
                    true => Operation::Unlink { many, key, target },
                    false => Operation::Link { many, key, target },
                }
            }
        };
        self.run_as(ctx, mode, operation, request).await
    }

    /// Reads `{"ids": […]}`.
    async fn read_ids(
        &self,
        request: &mut Request,
        target: &'static EntityInfo,
    ) -> Result<Vec<Value>, RequestError> {
        let body = read_members(request, &[JSON], self.body_limit()).await?;
        let usage = "send `{\"ids\": […]}`: the keys of all rows that are to be linked";
        let (mut ids, mut errors) = (None, Vec::new());
        for (name, json) in body {
            match (name.as_str(), json) {
                ("ids", Json::Array(keys)) => ids = Some(keys),
                ("ids", _) => errors.push(FieldError::new("ids", "type", "must be a list of keys")),
                (name, _) => {
                    let name = shorten(name, 64).into_owned();
                    errors.push(FieldError::new(name, "unknown_field", "is not a field here; leave it out"));
                }
            }
        }
        if ids.is_none() && errors.is_empty() {
            return Err(Error::bad_request(usage).into());
        }
        let ids = ids.unwrap_or_default();
        if ids.len() > MAX_LINKED {
            let message = format!("must not list more than {MAX_LINKED} keys");
            return Err(Error::Validation(vec![FieldError::new("ids", "too_many", message)]).into());
        }
        let mut keys: Vec<Value> = Vec::with_capacity(ids.len());
        let mut known = std::collections::HashSet::with_capacity(ids.len());
        for (position, json) in ids.into_iter().enumerate() {
            let place = format!("ids.{position}");
            match target.key().kind.decode_json(json, JsonStyle::Rest) {
                Ok(key) if !known.insert(key.to_text()) => {
                    errors.push(FieldError::new(place, "repeated", "is in the list already"));
                }
                Ok(key) => keys.push(key),
                Err(error) => errors.push(FieldError::new(place, error.code, error.message)),
            }
        }
        match errors.is_empty() {
            true => Ok(keys),
            false => Err(Error::Validation(errors).into()),
        }
    }
}

/// What a link is answered with.
pub(super) fn linked() -> Response {
    StatusCode::NO_CONTENT.into()
}
