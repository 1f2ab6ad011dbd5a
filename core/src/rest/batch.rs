//! `POST /api/batch` and `POST /api/tracks/batch`: several writes in one transaction.

use std::collections::HashMap;
use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Request, Response};
use serde_json::Value as Json;

use crate::ctx::Ctx;
use crate::entity::{EntityInfo, Surface};
use crate::error::{Error, FieldError, Result};
use crate::policy::Action;
use crate::rest::json::RowWriter;
use crate::rest::params;
use crate::rest::prefer;
use crate::rest::resource::{JSON, RequestError, Resource, json, read_members};
use crate::rest::write_mode::WriteMode;
use crate::service::batch::{self, BatchOperation, BatchWrite, MAX_OPERATIONS};
use crate::service::{InputForm, Records, nearest};
use crate::types::{JsonStyle, shorten};
use crate::value::{Assignments, Value};

/// The entities that a batch may write: one, or all of them by their names.
#[derive(Debug, Clone)]
pub(super) enum BatchEntities {
    One(Arc<Resource>),
    All(Arc<HashMap<&'static str, Arc<Resource>>>),
}

impl BatchEntities {
    /// Refuses whoever may write none of them.
    fn authorize(&self, ctx: &Ctx) -> Result<()> {
        let may_write = |resource: &Arc<Resource>| {
            let writes = [Action::Create, Action::Update, Action::Delete];
            writes.iter().any(|action| resource.info().authorize(*action, ctx).is_ok())
        };
        let allowed = match self {
            Self::One(resource) => may_write(resource),
            Self::All(resources) => resources.values().any(may_write),
        };
        match allowed {
            true => Ok(()),
            false if ctx.principal().is_authenticated() => Err(Error::Forbidden),
            false => Err(Error::Unauthenticated),
        }
    }

    fn writer(&self, info: &EntityInfo) -> Option<&RowWriter> {
        match self {
            Self::One(resource) => Some(resource.writer()),
            Self::All(resources) => resources.get(info.def.singular).map(|resource| resource.writer()),
        }
    }
}

/// Runs the batch in a request's body, and answers `{"results": […]}`.
pub(super) async fn respond(
    ctx: &Ctx,
    mut request: Request,
    entities: BatchEntities,
    body_limit: usize,
) -> Result<Response, RequestError> {
    // Of a request that is refused whatever it holds nothing is read.
    entities.authorize(ctx)?;
    let mode = WriteMode::read(ctx, &mut request, body_limit).await?;
    let body = read_members(&mut request, &[JSON], body_limit).await?;
    let operations = read(ctx, &entities, body)?;
    let headers = request.headers().clone();
    let run = |ctx: Ctx| async move {
        let mut response = run(&ctx, operations, &entities).await?;
        prefer::apply(&headers, &mut response);
        Ok(response)
    };
    mode.run(ctx, run).await
}

async fn run(ctx: &Ctx, operations: Vec<BatchOperation>, entities: &BatchEntities) -> Result<Response> {
    let written: Vec<&'static EntityInfo> = operations.iter().map(BatchOperation::info).collect();
    let rows = batch::run(ctx, operations).await?;
    let mut body = br#"{"results":["#.to_vec();
    for (position, (row, info)) in rows.iter().zip(written).enumerate() {
        if position > 0 {
            body.push(b',');
        }
        match (row, entities.writer(info)) {
            (Some(row), Some(writer)) => writer.write(row, &mut body),
            _ => body.extend_from_slice(b"null"),
        }
    }
    body.extend_from_slice(b"]}");
    Ok(json(StatusCode::OK, body))
}

/// Reads `{"operations": […]}`.
///
/// # Errors
/// `BadRequest` for what is no batch; `Validation` with the place of each part that is none.
fn read(ctx: &Ctx, entities: &BatchEntities, body: Vec<(String, Json)>) -> Result<Vec<BatchOperation>> {
    let usage = "send `{\"operations\": [{\"op\": \"create\", \"values\": {…}}, …]}`";
    let Ok([(name, Json::Array(operations))]) = <[(String, Json); 1]>::try_from(body) else {
        return Err(Error::bad_request(usage));
    };
    if name != "operations" {
        return Err(Error::bad_request(usage));
    }
    if operations.len() > MAX_OPERATIONS {
        let sent = operations.len();
        return Err(Error::bad_request(format!(
            "a batch has at most {MAX_OPERATIONS} operations; this has {sent}"
        )));
    }
    let mut batch = Batch { ctx, entities, named: HashMap::new(), errors: Vec::new() };
    let mut read = Vec::with_capacity(operations.len());
    for (position, operation) in operations.into_iter().enumerate() {
        read.extend(batch.operation(position, operation)?.map(|operation| (position, operation)));
    }
    let mut errors = batch.errors;
    if errors.is_empty() {
        return Ok(read.into_iter().map(|(_, operation)| operation).collect());
    }
    // What is wrong with the others is told with it.
    errors.extend(batch::broken_rules(ctx, read.iter().map(|(position, operation)| (*position, operation)))?);
    let place =
        |error: &FieldError| error.field.split('.').nth(1).and_then(|digits| digits.parse::<usize>().ok());
    errors.sort_by_key(place);
    Err(Error::Validation(errors))
}

/// A batch while it is read.
struct Batch<'b> {
    ctx: &'b Ctx,
    entities: &'b BatchEntities,
    /// Earlier operations by the names that they give to what they create.
    named: HashMap<String, (usize, &'static EntityInfo)>,
    errors: Vec<FieldError>,
}

impl Batch<'_> {
    fn fail(&mut self, field: String, code: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError::new(field, code, message.into()));
    }

    /// One operation; nothing when something of it cannot be read, which is among the errors.
    fn operation(&mut self, position: usize, operation: Json) -> Result<Option<BatchOperation>> {
        let place = format!("operations.{position}");
        let Json::Object(mut members) = operation else {
            self.fail(place, "type", "must be an object");
            return Ok(None);
        };
        let known = self.errors.len();
        let info = match self.entities {
            BatchEntities::One(resource) => Some(resource.info()),
            BatchEntities::All(resources) => {
                self.entity(&place, resources, members.remove("entity").as_ref())
            }
        };
        let op = members.remove("op");
        let name = members.remove("as");
        let Some(info) = info else { return Ok(None) };
        let (action, upserts) = match op.as_ref().and_then(Json::as_str) {
            Some("create") => (Action::Create, false),
            Some("upsert") => (Action::Create, true),
            Some("update") => (Action::Update, false),
            Some("delete") => (Action::Delete, false),
            _ => {
                let message = "must be `create`, `upsert`, `update` or `delete`";
                self.fail(format!("{place}.op"), "choice", message);
                return Ok(None);
            }
        };
        info.authorize(action, self.ctx)?;
        let by = if upserts { self.by(&place, info, members.remove("by"))? } else { Vec::new() };
        let (key, version) = match action {
            Action::Create => (None, None),
            _ => (
                self.key(&place, info, members.remove("id")),
                self.version(&place, info, members.remove("version")),
            ),
        };
        let (mut values, mut references) = (Assignments::new(), Vec::new());
        if action != Action::Delete {
            match members.remove("values") {
                Some(Json::Object(given)) => (values, references) = self.values(&place, info, action, given),
                _ => self.fail(format!("{place}.values"), "required", "must be an object"),
            }
        }
        if let Some(name) = name {
            self.name(&place, position, info, action, &name);
        }
        for member in members.keys() {
            let field = format!("{place}.{}", shorten(member, 64));
            self.fail(field, "unknown_field", "is no member of such an operation; leave it out");
        }
        let write = match (action, key) {
            (Action::Create, _) if upserts => BatchWrite::Upsert(by, values),
            (Action::Create, _) => BatchWrite::Create(values),
            (Action::Update, Some(key)) => BatchWrite::Update(key, version, values),
            (_, Some(key)) => BatchWrite::Delete(key, version),
            (_, None) => return Ok(None),
        };
        Ok((self.errors.len() == known)
            .then(|| BatchOperation::new(Records::new(self.ctx, info), write, references)))
    }

    fn entity(
        &mut self,
        place: &str,
        entities: &HashMap<&'static str, Arc<Resource>>,
        name: Option<&Json>,
    ) -> Option<&'static EntityInfo> {
        let name = name.and_then(Json::as_str).unwrap_or_default();
        if let Some(resource) = entities.get(name) {
            return Some(resource.info());
        }
        let near = nearest(name, entities.keys().copied()).filter(|_| self.ctx.suggests_names());
        let message = match near {
            Some(near) => format!("is no entity here; did you mean `{near}`?"),
            None => "must be the name of an entity, as in `invoice_line`".to_owned(),
        };
        self.fail(format!("{place}.entity"), "choice", message);
        None
    }

    /// The fields by which an upsert finds a row.
    fn by(&mut self, place: &str, info: &'static EntityInfo, json: Option<Json>) -> Result<Vec<usize>> {
        info.authorize(Action::Update, self.ctx)?;
        let Some(Json::Array(names)) = json else {
            self.fail(format!("{place}.by"), "required", "must be a list of the fields of a unique rule");
            return Ok(Vec::new());
        };
        let column = |name: &Json| params::readable_column(info, name.as_str()?);
        let columns = names.iter().map(column).collect::<Option<Vec<usize>>>();
        if columns.is_none() {
            self.fail(format!("{place}.by"), "choice", "must name fields of a unique rule");
        }
        Ok(columns.unwrap_or_default())
    }

    fn key(&mut self, place: &str, info: &'static EntityInfo, json: Option<Json>) -> Option<Value> {
        let key = json.and_then(|json| info.key().kind.decode_json(json, JsonStyle::Rest).ok());
        if key.is_none() {
            self.fail(format!("{place}.id"), "required", format!("must be the key of a {}", info.def.name));
        }
        key
    }

    fn version(&mut self, place: &str, info: &'static EntityInfo, json: Option<Json>) -> Option<i64> {
        let json = json?;
        let version = json.as_i64().filter(|_| info.def.version);
        if version.is_none() {
            self.fail(format!("{place}.version"), "type", "must be a version of a row that counts versions");
        }
        version
    }

    /// The values, without those that are `{"ref": "name"}`, and these.
    fn values(
        &mut self,
        place: &str,
        info: &'static EntityInfo,
        action: Action,
        given: serde_json::Map<String, Json>,
    ) -> (Assignments, Vec<(usize, usize)>) {
        let (mut plain, mut references) = (Vec::with_capacity(given.len()), Vec::new());
        for (name, json) in given {
            let reference =
                json.as_object().filter(|members| members.len() == 1).and_then(|members| members.get("ref"));
            let column = info.on(Surface::Rest).column(&name).filter(|column| column.relation().is_some());
            match (reference, column) {
                (Some(to), Some(column)) => {
                    let field = format!("{place}.values.{name}");
                    let to = to.as_str().unwrap_or_default();
                    match self.named.get(to) {
                        Some((earlier, target))
                            if column.target().is_some_and(|of| std::ptr::eq(of, *target)) =>
                        {
                            references.push((column.index, *earlier));
                        }
                        Some((_, target)) => {
                            let message = format!(
                                "`{}` is a {}, which this does not refer to",
                                shorten(to, 64),
                                target.def.name
                            );
                            self.fail(field, "reference", message);
                        }
                        None => {
                            let message = format!("no earlier operation is called `{}`", shorten(to, 64));
                            self.fail(field, "reference", message);
                        }
                    }
                }
                _ => plain.push((name, json)),
            }
        }
        let form = match action {
            Action::Create => InputForm::create(info, Surface::Rest),
            _ => InputForm::update(info, Surface::Rest),
        };
        let values = form.asked_by(self.ctx).with_related().read_json(plain);
        // Whether the client may set them is judged as if they were given.
        for (column, _) in &references {
            if let Some((code, message)) = info.on(Surface::Rest).refusal(&info.columns[*column], action) {
                self.fail(format!("{place}.values.{}", info.columns[*column].wire), code, message);
            }
        }
        (values, references)
    }

    /// The name by which later operations refer to what this one creates.
    fn name(&mut self, place: &str, position: usize, info: &'static EntityInfo, action: Action, name: &Json) {
        let field = format!("{place}.as");
        let Some(name) = name.as_str().filter(|name| !name.is_empty() && name.len() <= 64) else {
            return self.fail(field, "type", "must be a name of at most 64 characters");
        };
        if action != Action::Create {
            return self.fail(field, "unknown_field", "is for operations that create a row");
        }
        if self.named.insert(name.to_owned(), (position, info)).is_some() {
            self.fail(field, "repeated", format!("`{name}` is the name of an earlier operation"));
        }
    }
}
