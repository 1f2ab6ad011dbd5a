//! Policy expressions.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{BinOp, Expr, ExprLit, Lit, Member, UnOp};

use crate::attr::{self, Keyed, Once};
use crate::diag::{Errors, list, suggestion};
use crate::ir::{Field, Owner, Policy, Rule};
use crate::lower::stored_name;
use crate::names;
use crate::source::{Shape, Source};

/// What rules may name.
#[derive(Clone, Copy)]
struct Known<'a> {
    source: &'a Source<'a>,
    fields: &'a [Field],
}

/// The rule of an action. What `owner(…)` names is checked by rustc: the entity's fields are declared elsewhere.
pub fn lower_action(expression: &Expr, errors: &mut Errors) -> Rule {
    rule(expression, None, errors)
}

const ACTIONS: [&str; 4] = ["read", "create", "update", "delete"];
const RULES: [&str; 5] = ["public", "authenticated", "nobody", "role", "owner"];
/// What `policy` on a field takes.
const FIELD_FORM: &str = "`policy` on a field takes rules of who may see it and who may set it: \
                          `policy(read = owner(id), write = role(\"x\"))`";

/// The rules of every action. What is missing or wrong is reported and taken as `nobody`.
pub fn lower(
    source: &Source<'_>,
    policy: &Once<attr::Policy>,
    fields: &[Field],
    errors: &mut Errors,
) -> Policy {
    let known = Known { source, fields };
    let Some(policy) = policy else {
        // It may be written where the attribute could not be read, which was reported.
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
        attr::Policy::All(expression) => all(&rule(expression, Some(known), errors)),
        attr::Policy::Each(rules) => each(policy, rules, known, errors),
        attr::Policy::Unreadable(span) => {
            errors.at(
                *span,
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

/// The rules of single fields.
pub fn lower_fields(source: &Source<'_>, fields: &mut [Field], errors: &mut Errors) {
    for declared in &source.fields {
        let Some(policy) = &declared.attrs.policy else { continue };
        let rules = match &policy.value {
            attr::Policy::Each(rules) => rules,
            attr::Policy::All(_) => {
                errors.at(policy.key, FIELD_FORM);
                continue;
            }
            attr::Policy::Unreadable(span) => {
                errors.at(*span, FIELD_FORM);
                continue;
            }
        };
        let (mut read, mut write) = (None, None);
        for (word, expression) in rules {
            let rule = rule(expression, Some(Known { source, fields }), errors);
            let action = names::plain(word);
            let slot = match action.as_str() {
                "read" => &mut read,
                "write" => &mut write,
                other => {
                    let help = suggestion(other, ["read", "write"]);
                    errors.on(word, format!("`{other}` is not an action on a field{help}"));
                    continue;
                }
            };
            if slot.replace(rule).is_some() {
                errors.on(word, format!("`{action}` has a rule already; remove one of them"));
            }
        }
        if let Some(field) = fields.iter_mut().find(|field| field.declared == *declared.ident) {
            (field.read, field.write) = (read, write);
        }
    }
}

fn each(
    policy: &Keyed<attr::Policy>,
    rules: &[(Ident, Expr)],
    known: Known<'_>,
    errors: &mut Errors,
) -> Policy {
    let mut by_action: [Option<Rule>; 4] = [None, None, None, None];
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
        let rule = rule(expression, Some(known), errors);
        for index in covers {
            if by_action[*index].is_some() {
                let taken = ACTIONS[*index];
                let what = if action == taken { String::new() } else { format!("covers `{taken}`, which ") };
                errors.on(word, format!("`{action}` {what}has a rule already; remove one of them"));
                break;
            }
            by_action[*index] = Some(rule.clone());
        }
    }
    let missing: Vec<&str> = ACTIONS
        .iter()
        .zip(&by_action)
        .filter(|(_, rule)| rule.is_none())
        .map(|(action, _)| *action)
        .collect();
    if !missing.is_empty() {
        let first = missing[0];
        errors.at(
            policy.key,
            format!("`policy` has no rule for {}; add one, for instance `{first} = nobody`", list(&missing)),
        );
    }
    let [read, create, update, delete] = by_action.map(|rule| rule.unwrap_or(Rule::Nobody));
    Policy { read, create, update, delete }
}

/// One expression.
fn rule(expression: &Expr, known: Option<Known<'_>>, errors: &mut Errors) -> Rule {
    match expression {
        Expr::Paren(inner) => rule(&inner.expr, known, errors),
        Expr::Group(inner) => rule(&inner.expr, known, errors),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => {
            Rule::Not(Box::new(rule(&unary.expr, known, errors)))
        }
        Expr::Binary(binary) => {
            let [left, right] = [&binary.left, &binary.right].map(|side| rule(side, known, errors));
            match binary.op {
                BinOp::BitOr(_) => match left {
                    Rule::Any(rules) => Rule::Any(rules.into_iter().chain([right]).collect()),
                    left => Rule::Any(vec![left, right]),
                },
                BinOp::BitAnd(_) => match left {
                    Rule::All(rules) => Rule::All(rules.into_iter().chain([right]).collect()),
                    left => Rule::All(vec![left, right]),
                },
                BinOp::Or(_) => wrong(binary.op, "rules are joined by a single `|`", errors),
                BinOp::And(_) => wrong(binary.op, "rules are joined by a single `&`", errors),
                _ => wrong(binary.op, "rules are joined by `|` and `&`", errors),
            }
        }
        Expr::Path(path) => word(&path.path, errors),
        Expr::Call(call) => match call.func.to_token_stream().to_string().as_str() {
            "role" => role(call, errors),
            "owner" => owner(call, known, errors),
            name => wrong(&call.func, format!("`{name}` is not a rule{}", suggestion(name, RULES)), errors),
        },
        other => wrong(
            other,
            "expected a rule: `public`, `authenticated`, `nobody`, `role(\"x\")`, `owner(field)` or a type with \
             `impl Policy`, joined by `|`, `&`, `!`",
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
        "owner" => wrong(path, "`owner` takes the field that names the owner: `owner(author)`", errors),
        _ if path.segments.len() > 1 || written.starts_with(char::is_uppercase) => Rule::Custom(path.clone()),
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

/// `owner(field)`: a stored field, or the key; `owner(relation.field)`: one of a row that relations lead to.
fn owner(call: &syn::ExprCall, known: Option<Known<'_>>, errors: &mut Errors) -> Rule {
    let mut arguments = call.args.iter();
    let path = match (arguments.next(), arguments.next()) {
        (Some(argument), None) => path(argument),
        _ => None,
    };
    let Some(path) = path else {
        let message = "`owner` takes one field's name: `owner(author)`; for several write `owner(a) | owner(b)`; over \
                       relations `owner(project.lead)`";
        return wrong(call, message, errors);
    };
    match (path.as_slice(), known) {
        ([written], Some(known)) => own_field(written, known, errors),
        (path, known) => way(path, known, errors),
    }
}

/// Names joined by dots.
fn path(argument: &Expr) -> Option<Vec<Ident>> {
    match argument {
        Expr::Path(path) => Some(vec![path.path.get_ident()?.clone()]),
        Expr::Field(field) => {
            let mut names = path(&field.base)?;
            let Member::Named(name) = &field.member else { return None };
            names.push(name.clone());
            Some(names)
        }
        _ => None,
    }
}

fn own_field(written: &Ident, known: Known<'_>, errors: &mut Errors) -> Rule {
    let fields = known.fields;
    let field = stored_name(written, fields);
    let names = || fields.iter().map(|field| field.name.as_str()).chain(["id"]);
    let name = names::plain(written);
    if known.is_many(&name) {
        let message = format!(
            "`{name}` leads to many rows; name the field of theirs that holds the owner: `owner({name}.user)`"
        );
        return wrong(written, message, errors);
    }
    if !names().any(|name| name == field) {
        return wrong(
            written,
            format!("there is no stored field `{name}`{}", suggestion(&name, names())),
            errors,
        );
    }
    if fields.iter().any(|known| known.name == field && known.computed.is_some()) {
        let message = "`owner` takes a stored field; a computed one would be worked out for every row";
        return wrong(written, message, errors);
    }
    Rule::Owner(Owner { written: vec![written.clone()], field })
}

/// A way over relations. Where the first leads is known to rustc, which checks the rest by the emitted constants.
fn way(path: &[Ident], known: Option<Known<'_>>, errors: &mut Errors) -> Rule {
    const MAX_STEPS: usize = 8;
    let first = &path[0];
    let name = names::plain(first);
    if let Some(more) = path.get(MAX_STEPS) {
        return wrong(more, format!("a way has at most {MAX_STEPS} names; this is one more"), errors);
    }
    if let Some(known) = known
        && let relations = known.relations()
        && !relations.contains(&name)
    {
        let message = match known.fields.iter().any(|field| names::plain(&field.declared) == name) {
            true => format!(
                "`{name}` is no relation; a way goes over relations to the field that holds the owner: \
                 `owner(project.lead)`"
            ),
            false => {
                let help = suggestion(&name, relations.iter().map(String::as_str));
                format!("there is no relation `{name}`{help}")
            }
        };
        return wrong(first, message, errors);
    }
    let names: Vec<String> = path.iter().map(names::plain).collect();
    Rule::Owner(Owner { written: path.to_vec(), field: names.join(".") })
}

impl Known<'_> {
    /// The names of the relations, to one and to many.
    fn relations(self) -> Vec<String> {
        let fields = self.source.fields.iter();
        let related = fields.filter(|field| matches!(field.shape, Shape::One { .. } | Shape::Many { .. }));
        related.map(|field| names::plain(field.ident)).collect()
    }

    fn is_many(self, name: &str) -> bool {
        let mut fields = self.source.fields.iter();
        fields.any(|field| matches!(field.shape, Shape::Many { .. }) && names::plain(field.ident) == name)
    }
}

fn wrong(tokens: impl ToTokens, message: impl std::fmt::Display, errors: &mut Errors) -> Rule {
    errors.on(tokens, message);
    Rule::Nobody
}
