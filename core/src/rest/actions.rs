//! An entity's actions over HTTP: `POST /invoices/7/pay`, and `GET` of those that only read.

use std::sync::Arc;

use poem::http::{HeaderValue, StatusCode};
use poem::{Request, Response};

use crate::ctx::Ctx;
use crate::entity::{ActionDef, EntityInfo, OutputShape, Surface};
use crate::error::{FieldError, Result};
use crate::filters;
use crate::http::json::{has_media_type, parse_object, read_body};
use crate::http::problem::method_not_allowed;
use crate::rest::history::HISTORY;
use crate::rest::json::RowWriter;
use crate::rest::params;
use crate::rest::prefer;
use crate::rest::resource::{
    AGGREGATE, EXPORT, IMPORT, JSON, RequestError, Resource, ResourceRoute, json, set_tag,
};
use crate::rest::tagger::Tagger;
use crate::rest::write_mode::WriteMode;
use crate::service::{Act, Expected, InputForm, Operation, Records};
use crate::types::shorten;
use crate::value::{Assignments, DeprecatedDef, Record};

/// The actions that a resource serves.
#[derive(Debug)]
pub(super) struct Actions(Vec<Served>);

/// One action, with what writes its answer and makes its tag.
#[derive(Debug)]
struct Served {
    action: &'static ActionDef,
    writer: Option<(RowWriter, Tagger)>,
}

/// What writes rows and values of an entity.
fn writer_of(info: &'static EntityInfo) -> (RowWriter, Tagger) {
    let writer = RowWriter::new(info);
    let tagger = Tagger::new(info, &writer);
    (writer, tagger)
}

/// Whether REST has what it answers.
pub(super) fn is_shown(action: &ActionDef) -> bool {
    action.output.info().is_none_or(|info| info.is_on(Surface::Rest))
}

/// The actions of an entity that REST has.
pub(crate) fn of(info: &'static EntityInfo) -> impl Iterator<Item = &'static ActionDef> {
    info.def.actions.iter().filter(|action| is_shown(action))
}

/// An action as it is asked for: its position among those that are served, and the key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'r>(usize, Option<&'r str>);

impl Actions {
    pub(super) fn new(info: &'static EntityInfo) -> Self {
        let served =
            |action: &'static ActionDef| Served { action, writer: action.output.info().map(writer_of) };
        Self(of(info).map(served).collect())
    }

    /// The action at an address.
    pub(super) fn at<'r>(&self, route: ResourceRoute<'r>) -> Option<Asked<'r>> {
        let (id, path) = match route {
            ResourceRoute::Item(segment) => (None, segment),
            ResourceRoute::ItemAction(id, segment) => (Some(id), segment),
            ResourceRoute::Export => (None, EXPORT),
            ResourceRoute::Import => (None, IMPORT),
            ResourceRoute::Aggregate => (None, AGGREGATE),
            ResourceRoute::Collection | ResourceRoute::Batch | ResourceRoute::RelatedItem(..) => return None,
        };
        let is_here =
            |served: &Served| served.action.path == path && served.action.collection == id.is_none();
        self.0.iter().position(is_here).map(|position| Asked(position, id))
    }

    /// What is said of the action at an address that should not be used any more.
    pub(super) fn deprecated(&self, route: ResourceRoute<'_>) -> Option<DeprecatedDef> {
        self.at(route).and_then(|Asked(position, _)| self.0[position].action.deprecated)
    }
}

impl Resource {
    /// Does an action.
    pub(super) async fn act(
        self: &Arc<Self>,
        ctx: &Ctx,
        mut request: Request,
        Asked(position, id): Asked<'_>,
    ) -> Result<Response, RequestError> {
        let action = self.actions().0[position].action;
        let served = match request.method().as_str() {
            "GET" | "HEAD" => action.read,
            "POST" => !action.read,
            _ => false,
        };
        if !served {
            let allow = HeaderValue::from_static(if action.read { "GET, HEAD" } else { "POST" });
            return Ok(method_not_allowed(&allow, ctx.request_id()));
        }
        // Of a request that is refused nothing is read.
        self.info().authorize_action(action, ctx)?;
        if action.read {
            let key = id.map(|id| self.key(id)).transpose()?;
            let values = read_query(action, request.uri().query())?;
            let act = Act { action, key, expected: Expected::Any, values };
            return Ok(self.answer_action(ctx, position, act).await?);
        }
        let headers = request.headers().clone();
        let mode = WriteMode::read(ctx, &mut request, self.body_limit()).await?;
        let key = id.map(|id| self.key(id)).transpose()?;
        let expected = if id.is_some() { self.expected(&request) } else { Expected::Any };
        let values = self.read_action_values(ctx, action, &mut request).await?;
        let act = Act { action, key, expected, values };
        let resource = Arc::clone(self);
        let run = move |ctx: Ctx| async move {
            let mut response = resource.answer_action(&ctx, position, act).await?;
            prefer::apply(&headers, &mut response);
            Ok(response)
        };
        mode.run(ctx, run).await
    }

    async fn answer_action(&self, ctx: &Ctx, position: usize, act: Act) -> Result<Response> {
        let Served { action, writer } = &self.actions().0[position];
        let rows = Operation::Act(act).run(Records::new(ctx, self.info())).await?.rows()?;
        Ok(answer(action, writer.as_ref(), &rows))
    }

    /// The input in a body; of an action that takes none the body is empty, or an empty object.
    async fn read_action_values(
        &self,
        ctx: &Ctx,
        action: &ActionDef,
        request: &mut Request,
    ) -> Result<Assignments, RequestError> {
        if let Some(input) = action.input_info() {
            return self
                .read_values(request, InputForm::create(input, Surface::Rest).asked_by(ctx), &[JSON])
                .await;
        }
        let is_json = has_media_type(request, &[JSON]);
        let body = read_body(request, self.body_limit()).await?;
        let mut values = Assignments::new();
        if body.is_empty() {
            return Ok(values);
        }
        if !is_json {
            return Err(RequestError::MediaType(JSON));
        }
        for (name, _) in parse_object(&body)? {
            let message = "is not a field here: this takes none; leave it out";
            values.fail(FieldError::new(shorten(&name, 64).into_owned(), "unknown_field", message));
        }
        Ok(values)
    }
}

/// The input in a query string.
fn read_query(action: &ActionDef, query: Option<&str>) -> Result<Assignments> {
    let Some(input) = action.input_info() else {
        params::none(query)?;
        return Ok(Assignments::new());
    };
    let form = InputForm::create(input, Surface::Rest);
    let field = |name: &str| form.columns().find(|column| column.wire == name);
    let mut values = Assignments::new();
    params::fields(query, |name, text| {
        let Some(column) = field(name) else { return false };
        match filters::field(column, text) {
            Ok(value) => values.set(column.index, value),
            Err(message) => values.fail(FieldError::new(column.wire, "type", message)),
        }
        true
    })?;
    Ok(values)
}

/// The answer: a row with its tag, values, a list, or nothing.
fn answer(action: &ActionDef, writer: Option<&(RowWriter, Tagger)>, rows: &[Record]) -> Response {
    let nothing = || {
        let mut response = Response::default();
        response.set_status(StatusCode::NO_CONTENT);
        response
    };
    let Some((writer, tagger)) = writer else { return nothing() };
    if action.output.shape == OutputShape::List {
        return json(StatusCode::OK, writer.items(rows));
    }
    let Some(row) = rows.first() else { return nothing() };
    let body = writer.row(row);
    let tag = tagger.of(row, &body);
    let mut response = json(StatusCode::OK, body);
    // A state of a row, by which it can be changed.
    if action.output.info().is_some_and(|info| info.def.values.is_none()) {
        set_tag(&mut response, tag);
    }
    response
}

/// Refuses an address that there is not.
pub(super) fn is_served(resource: &Resource, route: ResourceRoute<'_>) -> bool {
    match route {
        ResourceRoute::ItemAction(_, verb) => {
            resource.is_verb_of_deleted(verb)
                || resource.actions().at(route).is_some()
                || (verb == HISTORY && resource.has_history())
                || resource.related_at(route).is_some()
        }
        ResourceRoute::RelatedItem(..) => resource.related_at(route).is_some(),
        _ => true,
    }
}
