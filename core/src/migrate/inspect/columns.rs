//! The type of a field for that of a column.

use crate::db::Dialect;
use crate::migrate::live::LiveColumn;

/// A field's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldType {
    /// In Rust, without `Option`.
    pub(super) rust: String,
    /// Options that follow from it: `max_len = 120`.
    pub(super) options: Vec<String>,
    /// What is to be said of it.
    pub(super) remark: Option<String>,
}

impl FieldType {
    fn of(rust: &str) -> Self {
        Self { rust: rust.to_owned(), options: Vec::new(), remark: None }
    }

    /// Whether a field of it may be in an index or a unique rule.
    pub(super) fn is_sortable(&self) -> bool {
        !(self.rust == "Json" || self.rust == "Bytes" || self.rust.starts_with("Vec<"))
    }

    pub(super) fn is_whole(&self) -> bool {
        matches!(self.rust.as_str(), "i16" | "i32" | "i64")
    }

    pub(super) fn is_number(&self) -> bool {
        self.is_whole() || matches!(self.rust.as_str(), "f32" | "f64" | "Decimal")
    }
}

/// The most digits of a `Decimal`.
const DECIMAL_DIGITS: u32 = 28;

/// None where no field holds such values.
pub(super) fn field_type(column: &LiveColumn, dialect: Dialect) -> Option<FieldType> {
    match dialect {
        Dialect::Postgres => postgres(&column.base_type),
        Dialect::Sqlite => sqlite(&column.sql_type),
    }
}

/// The numbers in the parentheses of a type, and what is before and after them.
fn split(sql_type: &str) -> (String, Vec<u32>) {
    let lower = sql_type.to_lowercase();
    let Some((before, rest)) = lower.split_once('(') else { return (lower.trim().to_owned(), Vec::new()) };
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    let numbers = inside.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    (format!("{} {}", before.trim(), after.trim()).trim().to_owned(), numbers)
}

fn text(numbers: &[u32]) -> FieldType {
    let options =
        numbers.iter().take(1).filter(|length| **length > 0).map(|length| format!("max_len = {length}"));
    FieldType { options: options.collect(), ..FieldType::of("String") }
}

fn decimal(numbers: &[u32]) -> FieldType {
    let options = match *numbers {
        [precision, scale] if precision <= DECIMAL_DIGITS && scale <= precision => {
            vec![format!("precision = {precision}"), format!("scale = {scale}")]
        }
        [precision] if precision <= DECIMAL_DIGITS => {
            vec![format!("precision = {precision}"), "scale = 0".to_owned()]
        }
        _ => Vec::new(),
    };
    FieldType { options, ..FieldType::of("Decimal") }
}

fn postgres(sql_type: &str) -> Option<FieldType> {
    if let Some(element) = sql_type.strip_suffix("[]") {
        let element = postgres(element)?;
        let is_scalar =
            !matches!(element.rust.as_str(), "Json" | "Bytes") && !element.rust.starts_with("Vec<");
        return is_scalar.then(|| FieldType::of(&format!("Vec<{}>", element.rust)));
    }
    let (base, numbers) = split(sql_type);
    Some(match base.as_str() {
        "boolean" => FieldType::of("bool"),
        "smallint" => FieldType::of("i16"),
        "integer" => FieldType::of("i32"),
        "bigint" => FieldType::of("i64"),
        "real" => FieldType::of("f32"),
        "double precision" => FieldType::of("f64"),
        "numeric" => decimal(&numbers),
        "text" | "citext" => FieldType::of("String"),
        "character varying" | "character" => text(&numbers),
        "uuid" => FieldType::of("Uuid"),
        "date" => FieldType::of("NaiveDate"),
        "time without time zone" => FieldType::of("NaiveTime"),
        "timestamp with time zone" => FieldType::of("DateTime<Utc>"),
        "timestamp without time zone" => FieldType {
            remark: Some("The column has no time zone: its times are taken to be in UTC.".to_owned()),
            ..FieldType::of("DateTime<Utc>")
        },
        "json" | "jsonb" => FieldType::of("Json"),
        "bytea" => FieldType::of("Bytes"),
        _ => return None,
    })
}

/// A column of SQLite takes what its type resembles, and other values beside.
fn sqlite(sql_type: &str) -> Option<FieldType> {
    let (base, numbers) = split(sql_type);
    let has = |parts: &[&str]| parts.iter().any(|part| base.contains(part));
    Some(match () {
        () if has(&["bool"]) => FieldType::of("bool"),
        () if has(&["date", "time"]) => FieldType {
            remark: Some("SQLite has no times: the text as it is stored.".to_owned()),
            ..FieldType::of("String")
        },
        () if has(&["int"]) => FieldType::of("i64"),
        () if base == "uuid" => FieldType::of("Uuid"),
        () if has(&["json"]) => FieldType::of("Json"),
        () if has(&["char", "clob", "text"]) => text(&numbers),
        () if has(&["dec", "numeric"]) => decimal(&numbers),
        () if has(&["real", "floa", "doub"]) => FieldType::of("f64"),
        () if has(&["blob"]) => FieldType::of("Bytes"),
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_both_databases_are_fields() {
        let rust = |found: Option<FieldType>| {
            found
                .map_or_else(|| "-".to_owned(), |found| format!("{} {}", found.rust, found.options.join(" ")))
        };
        let postgres = |sql: &str| rust(super::postgres(sql));
        assert_eq!(postgres("character varying(120)"), "String max_len = 120");
        assert_eq!(postgres("numeric(10,2)"), "Decimal precision = 10 scale = 2");
        assert_eq!(postgres("timestamp(6) without time zone"), "DateTime<Utc> ");
        assert_eq!((postgres("integer[]"), postgres("jsonb[]")), ("Vec<i32> ".to_owned(), "-".to_owned()));
        assert_eq!((postgres("interval"), postgres("inet")), ("-".to_owned(), "-".to_owned()));
        let sqlite = |sql: &str| rust(super::sqlite(sql));
        assert_eq!(sqlite("NVARCHAR(160)"), "String max_len = 160");
        assert_eq!(sqlite("NUMERIC(10,2)"), "Decimal precision = 10 scale = 2");
        assert_eq!((sqlite("DATETIME"), sqlite("INTEGER")), ("String ".to_owned(), "i64 ".to_owned()));
        assert_eq!((sqlite("bool"), sqlite("varchar")), ("bool ".to_owned(), "String ".to_owned()));
    }
}
