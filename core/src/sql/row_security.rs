//! Rules as policies of PostgreSQL's row-level security: a second check behind the engine.
//!
//! They read the principal from the settings of `db/rls_session.rs` and decide about a row as the engine does, with two
//! differences. What is decided in Rust (`impl Policy`) they cannot evaluate: there they accept every row, since they
//! must never hide a row that the engine returns. And they do not distinguish rows deleted by `soft_delete`: whoever
//! may see a row may see it deleted.
//!
//! | command | existing rows | the row afterwards |
//! |---|---|---|
//! | `SELECT` | `read` | |
//! | `INSERT` | | `create` |
//! | `UPDATE` | `read` and `update` | `update` |
//! | `DELETE` | `read` and `delete` | |
//!
//! Where everyone may read every row there is no condition for `SELECT`.
//!
//! What the engine returns of a row it wrote (`RETURNING`) would need `read` of the new row, which the engine
//! does not require: its writes lift the read policy of their table. Nothing is lost, since `read` is part of the
//! policies of writes itself. Rows that are deleted softly are updated by whoever may delete them, so there an `UPDATE`
//! is allowed to both.

use serde::{Deserialize, Serialize};

use crate::db::{Dialect, literal, quoted};
use crate::entity::{EntityInfo, Rule};
use crate::policy::Action;
use crate::types::Kind;

/// One policy of a table, as PostgreSQL knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowPolicy {
    /// `entify_read`.
    pub(crate) name: String,
    /// `SELECT`.
    pub(crate) command: String,
    /// The condition on existing rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) using: Option<String>,
    /// The condition on the row afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) check: Option<String>,
    /// The rules that it was made from, for people, and to detect later whether they changed.
    pub(crate) rule: String,
    /// The rules whose parts in Rust are not in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) wider: Vec<String>,
}

/// The policies of an entity's table.
pub(crate) fn policies(info: &EntityInfo) -> Vec<RowPolicy> {
    Action::ALL.into_iter().map(|action| policy(info, action)).collect()
}

fn policy(info: &EntityInfo, action: Action) -> RowPolicy {
    let widest = |action: Action| Sql::of(info.def.policy.rule(action), info, true);
    let act = match action {
        Action::Update if info.def.soft_delete => widest(Action::Update).or(widest(Action::Delete)),
        action => widest(action),
    };
    let (command, using, check) = match action {
        Action::Read => ("SELECT", Some(act), None),
        Action::Create => ("INSERT", None, Some(act)),
        Action::Update => ("UPDATE", Some(widest(Action::Read).and(act.clone())), Some(act)),
        Action::Delete => ("DELETE", Some(widest(Action::Read).and(act)), None),
    };
    let actions = match action {
        Action::Read => Vec::from([Action::Read]),
        Action::Create => Vec::from([Action::Create]),
        Action::Update if info.def.soft_delete => Vec::from([Action::Read, Action::Update, Action::Delete]),
        action => Vec::from([Action::Read, action]),
    };
    let is_wider = |action: &Action| {
        let rule = info.def.policy.rule(*action);
        Sql::of(rule, info, true) != Sql::of(rule, info, false)
    };
    let rule_text = |action: &Action| format!("{}: {}", action.name(), info.def.policy.rule(*action));
    RowPolicy {
        name: format!("entify_{}", action.name()),
        command: command.to_owned(),
        using: match action {
            Action::Read if is_public(info) => Some("true".to_owned()),
            action => using.map(|rows| rows.guarded(info, action)),
        },
        check: check.map(|rows| rows.guarded(info, action)),
        rule: actions.iter().map(rule_text).collect::<Vec<_>>().join("; "),
        wider: actions
            .iter()
            .filter(|action| is_wider(action))
            .map(|action| action.name().to_owned())
            .collect(),
    }
}

/// Whether everyone may read every row. There is nothing to hide then, and without a condition PostgreSQL may look into
/// every index first: before a condition of a policy it evaluates only what cannot reveal hidden rows, which leaves out
/// searches and comparisons of decimals.
fn is_public(info: &EntityInfo) -> bool {
    Sql::of(&info.def.policy.read, info, false) == Sql::Always
}

/// A condition on rows; the constant ones are known as such. NULL is false: negations use `IS NOT TRUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Sql {
    Always,
    Never,
    Where(String),
}

impl Sql {
    /// The condition of a rule. A part that SQL cannot express is taken for `unknown`.
    fn of(rule: &Rule, info: &EntityInfo, unknown: bool) -> Self {
        let each = |rules: &'static [Rule]| rules.iter().map(|rule| Self::of(rule, info, unknown));
        match rule {
            Rule::Public => Self::Always,
            Rule::Nobody => Self::Never,
            Rule::Authenticated => {
                Self::Where("(SELECT current_setting('entify.authenticated', true) = 'on')".to_owned())
            }
            // No text of PostgreSQL holds a NUL.
            Rule::Role(role) if role.contains('\0') => Self::constant(unknown),
            Rule::Role(role) => Self::Where(format!(
                "(SELECT {} = ANY (nullif(current_setting('entify.roles', true), '')::text[]))",
                literal(role, Dialect::Postgres)
            )),
            Rule::Owner(field) => Self::owner(info, field, unknown),
            Rule::Custom(_) => Self::constant(unknown),
            Rule::Any(rules) => each(rules).fold(Self::Never, Self::or),
            Rule::All(rules) => each(rules).fold(Self::Always, Self::and),
            Rule::Not(rule) => match Self::of(rule, info, !unknown) {
                Self::Always => Self::Never,
                Self::Never => Self::Always,
                Self::Where(rows) => Self::Where(format!("({rows} IS NOT TRUE)")),
            },
        }
    }

    /// The rows whose column equals the principal's subject. Compared as text, in which each value has one spelling:
    /// a subject that is no number is no error, and `042` is not 42.
    fn owner(info: &EntityInfo, field: &str, unknown: bool) -> Self {
        const SUBJECT: &str = "nullif(current_setting('entify.subject', true), '')";
        let Some(column) = info.by_name(field) else { return Self::Never };
        if !column.is_stored() {
            return Self::constant(unknown);
        }
        let name = quoted(column.column);
        match column.kind {
            Kind::Text => Self::Where(format!("({name} = (SELECT {SUBJECT}))")),
            Kind::I16 | Kind::I32 | Kind::I64 => Self::Where(format!("({name}::text = (SELECT {SUBJECT}))")),
            Kind::Uuid => {
                Self::Where(format!("({name}::text = (SELECT translate({SUBJECT}, 'ABCDEF', 'abcdef')))"))
            }
            _ => Self::Never,
        }
    }

    fn constant(value: bool) -> Self {
        if value { Self::Always } else { Self::Never }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always, _) | (_, Self::Always) => Self::Always,
            (Self::Never, rows) | (rows, Self::Never) => rows,
            (Self::Where(one), Self::Where(other)) if one == other => Self::Where(one),
            (Self::Where(one), Self::Where(other)) => Self::Where(format!("({one} OR {other})")),
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, rows) | (rows, Self::Always) => rows,
            (Self::Where(one), Self::Where(other)) if one == other => Self::Where(one),
            (Self::Where(one), Self::Where(other)) => Self::Where(format!("({one} AND {other})")),
        }
    }

    /// The whole of a policy: the engine's own statements are exempt, and without a principal no row matches. Each use
    /// of a setting is a subquery, which PostgreSQL runs once in a statement and not once for a row.
    fn guarded(self, info: &EntityInfo, action: Action) -> String {
        let system = "current_setting('entify.system', true) = 'on'";
        let open = match action {
            Action::Read => format!(
                "(SELECT {system} OR {} = ANY (nullif(current_setting('entify.open', true), '')::text[]))",
                literal(info.def.table, Dialect::Postgres)
            ),
            Action::Create | Action::Update | Action::Delete => format!("(SELECT {system})"),
        };
        let has_principal = "(SELECT current_setting('entify.authenticated', true) IN ('on', 'off'))";
        match self {
            Self::Never => open,
            Self::Always => format!("{open}\n  OR {has_principal}"),
            Self::Where(rows) => format!("{open}\n  OR {has_principal} AND {rows}"),
        }
    }
}
