//! Root fields: planned from their arguments and selections, then run.

use serde_json::Value as Json;

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::entity::Surface;
use crate::error::{Error, Result};
use crate::graphql::arguments::{self, Scope};
use crate::graphql::fetch;
use crate::graphql::plan::{self, Group, PageShape, Rows, Shape};
use crate::graphql::schema::{MAX_BULK, RootField};
use crate::graphql::write::{Source, Writer};
use crate::graphql::{filter, global_id};
use crate::query::ListQuery;
use crate::service::key::Key;
use crate::service::{InputForm, Records};
use crate::value::{Assignments, Record, Value};

/// The greatest length of an id, in characters.
const MAX_ID: usize = 256;

/// A root field, ready to run.
pub(super) enum RootPlan {
    /// The row with a key, or null.
    One { key: Value, rows: Rows, shape: Shape },
    /// A page.
    List { query: Box<ListQuery>, rows: Rows, shape: PageShape },
    /// Rows of any entities by key.
    Nodes(Nodes),
    /// A write that answers one row.
    WriteOne { write: Write, rows: Rows, shape: Shape },
    /// A write that answers many rows.
    WriteMany { write: Write, rows: Rows, shape: Shape },
}

/// What a mutation does.
pub(super) enum Write {
    Create(Assignments),
    /// By key, at a version if one is expected.
    Update(Value, Option<i64>, Assignments),
    Delete(Value, Option<i64>),
    CreateMany(Vec<Assignments>),
    DeleteMany(Vec<Value>),
}

/// Rows of any entities, each entity's fetched together.
#[derive(Default)]
pub(super) struct Nodes {
    kinds: Vec<(Rows, Shape, Vec<Value>)>,
    /// For each id, which of `kinds` and its key.
    order: Vec<(usize, Value)>,
}

impl RootField {
    /// The entity it is about.
    pub(super) fn info(self) -> Option<&'static EntityInfo> {
        match self {
            Self::Node | Self::Nodes => None,
            Self::ById(info)
            | Self::List(info)
            | Self::Create(info)
            | Self::Update(info)
            | Self::Delete(info)
            | Self::CreateMany(info)
            | Self::DeleteMany(info) => Some(info),
        }
    }

    /// Works out what the field asks for.
    pub(super) fn plan(self, scope: &Scope<'_>, group: &Group<'_>) -> Result<RootPlan> {
        let field = group.field();
        let id = || arguments::text("id", scope.required(field, "id")?, MAX_ID);
        let expected =
            || scope.argument(field, "expectedVersion").map_or(Ok(None), |value| arguments::version(&value));
        let plan = match self {
            Self::ById(info) => {
                let key = global_id::decode(info, &id()?)?;
                let (rows, shape) = Rows::of(scope, info, group)?;
                RootPlan::One { key, rows, shape }
            }
            Self::Node => {
                let (info, key) = global_id::decode_any(scope.entities, &id()?)?;
                let (rows, shape) = Rows::of(scope, info, group)?;
                RootPlan::One { key, rows, shape }
            }
            Self::Nodes => RootPlan::Nodes(Nodes::plan(scope, group)?),
            Self::List(info) => {
                let (query, rows, shape) = plan::page(scope, info, group)?;
                RootPlan::List { query: Box::new(query), rows, shape }
            }
            Self::Create(info) => {
                let form = InputForm::create(info, Surface::Graphql);
                let input = assignments(info, form, "input", scope.required(field, "input")?)?;
                one(scope, info, group, Write::Create(input))?
            }
            Self::Update(info) => {
                let key = global_id::decode(info, &id()?)?;
                let form = InputForm::update(info, Surface::Graphql);
                let input = assignments(info, form, "input", scope.required(field, "input")?)?;
                one(scope, info, group, Write::Update(key, expected()?, input))?
            }
            Self::Delete(info) => {
                let key = global_id::decode(info, &id()?)?;
                one(scope, info, group, Write::Delete(key, expected()?))?
            }
            Self::CreateMany(info) => {
                let form = InputForm::create(info, Surface::Graphql);
                let inputs = bulk(scope, group, "inputs")?
                    .into_iter()
                    .enumerate()
                    .map(|(row, input)| assignments(info, form, &format!("inputs.{row}"), input))
                    .collect::<Result<_>>()?;
                many(scope, info, group, Write::CreateMany(inputs))?
            }
            Self::DeleteMany(info) => {
                let keys = bulk(scope, group, "ids")?
                    .into_iter()
                    .map(|id| global_id::decode(info, &arguments::text("ids", id, MAX_ID)?))
                    .collect::<Result<_>>()?;
                many(scope, info, group, Write::DeleteMany(keys))?
            }
        };
        Ok(plan)
    }
}

fn one(scope: &Scope<'_>, info: &'static EntityInfo, group: &Group<'_>, write: Write) -> Result<RootPlan> {
    let (rows, shape) = Rows::of(scope, info, group)?;
    Ok(RootPlan::WriteOne { write, rows, shape })
}

fn many(scope: &Scope<'_>, info: &'static EntityInfo, group: &Group<'_>, write: Write) -> Result<RootPlan> {
    let (rows, shape) = Rows::of(scope, info, group)?;
    Ok(RootPlan::WriteMany { write, rows, shape })
}

fn bulk(scope: &Scope<'_>, group: &Group<'_>, name: &str) -> Result<Vec<Json>> {
    let items = arguments::list(scope.required(group.field(), name)?);
    if items.len() > MAX_BULK {
        return Err(Error::bad_request(format!("`{name}` takes at most {MAX_BULK} entries")));
    }
    Ok(items)
}

/// An input object as values of columns; references arrive as global ids.
fn assignments(info: &'static EntityInfo, form: InputForm, name: &str, input: Json) -> Result<Assignments> {
    let Json::Object(members) = input else {
        return Err(Error::bad_request(format!("`{name}` must be an object")));
    };
    let members = members
        .into_iter()
        .map(|(member, json)| {
            let reference =
                info.on(Surface::Graphql).column(&member).filter(|column| column.relation().is_some());
            let json = match reference {
                Some(column) if !json.is_null() => {
                    match filter::cell(info, column, &format!("{name}.{member}"), json)? {
                        Value::Int(key) => Json::from(key),
                        key => Json::String(key.to_text()),
                    }
                }
                _ => json,
            };
            Ok((member, json))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(form.read_json(members))
}

impl Nodes {
    fn plan(scope: &Scope<'_>, group: &Group<'_>) -> Result<Self> {
        let mut nodes = Self::default();
        for id in bulk(scope, group, "ids")? {
            let id = arguments::text("ids", id, MAX_ID)?;
            let (info, key) = global_id::decode_any(scope.entities, &id)?;
            let known = nodes.kinds.iter().position(|(rows, ..)| std::ptr::eq(rows.info, info));
            let at = match known {
                Some(at) => at,
                None => {
                    let (rows, shape) = Rows::of(scope, info, group)?;
                    nodes.kinds.push((rows, shape, Vec::new()));
                    nodes.kinds.len() - 1
                }
            };
            let keys = &mut nodes.kinds[at].2;
            if !keys.contains(&key) {
                keys.push(key.clone());
            }
            nodes.order.push((at, key));
        }
        Ok(nodes)
    }

    async fn run(&self, ctx: &Ctx, writer: &mut Writer) -> Result<()> {
        let mut found = Vec::with_capacity(self.kinds.len());
        for (rows, _, keys) in &self.kinds {
            let records = Records::new(ctx, rows.info).find_many(0, keys, rows.columns).await?;
            let related = fetch::related(ctx, rows, &records).await?;
            let places = records
                .iter()
                .enumerate()
                .filter_map(|(place, record)| Some((Key::of(record.key())?, place)))
                .collect::<std::collections::HashMap<_, _>>();
            found.push((records, related, places));
        }
        writer.list(self.order.len(), |writer, position| {
            let (at, key) = &self.order[position];
            let (rows, shape, _) = &self.kinds[*at];
            let (records, related, places) = &found[*at];
            match Key::of(key).and_then(|key| places.get(&key)) {
                Some(place) => {
                    let source = Source { info: rows.info, records, related };
                    writer.row(source, shape, *place)
                }
                None => {
                    writer.null();
                    Ok(())
                }
            }
        })
    }
}

impl Write {
    async fn one(self, records: Records<'_>) -> Result<Vec<Record>> {
        match self {
            Self::Create(input) => records.create(input).await.map(|row| vec![row]),
            Self::Update(key, None, input) => records.update(&key, input).await.map(|row| vec![row]),
            Self::Update(key, Some(expected), input) => {
                records.update_version(&key, expected, input).await.map(|row| vec![row])
            }
            Self::Delete(key, None) => records.delete(&key).await.map(|row| vec![row]),
            Self::Delete(key, Some(expected)) => {
                records.delete_version(&key, expected).await.map(|row| vec![row])
            }
            Self::CreateMany(inputs) => records.create_many(inputs).await,
            Self::DeleteMany(keys) => records.delete_many(&keys).await,
        }
    }
}

impl RootPlan {
    /// Runs it and answers the JSON text of the field's value.
    pub(super) async fn run(self, ctx: &Ctx) -> Result<Vec<u8>> {
        let mut writer = Writer::default();
        match self {
            Self::One { key, rows, shape } => return row(ctx, &key, &rows, &shape).await,
            Self::List { query, rows, shape } => {
                let pages = fetch::root_page(ctx, &rows, &query).await?;
                writer.page(&pages, pages.of(0), &shape)?;
            }
            Self::Nodes(nodes) => nodes.run(ctx, &mut writer).await?,
            Self::WriteOne { write, rows, shape } => {
                let mut written = write.one(Records::new(ctx, rows.info)).await?;
                let record = written.pop().ok_or_else(|| Error::internal("a write answered no row"))?;
                write_row(ctx, &rows, &shape, record, &mut writer).await?;
            }
            Self::WriteMany { write, rows, shape } => {
                let written = write.one(Records::new(ctx, rows.info)).await?;
                let related = fetch::related(ctx, &rows, &written).await?;
                let source = Source { info: rows.info, records: &written, related: &related };
                writer.list(written.len(), |writer, row| writer.row(source, &shape, row))?;
            }
        }
        Ok(writer.out)
    }
}

/// The row with a key, or null.
pub(super) async fn row(ctx: &Ctx, key: &Value, rows: &Rows, shape: &Shape) -> Result<Vec<u8>> {
    let mut writer = Writer::default();
    match Records::new(ctx, rows.info).find(key, rows.columns).await? {
        Some(record) => write_row(ctx, rows, shape, record, &mut writer).await?,
        None => writer.null(),
    }
    Ok(writer.out)
}

async fn write_row(ctx: &Ctx, rows: &Rows, shape: &Shape, record: Record, writer: &mut Writer) -> Result<()> {
    let records = [record];
    let related = fetch::related(ctx, rows, &records).await?;
    let source = Source { info: rows.info, records: &records, related: &related };
    writer.row(source, shape, 0)
}
