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
use sha2::{Digest as _, Sha256};

use crate::db::{Dialect, TypeModifiers, literal, postgres_column_type, quoted};
use crate::entity::{EntityInfo, ManyLink, OwnerPath, OwnerStep, Rule};
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

/// A function that policies of a table call: whether a row leads over relations to the principal.
///
/// A policy that read the tables on the way itself would be restricted by theirs, and PostgreSQL refuses policies that read each
/// other's tables in a circle, as those of members do. The function acts for the engine, for whom no table is restricted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowFunction {
    /// `entify_owner_5ad8…`: made of the table and the body, so that another way is another function.
    pub(crate) name: String,
    /// The type of the argument: the reference, or the row's key.
    pub(crate) argument: String,
    /// The query.
    pub(crate) body: String,
}

/// The functions that the policies of an entity's table call, each once.
pub(crate) fn functions(info: &EntityInfo) -> Vec<RowFunction> {
    let mut functions: Vec<RowFunction> = Vec::new();
    for path in Action::ALL.into_iter().flat_map(|action| info.def.policy.rule(action).owners()) {
        let Some((function, _)) = info.owner_path(path).ok().and_then(|path| owner_function(info, &path))
        else {
            continue;
        };
        if !functions.contains(&function) {
            functions.push(function);
        }
    }
    functions
}

/// The principal's subject; NULL for one that owns nothing.
const SUBJECT: &str = "nullif(current_setting('entify.subject', true), '')";

/// The function for a way over relations, and the column of the row that it takes. None where there are no relations.
fn owner_function(info: &EntityInfo, path: &OwnerPath<'_>) -> Option<(RowFunction, usize)> {
    let (first, rest) = path.steps.split_first()?;
    let mut tables: Vec<String> = Vec::new();
    let mut tests: Vec<String> = Vec::new();
    let mut current: &EntityInfo = info;
    // What the rows of the next table must equal, by the column of theirs.
    let column = |alias: usize, column: &str| format!("t{alias}.{}", quoted(column));
    let mut add = |target: &EntityInfo, tests: &mut Vec<String>| {
        let alias = tables.len() + 1;
        tables.push(format!("{} t{alias}", quoted(target.def.table)));
        if let Some(deleted_at) = target.deleted_at() {
            tests.push(format!("{} IS NULL", column(alias, target.columns[deleted_at].column)));
        }
        alias
    };
    let mut before = 0;
    for (position, step) in std::iter::once(first).chain(rest).enumerate() {
        let own = |index: usize| match position {
            0 => "$1".to_owned(),
            _ => column(before, current.columns[index].column),
        };
        let (here, target): (usize, &EntityInfo) = match *step {
            OwnerStep::ToOne(index) => {
                let target = current.columns[index].target()?;
                let here = add(target, &mut tests);
                tests.push(format!("{} = {}", column(here, target.key().column), own(index)));
                (here, target)
            }
            OwnerStep::ToMany(index) => {
                let many = &current.many[index];
                let target = many.target();
                match many.link() {
                    ManyLink::Inverse { column: reference } => {
                        let here = add(target, &mut tests);
                        tests.push(format!(
                            "{} = {}",
                            column(here, target.columns[reference].column),
                            own(0)
                        ));
                        (here, target)
                    }
                    ManyLink::Through { via, near, far } => {
                        let joining = add(via, &mut tests);
                        tests.push(format!("{} = {}", column(joining, via.columns[near].column), own(0)));
                        let here = add(target, &mut tests);
                        let key = column(here, target.key().column);
                        tests.push(format!("{key} = {}", column(joining, via.columns[far].column)));
                        (here, target)
                    }
                }
            }
        };
        (before, current) = (here, target);
    }
    let last = &path.last.columns[path.column];
    tests.push(equals_subject(&column(before, last.column), last.kind)?);
    let body = format!("SELECT EXISTS (SELECT 1 FROM {} WHERE {})", tables.join(", "), tests.join(" AND "));
    let taken = match *first {
        OwnerStep::ToOne(index) => index,
        OwnerStep::ToMany(_) => 0,
    };
    let kind = info.columns[taken].kind;
    let digest = Sha256::digest(format!("{}\n{body}", info.def.table));
    let digest: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let argument = postgres_column_type(kind, TypeModifiers::default());
    let argument = argument.split(' ').next().unwrap_or_default().to_owned();
    Some((RowFunction { name: format!("entify_owner_{digest}"), argument, body }, taken))
}

/// Compared as text, in which each value has one spelling: a subject that is no number is no error, and `042` is not 42.
fn equals_subject(column: &str, kind: Kind) -> Option<String> {
    Some(match kind {
        Kind::Text => format!("({column} = (SELECT {SUBJECT}))"),
        Kind::I16 | Kind::I32 | Kind::I64 => format!("({column}::text = (SELECT {SUBJECT}))"),
        Kind::Uuid => format!("({column}::text = (SELECT translate({SUBJECT}, 'ABCDEF', 'abcdef')))"),
        _ => return None,
    })
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

    /// The rows whose column equals the principal's subject, or that lead to such a row.
    fn owner(info: &EntityInfo, path: &str, unknown: bool) -> Self {
        let Ok(path) = info.owner_path(path) else { return Self::Never };
        if let Some((function, taken)) = owner_function(info, &path) {
            let taken = quoted(info.columns[taken].column);
            return Self::Where(format!("{}({taken})", quoted(&function.name)));
        }
        let column = &path.last.columns[path.column];
        if !column.is_stored() {
            return Self::constant(unknown);
        }
        equals_subject(&quoted(column.column), column.kind).map_or(Self::Never, Self::Where)
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
