//! What can be said of a write and its related rows without the database: all of it at once.

use std::collections::HashMap;

use crate::config::NestedLimits;
use crate::ctx::Ctx;
use crate::entity::{ColumnInfo, EntityInfo, ManyInfo, ManyLink};
use crate::error::{Error, FieldError, Result};
use crate::service::lookup_key::LookupKey;
use crate::service::nested::place::{Place, join};
use crate::service::validate;
use crate::service::write::{Command, OnExisting};
use crate::sql::dml::WriteTarget;
use crate::types::Kind;
use crate::value::{Assignments, RowChanges, ToManyWrite, ToOneWrite, Value};

/// Refuses a command with related rows that break a rule.
pub(in crate::service) fn command(ctx: &Ctx, info: &'static EntityInfo, command: &Command) -> Result<()> {
    if !command.has_related() {
        return Ok(());
    }
    let mut check = Check::new(ctx);
    match command {
        Command::Create { rows, on_existing, indexed_errors } => {
            check.upsert(info, rows, on_existing)?;
            for (position, row) in rows.iter().enumerate() {
                let path = if *indexed_errors { format!("items.{position}") } else { String::new() };
                check.row(info, row, Kept::New(None), &path, 0)?;
            }
        }
        Command::Update { target: WriteTarget::Key(key) | WriteTarget::AtVersion(key, _), values } => {
            check.write(info, key, String::new());
            check.row(info, values, Kept::Changed, "", 0)?;
        }
        Command::UpdateEach { rows } => {
            for (position, row) in rows.iter().enumerate() {
                check.row(info, &row.values, Kept::Changed, &format!("items.{position}"), 0)?;
            }
        }
        Command::Update { values, .. } => check.of_many_rows(info, values),
        Command::Delete { .. } | Command::Restore { .. } | Command::Purge { .. } => {}
    }
    check.finish()
}

/// Refuses the related rows of a new row that break a rule.
pub(super) fn children(ctx: &Ctx, info: &'static EntityInfo, values: &Assignments) -> Result<()> {
    let mut check = Check::new(ctx);
    check.count(1, "");
    check.related(info, values, "", 1)?;
    check.finish()
}

/// The rules that a new row, or the changes of one, and all rows within break, and how many rows there are.
#[cfg(feature = "rest")]
pub(in crate::service) fn broken_rules(
    ctx: &Ctx,
    info: &'static EntityInfo,
    values: &Assignments,
    creates: bool,
) -> Result<(Vec<FieldError>, usize)> {
    let mut check = Check::new(ctx);
    check.row(info, values, if creates { Kept::New(None) } else { Kept::Changed }, "", 0)?;
    Ok((check.errors, check.rows))
}

/// What is known of a row.
#[derive(Debug, Clone, Copy)]
enum Kept {
    /// It is new, and this column of it refers to the row that it is created with.
    New(Option<usize>),
    /// It exists.
    Changed,
}

/// Where rows are named, by their tables and keys.
type Paths = HashMap<(&'static str, LookupKey), String>;

struct Check<'c> {
    ctx: &'c Ctx,
    limits: NestedLimits,
    errors: Vec<FieldError>,
    rows: usize,
    written: Paths,
    deleted: Paths,
    referred: Paths,
}

impl<'c> Check<'c> {
    fn new(ctx: &'c Ctx) -> Self {
        Self {
            ctx,
            limits: ctx.nested_limits(),
            errors: Vec::new(),
            rows: 0,
            written: Paths::new(),
            deleted: Paths::new(),
            referred: Paths::new(),
        }
    }

    fn finish(self) -> Result<()> {
        if self.errors.is_empty() { Ok(()) } else { Err(Error::Validation(self.errors)) }
    }

    fn fail(&mut self, path: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.errors.push(FieldError::new(path.into(), code, message.into()));
    }

    /// Whether there are more rows than one write may have, which is told once.
    fn is_full(&self) -> bool {
        self.rows > self.limits.rows
    }

    /// Counts rows at a place.
    fn count(&mut self, rows: usize, path: &str) {
        if self.is_full() {
            return;
        }
        self.rows += rows;
        if self.is_full() {
            let most = self.limits.rows;
            self.fail(
                path,
                "too_many",
                format!("a write has at most {most} rows in all; send fewer at once"),
            );
        }
    }

    /// Related rows go with one row, which is named by its key.
    fn of_many_rows(&mut self, info: &EntityInfo, values: &Assignments) {
        let Some(related) = values.related() else { return };
        let to_one = related.to_one.iter().filter_map(|(column, _)| info.columns[*column].relation());
        let to_many = related.to_many.iter().map(|(many, _)| info.many[*many].def.name);
        for name in to_one.map(|relation| relation.name).chain(to_many) {
            self.fail(name, "one_row", "is written with one row, which is named by its key; leave it out");
        }
    }

    /// What is created for a row that may exist already must be referred to by it.
    fn upsert(&mut self, info: &EntityInfo, rows: &[Assignments], on_existing: &OnExisting) -> Result<()> {
        let by = match on_existing {
            OnExisting::Fail => return Ok(()),
            OnExisting::Ignore(_) => {
                return Err(Error::bad_request(
                    "a row that is kept if it exists has no related rows to write",
                ));
            }
            OnExisting::Update(by) => by,
        };
        for related in rows.iter().filter_map(Assignments::related) {
            for (column, write) in &related.to_one {
                let ToOneWrite::Create(_) = write else { continue };
                let (column, is_kept) = (&info.columns[*column], is_immutable(&info.columns[*column]));
                if let Some(relation) = column.relation().filter(|_| is_kept && !by.contains(&column.index)) {
                    let message =
                        "cannot be changed, so an existing row would not refer to it; create it first";
                    self.fail(relation.name, "immutable", message);
                }
            }
        }
        Ok(())
    }

    fn row(
        &mut self,
        info: &'static EntityInfo,
        values: &Assignments,
        kept: Kept,
        path: &str,
        depth: usize,
    ) -> Result<()> {
        self.count(1, path);
        if self.is_full() {
            return Ok(());
        }
        let place = Place::of(path.to_owned(), info, values);
        match self.values(info, values, kept) {
            Ok(()) => {}
            Err(Error::Validation(broken)) => {
                let told =
                    |error: FieldError| FieldError { field: place.field(&error.field).into(), ..error };
                self.errors.extend(broken.into_iter().map(told));
            }
            Err(error) => return Err(error),
        }
        self.related(info, values, path, depth + 1)
    }

    /// Checks the values of the row itself. Hooks may change what is given.
    fn values(&self, info: &'static EntityInfo, values: &Assignments, kept: Kept) -> Result<()> {
        let mut given = values.without_related();
        let created = values.related().into_iter().flat_map(|related| &related.to_one);
        let created = created.filter(|(_, write)| matches!(write, ToOneWrite::Create(_)));
        let implied = if let Kept::New(parent) = kept { parent } else { None };
        for column in created.map(|(column, _)| *column).chain(implied) {
            given.set(column, placeholder(&info.columns[column]));
        }
        match (kept, info.def.hooks.is_some()) {
            (Kept::New(_), true) => validate::readable_row(info, given),
            (Kept::New(_), false) => validate::new_row(info, given, self.ctx.now()),
            (Kept::Changed, true) => validate::readable_changes(info, given),
            (Kept::Changed, false) => validate::changes(info, given),
        }
        .map(drop)
    }

    fn related(
        &mut self,
        info: &'static EntityInfo,
        values: &Assignments,
        path: &str,
        depth: usize,
    ) -> Result<()> {
        let Some(related) = values.related() else { return Ok(()) };
        if depth > self.limits.depth {
            let most = self.limits.depth;
            self.fail(path, "too_deep", format!("related rows are written at most {most} levels deep"));
            return Ok(());
        }
        for (column, write) in &related.to_one {
            let column = &info.columns[*column];
            let (Some(relation), Some(target)) = (column.relation(), column.target()) else { continue };
            let path = join(path, relation.name);
            match (write, values.get(column.index)) {
                (ToOneWrite::Create(values), _) => self.row(target, values, Kept::New(None), &path, depth)?,
                (ToOneWrite::Connect, Some(key)) => self.refer(target, key, join(&path, "connect")),
                (ToOneWrite::Connect, None) => {}
            }
        }
        for (many, write) in &related.to_many {
            let many = &info.many[*many];
            self.to_many(many, write, &join(path, many.def.name), depth)?;
        }
        Ok(())
    }

    fn to_many(&mut self, many: &ManyInfo, write: &ToManyWrite, path: &str, depth: usize) -> Result<()> {
        let target = many.target();
        self.rules_of_link(many, write, path);
        self.keys(many, write, path);
        self.count(write.len() - write.create.len() - write.update.len(), path);
        let parent = match many.link() {
            ManyLink::Inverse { column } => Some(column),
            ManyLink::Through { .. } => None,
        };
        for (position, row) in write.update.iter().enumerate() {
            let path = join(path, &format!("update.{position}"));
            self.version(target, row, &path);
            self.row(target, &row.values, Kept::Changed, &path, depth)?;
        }
        for (position, values) in write.create.iter().enumerate() {
            self.row(target, values, Kept::New(parent), &join(path, &position.to_string()), depth)?;
        }
        Ok(())
    }

    /// What the reference of the related rows, or their versions, do not let be done.
    fn rules_of_link(&mut self, many: &ManyInfo, write: &ToManyWrite, path: &str) {
        let target = many.target();
        let connects = [
            ("disconnect", !write.disconnect.is_empty()),
            ("connect", !write.connect.is_empty()),
            ("set", write.set.is_some()),
        ];
        let connects = || connects.into_iter().filter(|(_, given)| *given).map(|(name, _)| join(path, name));
        if let ManyLink::Inverse { column } = many.link() {
            let column = &target.columns[column];
            if is_immutable(column) {
                for path in connects() {
                    self.fail(
                        path,
                        "immutable",
                        format!("`{}` cannot be changed; leave it out", column.wire),
                    );
                }
            } else if target.def.version_required {
                for path in connects() {
                    let message = format!("changes `{}`; use `update`, with the version", column.wire);
                    self.fail(path, "version_required", message);
                }
            } else if !column.nullable && !write.disconnect.is_empty() {
                let message =
                    format!("`{}` is required; delete the row, or connect it elsewhere", column.wire);
                self.fail(join(path, "disconnect"), "required", message);
            }
        }
        if target.def.version_required && !write.delete.is_empty() {
            let message = "names no version of the row; delete it by itself, with its version";
            self.fail(join(path, "delete"), "version_required", message);
        }
    }

    fn version(&mut self, target: &EntityInfo, row: &RowChanges, path: &str) {
        let path = join(path, "expected_version");
        match row.version {
            None if target.def.version_required => self.fail(path, "required", "is required"),
            Some(_) if !target.def.version => {
                self.fail(path, "unknown_field", "counts no versions; leave it out")
            }
            _ => {}
        }
    }

    /// A row is written in one place of a request only: what it should become would depend on the order.
    fn keys(&mut self, many: &ManyInfo, write: &ToManyWrite, path: &str) {
        let (target, links) = (many.target(), matches!(many.link(), ManyLink::Through { .. }));
        let set = write.set.iter().flatten();
        let lists: [(&str, Vec<&Value>); 5] = [
            ("delete", write.delete.iter().collect()),
            ("disconnect", write.disconnect.iter().collect()),
            ("update", write.update.iter().map(|row| &row.key).collect()),
            ("connect", write.connect.iter().collect()),
            ("set", set.collect()),
        ];
        let mut here: HashMap<LookupKey, String> = HashMap::new();
        for (list, keys) in lists {
            for (position, key) in keys.into_iter().enumerate() {
                let Some(lookup) = LookupKey::of(key) else { continue };
                let path = join(path, &format!("{list}.{position}"));
                if let Some(earlier) = here.insert(lookup, path.clone()) {
                    self.repeated(path, &earlier);
                    continue;
                }
                match list {
                    "delete" => self.delete(target, key, path),
                    // Links are rows of their own.
                    "connect" | "set" if links => self.refer(target, key, path),
                    "disconnect" if links => {}
                    _ => self.write(target, key, path),
                }
            }
        }
    }

    /// Notes that a row is changed or deleted.
    fn write(&mut self, info: &'static EntityInfo, key: &Value, path: String) {
        let Some(key) = LookupKey::of(key) else { return };
        if let Some(earlier) = self.written.insert((info.def.table, key), path.clone()) {
            self.repeated(path, &earlier);
        }
    }

    /// Notes that a row is referred to, which must not be deleted.
    fn refer(&mut self, info: &'static EntityInfo, key: &Value, path: String) {
        let Some(key) = LookupKey::of(key) else { return };
        match self.deleted.get(&(info.def.table, key)).cloned() {
            Some(earlier) => self.repeated(path, &earlier),
            None => {
                self.referred.entry((info.def.table, key)).or_insert(path);
            }
        }
    }

    /// Notes that a row is deleted, which must not be referred to.
    fn delete(&mut self, info: &'static EntityInfo, key: &Value, path: String) {
        let Some(lookup) = LookupKey::of(key) else { return };
        let row = (info.def.table, lookup);
        self.deleted.insert(row, path.clone());
        match self.referred.get(&row).cloned() {
            Some(earlier) => self.repeated(path, &earlier),
            None => self.write(info, key, path),
        }
    }

    fn repeated(&mut self, path: String, earlier: &str) {
        let message = match earlier {
            "" => "is the row that is changed itself; leave it out".to_owned(),
            earlier => format!("is written by `{earlier}` already; name each row once"),
        };
        self.fail(path, "repeated", message);
    }
}

/// Whether a reference stays what it is.
fn is_immutable(column: &ColumnInfo) -> bool {
    column.field.is_some_and(|field| field.immutable || field.skip.update)
}

/// A key of the column's type.
fn placeholder(column: &ColumnInfo) -> Value {
    match column.kind {
        Kind::Uuid => Value::Uuid(uuid::Uuid::nil()),
        _ => Value::Int(0),
    }
}
