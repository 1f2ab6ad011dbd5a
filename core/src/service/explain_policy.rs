//! The rules of an entity evaluated for a principal, for people.

use crate::ctx::Ctx;
use crate::entity::{Condition, EntityInfo, Rule};
use crate::error::Result;
use crate::policy::Action;
use crate::sql::predicate_text;

/// What one rule means for a principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What the rule is about: `read`, `action pay`, or `salary: write` for a field.
    pub what: String,
    /// The rule as it is declared.
    pub rule: String,
    /// The rows it holds for.
    pub rows: ExplainedRows,
}

/// The rows that a rule holds for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExplainedRows {
    /// Every row.
    Every,
    /// No row.
    None,
    /// The rows for which this SQL is true, in the dialect of the context's database.
    Where(String),
}

/// What the rules of an entity and of its fields mean for the principal of the context.
///
/// # Errors
/// When a rule of the application cannot be written as SQL.
pub fn explain(info: &'static EntityInfo, ctx: &Ctx) -> Result<Vec<Explained>> {
    let mut explained = Vec::new();
    for action in Action::ALL {
        let rule = info.def.policy.rule(action);
        explained.push(one(info, ctx, action.name().to_owned(), rule, &info.permitted(action, ctx))?);
    }
    for action in info.def.actions {
        let what = format!("action {}", action.name);
        explained.push(one(info, ctx, what, &action.rule, &info.permitted_action(action, ctx))?);
    }
    for column in &info.columns {
        if let Some(rule) = column.read_rule() {
            let rows = rule.rows(info, Action::Read, ctx);
            explained.push(one(info, ctx, format!("{}: read", column.name), rule, &rows)?);
        }
        if let Some(rule) = column.write_rule() {
            let rows = rule.rows(info, Action::Update, ctx);
            explained.push(one(info, ctx, format!("{}: write", column.name), rule, &rows)?);
        }
    }
    Ok(explained)
}

fn one(
    info: &'static EntityInfo,
    ctx: &Ctx,
    what: String,
    rule: &Rule,
    rows: &Condition,
) -> Result<Explained> {
    let rows = if rows.is_always() {
        ExplainedRows::Every
    } else if rows.is_never() {
        ExplainedRows::None
    } else {
        ExplainedRows::Where(predicate_text(info, ctx.db().dialect(), rows)?)
    };
    Ok(Explained { what, rule: rule.to_string(), rows })
}
