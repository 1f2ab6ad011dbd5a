//! How the values of a column become those of another type.

use crate::db::{Dialect, literal, quoted};
use crate::migrate::{Column, Table};

/// How values are converted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conversion {
    /// The new value, an expression.
    pub(super) value: String,
    /// What is true of rows whose value cannot be converted.
    pub(super) refused: Option<String>,
}

/// What a column holds, whatever its length.
fn family(column: &Column, dialect: Dialect) -> String {
    if let Some(kind) = &column.kind {
        return kind.clone();
    }
    let base = column.base_type();
    if let Some(element) = base.strip_suffix("[]") {
        return format!("list of {element}");
    }
    let family = match (base, dialect) {
        ("boolean", _) => "bool",
        ("smallint" | "integer" | "bigint", _) => "integer",
        ("real" | "double precision", _) => "float",
        ("numeric", _) => "decimal",
        ("text" | "varchar", Dialect::Postgres) if !column.values.is_empty() => "enum",
        ("text", Dialect::Sqlite) if column.sql_type.contains("entify_decimal") => "decimal",
        ("text" | "varchar", _) => "text",
        ("timestamptz", _) => "datetime",
        ("jsonb", _) => "json",
        ("bytea" | "blob", _) => "bytes",
        (other, _) => other,
    };
    family.to_owned()
}

/// The numbers in a type's parentheses.
fn modifiers(sql_type: &str) -> Vec<u32> {
    let inside = sql_type.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    inside.map_or_else(Vec::new, |(inside, _)| {
        inside.split(',').filter_map(|number| number.trim().parse().ok()).collect()
    })
}

/// Whether PostgreSQL changes the type without reading a row: only a limit is lifted.
pub(super) fn is_catalog_only(before: &Column, after: &Column) -> bool {
    let collation =
        |column: &Column| column.sql_type.split_once(" collate ").map(|(_, name)| name.to_owned());
    let (from, to) = (before.base_type(), after.base_type());
    let (from_size, to_size) = (modifiers(&before.sql_type), modifiers(&after.sql_type));
    collation(before) == collation(after)
        && match (from, to) {
            ("varchar", "text") => true,
            ("varchar", "varchar") => from_size <= to_size,
            ("numeric", "numeric") => match (from_size.as_slice(), to_size.as_slice()) {
                (_, []) => true,
                ([precision, scale], [more, same]) => precision <= more && scale == same,
                _ => false,
            },
            _ => before.sql_type == after.sql_type,
        }
}

/// Whether a program that declares one of the types reads and writes a column of the other: integers of any width, texts of any
/// length, numbers of any digits.
pub(super) fn is_alike(before: &Column, after: &Column, dialect: Dialect) -> bool {
    family(before, dialect) == family(after, dialect)
}

/// How values of the one column become those of the other. None where no value has a counterpart.
pub(super) fn convert(before: &Column, after: &Column, dialect: Dialect) -> Option<Conversion> {
    let column = quoted(&before.name);
    match dialect {
        // A schema that was stored by an older version of the framework does not name the field's type.
        Dialect::Sqlite if before.kind.is_none() && before.sql_type == after.sql_type => Some(plain(column)),
        Dialect::Sqlite => sqlite(&column, &family(before, dialect), &family(after, dialect)),
        Dialect::Postgres => postgres(&column, before, after),
    }
}

fn plain(value: String) -> Conversion {
    Conversion { value, refused: None }
}

fn unless(value: String, valid: &str, column: &str) -> Conversion {
    Conversion { value, refused: Some(format!("{column} is not null and not ({valid})")) }
}

fn postgres(column: &str, before: &Column, after: &Column) -> Option<Conversion> {
    let dialect = Dialect::Postgres;
    let (from, to) = (family(before, dialect), family(after, dialect));
    let sql_type = after.sql_type.split(" collate ").next().unwrap_or_default();
    let cast = || format!("{column}::{sql_type}");
    let by_text = |valid: String| unless(format!("{column}::text::{sql_type}"), &valid, column);
    let matches = |pattern: &str| format!("{column}::text ~ '{pattern}'");
    Some(match (from.as_str(), to.as_str()) {
        ("text" | "enum", "text" | "enum") => match modifiers(&after.sql_type).as_slice() {
            [length] => unless(cast(), &format!("char_length({column}) <= {length}"), column),
            _ => plain(cast()),
        },
        ("integer", "integer") => match after.base_type() {
            "smallint" => unless(cast(), &format!("{column} between -32768 and 32767"), column),
            "integer" => unless(cast(), &format!("{column} between -2147483648 and 2147483647"), column),
            _ => plain(cast()),
        },
        ("decimal", "decimal") => match modifiers(&after.sql_type).as_slice() {
            [precision, scale] => {
                let whole = precision.saturating_sub(*scale);
                let fits =
                    format!("{column} = round({column}, {scale}) and abs({column}) < 1e{whole}::numeric");
                unless(cast(), &fits, column)
            }
            _ => plain(cast()),
        },
        (from, to) if from == to => plain(cast()),
        ("integer" | "float", "decimal") | ("integer" | "decimal", "float") => plain(cast()),
        ("decimal" | "float", "integer") => {
            unless(cast(), &format!("{column} = trunc({column}::numeric)"), column)
        }
        ("bool", "integer") => plain(format!("{column}::integer::{sql_type}")),
        ("integer", "bool") => unless(format!("{column} <> 0"), &format!("{column} in (0, 1)"), column),
        ("text", "integer") => by_text(matches("^-?[0-9]{1,9}$")),
        ("text", "decimal" | "float") => by_text(matches("^-?[0-9]+(\\.[0-9]+)?$")),
        ("text", "bool") => by_text(format!("{column}::text in ('true', 'false')")),
        ("text", "uuid") => by_text(matches("^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")),
        ("text", "date") => by_text(matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")),
        ("text", "time") => by_text(matches("^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]+)?)?$")),
        ("text", "datetime") => by_text(matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|[+-][0-9:]+)$")),
        ("text", "json") => plain(format!("to_jsonb({column}::text)")),
        ("datetime", "date") => {
            let date = format!("({column} AT TIME ZONE 'UTC')::date");
            unless(date.clone(), &format!("{column} AT TIME ZONE 'UTC' = {date}"), column)
        }
        ("date", "datetime") => plain(format!("{column}::timestamp AT TIME ZONE 'UTC'")),
        (from, "text") if from != "bytes" && from != "password" => {
            match modifiers(&after.sql_type).as_slice() {
                [length] => unless(
                    format!("{column}::text::{sql_type}"),
                    &format!("char_length({column}::text) <= {length}"),
                    column,
                ),
                _ => plain(format!("{column}::text")),
            }
        }
        _ => return None,
    })
}

fn sqlite(column: &str, from: &str, to: &str) -> Option<Conversion> {
    let cast = |to: &str| format!("cast({column} as {to})");
    let same = || column.to_owned();
    let digits = |groups: &str| format!("{column} glob '{}'", groups.replace('9', "[0-9]"));
    Some(match (from, to) {
        (from, to) if from == to => plain(same()),
        ("text" | "enum" | "password", "text" | "enum") => plain(same()),
        ("bool", "integer") => plain(same()),
        ("integer", "bool") => unless(format!("{column} <> 0"), &format!("{column} in (0, 1)"), column),
        ("integer", "float") | ("decimal", "float") => plain(cast("real")),
        ("integer" | "float", "decimal") | ("integer" | "float" | "bool", "text") => plain(cast("text")),
        ("float" | "decimal", "integer") => {
            unless(cast("integer"), &format!("cast({column} as integer) = cast({column} as real)"), column)
        }
        ("text", "integer") => {
            unless(cast("integer"), &format!("cast(cast({column} as integer) as text) = {column}"), column)
        }
        ("text", "decimal") => unless(same(), &number(column), column),
        ("text", "float") => unless(cast("real"), &number(column), column),
        ("text", "uuid") => {
            let hex = ["[0-9a-f]".repeat(8), "[0-9a-f]".repeat(4), "[0-9a-f]".repeat(12)];
            let [eight, four, twelve] = &hex;
            let valid = format!("{column} glob '{eight}-{four}-{four}-{four}-{twelve}'");
            unless(same(), &valid, column)
        }
        ("text", "date") => unless(same(), &format!("date({column}) is {column}"), column),
        ("text", "time") => unless(same(), &digits("99:99:99.999999"), column),
        ("text", "datetime") => unless(same(), &digits("9999-99-99T99:99:99.999999Z"), column),
        ("text", "json") => plain(format!("json_quote({column})")),
        ("date", "datetime") => plain(format!("{column} || 'T00:00:00.000000Z'")),
        ("datetime", "date") => {
            unless(format!("substr({column}, 1, 10)"), &format!("{column} glob '*T00:00:00.000000Z'"), column)
        }
        (from, "text") if from != "bytes" => plain(same()),
        _ => return None,
    })
}

/// Whether a text is a number in plain digits.
fn number(column: &str) -> String {
    format!("{column} glob '*[0-9]*' and {column} not glob '*[^0-9.-]*' and {column} not glob '?*-*'")
}

/// A value of the column's type for rows that have none, when it does not matter which: neither unique, nor a reference, nor
/// under a condition.
pub(in crate::migrate) fn empty_value(table: &Table, column: &Column, dialect: Dialect) -> Option<String> {
    let name = &column.name;
    let is_bound = table.uniques.iter().any(|unique| unique.columns.contains(name))
        || table.foreign_keys.iter().any(|key| key.column == *name)
        || table.checks.iter().any(|check| check.sql.contains(name.as_str()) && column.values.is_empty());
    if is_bound {
        return None;
    }
    let family = family(column, dialect);
    let text = match (family.as_str(), dialect) {
        ("bool", Dialect::Postgres) => return Some("false".to_owned()),
        ("bool" | "integer", _) | ("float" | "decimal", Dialect::Postgres) => return Some("0".to_owned()),
        ("float", Dialect::Sqlite) => return Some("0.0".to_owned()),
        ("bytes", Dialect::Sqlite) => return Some("x''".to_owned()),
        ("decimal", Dialect::Sqlite) => "0",
        ("enum", _) => column.values.first()?,
        ("uuid", _) => "00000000-0000-0000-0000-000000000000",
        ("date", _) => "1970-01-01",
        ("time", _) => "00:00:00.000000",
        ("datetime", _) => "1970-01-01T00:00:00.000000Z",
        ("json", _) => "null",
        (list, Dialect::Sqlite) if list.starts_with("list of ") => "[]",
        (list, Dialect::Postgres) if list.starts_with("list of ") => "{}",
        ("text" | "password" | "bytes", _) => "",
        _ => return None,
    };
    Some(literal(text, dialect))
}
