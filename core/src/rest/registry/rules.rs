//! Who may do what, in words and as OpenAPI's security.

use std::collections::HashMap;

use crate::entity::Rule;
use crate::principal::Principal;

/// The security scheme's name.
pub(super) const BEARER: &str = "bearer";

/// What a request may carry: a token, none, or either. A token is of use also where everyone may do it: what is shown of
/// a row, and which of its fields may be set, depends on who asks.
pub(super) fn security(rule: &Rule) -> Vec<HashMap<&'static str, Vec<&'static str>>> {
    match rule.for_all_rows(&Principal::Anonymous) {
        Some(false) => vec![bearer()],
        // What depends on the row is worth asking without a token too.
        Some(true) | None => with_or_without(),
    }
}

/// A token, or none: also what operations of the application's own take, whose rules nobody knows.
pub(super) fn with_or_without() -> Vec<HashMap<&'static str, Vec<&'static str>>> {
    vec![HashMap::new(), bearer()]
}

fn bearer() -> HashMap<&'static str, Vec<&'static str>> {
    HashMap::from([(BEARER, Vec::new())])
}

/// A rule in words.
pub(super) fn rule_in_words(rule: &Rule) -> String {
    let joined = |rules: &[Rule], word: &str| {
        let parts: Vec<String> = rules
            .iter()
            .map(|rule| match rule {
                Rule::Any(_) | Rule::All(_) => format!("({})", rule_in_words(rule)),
                rule => rule_in_words(rule),
            })
            .collect();
        parts.join(word)
    };
    match rule {
        Rule::Public => "everyone".to_owned(),
        Rule::Authenticated => "whoever is signed in".to_owned(),
        Rule::Nobody => "no one but the system itself".to_owned(),
        Rule::Role(role) => format!("the role `{role}`"),
        Rule::Owner(field) => format!("whoever the row belongs to by `{field}`"),
        Rule::Custom(_) => "as the application decides".to_owned(),
        Rule::Any(rules) => joined(rules, " or "),
        Rule::All(rules) => joined(rules, " and "),
        Rule::Not(rule) => format!("not {}", rule_in_words(rule)),
    }
}
