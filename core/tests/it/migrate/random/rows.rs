//! Rows in tables that change, and which of their values must survive.

use std::collections::BTreeMap;

use entify::db::{Db, Dialect, Executor, Layout, Statement};
use entify::service::Records;
use entify::types::{Kind, VariantDef};
use entify::value::{Assignments, Value};
use entify::{Ctx, entity::EntityDef};
use sea_query::Values;

use super::model::{Chance, Entity, Field, Model, Type};

/// Values as the database writes them in text: by entity, key and field.
pub(super) type Stored = BTreeMap<usize, BTreeMap<String, BTreeMap<usize, Option<String>>>>;

#[derive(Debug, Default)]
pub(super) struct Rows {
    next: i64,
}

async fn texts(db: &Db, sql: String, columns: usize) -> Vec<Vec<Option<String>>> {
    let layout = (0..columns).fold(Layout::default(), |layout, _| layout.with_column(Kind::Text));
    let rows =
        Executor::Pool(db.clone()).read(Statement::new(sql.clone(), Values(Vec::new())), &layout).await;
    let rows = rows.unwrap_or_else(|error| panic!("{error}: {sql}"));
    let cell = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    rows.iter().map(|row| row.values().iter().map(cell).collect()).collect()
}

/// Deletes all rows of the application's tables, whatever they are called now.
pub(super) async fn delete(db: &Db) {
    let names = match db.dialect() {
        Dialect::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        Dialect::Postgres => {
            "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        }
    };
    let names: Vec<String> =
        texts(db, names.to_owned(), 1).await.into_iter().filter_map(|mut row| row.remove(0)).collect();
    let own = |name: &&String| name.starts_with("things_") || name.starts_with("r");
    for _ in 0..names.len() {
        for name in names.iter().filter(own) {
            let sql = match db.dialect() {
                Dialect::Sqlite => format!("DELETE FROM \"{name}\""),
                Dialect::Postgres => format!("TRUNCATE \"{name}\" CASCADE"),
            };
            // A row that another one refers to goes in a later round.
            let _ = Executor::Pool(db.clone()).execute(Statement::new(sql, Values(Vec::new()))).await;
        }
    }
}

impl Rows {
    /// All rows of the model's tables.
    pub(super) async fn read(&self, db: &Db, model: &Model) -> Stored {
        let mut stored = Stored::new();
        for entity in &model.entities {
            let text = |column: &str| format!("cast(\"{column}\" as text)");
            let mut columns = vec![text("id")];
            columns.extend(entity.fields.iter().map(|field| text(&field.column)));
            let sql = format!("SELECT {} FROM \"{}\"", columns.join(", "), entity.table);
            let rows = stored.entry(entity.number).or_default();
            for mut row in texts(db, sql, columns.len()).await {
                let key = row.remove(0).expect("a key");
                rows.insert(key, entity.fields.iter().map(|field| field.number).zip(row).collect());
            }
        }
        stored
    }

    /// A row or two in each table, through the service, as long as what they refer to is there.
    pub(super) async fn insert(&mut self, ctx: &Ctx, model: &Model, chance: &mut Chance) {
        let defs = model.define(ctx.db().dialect().into());
        for (entity, def) in model.entities.iter().zip(&defs) {
            for _ in 0..=chance.below(2) {
                self.next += 1;
                let Some(values) = self.values(ctx, model, &defs, entity, chance).await else { continue };
                // An enum with one variant and a unique rule takes one row.
                let made = Records::new(ctx, def.info()).create(values).await;
                if let Err(error) = made {
                    assert!(
                        error.to_string().contains("taken")
                            || error.to_string().contains("unique")
                            || error.to_string().contains("already"),
                        "{error:?}"
                    );
                }
            }
        }
    }

    async fn values(
        &self,
        ctx: &Ctx,
        model: &Model,
        defs: &[&'static EntityDef],
        entity: &Entity,
        chance: &mut Chance,
    ) -> Option<Assignments> {
        let mut values = Assignments::new();
        for (position, field) in entity.fields.iter().enumerate() {
            let value = match field.kind {
                Type::One { target, .. } => {
                    let place = model.entities.iter().position(|entity| entity.number == target)?;
                    let mut list = entify::query::ListQuery::new(defs[place].info().all());
                    list.page.first = Some(3);
                    let page = Records::new(ctx, defs[place].info()).list(&list).await.unwrap();
                    match page.items.last() {
                        Some(row) if !field.unique => row.key().clone(),
                        _ if field.nullable => Value::Null,
                        Some(_) | None => return None,
                    }
                }
                _ if field.nullable && chance.one_in(3) => Value::Null,
                _ => value(field, self.next),
            };
            values.set(position + 1, value);
        }
        Some(values)
    }
}

/// A value that differs from row to row where the type has so many.
fn value(field: &Field, number: i64) -> Value {
    let text = match &field.kind {
        Type::Bool => return Value::Bool(number % 2 == 0),
        Type::Small | Type::Int | Type::Big => return Value::Int(number),
        Type::Float => return Value::Float(0.5 + number as f64),
        Type::Decimal { .. } => return Value::Decimal(format!("{number}.25").parse().unwrap()),
        Type::Bytes => return Value::Bytes(vec![1, 2].into()),
        Type::Words => return Value::List(vec![Value::Text("a word".to_owned())]),
        Type::Json => return Value::Json(serde_json::json!({ "a": number })),
        Type::Choice(values) => {
            return Value::Enum(variant(&values[usize::try_from(number).unwrap() % values.len()]));
        }
        Type::Choices(values) => return Value::List(vec![Value::Enum(variant(&values[0]))]),
        Type::Text { .. } => format!("words {number} 'quoted'"),
        Type::Uuid => return Value::Uuid(entify::types::Uuid::from_u128(u128::try_from(number).unwrap())),
        Type::Date => {
            return Value::Date(
                entify::types::NaiveDate::from_num_days_from_ce_opt(700_000 + i32::try_from(number).unwrap())
                    .unwrap(),
            );
        }
        Type::Time => {
            return Value::Time(
                entify::types::NaiveTime::from_num_seconds_from_midnight_opt(
                    u32::try_from(number % 86_000).unwrap(),
                    0,
                )
                .unwrap(),
            );
        }
        Type::DateTime => {
            let day =
                entify::types::NaiveDate::from_num_days_from_ce_opt(700_000 + i32::try_from(number).unwrap())
                    .unwrap();
            return Value::DateTime(day.and_hms_opt(0, 0, 0).unwrap().and_utc());
        }
        Type::One { .. } => unreachable!("references are found, not made"),
    };
    Value::Text(text)
}

fn variant(value: &str) -> &'static VariantDef {
    let wire: &'static str = value.to_owned().leak();
    Box::leak(Box::new(VariantDef {
        name: wire,
        wire,
        graphql: wire,
        was: None,
        color: None,
        deprecated: None,
        docs: "",
    }))
}

/// How many values are what they were; the first one that is not.
pub(super) fn compare(before: &Model, kept: &Stored, after: &Model, now: &Stored) -> Result<usize, String> {
    let mut survived = 0;
    for old in &before.entities {
        let Some(new) = after.entities.iter().find(|entity| entity.number == old.number) else { continue };
        let (was, is) = (&kept[&old.number], &now[&new.number]);
        if was.keys().collect::<Vec<_>>() != is.keys().collect::<Vec<_>>() {
            return Err(format!("rows of {}: {:?}, not {:?}", new.table, is.keys(), was.keys()));
        }
        for field in &new.fields {
            let Some(before) = old.fields.iter().find(|other| other.number == field.number) else { continue };
            if !same_type(before, field) {
                continue;
            }
            for (key, row) in was {
                let expected = row[&field.number].clone().map(|text| renamed(field, text));
                let found = is[key][&field.number].clone();
                let filled = expected.is_none() && !field.nullable && field.default;
                if expected != found && !filled {
                    return Err(format!(
                        "{}.{} of {key}: {found:?}, not {expected:?}",
                        new.table, field.column
                    ));
                }
                survived += 1;
            }
        }
    }
    Ok(survived)
}

/// Whether values are written alike before and after.
fn same_type(before: &Field, after: &Field) -> bool {
    match (&before.kind, &after.kind) {
        (Type::Choice(_), Type::Choice(_)) | (Type::Choices(_), Type::Choices(_)) => true,
        (Type::Text { .. }, Type::Text { .. }) | (Type::One { .. }, Type::One { .. }) => true,
        (Type::Small | Type::Int | Type::Big, Type::Small | Type::Int | Type::Big | Type::Text { .. }) => {
            true
        }
        (before, after) => before == after,
    }
}

fn renamed(field: &Field, text: String) -> String {
    match field.kind {
        Type::Choice(_) => {
            let now = field.renamed.iter().find(|(was, _)| *was == text).map(|(_, now)| now.clone());
            now.unwrap_or(text)
        }
        Type::Choices(_) => field.renamed.iter().fold(text, |text, (was, now)| {
            // As SQLite's JSON and PostgreSQL's arrays write it.
            text.replace(&format!("\"{was}\""), &format!("\"{now}\""))
                .replace(&format!("{{{was}}}"), &format!("{{{now}}}"))
        }),
        _ => text,
    }
}
