//! INSERT, UPDATE and DELETE statements. Values are returned by RETURNING; nothing is read a second time.

use sea_query::{
    BinOper, DeleteStatement, Expr, ExprTrait as _, Func, InsertStatement, IntoTableRef as _,
    OnConflict as ConflictClause, PostgresQueryBuilder, Query, SqliteQueryBuilder, TableRef, UpdateStatement,
    Values,
};

use crate::ctx::Ctx;
use crate::db::{Dialect, Layout, Statement, bind, bind_list};
use crate::entity::{Condition, EntityInfo, Op};
use crate::error::{Error, Result};
use crate::query::Deleted;
use crate::sql::cache::{self, By, Shape};
use crate::sql::insert_source::{self, InsertSource};
use crate::sql::predicate::{Predicates, TableAlias, is_one_of};
use crate::sql::{computed, not_deleted_by};
use crate::types::Kind;
use crate::value::{ColumnSet, Value};

/// The rows that a write changes or deletes, among those that are not deleted.
#[derive(Debug, Clone)]
pub(crate) enum WriteTarget {
    /// The row with this key.
    Key(Value),
    /// The row with this key, while it has this version.
    AtVersion(Value, i64),
    /// The rows with these keys.
    Keys(Vec<Value>),
    /// The rows that match.
    Where(Condition),
}

/// The rows of a write: the target, restricted to what the reader of its condition may see.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selection<'w> {
    pub(crate) target: &'w WriteTarget,
    /// Whose condition it is; none for the engine itself.
    pub(crate) reader: Option<&'w Ctx>,
    /// A condition of a policy that the rows must match too. For targets selected by key.
    pub(crate) guard: Option<&'w Condition>,
}

/// What an INSERT does when a row with the same values of a unique rule exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct OnConflict {
    /// The columns of the unique rule.
    pub(crate) target: ColumnSet,
    /// The columns that the existing row takes over; none to leave it unchanged and return nothing.
    pub(crate) change: Option<ColumnSet>,
}

/// Rows that set the same columns, in the order of the set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewRows<'r> {
    pub(crate) columns: ColumnSet,
    pub(crate) rows: &'r [Vec<Value>],
    pub(crate) on_conflict: Option<OnConflict>,
}

/// A text, its values, and the tables of which it needs every row.
type Built = (String, Values, Vec<&'static str>);

/// New rows; returns every column.
pub(crate) fn insert(info: &'static EntityInfo, dialect: Dialect, new: NewRows<'_>) -> (Statement, Layout) {
    let NewRows { columns, rows, on_conflict } = new;
    let build = |source: InsertSource<'_>| {
        let mut query = source.insert(info, dialect, columns);
        if let Some(on_conflict) = on_conflict {
            query.on_conflict(conflict_clause(info, on_conflict));
        }
        query.returning(returning(info, dialect));
        Write::Insert(&query).build(dialect)
    };
    let cached_text = |many: bool, text: &dyn Fn() -> String| {
        let shape = Shape::Insert { columns, on_conflict, many };
        cache::text(info, dialect, shape, text)
    };
    let statement = insert_source::statement(info, dialect, columns, rows, build, cached_text);
    let mut statement = written(info, statement);
    statement.returns_stored =
        on_conflict.is_some() || info.columns.iter().any(|column| column.computed().is_some());
    (statement, info.layout(info.all()))
}

fn conflict_clause(info: &'static EntityInfo, on_conflict: OnConflict) -> ConflictClause {
    let name = |index: usize| info.columns[index].column;
    let mut clause = ConflictClause::columns(on_conflict.target.iter().map(name));
    // Unique rules hold among rows that are not deleted, which the clause must repeat to match the index; the key holds
    // among all.
    let by_key = on_conflict.target.contains(0);
    if let Some(deleted_at) = info.deleted_at().filter(|_| !by_key) {
        clause.target_and_where(Expr::col(name(deleted_at)).is_null());
    }
    let Some(change) = on_conflict.change else {
        clause.do_nothing();
        return clause;
    };
    let existing = |index: usize| Expr::col((info.def.table, name(index)));
    // A deleted row with the key stays as it is, and is not returned.
    if by_key {
        clause.action_and_where_option(not_deleted_by(info, Deleted::Hidden, existing));
    }
    let excluded = |index: usize| Expr::col(("excluded", name(index)));
    let differs = |index: usize| existing(index).binary(BinOper::Custom("IS DISTINCT FROM"), excluded(index));
    match change.iter().map(differs).reduce(Expr::or) {
        Some(changed) => {
            clause.update_columns(change.iter().map(name));
            let now = info.updated_at().map(excluded);
            clause.values(engine_values(info, &changed, now, existing));
        }
        // Only an update returns the existing row, so one that changes nothing.
        None => {
            let any = on_conflict.target.iter().next().unwrap_or(0);
            clause.value(name(any), existing(any));
        }
    }
    clause
}

/// What a column of a row becomes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum NewValue<'v> {
    Set(&'v Value),
    /// What it is and this number, in the same statement; NULL counts as zero.
    Add(&'v Value),
}

impl<'v> NewValue<'v> {
    fn value(self) -> &'v Value {
        let (Self::Set(value) | Self::Add(value)) = self;
        value
    }
}

/// Changes columns of rows; `updated_at` moves only where one of them changes. Returns every column, or with `silent`
/// no row at all.
pub(crate) fn update(
    info: &'static EntityInfo,
    dialect: Dialect,
    selection: Selection<'_>,
    changes: &[(usize, NewValue<'_>)],
    now: &Value,
    silent: bool,
) -> Result<(Statement, Layout)> {
    let value = |index: usize, value: &Value| bind(value, info.columns[index].kind, dialect);
    let build = || -> Result<Built> {
        let mut query = Query::update();
        query.table(selection.table(info, dialect));
        let existing = |index: usize| Expr::col(info.columns[index].column);
        // Each binds one value.
        let new_value = |index: usize, new: NewValue<'_>| match new {
            NewValue::Set(new) => Expr::value(value(index, new)),
            NewValue::Add(number) if info.columns[index].nullable => {
                Expr::from(Func::coalesce([existing(index), Expr::cust("0")]))
                    .add(Expr::value(value(index, number)))
            }
            NewValue::Add(number) => existing(index).add(Expr::value(value(index, number))),
        };
        for (index, new) in changes {
            query.value(info.columns[*index].column, new_value(*index, *new));
        }
        let differs = |(index, new): &(usize, NewValue<'_>)| {
            existing(*index).binary(BinOper::Custom("IS DISTINCT FROM"), new_value(*index, *new))
        };
        if let Some(changed) = changes.iter().map(differs).reduce(Expr::or) {
            let now = info.updated_at().map(|stamp| Expr::value(value(stamp, now)));
            query.values(engine_values(info, &changed, now, |index| Expr::col(info.columns[index].column)));
        }
        let (rows, unrestricted) = selection.rows(info, dialect)?;
        query.and_where(rows);
        query.and_where_option(deletion_filter(info, Deleted::Hidden));
        if !silent {
            query.returning(returning(info, dialect));
        }
        let (sql, values) = Write::Update(&query).build(dialect);
        Ok((sql, values, unrestricted))
    };
    let columns = changes.iter().map(|(index, _)| *index).collect();
    let is_added = |(index, new): &(usize, NewValue<'_>)| matches!(new, NewValue::Add(_)).then_some(*index);
    let added = changes.iter().filter_map(is_added).collect();
    let bound = || {
        let new_values = changes.iter().map(|(index, new)| value(*index, new.value()));
        let mut values: Vec<_> = new_values.clone().collect();
        // What differs is compared for each of the engine's columns.
        if let Some(stamp) = info.updated_at().filter(|_| !changes.is_empty()) {
            values.extend(new_values.clone());
            values.push(value(stamp, now));
        }
        values.extend(new_values.take(if info.def.version { changes.len() } else { 0 }));
        values
    };
    let shape = |by| Shape::Update { columns, added, by, silent };
    cached(info, dialect, selection, returned_layout(info, silent), shape, bound, build)
}

/// Marks rows of an entity with `soft_delete` as deleted; returns these columns of them.
pub(crate) fn soft_delete(
    info: &'static EntityInfo,
    dialect: Dialect,
    selection: Selection<'_>,
    now: &Value,
    returned: ColumnSet,
) -> Result<(Statement, Layout)> {
    let now = || bind(now, Kind::DateTime, dialect);
    let build = || -> Result<Built> {
        let mut query = Query::update();
        query.table(selection.table(info, dialect)).values(deletion_values(
            info,
            Expr::value(now()),
            Expr::value(now()),
        ));
        let (rows, unrestricted) = selection.rows(info, dialect)?;
        query.and_where(rows);
        query.and_where_option(deletion_filter(info, Deleted::Hidden));
        query.returning(returning_only(info, dialect, returned));
        let (sql, values) = Write::Update(&query).build(dialect);
        Ok((sql, values, unrestricted))
    };
    let shape = |by| Shape::SoftDelete { by, returned };
    cached(info, dialect, selection, info.layout(returned), shape, || vec![now(), now()], build)
}

/// Restores deleted rows; returns every column.
pub(crate) fn undelete(
    info: &'static EntityInfo,
    dialect: Dialect,
    keys: &[Value],
    now: &Value,
) -> (Statement, Layout) {
    let mut query = Query::update();
    let none = Expr::cust("NULL");
    query.table(info.def.table).values(deletion_values(
        info,
        none,
        Expr::value(bind(now, Kind::DateTime, dialect)),
    ));
    query.and_where(is_one_of(Expr::col(info.key().column), keys, info.key().kind, dialect));
    query.and_where_option(deletion_filter(info, Deleted::Only));
    query.returning(returning(info, dialect));
    let (sql, values) = Write::Update(&query).build(dialect);
    let layout = info.layout(info.all());
    (returning_stored(written(info, Statement::new(sql, values)), &layout), layout)
}

/// Sets a reference of deleted rows to NULL, before they are restored.
pub(crate) fn detach(
    info: &'static EntityInfo,
    dialect: Dialect,
    column: usize,
    keys: &[Value],
) -> Statement {
    let mut query = Query::update();
    query.table(info.def.table).value(info.columns[column].column, Expr::cust("NULL"));
    query.and_where(is_one_of(Expr::col(info.key().column), keys, info.key().kind, dialect));
    query.and_where_option(deletion_filter(info, Deleted::Only));
    let (sql, values) = Write::Update(&query).build(dialect);
    Statement::new(sql, values)
}

/// The columns that change when a row is deleted softly or restored.
fn deletion_values(info: &'static EntityInfo, deleted_at: Expr, now: Expr) -> Vec<(&'static str, Expr)> {
    let name = |index: usize| info.columns[index].column;
    let deleted_at = info.deleted_at().map(|index| (name(index), deleted_at));
    let version = info.version().map(|index| (name(index), next(Expr::col(name(index)))));
    let stamp = info.updated_at().map(|index| (name(index), now));
    deleted_at.into_iter().chain(stamp).chain(version).collect()
}

/// Deletes rows, those deleted softly only with [`Deleted::Included`]; returns them, or with `silent` no row at all.
pub(crate) fn delete(
    info: &'static EntityInfo,
    dialect: Dialect,
    selection: Selection<'_>,
    deleted: Deleted,
    silent: bool,
) -> Result<(Statement, Layout)> {
    let build = || -> Result<Built> {
        let mut query = Query::delete();
        query.from_table(selection.table(info, dialect));
        let (rows, unrestricted) = selection.rows(info, dialect)?;
        query.and_where(rows);
        query.and_where_option(deletion_filter(info, deleted));
        if !silent {
            query.returning(returning(info, dialect));
        }
        let (sql, values) = Write::Delete(&query).build(dialect);
        Ok((sql, values, unrestricted))
    };
    let shape = |by| Shape::Delete { by, deleted, silent };
    cached(info, dialect, selection, returned_layout(info, silent), shape, Vec::new, build)
}

/// The statement; its text is built once per shape where the rows are selected by key alone. `bound` are the values
/// before those keys.
fn cached(
    info: &'static EntityInfo,
    dialect: Dialect,
    selection: Selection<'_>,
    layout: Layout,
    shape: impl FnOnce(By) -> Shape,
    bound: impl FnOnce() -> Vec<sea_query::Value>,
    build: impl Fn() -> Result<Built>,
) -> Result<(Statement, Layout)> {
    let kind = info.key().kind;
    let (by, keys) = match selection.target {
        WriteTarget::Where(_) => (None, Vec::new()),
        _ if selection.guard.is_some() => (None, Vec::new()),
        WriteTarget::Key(key) => (Some(By::Key), vec![bind(key, kind, dialect)]),
        WriteTarget::AtVersion(key, version) => (
            Some(By::AtVersion),
            vec![bind(key, kind, dialect), bind(&Value::Int(*version), Kind::I64, dialect)],
        ),
        WriteTarget::Keys(keys) => (Some(By::Keys), vec![bind_list(keys, kind, dialect)]),
    };
    let Some(by) = by else {
        let (sql, values, unrestricted) = build()?;
        let statement = written(info, Statement::new(sql, values)).with_unrestricted(unrestricted);
        return Ok((returning_stored(statement, &layout), layout));
    };
    let sql = cache::try_text(info, dialect, shape(by), || build().map(|(sql, ..)| sql))?;
    let mut values = bound();
    values.extend(keys);
    Ok((returning_stored(written(info, Statement::new(sql, Values(values))), &layout), layout))
}

/// The statement, which returns values that other programs may have written.
fn returning_stored(statement: Statement, layout: &Layout) -> Statement {
    Statement { returns_stored: !layout.slots.is_empty(), ..statement }
}

/// A statement that writes to the table: the rows it returns are not subject to the read rules.
pub(super) fn written(info: &'static EntityInfo, statement: Statement) -> Statement {
    Statement { written: Some(info.def.table), ..statement.with_unrestricted(info.computed_tables()) }
}

fn deletion_filter(info: &'static EntityInfo, deleted: Deleted) -> Option<Expr> {
    not_deleted_by(info, deleted, |column| Expr::col(info.columns[column].column))
}

/// That a row is not deleted, with the table's name, where another table stands beside it.
pub(super) fn deletion_filter_of(info: &'static EntityInfo) -> Option<Expr> {
    not_deleted_by(info, Deleted::Hidden, |column| Expr::col((info.def.table, info.columns[column].column)))
}

fn returned_layout(info: &'static EntityInfo, silent: bool) -> Layout {
    if silent { Layout::default() } else { info.layout(info.all()) }
}

impl Selection<'_> {
    /// The table under the alias that a client's conditions use; a table selected from by key keeps its name, by
    /// which RETURNING refers to it.
    fn table(self, info: &'static EntityInfo, dialect: Dialect) -> TableRef {
        match self.target {
            WriteTarget::Where(_) => {
                info.def.table.into_table_ref().alias(TableAlias::root(info, dialect).alias())
            }
            WriteTarget::Key(_) | WriteTarget::AtVersion(..) | WriteTarget::Keys(_) => {
                info.def.table.into_table_ref()
            }
        }
    }

    /// The condition, and the tables of which it needs every row.
    fn rows(self, info: &'static EntityInfo, dialect: Dialect) -> Result<(Expr, Vec<&'static str>)> {
        let mut predicates = Predicates::new(dialect, self.reader);
        let rows = self.target.rows(info, dialect, &mut predicates)?;
        let mut unrestricted = predicates.unrestricted();
        let Some(guard) = self.guard else { return Ok((rows, unrestricted)) };
        let mut rules = Predicates::new(dialect, None);
        let guard = rules.rule(TableAlias::unaliased(info, dialect), guard)?;
        unrestricted.extend(rules.unrestricted());
        Ok((guard.into_iter().fold(rows, Expr::and), unrestricted))
    }
}

impl WriteTarget {
    /// The rows as a condition.
    pub(crate) fn condition(&self) -> Condition {
        match self {
            Self::Key(key) | Self::AtVersion(key, _) => Condition::column(0, Op::Eq(key.clone())),
            Self::Keys(keys) => Condition::column(0, Op::In(keys.clone())),
            Self::Where(filter) => filter.clone(),
        }
    }

    fn rows(
        &self,
        info: &'static EntityInfo,
        dialect: Dialect,
        predicates: &mut Predicates<'_>,
    ) -> Result<Expr> {
        let (key, kind) = (Expr::col(info.key().column), info.key().kind);
        let is = |value: &Value| key.clone().eq(Expr::value(bind(value, kind, dialect)));
        match self {
            Self::Key(value) => Ok(is(value)),
            Self::AtVersion(value, version) => {
                let Some(column) = info.version() else { return Err(unversioned(info)) };
                let version = Expr::value(bind(&Value::Int(*version), Kind::I64, dialect));
                Ok(is(value).and(Expr::col(info.columns[column].column).eq(version)))
            }
            Self::Keys(values) => Ok(is_one_of(key, values, kind, dialect)),
            Self::Where(condition) => predicates.condition(TableAlias::root(info, dialect), condition),
        }
    }
}

/// The engine's columns that are updated in every row that is `changed`.
pub(super) fn engine_values(
    info: &'static EntityInfo,
    changed: &Expr,
    now: Option<Expr>,
    existing: impl Fn(usize) -> Expr,
) -> Vec<(&'static str, Expr)> {
    let mut values: Vec<(&'static str, Expr)> = Vec::new();
    if let (Some(stamp), Some(now)) = (info.updated_at(), now) {
        let moved = Expr::case(changed.clone(), now).finally(existing(stamp));
        values.push((info.columns[stamp].column, moved.into()));
    }
    if let Some(version) = info.version() {
        let counted = Expr::case(changed.clone(), next(existing(version))).finally(existing(version));
        values.push((info.columns[version].column, counted.into()));
    }
    values
}

/// One more. Not a bound value: the statement's values are known without building it.
fn next(version: Expr) -> Expr {
    version.add(Expr::cust("1"))
}

/// The error for an expected version where the entity has none.
pub(crate) fn unversioned(info: &EntityInfo) -> Error {
    Error::bad_request(format!("`{}` counts no versions; leave the expected version out", info.def.name))
}

/// Lets the identity column of a PostgreSQL table continue after its greatest key.
pub(crate) fn continue_identity(info: &'static EntityInfo) -> Statement {
    let (table, key) = (info.def.table, info.key().column);
    let mut greatest = Query::select();
    greatest.expr(Expr::col(key).max()).from(table);
    let sequence =
        Func::cust("pg_get_serial_sequence").arg(Expr::value(format!("\"{table}\""))).arg(Expr::value(key));
    let next = Func::coalesce([Expr::SubQuery(None, Box::new(greatest.into())).add(1), Expr::cust("1")]);
    let mut query = Query::select();
    query.expr(
        Func::cust("setval").arg(Expr::from(sequence).cast_as("regclass")).arg(next).arg(Expr::cust("false")),
    );
    let (sql, values) = query.build(PostgresQueryBuilder);
    Statement::new(sql, values)
}

/// Defers the checks of references to the end of the transaction.
pub(crate) fn defer_references(dialect: Dialect) -> Statement {
    let sql = match dialect {
        Dialect::Postgres => "SET CONSTRAINTS ALL DEFERRED",
        Dialect::Sqlite => "PRAGMA defer_foreign_keys = ON",
    };
    Statement::new(sql, sea_query::Values(Vec::new()))
}

pub(super) fn returning(info: &EntityInfo, dialect: Dialect) -> sea_query::ReturningClause {
    returning_only(info, dialect, info.all())
}

fn returning_only(info: &EntityInfo, dialect: Dialect, columns: ColumnSet) -> sea_query::ReturningClause {
    let columns = columns.without(info.numbers);
    let columns = columns.iter().map(|index| &info.columns[index]);
    Query::returning().exprs(columns.map(|column| match column.computed() {
        None => Expr::col(column.column),
        Some(parts) => computed::expression(info, column, parts, info.def.table, dialect),
    }))
}

enum Write<'q> {
    Insert(&'q InsertStatement),
    Update(&'q UpdateStatement),
    Delete(&'q DeleteStatement),
}

impl Write<'_> {
    fn build(&self, dialect: Dialect) -> (String, Values) {
        macro_rules! build {
            ($builder:expr) => {
                match self {
                    Write::Insert(query) => query.build($builder),
                    Write::Update(query) => query.build($builder),
                    Write::Delete(query) => query.build($builder),
                }
            };
        }
        match dialect {
            Dialect::Postgres => build!(PostgresQueryBuilder),
            Dialect::Sqlite => build!(SqliteQueryBuilder),
        }
    }
}
