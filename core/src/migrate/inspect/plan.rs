//! What becomes of each table: names, keys, fields.

use crate::db::Dialect;
use crate::entity::names as sql_names;
use crate::entity::{OnDelete, ROWID};
use crate::migrate::framework;
use crate::migrate::inspect::columns::{FieldType, field_type};
use crate::migrate::inspect::names::{self, Taken};
use crate::migrate::inspect::rules::{self, ColumnRule, DefaultValue};
use crate::migrate::live::external::on_delete;
use crate::migrate::live::{LiveColumn, LiveForeignKey, LiveSchema, LiveTable, TableKind};

/// The entities of a schema.
#[derive(Debug)]
pub(super) struct Plan<'s> {
    pub(super) entities: Vec<EntityPlan<'s>>,
    /// Enum types that several tables may use.
    pub(super) enums: Vec<EnumPlan>,
    pub(super) notes: Vec<String>,
}

/// One entity.
#[derive(Debug)]
pub(super) struct EntityPlan<'s> {
    pub(super) table: &'s LiveTable,
    pub(super) name: String,
    pub(super) key: KeyPlan,
    pub(super) timestamps: bool,
    pub(super) fields: Vec<FieldPlan>,
    pub(super) many: Vec<ManyPlan>,
    /// Fields that are unique together, and indexes over several, by their declared names.
    pub(super) uniques: Vec<Vec<String>>,
    pub(super) indexes: Vec<Vec<(String, bool)>>,
    pub(super) enums: Vec<EnumPlan>,
    pub(super) remarks: Vec<String>,
    /// Names of fields and relations.
    pub(super) taken: Taken,
}

/// How rows are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyPlan {
    /// A number in this column.
    Identity(String),
    /// A UUID in this column.
    Uuid(String),
    /// SQLite's number of the row.
    Rowid,
    /// A UUID made of these columns.
    Digest(Vec<String>),
}

/// One field.
#[derive(Debug)]
pub(super) struct FieldPlan {
    pub(super) name: String,
    pub(super) column: String,
    pub(super) rust: String,
    pub(super) nullable: bool,
    pub(super) options: Vec<String>,
    pub(super) docs: Option<String>,
    pub(super) remarks: Vec<String>,
    /// The entity it refers to.
    pub(super) target: Option<String>,
    pub(super) sortable: bool,
}

/// A to-many relation.
#[derive(Debug)]
pub(super) struct ManyPlan {
    pub(super) name: String,
    pub(super) target: String,
    /// `inverse = artist` or `through = PlaylistTrack`.
    pub(super) option: String,
    /// The joining entity, whose name the file needs too.
    pub(super) via: Option<String>,
}

/// An enum.
#[derive(Debug)]
pub(super) struct EnumPlan {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) values: Vec<String>,
    /// The type of PostgreSQL.
    pub(super) sql_name: Option<String>,
}

impl<'s> Plan<'s> {
    pub(super) fn of(schema: &'s LiveSchema) -> Self {
        let mut plan = Plan { entities: Vec::new(), enums: Vec::new(), notes: Vec::new() };
        let mut types = Taken::default();
        for table in &schema.tables {
            if let Some(reason) = refusal(table) {
                plan.notes.extend(reason.map(|reason| {
                    format!("the {} `{}` is no entity: {reason}", table.kind.name(), table.name)
                }));
                continue;
            }
            let Some(key) = key(table, schema.dialect) else {
                plan.notes.push(format!("the table `{}` is no entity: {NO_KEY}", table.name));
                continue;
            };
            let name = names::entity(&table.name);
            let name = types.take(&[name.clone(), format!("{name}Row")]);
            plan.entities.push(EntityPlan::new(table, name, key, schema.dialect));
        }
        for item in &schema.enums {
            let name = names::type_name(&names::entity(&item.name));
            let name = types.take(&[name.clone(), format!("{name}Value")]);
            if item.values.iter().all(|value| names::is_word(value)) && !item.values.is_empty() {
                let docs = item.comment.clone().unwrap_or_else(|| format!("The type `{}`.", item.name));
                let sql_name = Some(item.name.clone());
                plan.enums.push(EnumPlan { name, docs, values: item.values.clone(), sql_name });
            }
        }
        let keys: Vec<(String, String, KeyPlan)> = plan
            .entities
            .iter()
            .map(|entity| (entity.table.name.clone(), entity.name.clone(), entity.key.clone()))
            .collect();
        for entity in &mut plan.entities {
            entity.add_fields(schema.dialect, &keys, &plan.enums, &mut types);
            entity.add_rules();
        }
        plan.add_relations();
        for entity in &plan.entities {
            let left_out = entity.remarks.iter().map(|remark| format!("`{}`: {remark}", entity.name));
            plan.notes.extend(left_out);
        }
        plan
    }
}

const NO_KEY: &str = "its key is neither a number nor a UUID, and it is WITHOUT ROWID";

/// Why a table is no entity; `Some(None)` when nobody misses it.
fn refusal(table: &LiveTable) -> Option<Option<String>> {
    match table.kind {
        _ if framework::TABLES.contains(&table.name.as_str()) => return Some(None),
        TableKind::View | TableKind::MaterializedView => {
            return Some(Some("the rows of a view have no key".to_owned()));
        }
        TableKind::Virtual => return Some(Some("it is not stored as other tables are".to_owned())),
        // A part of another one, which has its rows.
        TableKind::Table if table.definition.is_some() => return Some(None),
        TableKind::Table | TableKind::Partitioned | TableKind::Foreign => {}
    }
    sql_names::table_refusal(&table.name).map(|reason| Some(format!("its name is taken, {reason}")))
}

impl<'s> EntityPlan<'s> {
    fn new(table: &'s LiveTable, name: String, key: KeyPlan, dialect: Dialect) -> Self {
        let mut remarks = Vec::new();
        let columns = || table.primary_key.as_ref().map(|key| key.columns.join(", ")).unwrap_or_default();
        match &key {
            KeyPlan::Identity(_) | KeyPlan::Uuid(_) => {}
            KeyPlan::Rowid if columns().is_empty() => remarks.push(
                "the table has no key: rows are told apart by SQLite's `rowid`, which VACUUM may change".to_owned(),
            ),
            KeyPlan::Rowid => remarks.push(format!(
                "the table's own key ({}) is none of entify's: rows are told apart by SQLite's `rowid`, which VACUUM may \
                 change, so leave it read only",
                columns()
            )),
            KeyPlan::Digest(_) if columns().is_empty() => remarks.push(
                "the table has no key: a digest of the row is its key, so equal rows are one; it is read only, and a row is \
                 found by it without an index"
                    .to_owned(),
            ),
            KeyPlan::Digest(_) => remarks.push(format!(
                "the table's own key ({}) is none of entify's: a digest of it is the key; it is read only, and a row is \
                 found by it without an index",
                columns()
            )),
        }
        let timestamps = dialect == Dialect::Postgres
            && ["created_at", "updated_at"].iter().all(|name| {
                let is_time =
                    |column: &LiveColumn| column.not_null && column.base_type.starts_with("timestamp");
                table.column(name).is_some_and(is_time)
            });
        let mut taken = Taken::default();
        taken.reserve("id");
        if timestamps {
            ["created_at", "updated_at"].iter().for_each(|name| taken.reserve(name));
        }
        Self {
            table,
            name,
            key,
            timestamps,
            fields: Vec::new(),
            many: Vec::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            enums: Vec::new(),
            remarks,
            taken,
        }
    }

    /// A field for each column that is no key, in order.
    fn add_fields(
        &mut self,
        dialect: Dialect,
        keys: &[(String, String, KeyPlan)],
        enums: &[EnumPlan],
        types: &mut Taken,
    ) {
        let in_key = |column: &LiveColumn| match &self.key {
            KeyPlan::Identity(name) | KeyPlan::Uuid(name) => *name == column.name,
            KeyPlan::Rowid | KeyPlan::Digest(_) => false,
        };
        let table = self.table;
        let stamps = ["created_at", "updated_at"];
        let is_stamp = |column: &LiveColumn| self.timestamps && stamps.contains(&column.name.as_str());
        let columns: Vec<&LiveColumn> =
            table.columns.iter().filter(|column| !in_key(column) && !is_stamp(column)).collect();
        let mut spelled: Vec<String> = match &self.key {
            KeyPlan::Identity(name) | KeyPlan::Uuid(name) => vec![name.to_lowercase()],
            KeyPlan::Rowid | KeyPlan::Digest(_) => Vec::new(),
        };
        for column in columns {
            if spelled.contains(&column.name.to_lowercase()) {
                let name = &column.name;
                self.remarks.push(format!(
                    "the column `{name}` is left out: another has its name, but for upper and lower case"
                ));
                continue;
            }
            spelled.push(column.name.to_lowercase());
            if let Some(reason) = sql_names::column_refusal(&column.name, false) {
                self.remarks
                    .push(format!("the column `{}` is left out: its name is taken, {reason}", column.name));
                continue;
            }
            let field = match reference(table, column, keys) {
                Some((key, target)) => Some(self.relation(column, key, target)),
                None => self.value(column, dialect, enums, types),
            };
            match field {
                Some(field) => self.fields.push(field),
                None => self.remarks.push(format!(
                    "the column `{}` is left out: no field holds a `{}`",
                    column.name, column.sql_type
                )),
            }
        }
        let of_key = |key: &&LiveForeignKey| {
            matches!((&self.key, key.columns.as_slice()),
                (KeyPlan::Identity(name) | KeyPlan::Uuid(name), [only]) if name == only)
        };
        for key in table.foreign_keys.iter().filter(of_key) {
            self.remarks
                .push(format!("the key is that of a row of `{}` too, which no relation is", key.table));
        }
        for key in table.foreign_keys.iter().filter(|key| key.columns.len() > 1) {
            self.remarks.push(format!(
                "the reference ({}) to `{}` is of several columns, which no relation is",
                key.columns.join(", "),
                key.table
            ));
        }
    }

    fn relation(&mut self, column: &LiveColumn, key: &LiveForeignKey, target: &str) -> FieldPlan {
        let snake = names::snake(&column.name);
        let short = snake.strip_suffix("_id").filter(|short| !short.is_empty()).unwrap_or(&snake).to_owned();
        let name = self.taken.take(&[short, snake]);
        self.taken.reserve(&format!("{name}_id"));
        let mut options = Vec::new();
        match on_delete(key.on_delete) {
            OnDelete::Cascade => options.push("on_delete = cascade".to_owned()),
            OnDelete::SetNull => options.push("on_delete = set_null".to_owned()),
            OnDelete::Restrict => {}
        }
        if column.name != format!("{name}_id") {
            options.push(format!("column = {:?}", column.name));
        }
        FieldPlan {
            name,
            column: column.name.clone(),
            rust: format!("One<{target}>"),
            nullable: !(column.not_null || self.table.is_in_key(&column.name)),
            options,
            docs: column.comment.clone(),
            remarks: Vec::new(),
            target: Some(target.to_owned()),
            sortable: true,
        }
    }

    fn value(
        &mut self,
        column: &LiveColumn,
        dialect: Dialect,
        enums: &[EnumPlan],
        types: &mut Taken,
    ) -> Option<FieldPlan> {
        let table = self.table;
        let snake = names::snake(&column.name);
        let mut remarks = Vec::new();
        let nullable = !(column.not_null || table.is_in_key(&column.name));
        let FieldType { mut rust, mut options, remark } = match &column.enum_type {
            Some(name) => {
                remarks.push(format!(
                    "The column's type is PostgreSQL's `{name}`: the field is read, and not written or filtered by."
                ));
                let found = enums.iter().find(|item| item.sql_name.as_ref() == Some(name));
                let rust = found.map_or("String", |item| item.name.as_str());
                let is_list = column.base_type.ends_with("[]");
                let rust = if is_list { format!("Vec<{rust}>") } else { rust.to_owned() };
                FieldType { rust, options: vec!["read_only".to_owned()], remark: None }
            }
            None => field_type(column, dialect)?,
        };
        remarks.extend(remark);
        let name = self.taken.take(&[snake.clone(), format!("{snake}_value")]);
        let mut least = None;
        let ty = FieldType { rust: rust.clone(), options: Vec::new(), remark: None };
        for check in table.checks.iter().filter(|check| is_about(&check.sql, &column.name)) {
            let rules =
                rules::read(&check.sql).filter(|rules| rules.iter().all(|(name, _)| *name == column.name));
            let Some(rules) = rules else { continue };
            for (_, rule) in rules {
                match rule {
                    ColumnRule::In(values)
                        if rust == "String" && values.iter().all(|value| names::is_word(value)) =>
                    {
                        let type_name = names::type_name(&format!("{}{}", self.name, names::entity(&name)));
                        let type_name = types.take(&[type_name.clone(), format!("{type_name}Value")]);
                        let docs = format!("What `{}` of `{}` may be.", column.name, table.name);
                        self.enums.push(EnumPlan { name: type_name.clone(), docs, values, sql_name: None });
                        rust = type_name;
                        options.retain(|option| !option.starts_with("max_len"));
                    }
                    ColumnRule::Length { at_least, number } if rust == "String" => match at_least {
                        true => least = Some(number),
                        false => {
                            options.retain(|option| !option.starts_with("max_len"));
                            options.push(format!("max_len = {number}"));
                        }
                    },
                    rule => match number_option(&rule, &ty) {
                        Some(option) => options.push(option),
                        None => remarks.push(format!("The database checks: {}", check.sql)),
                    },
                }
            }
        }
        if rust == "String" && !nullable {
            options.push(format!("min_len = {}", least.unwrap_or(0)));
        } else if let Some(least) = least {
            options.push(format!("min_len = {least}"));
        }
        if is_secret(&snake) && rust == "String" {
            remarks.push("By its name it is secret: no client is shown it.".to_owned());
            options.retain(|option| option != "index");
            options.push("write_only".to_owned());
        }
        if column.generated.is_some() {
            remarks.push("The database computes it.".to_owned());
            options.retain(|option| !option.starts_with("min_len"));
            options.push("read_only".to_owned());
        } else if let Some(default) = column.default.as_ref().filter(|_| !column.serial && !nullable) {
            let known = self.enums.iter().chain(enums).find(|item| item.name == rust);
            match default_option(default, &rust, known) {
                Some(option) => options.push(option),
                None => remarks.push(format!("The database has a default: {default}")),
            }
        }
        if names::identifier(&name).trim_start_matches("r#") != column.name {
            options.push(format!("column = {:?}", column.name));
        }
        Some(FieldPlan {
            name,
            column: column.name.clone(),
            rust,
            nullable,
            options,
            docs: column.comment.clone(),
            remarks,
            target: None,
            sortable: ty.is_sortable(),
        })
    }

    /// Unique rules and indexes of columns that are fields.
    fn add_rules(&mut self) {
        let table = self.table;
        let keys =
            table.primary_key.iter().filter(|_| matches!(self.key, KeyPlan::Rowid | KeyPlan::Digest(_)));
        let mut rules: Vec<Vec<String>> = keys.map(|key| key.columns.clone()).collect();
        rules.extend(table.uniques.iter().map(|unique| unique.columns.clone()));
        let plain =
            |index: &&crate::migrate::live::LiveIndex| index.condition.is_none() && index.method == "btree";
        for index in table.indexes.iter().filter(plain) {
            let columns: Option<Vec<(String, bool)>> =
                index.parts.iter().map(|part| Some((part.column.clone()?, part.descending))).collect();
            let Some(columns) = columns else { continue };
            if index.unique {
                rules.push(columns.into_iter().map(|(column, _)| column).collect());
                continue;
            }
            match columns.as_slice() {
                [(column, false)] => self.mark(column, "index"),
                _ => {
                    let names: Option<Vec<_>> = columns
                        .iter()
                        .map(|(column, descending)| Some((self.declared(column)?, *descending)))
                        .collect();
                    self.indexes.extend(names.filter(|names| !self.indexes.contains(names)));
                }
            }
        }
        for columns in rules {
            match columns.as_slice() {
                [column] => self.mark(column, "unique"),
                _ => {
                    let names: Option<Vec<_>> = columns.iter().map(|column| self.declared(column)).collect();
                    self.uniques.extend(names.filter(|names| !self.uniques.contains(names)));
                }
            }
        }
    }

    /// The declared name of a column that may be in an index.
    fn declared(&self, column: &str) -> Option<String> {
        let field = self.fields.iter().find(|field| field.column == column && field.sortable)?;
        Some(names::identifier(&field.name))
    }

    /// `unique` is an index too, and a relation has one.
    fn mark(&mut self, column: &str, option: &str) {
        let found = self.fields.iter_mut().find(|field| field.column == column && field.sortable);
        let Some(field) = found else { return };
        let has = |field: &FieldPlan, option: &str| field.options.iter().any(|known| known == option);
        if option == "unique" {
            field.options.retain(|known| known != "index");
        }
        let is_there =
            has(field, option) || has(field, "unique") || (option == "index" && field.target.is_some());
        if !is_there {
            field.options.insert(0, option.to_owned());
        }
    }
}

/// None where nothing tells the rows apart that a key could be.
fn key(table: &LiveTable, dialect: Dialect) -> Option<KeyPlan> {
    let key: &[String] = table.primary_key.as_ref().map_or(&[], |key| &key.columns);
    let only = || match key {
        [only] => table.columns.iter().find(|column| column.name == *only),
        _ => None,
    };
    let found = only().and_then(|column| Some((column, field_type(column, dialect)?)));
    match found {
        Some((column, ty)) if ty.is_whole() => return Some(KeyPlan::Identity(column.name.clone())),
        Some((column, ty)) if ty.rust == "Uuid" => return Some(KeyPlan::Uuid(column.name.clone())),
        _ => {}
    }
    let has_rowid = table.kind == TableKind::Table && !table.without_rowid && table.column(ROWID).is_none();
    match dialect {
        Dialect::Sqlite => has_rowid.then_some(KeyPlan::Rowid),
        Dialect::Postgres if key.is_empty() => {
            Some(KeyPlan::Digest(table.columns.iter().map(|column| column.name.clone()).collect()))
        }
        Dialect::Postgres => Some(KeyPlan::Digest(key.to_vec())),
    }
}

/// The reference of a column to the key of an entity.
fn reference<'t>(
    table: &'t LiveTable,
    column: &LiveColumn,
    keys: &'t [(String, String, KeyPlan)],
) -> Option<(&'t LiveForeignKey, &'t str)> {
    table.foreign_keys.iter().find_map(|key| {
        let [own] = key.columns.as_slice() else { return None };
        let [referred] = key.referred.as_slice() else { return None };
        let (_, name, target) = keys.iter().find(|(table, ..)| *table == key.table)?;
        let is_key = matches!(target, KeyPlan::Identity(name) | KeyPlan::Uuid(name) if name == referred);
        let can_be_null = !(column.not_null || table.is_in_key(&column.name));
        let fits = can_be_null || on_delete(key.on_delete) != OnDelete::SetNull;
        (own == &column.name && is_key && fits).then_some((key, name.as_str()))
    })
}

/// Whether a column's name says that it holds a password, or what is made of one.
fn is_secret(name: &str) -> bool {
    ["password", "passwd"].iter().any(|word| name.contains(word))
}

/// Whether a condition may be about a column.
fn is_about(sql: &str, column: &str) -> bool {
    rules::read(sql).is_some_and(|rules| rules.iter().any(|(name, _)| name == column))
}

fn number_option(rule: &ColumnRule, ty: &FieldType) -> Option<String> {
    let (name, number, exclusive, step) = match rule {
        ColumnRule::Min { number, exclusive } => ("min", number, *exclusive, 1),
        ColumnRule::Max { number, exclusive } => ("max", number, *exclusive, -1),
        ColumnRule::In(_) | ColumnRule::Length { .. } => return None,
    };
    if !ty.is_number() {
        return None;
    }
    match exclusive {
        false => Some(format!("{name} = {number}")),
        true if ty.is_whole() => Some(format!("{name} = {}", number.parse::<i64>().ok()?.checked_add(step)?)),
        true => None,
    }
}

fn default_option(sql: &str, rust: &str, known: Option<&EnumPlan>) -> Option<String> {
    let value = rules::read_default(sql)?;
    let whole = matches!(rust, "i16" | "i32" | "i64");
    let fraction = matches!(rust, "f32" | "f64" | "Decimal");
    Some(match value {
        DefaultValue::Text(text) => match known {
            Some(item) if item.values.contains(&text) => format!("default = {rust}::{}", variant(&text)),
            _ if rust == "String" => format!("default = {text:?}"),
            _ if whole && text.parse::<i64>().is_ok() => format!("default = {text}"),
            _ => return None,
        },
        DefaultValue::Number(number) if whole && !number.contains('.') => format!("default = {number}"),
        DefaultValue::Number(number) if fraction => format!("default = {number}"),
        DefaultValue::Number(number) if rust == "bool" && (number == "0" || number == "1") => {
            format!("default = {}", number == "1")
        }
        DefaultValue::Bool(value) if rust == "bool" => format!("default = {value}"),
        DefaultValue::Now if rust == "DateTime<Utc>" => "default = Utc::now()".to_owned(),
        _ => return None,
    })
}

/// `on_leave` -> `OnLeave`.
pub(super) fn variant(value: &str) -> String {
    use heck::ToUpperCamelCase as _;
    let name = value.to_upper_camel_case();
    if name == "Self" { "SelfValue".to_owned() } else { name }
}
