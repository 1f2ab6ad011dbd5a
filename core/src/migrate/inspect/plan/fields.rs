//! What the field of a column is: its type, its options, and what is said of the rest.

use crate::db::Dialect;
use crate::entity::OnDelete;
use crate::migrate::inspect::columns::{FieldType, field_type};
use crate::migrate::inspect::names::{self, Taken};
use crate::migrate::inspect::plan::{EntityPlan, EnumPlan, FieldPlan};
use crate::migrate::inspect::rules::{self, ColumnRule, DefaultValue};
use crate::migrate::live::external::on_delete;
use crate::migrate::live::{LiveColumn, LiveForeignKey};

impl EntityPlan<'_> {
    /// The field of a reference.
    pub(super) fn relation(&mut self, column: &LiveColumn, key: &LiveForeignKey, target: &str) -> FieldPlan {
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

    /// The field of another column; none where no type holds its values.
    pub(super) fn value(
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
pub(in crate::migrate::inspect) fn variant(value: &str) -> String {
    use heck::ToUpperCamelCase as _;
    let name = value.to_upper_camel_case();
    if name == "Self" { "SelfValue".to_owned() } else { name }
}
