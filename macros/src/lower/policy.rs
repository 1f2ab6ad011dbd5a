//! Policy expressions.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{BinOp, Expr, ExprLit, Lit, UnOp};

use crate::attr::{self, Keyed};
use crate::diag::{Errors, list, suggestion};
use crate::ir::{Policy, Rule};
use crate::lower::Source;
use crate::names;

const ACTIONS: [&str; 4] = ["read", "create", "update", "delete"];
const RULES: [&str; 4] = ["public", "authenticated", "nobody", "role"];

/// The rules of every action. What is missing or wrong is reported and stands as `nobody`.
pub fn lower(source: &Source<'_>, errors: &mut Errors) -> Policy {
    let Some(policy) = &source.attrs.policy else {
        // It may stand where the attribute could not be read, which was reported.
        if source.complete {
            errors.on(
                &source.input.ident,
                "an entity needs a `policy`; write `#[entity(policy = public)]` to open it to everyone, or \
                 `policy(read = public, write = role(\"staff\"))`",
            );
        }
        return all(&Rule::Nobody);
    };
    match &policy.value {
        attr::Policy::All(expression) => all(&rule(expression, errors)),
        attr::Policy::Each(rules) => each(policy, rules, errors),
        attr::Policy::Unreadable(place) => {
            errors.at(
                *place,
                "`policy` takes a rule, `policy = public`, or rules by action, \
                 `policy(read = public, write = role(\"x\"))`",
            );
            all(&Rule::Nobody)
        }
    }
}

fn all(rule: &Rule) -> Policy {
    Policy { read: rule.clone(), create: rule.clone(), update: rule.clone(), delete: rule.clone() }
}

fn each(policy: &Keyed<attr::Policy>, rules: &[(Ident, Expr)], errors: &mut Errors) -> Policy {
    let mut found: [Option<Rule>; 4] = [None, None, None, None];
    for (word, expression) in rules {
        let action = names::plain(word);
        let covers: &[usize] = match action.as_str() {
            "read" => &[0],
            "create" => &[1],
            "update" => &[2],
            "delete" => &[3],
            "write" => &[1, 2, 3],
            other => {
                let known = ACTIONS.iter().copied().chain(["write"]);
                errors.on(word, format!("`{other}` is not an action{}", suggestion(other, known)));
                &[]
            }
        };
        let rule = rule(expression, errors);
        for index in covers {
            if found[*index].is_some() {
                let taken = ACTIONS[*index];
                let what = if action == taken { String::new() } else { format!("covers `{taken}`, which ") };
                errors.on(word, format!("`{action}` {what}has a rule already; remove one of them"));
                break;
            }
            found[*index] = Some(rule.clone());
        }
    }
    let missing: Vec<&str> =
        ACTIONS.iter().zip(&found).filter(|(_, rule)| rule.is_none()).map(|(action, _)| *action).collect();
    if !missing.is_empty() {
        let first = missing[0];
        errors.at(
            policy.key,
            format!("`policy` has no rule for {}; add one, for instance `{first} = nobody`", list(&missing)),
        );
    }
    let [read, create, update, delete] = found.map(|rule| rule.unwrap_or(Rule::Nobody));
    Policy { read, create, update, delete }
}

/// One expression.
fn rule(expression: &Expr, errors: &mut Errors) -> Rule {
    match expression {
        Expr::Paren(inner) => rule(&inner.expr, errors),
        Expr::Group(inner) => rule(&inner.expr, errors),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
            Rule::Not(Box::new(rule(&unary.expr, errors)))
        }
        Expr::Binary(binary) => {
            let sides = vec![rule(&binary.left, errors), rule(&binary.right, errors)];
            match binary.op {
                BinOp::BitOr(_) => Rule::Any(sides),
                BinOp::BitAnd(_) => Rule::All(sides),
                BinOp::Or(_) => wrong(binary.op, "rules are joined by a single `|`", errors),
                BinOp::And(_) => wrong(binary.op, "rules are joined by a single `&`", errors),
                _ => wrong(binary.op, "rules are joined by `|` and `&`", errors),
            }
        }
        Expr::Path(path) => word(&path.path, errors),
        Expr::Call(call) => match call.func.to_token_stream().to_string().as_str() {
            "role" => role(call, errors),
            "owner" => {
                wrong(call, "`owner(…)` is not supported yet; use `authenticated` or `role(\"…\")`", errors)
            }
            name => wrong(&call.func, format!("`{name}` is not a rule{}", suggestion(name, RULES)), errors),
        },
        other => wrong(
            other,
            "expected a rule: `public`, `authenticated`, `nobody`, `role(\"x\")`, joined by `|`, `&`, `!`",
            errors,
        ),
    }
}

fn word(path: &syn::Path, errors: &mut Errors) -> Rule {
    let written = path.to_token_stream().to_string().replace(' ', "");
    match written.as_str() {
        "public" => Rule::Public,
        "authenticated" => Rule::Authenticated,
        "nobody" => Rule::Nobody,
        "role" => wrong(path, "`role` takes the name of a role: `role(\"staff\")`", errors),
        "owner" => wrong(path, "`owner(…)` is not supported yet", errors),
        _ if path.segments.len() > 1 || written.starts_with(char::is_uppercase) => wrong(
            path,
            "`policy = Type` is not supported yet; write rules: `public`, `authenticated`, `nobody`, `role(\"x\")`",
            errors,
        ),
        _ => wrong(path, format!("`{written}` is not a rule{}", suggestion(&written, RULES)), errors),
    }
}

fn role(call: &syn::ExprCall, errors: &mut Errors) -> Rule {
    let mut arguments = call.args.iter();
    match (arguments.next(), arguments.next()) {
        (Some(Expr::Lit(ExprLit { lit: Lit::Str(name), .. })), None) if !name.value().is_empty() => {
            Rule::Role(name.clone())
        }
        _ => wrong(
            call,
            "`role` takes one role's name in quotes: `role(\"staff\")`; for several write `role(\"a\") | role(\"b\")`",
            errors,
        ),
    }
}

fn wrong(tokens: impl ToTokens, message: impl std::fmt::Display, errors: &mut Errors) -> Rule {
    errors.on(tokens, message);
    Rule::Nobody
}
