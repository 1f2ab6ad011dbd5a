//! The service without types: what the surfaces call.

use std::collections::HashMap;

use uuid::Uuid;

use crate::ctx::Ctx;
use crate::db::{DbError, Dialect, Layout, Statement};
use crate::entity::{ColumnSet, EntityInfo, KeyKind, ManyLink};
use crate::error::{Error, Result};
use crate::policy::Action;
use crate::query::{Condition, ListQuery, Page, Related, Select, Total, by_column, write};
use crate::service::paging::Paging;
use crate::service::{fault, validate};
use crate::value::{Assignments, Record, Value};

/// Values bound by one statement at most: below what either engine takes (SQLite 32,766, PostgreSQL 65,535).
const MAX_BOUND: usize = 30_000;

/// The repository service of one entity, for one context, in untyped rows.
#[derive(Debug, Clone, Copy)]
pub struct Records<'c> {
    ctx: &'c Ctx,
    info: &'static EntityInfo,
}

impl<'c> Records<'c> {
    /// The service of an entity.
    #[must_use]
    pub fn new(ctx: &'c Ctx, info: &'static EntityInfo) -> Self {
        Self { ctx, info }
    }

    /// The context.
    #[must_use]
    pub fn ctx(&self) -> &'c Ctx {
        self.ctx
    }

    /// The entity.
    #[must_use]
    pub fn info(&self) -> &'static EntityInfo {
        self.info
    }

    fn authorize(&self, action: Action) -> Result<()> {
        self.info.def.policy.authorize(action, self.ctx.principal())
    }

    fn not_found(&self) -> Error {
        Error::NotFound(self.info.def.name.into())
    }

    fn dialect(&self) -> Dialect {
        self.ctx.db().dialect()
    }

    /// Makes a row and answers every column of it.
    ///
    /// # Errors
    /// `Validation` with every broken rule, `Conflict` for a taken unique value or a missing relation target,
    /// `Unauthenticated` or `Forbidden` by policy.
    pub async fn create(&self, values: Assignments) -> Result<Record> {
        self.authorize(Action::Create)?;
        let values = self.prepare(values).await?;
        let columns = values.iter().map(|(index, _)| *index).collect();
        let row = values.iter().map(|(_, value)| value.clone()).collect();
        match self.insert(columns, &[row]).await {
            Ok(mut rows) => rows.pop().ok_or_else(|| Error::internal("INSERT returned no row")),
            Err(refused) => Err(fault::of_values(self.ctx, self.info, &values, refused).await),
        }
    }

    /// Makes many rows, all or none, with as few statements as the number of bound values allows.
    ///
    /// # Errors
    /// As [`Records::create`]; field names are prefixed with the row's position: `items.3.email`.
    pub async fn create_many(&self, rows: Vec<Assignments>) -> Result<Vec<Record>> {
        self.authorize(Action::Create)?;
        let mut prepared = Vec::with_capacity(rows.len());
        let mut errors = Vec::new();
        for (position, row) in rows.into_iter().enumerate() {
            match self.prepare(row).await {
                Ok(values) => prepared.push(values),
                Err(Error::Validation(broken)) => {
                    errors.extend(broken.into_iter().map(|error| error.at(position)));
                }
                Err(error) => return Err(error),
            }
        }
        if !errors.is_empty() {
            return Err(Error::Validation(errors));
        }
        let info = self.info;
        let run = move |ctx: Ctx| async move { Records::new(&ctx, info).insert_all(prepared).await };
        if self.ctx.in_transaction() { run(self.ctx.clone()).await } else { self.ctx.transaction(run).await }
    }

    async fn insert_all(&self, rows: Vec<Vec<(usize, Value)>>) -> Result<Vec<Record>> {
        let mut made = Vec::with_capacity(rows.len());
        let mut rest = rows.as_slice();
        while let Some(first) = rest.first() {
            let columns: ColumnSet = first.iter().map(|(index, _)| *index).collect();
            let most = (MAX_BOUND / columns.len().max(1)).max(1);
            let alike = |row: &&Vec<(usize, Value)>| {
                row.iter().map(|(index, _)| *index).collect::<ColumnSet>() == columns
            };
            let count = rest.iter().take(most).take_while(alike).count();
            let (chunk, after) = rest.split_at(count);
            let values: Vec<Vec<Value>> =
                chunk.iter().map(|row| row.iter().map(|(_, value)| value.clone()).collect()).collect();
            match self.insert(columns, &values).await {
                Ok(rows) => made.extend(rows),
                Err(refused) => return Err(self.blame(chunk, refused).await),
            }
            rest = after;
        }
        Ok(made)
    }

    /// Which row of a refused chunk it was cannot be told by the database; SQLite at least lets us look for
    /// missing relation targets.
    async fn blame(&self, chunk: &[Vec<(usize, Value)>], refused: DbError) -> Error {
        let mut last = refused.clone().into();
        for row in chunk {
            last = fault::of_values(self.ctx, self.info, row, refused.clone()).await;
            if !matches!(refused, DbError::ForeignKey(None))
                || last.fields().iter().any(|error| !error.field.is_empty())
            {
                break;
            }
        }
        last
    }

    async fn insert(&self, columns: ColumnSet, rows: &[Vec<Value>]) -> Result<Vec<Record>, DbError> {
        let (statement, layout) = write::insert(self.info, self.dialect(), columns, rows);
        self.ctx.executor().write(statement, &layout).await
    }

    /// Completes and checks a new row: defaults, hashes, key and timestamps. In column order.
    async fn prepare(&self, values: Assignments) -> Result<Vec<(usize, Value)>> {
        let mut values = validate::new_row(self.info, values)?;
        if self.info.def.key == KeyKind::Uuid && values.get(0).is_none() {
            values.set(0, Value::Uuid(Uuid::now_v7()));
        }
        let now = Value::DateTime(self.ctx.now());
        for stamp in [self.info.created_at(), self.info.updated_at()] {
            if values.get(stamp).is_none() {
                values.set(stamp, now.clone());
            }
        }
        let mut values = hashed(values).await?;
        values.sort_by_key(|(index, _)| *index);
        Ok(values)
    }

    /// The row with this key, every column.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn get(&self, key: &Value) -> Result<Record> {
        self.find(key, self.info.all()).await?.ok_or_else(|| self.not_found())
    }

    /// The row with this key, if there is one.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn find(&self, key: &Value, columns: ColumnSet) -> Result<Option<Record>> {
        Ok(self.find_many(0, std::slice::from_ref(key), columns).await?.pop())
    }

    /// The row with this key, every column, which no one else changes before the transaction ends. To be called
    /// inside one.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub async fn lock(&self, key: &Value) -> Result<Record> {
        self.authorize(Action::Read)?;
        let key = std::slice::from_ref(key);
        let (mut statement, layout) = by_column(self.info, self.dialect(), self.info.all(), 0, key);
        // SQLite has one writer at a time: a transaction there holds every row.
        if self.dialect() == Dialect::Postgres {
            statement.sql = format!("{} FOR UPDATE", statement.sql).into();
        }
        let mut rows = self.ctx.executor().read(statement, &layout).await?;
        rows.pop().ok_or_else(|| self.not_found())
    }

    /// The rows whose `column` (a key or a unique column) has one of the values, in no particular order, in one
    /// statement. Values without a row are left out.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn find_many(
        &self,
        column: usize,
        values: &[Value],
        columns: ColumnSet,
    ) -> Result<Vec<Record>> {
        self.authorize(Action::Read)?;
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let mut columns = columns;
        columns.insert(column);
        let (statement, layout) = by_column(self.info, self.dialect(), columns, column, values);
        Ok(self.ctx.executor().read(statement, &layout).await?)
    }

    /// A page of rows.
    ///
    /// # Errors
    /// `BadRequest` for a page size out of range, `CursorInvalid` and `CursorMismatch`.
    pub async fn list(&self, query: &ListQuery) -> Result<Page> {
        self.authorize(Action::Read)?;
        let paging = Paging::new(self.ctx, self.info, query, None)?;
        let mut select = self.select(query, &paging);
        select.limit = Some(paging.limit() + 1);
        let (statement, layout) = select.page()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        let mut page = paging.page(rows);
        page.total = match query.total {
            Total::None => None,
            Total::Exact => Some(self.total(query).await?),
            Total::Estimate => Some(match self.estimate(query).await? {
                Some(estimate) => estimate,
                None => self.total(query).await?,
            }),
        };
        Ok(page)
    }

    fn select<'q>(&'q self, query: &'q ListQuery, paging: &'q Paging<'_>) -> Select<'q> {
        Select {
            info: self.info,
            dialect: self.dialect(),
            principal: self.ctx.principal(),
            columns: paging.columns(),
            filter: &query.filter,
            search: query.search.as_deref(),
            order: paging.reading(),
            bounds: paging.bounds(),
            limit: None,
            related: None,
        }
    }

    /// A selection without order or limit, for counts.
    fn matching<'q>(&'q self, filter: &'q Condition, search: Option<&'q str>) -> Select<'q> {
        Select {
            info: self.info,
            dialect: self.dialect(),
            principal: self.ctx.principal(),
            columns: ColumnSet::KEY,
            filter,
            search,
            order: &[],
            bounds: &[],
            limit: None,
            related: None,
        }
    }

    async fn total(&self, query: &ListQuery) -> Result<u64> {
        let (statement, layout) = self.matching(&query.filter, query.search.as_deref()).count()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        Ok(rows.first().map_or(0, |row| unsigned(row.get(0))))
    }

    /// The planner's own estimate, for a whole table on PostgreSQL that has been analysed.
    async fn estimate(&self, query: &ListQuery) -> Result<Option<u64>> {
        let whole = query.filter.is_empty() && query.search.is_none();
        if !whole || self.dialect() != Dialect::Postgres {
            return Ok(None);
        }
        let sql = "SELECT reltuples::bigint FROM pg_class WHERE oid = quote_ident($1)::regclass";
        let table = sea_query::Value::from(self.info.def.table);
        let layout = Layout::default().and(crate::types::Kind::I64);
        let statement = Statement::new(sql, sea_query::Values(vec![table]));
        let rows = self.ctx.executor().read(statement, &layout).await?;
        Ok(rows.first().and_then(|row| match row.get(0) {
            Value::Int(rows) => u64::try_from(*rows).ok(),
            _ => None,
        }))
    }

    /// For each parent key, a page of the related rows of the to-many relation `many` of this entity, in one
    /// statement (and one more for totals). Answers as many pages as parents, in their order.
    ///
    /// # Errors
    /// As [`Records::list`].
    pub async fn list_related(&self, many: usize, parents: &[Value], query: &ListQuery) -> Result<Vec<Page>> {
        let many = &self.info.many[many];
        let target = Records::new(self.ctx, many.target());
        target.authorize(Action::Read)?;
        let link = many.link();
        let paging = Paging::new(self.ctx, target.info, query, Some((self.info.def.name, many.def.name)))?;
        let hidden = matches!(link, ManyLink::Through { via, .. }
            if !via.def.policy.rule(Action::Read).allows(self.ctx.principal()));
        if parents.is_empty() || hidden {
            return Ok(parents.iter().map(|_| paging.page(Vec::new())).collect());
        }
        let related = Some(Related { link, parent_kind: self.info.key().kind, parents });
        let mut select = target.select(query, &paging);
        select.limit = Some(paging.limit() + 1);
        select.related = related;
        let (statement, layout) = select.page()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        let mut pages: Vec<Page> = match parents {
            [_] => vec![paging.page(rows)],
            _ => {
                let groups = grouped(rows, parents, target.info.columns.len());
                groups.into_iter().map(|rows| paging.page(rows)).collect()
            }
        };
        if query.total != Total::None {
            let mut select = target.matching(&query.filter, query.search.as_deref());
            select.related = related;
            let (statement, layout) = select.count()?;
            let counts = self.ctx.executor().read(statement, &layout).await?;
            let counts: HashMap<Key, u64> =
                counts.iter().filter_map(|row| Some((Key::of(row.get(0))?, unsigned(row.get(1))))).collect();
            for (page, parent) in pages.iter_mut().zip(parents) {
                let count = Key::of(parent).and_then(|key| counts.get(&key).copied());
                page.total = Some(count.unwrap_or(0));
            }
        }
        Ok(pages)
    }

    /// How many rows match.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn count(&self, filter: &Condition) -> Result<u64> {
        self.authorize(Action::Read)?;
        let (statement, layout) = self.matching(filter, None).count()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        Ok(rows.first().map_or(0, |row| unsigned(row.get(0))))
    }

    /// Whether a row matches.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn exists(&self, filter: &Condition) -> Result<bool> {
        self.authorize(Action::Read)?;
        let (statement, layout) = self.matching(filter, None).exists()?;
        let rows = self.ctx.executor().read(statement, &layout).await?;
        Ok(rows.first().is_some_and(|row| *row.get(0) == Value::Bool(true)))
    }

    /// Changes the columns that are set and answers every column of the row. `updated_at` moves only when a value
    /// changed.
    ///
    /// # Errors
    /// `NotFound`, and as [`Records::create`].
    pub async fn update(&self, key: &Value, values: Assignments) -> Result<Record> {
        self.authorize(Action::Update)?;
        let changes = hashed(validate::changes(self.info, values)?).await?;
        let mut rows = if changes.is_empty() {
            let (statement, layout) =
                by_column(self.info, self.dialect(), self.info.all(), 0, std::slice::from_ref(key));
            self.ctx.executor().read(statement, &layout).await?
        } else {
            let now = Value::DateTime(self.ctx.now());
            let mut changes = changes;
            changes.sort_by_key(|(index, _)| *index);
            let (statement, layout) = write::update(self.info, self.dialect(), key, &changes, &now);
            match self.ctx.executor().write(statement, &layout).await {
                Ok(rows) => rows,
                Err(refused) => return Err(fault::of_values(self.ctx, self.info, &changes, refused).await),
            }
        };
        rows.pop().ok_or_else(|| self.not_found())
    }

    /// Removes the row and answers what it was.
    ///
    /// # Errors
    /// `NotFound`, or `Conflict` when rows that restrict it still point to it.
    pub async fn delete(&self, key: &Value) -> Result<Record> {
        self.authorize(Action::Delete)?;
        let (statement, layout) = write::delete(self.info, self.dialect(), key);
        let rows = self.ctx.executor().write(statement, &layout).await.map_err(fault::of_removal)?;
        rows.into_iter().next().ok_or_else(|| self.not_found())
    }

    /// Puts off the checks of references to the end of the transaction, so that a row may come before the one it
    /// refers to. Outside a transaction this does nothing.
    ///
    /// # Errors
    /// As of the database.
    pub async fn defer_references(&self) -> Result<()> {
        let statement = write::defer_references(self.dialect());
        self.ctx.executor().execute(statement).await?;
        Ok(())
    }

    /// Lets the identity column continue after the greatest key, once keys were given by hand.
    ///
    /// # Errors
    /// As of the database.
    pub async fn continue_keys(&self) -> Result<()> {
        // SQLite's AUTOINCREMENT continues by itself.
        if self.info.def.key != KeyKind::Identity || self.dialect() != Dialect::Postgres {
            return Ok(());
        }
        let statement = write::continue_identity(self.info);
        self.ctx.executor().execute(statement).await?;
        Ok(())
    }
}

/// Replaces plain passwords by their hashes.
async fn hashed(values: Assignments) -> Result<Vec<(usize, Value)>> {
    let mut done = Vec::new();
    for (index, value) in values.into_values() {
        let value = match value {
            Value::Password(password) => Value::Password(password.hashed().await?),
            value => value,
        };
        done.push((index, value));
    }
    Ok(done)
}

fn unsigned(value: &Value) -> u64 {
    match value {
        Value::Int(number) => u64::try_from(*number).unwrap_or(0),
        _ => 0,
    }
}

/// A primary key that can be looked up.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Int(i64),
    Uuid(Uuid),
}

impl Key {
    fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Int(key) => Some(Self::Int(*key)),
            Value::Uuid(key) => Some(Self::Uuid(*key)),
            _ => None,
        }
    }
}

/// The rows of each parent; the parent's key is the cell after the entity's columns.
fn grouped(rows: Vec<Record>, parents: &[Value], parent_cell: usize) -> Vec<Vec<Record>> {
    let mut groups: Vec<Vec<Record>> = parents.iter().map(|_| Vec::new()).collect();
    let mut places: HashMap<Key, usize> = HashMap::with_capacity(parents.len());
    for (place, parent) in parents.iter().enumerate() {
        if let Some(key) = Key::of(parent) {
            places.entry(key).or_insert(place);
        }
    }
    for row in rows {
        if let Some(place) = Key::of(row.get(parent_cell)).and_then(|key| places.get(&key)) {
            groups[*place].push(row);
        }
    }
    groups
}
