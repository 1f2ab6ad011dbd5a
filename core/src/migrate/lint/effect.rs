//! What a statement does, as far as the rules are concerned.

use crate::migrate::lint::Lock;

/// What one statement, or one part of it, does.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::migrate) enum Effect {
    CreateTable {
        table: String,
        columns: Vec<Column>,
        rules: Vec<Rule>,
        temporary: bool,
    },
    CreateVirtualTable {
        table: String,
    },
    CreateView {
        name: String,
    },
    DropTable {
        table: String,
        cascade: bool,
    },
    DropSchema {
        name: String,
    },
    RenameTable {
        table: String,
        to: String,
    },
    AddColumn {
        table: String,
        column: Column,
        rules: Vec<Rule>,
    },
    DropColumn {
        table: String,
        column: String,
    },
    RenameColumn {
        table: String,
        column: String,
        to: String,
    },
    SetNotNull {
        table: String,
        column: String,
    },
    DropNotNull {
        table: String,
        column: String,
    },
    SetType {
        table: String,
        column: String,
        sql_type: String,
        using: Option<String>,
    },
    AddRule {
        table: String,
        rule: Rule,
        not_valid: bool,
    },
    DropRule {
        table: String,
        name: String,
    },
    RenameRule {
        table: String,
        name: String,
        to: String,
    },
    ValidateRule {
        table: String,
        name: String,
    },
    CreateIndex {
        table: String,
        index: Index,
        concurrently: bool,
        if_not_exists: bool,
    },
    DropIndex {
        name: String,
        concurrently: bool,
    },
    Reindex {
        table: Option<String>,
        index: Option<String>,
        concurrently: bool,
    },
    Truncate {
        table: String,
    },
    /// `maps`: the columns written, each with the expression whose value it gets, when it is from a query.
    Insert {
        table: String,
        reads: Vec<String>,
        maps: Vec<(String, String)>,
    },
    Update {
        table: String,
        sets: Vec<(String, String)>,
        filtered: bool,
    },
    Delete {
        table: String,
        filtered: bool,
    },
    Setting {
        name: String,
        value: String,
    },
    Transaction {
        what: String,
    },
    EnumValueAdded {
        between: bool,
    },
    EnumValueRenamed {
        from: String,
        to: String,
    },
    /// Another change of a table: its lock, and whether the rows are written anew.
    AlterTable {
        table: String,
        lock: Lock,
        rewrites: bool,
    },
    /// Something that cannot run in a transaction.
    OutsideTransaction {
        what: String,
    },
    /// Something that touches no rows and takes no lock on a table that matters.
    Harmless,
    /// What is not understood: the first words.
    Unread {
        words: String,
        table: Option<String>,
    },
}

/// A column.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::migrate) struct Column {
    pub(in crate::migrate) name: String,
    /// In lower case, without the collation: `varchar(20)`.
    pub(in crate::migrate) sql_type: String,
    pub(in crate::migrate) not_null: bool,
    pub(in crate::migrate) default: Option<String>,
    /// `GENERATED ALWAYS AS (…) STORED`.
    pub(in crate::migrate) stored: bool,
    /// Computed when it is read, or counted up by the database.
    pub(in crate::migrate) computed: bool,
    pub(in crate::migrate) identity: bool,
}

/// A constraint.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::migrate) struct Rule {
    pub(in crate::migrate) name: Option<String>,
    pub(in crate::migrate) kind: RuleKind,
}

/// What a constraint demands.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::migrate) enum RuleKind {
    Primary { columns: Vec<String> },
    Unique { columns: Vec<String> },
    Check { sql: String },
    Foreign { columns: Vec<String>, target: String, keys: Vec<String>, on_delete: String },
    Exclude,
    PrimaryUsing { index: String },
    UniqueUsing { index: String },
}

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::migrate) struct Index {
    pub(in crate::migrate) name: String,
    /// Columns, or expressions.
    pub(in crate::migrate) columns: Vec<String>,
    pub(in crate::migrate) unique: bool,
    pub(in crate::migrate) condition: Option<String>,
}

impl Effect {
    /// The names that it gives.
    pub(in crate::migrate) fn new_names(&self) -> Vec<&str> {
        match self {
            Self::CreateTable { table, columns, rules, .. } => {
                let mut names = vec![table.as_str()];
                names.extend(columns.iter().map(|column| column.name.as_str()));
                names.extend(rules.iter().filter_map(|rule| rule.name.as_deref()));
                names
            }
            Self::RenameTable { to, .. } | Self::RenameColumn { to, .. } | Self::RenameRule { to, .. } => {
                vec![to]
            }
            Self::AddColumn { column, rules, .. } => {
                let mut names = vec![column.name.as_str()];
                names.extend(rules.iter().filter_map(|rule| rule.name.as_deref()));
                names
            }
            Self::AddRule { rule, .. } => rule.name.as_deref().into_iter().collect(),
            Self::CreateIndex { index, .. } => vec![&index.name],
            _ => Vec::new(),
        }
    }
}

impl Rule {
    /// The column that a check requires to have a value: `CHECK ("a" IS NOT NULL)`.
    pub(in crate::migrate) fn requires_value_of(&self) -> Option<String> {
        let RuleKind::Check { sql } = &self.kind else { return None };
        let sql = sql.trim().trim_start_matches('(').trim_end_matches(')').trim();
        let lower = sql.to_lowercase();
        let column = lower.strip_suffix("is not null")?.trim().len();
        let column = sql[..column].trim();
        let plain = column.trim_matches('"');
        plain.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| plain.to_owned())
    }

    /// The column and the texts that a check allows: `CHECK ("a" IN ('x', 'y'))`, `CHECK ("a" <@ ARRAY['x', 'y'])`.
    pub(in crate::migrate) fn allowed_values(&self) -> Option<(String, Vec<String>)> {
        let RuleKind::Check { sql } = &self.kind else { return None };
        let lower = sql.to_ascii_lowercase();
        let forms = [(" in (", ')'), (" <@ array[", ']')];
        let (at, start, close) = forms.into_iter().find_map(|(form, close)| {
            let at = lower.find(form)?;
            Some((at, at + form.len(), close))
        })?;
        let column = sql[..at].trim().trim_start_matches('(').trim_matches('"').to_owned();
        let list = &sql[start
            ..start
                + sql[start..].rfind(close).filter(|_| close == ')').or_else(|| sql[start..].find(close))?];
        let values: Option<Vec<String>> = list
            .split(',')
            .map(|value| {
                let value = value.trim().trim_end_matches(')').trim();
                Some(value.strip_prefix('\'')?.strip_suffix('\'')?.replace("''", "'"))
            })
            .collect();
        let plain = column.chars().all(|c| c.is_alphanumeric() || c == '_');
        values.filter(|_| plain).map(|values| (column, values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_says_which_texts_it_allows() {
        let allowed = |sql: &str| {
            let rule = Rule { name: None, kind: RuleKind::Check { sql: sql.to_owned() } };
            rule.allowed_values().map(|(column, values)| format!("{column}: {}", values.join(" ")))
        };
        assert_eq!(allowed("\"a\" IN ('x', 'it''s')").as_deref(), Some("a: x it's"));
        assert_eq!(allowed("(a in ('x'))").as_deref(), Some("a: x"));
        assert_eq!(allowed("\"a\" <@ ARRAY['x', 'y']::TEXT[]").as_deref(), Some("a: x y"));
        assert_eq!(
            (allowed("a IN (1, 2)"), allowed("a > 'x'"), allowed("lower(a) IN ('x')")),
            (None, None, None)
        );
    }
}
