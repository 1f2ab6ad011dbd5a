//! Rules as they are written.

use std::fmt;

use crate::entity::Rule;

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, rules: &[Rule], sign: &str| {
            for (position, rule) in rules.iter().enumerate() {
                if position > 0 {
                    write!(f, " {sign} ")?;
                }
                match rule {
                    Rule::Any(_) | Rule::All(_) => write!(f, "({rule})")?,
                    rule => write!(f, "{rule}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::Public => f.write_str("public"),
            Self::Authenticated => f.write_str("authenticated"),
            Self::Nobody => f.write_str("nobody"),
            Self::Role(role) => write!(f, "role({role:?})"),
            Self::Owner(field) => write!(f, "owner({field})"),
            Self::Custom(policy) => f.write_str(policy.name()),
            Self::Any(rules) => joined(f, rules, "|"),
            Self::All(rules) => joined(f, rules, "&"),
            Self::Not(rule @ (Self::Any(_) | Self::All(_))) => write!(f, "!({rule})"),
            Self::Not(rule) => write!(f, "!{rule}"),
        }
    }
}
