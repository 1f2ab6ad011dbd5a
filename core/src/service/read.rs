//! Rows by key or condition, and how many there are.

use std::collections::HashMap;

use crate::entity::{Condition, Op};
use crate::error::{Error, FieldError, Result};
use crate::policy::Action;
use crate::query::ListQuery;
use crate::service::Records;
use crate::service::lookup_key::{LookupKey, unsigned};
use crate::sql::{RowScope, Select, scoped_by_column};
use crate::value::{ColumnSet, Record, Value};

impl Records<'_> {
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

    /// The row with this key, every column, which no one else changes before the transaction ends.
    ///
    /// # Errors
    /// `NotFound` when there is none, `BadRequest` outside a transaction, where nothing would be locked.
    pub async fn lock(&self, key: &Value) -> Result<Record> {
        let scope = self.row_scope()?;
        if !self.ctx.in_transaction() {
            return Err(Error::bad_request(
                "`lock` holds a row until its transaction ends; call it inside `ctx.transaction`",
            ));
        }
        let key = std::slice::from_ref(key);
        let (statement, layout) = scoped_by_column(&scope, self.dialect(), self.info.all(), 0, key)?;
        let mut rows = self.ctx.engine().read(statement.for_update(self.dialect()), &layout).await?;
        self.add_numbers(scope.reader, self.info.numbers, &mut rows).await?;
        rows.pop().ok_or_else(|| self.not_found())
    }

    /// The rows with these keys, in the order of the keys; `None` where there is no row, or none for the principal. A
    /// key that is repeated is returned twice.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn get_many(&self, keys: &[Value], columns: ColumnSet) -> Result<Vec<Option<Record>>> {
        let found = self.find_many(0, keys, columns).await?;
        let mut found: HashMap<LookupKey, Record> =
            found.into_iter().filter_map(|row| Some((LookupKey::of(row.key())?, row))).collect();
        let requested: Vec<Option<LookupKey>> = keys.iter().map(LookupKey::of).collect();
        let mut left: HashMap<LookupKey, usize> = HashMap::with_capacity(requested.len());
        for key in requested.iter().flatten() {
            *left.entry(*key).or_default() += 1;
        }
        let mut next = |key: LookupKey| {
            let left = left.get_mut(&key)?;
            *left -= 1;
            // Only a row that is requested again is copied.
            if *left == 0 { found.remove(&key) } else { found.get(&key).cloned() }
        };
        Ok(requested.into_iter().map(|key| next(key?)).collect())
    }

    /// The one row that matches, every column.
    ///
    /// # Errors
    /// `NotFound` when there is none, `Conflict` when there are several.
    pub async fn one(&self, filter: &Condition) -> Result<Record> {
        let mut rows = self.rows_of(self.row_scope()?, filter, 2).await?;
        if rows.len() > 1 {
            let message = format!("more than one {} matches; ask for less", self.info.def.name);
            return Err(Error::Conflict(vec![FieldError::new("", "several", message)]));
        }
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
        let scope = self.row_scope()?;
        if values.is_empty() {
            return Ok(Vec::new());
        }
        let mut columns = self.info.with_key_of_numbers(columns);
        columns.insert(column);
        let (statement, layout) = scoped_by_column(&scope, self.dialect(), columns, column, values)?;
        let read = async {
            let mut rows = self.ctx.executor().read(statement, &layout).await?;
            self.add_numbers(scope.reader, columns, &mut rows).await?;
            Ok(rows)
        };
        self.scope("find").over(read).await
    }

    /// Whether no index leads to the rows that a list answers: neither to those that match, nor to those that the principal
    /// may read.
    pub(crate) fn scans(&self, query: &ListQuery) -> bool {
        query.scans_for(self.info, &self.info.permitted(Action::Read, self.ctx))
    }

    /// How many rows match.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn count(&self, filter: &Condition) -> Result<u64> {
        let (statement, layout) = self.matching(self.row_scope()?, filter, None).count()?;
        let read = async { self.ctx.executor().read(statement, &layout).await };
        let rows = self.scope("count").over(read).await?;
        Ok(rows.first().map_or(0, |row| unsigned(row.get(0))))
    }

    /// Some rows that match, every column, for the engine itself.
    pub(super) async fn matching_rows(&self, filter: &Condition, limit: usize) -> Result<Vec<Record>> {
        self.rows_of(self.unrestricted_scope(), filter, limit).await
    }

    /// Some rows of a scope that match, every column.
    pub(super) async fn rows_of(
        &self,
        scope: RowScope<'_>,
        filter: &Condition,
        limit: usize,
    ) -> Result<Vec<Record>> {
        let reader = scope.reader;
        let acting = self.ctx.acting_for(reader);
        let mut select = self.matching(scope, filter, None);
        select.columns = self.info.all();
        select.limit = u32::try_from(limit).ok();
        let (statement, layout) = select.page()?;
        let mut rows = acting.read(statement, &layout).await?;
        self.add_numbers(reader, select.numbers_left(), &mut rows).await?;
        Ok(rows)
    }

    /// Whether a row matches.
    ///
    /// # Errors
    /// As of the database and the policy.
    pub async fn exists(&self, filter: &Condition) -> Result<bool> {
        self.any_of(self.row_scope()?, filter).await
    }

    /// Whether a row that the principal may read matches a condition of the engine's.
    pub(super) async fn readable_exists(&self, filter: &Condition) -> Result<bool> {
        self.any_of(RowScope { reader: None, ..self.row_scope()? }, filter).await
    }

    /// Whether the principal may do this to the row with this key, which it may read.
    pub(crate) async fn permits(&self, action: Action, key: &Value) -> Result<bool> {
        let rows = self.info.permitted(action, self.ctx);
        if rows.is_always() || rows.is_never() {
            return Ok(rows.is_always());
        }
        let scope = RowScope { rows, ..self.unrestricted_scope() };
        self.any_of(scope, &Condition::column(0, Op::Eq(key.clone()))).await
    }

    /// Whether a row of a scope matches.
    pub(super) async fn any_of(&self, scope: RowScope<'_>, filter: &Condition) -> Result<bool> {
        let acting = self.ctx.acting_for(scope.reader);
        let (statement, layout) = self.matching(scope, filter, None).exists()?;
        let rows = acting.read(statement, &layout).await?;
        Ok(rows.first().is_some_and(|row| *row.get(0) == Value::Bool(true)))
    }

    /// A selection without order or limit, for counts.
    pub(super) fn matching<'q>(
        &self,
        scope: RowScope<'q>,
        filter: &'q Condition,
        search: Option<&'q str>,
    ) -> Select<'q> {
        Select {
            dialect: self.dialect(),
            scope,
            columns: ColumnSet::KEY,
            filter,
            search,
            order: &[],
            bounds: &[],
            limit: None,
            related: None,
        }
    }
}
