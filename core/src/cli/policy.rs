//! `policy explain`.

use clap::{Args, Subcommand};

use crate::cli::failure::{Failure, Outcome};
use crate::principal::{Principal, Subject};
use crate::server::App;
use crate::service::nearest;
use crate::service::{Explained, ExplainedRows, explain};

/// Questions about policies.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Print which rows of an entity a principal may read, create, update and delete, and which fields it may see and
    /// set
    ///
    /// For each action: `allow`, `deny`, or `allow where` and the condition that becomes a part of every statement, in
    /// the SQL of the application's database; under it the rule as it is declared.
    Explain(ExplainPolicy),
}

/// The principal and the entity.
#[derive(Debug, Args)]
pub(super) struct ExplainPolicy {
    /// The principal: `anonymous`, or roles and a subject, as in `role:staff,sub:42`
    #[arg(long = "as", value_name = "PRINCIPAL", default_value = "anonymous", value_parser = principal)]
    principal: Principal,
    /// The entity, by its name or its table; every entity when absent
    entity: Option<String>,
}

impl PolicyCommand {
    pub(super) async fn run(self, app: &App) -> Outcome {
        match self {
            Self::Explain(explain) => explain.run(app).await,
        }
    }
}

impl ExplainPolicy {
    async fn run(self, app: &App) -> Outcome {
        let registry = app.registry()?;
        let matches = |info: &&'static crate::entity::EntityInfo| match &self.entity {
            None => true,
            Some(name) => [info.def.name, info.def.table, info.def.singular].contains(&name.as_str()),
        };
        let entities: Vec<_> = registry.iter().filter(matches).collect();
        if let ([], Some(name)) = (entities.as_slice(), &self.entity) {
            let names = registry.iter().map(|info| info.def.singular);
            let help = nearest(name, names).map(|near| format!("; did you mean `{near}`?"));
            return Err(Failure::new(format!("there is no entity `{name}`{}", help.unwrap_or_default())));
        }
        let state = app.state(super::settings()?).await?;
        let ctx = state.system().with_principal(self.principal);
        for (position, info) in entities.into_iter().enumerate() {
            if position > 0 {
                super::print_line("");
            }
            super::print_line(info.def.name);
            for line in lines(&explain(info, &ctx)?) {
                super::print_line(line);
            }
        }
        Ok(())
    }
}

/// Two lines for each rule: its outcome, and under it the rule as it is declared.
fn lines(explained: &[Explained]) -> Vec<String> {
    let width = explained.iter().map(|explained| explained.what.chars().count()).max().unwrap_or_default();
    let lines_of = |Explained { what, rule, rows }: &Explained| {
        let outcome = match rows {
            ExplainedRows::Every => "allow".to_owned(),
            ExplainedRows::None => "deny".to_owned(),
            ExplainedRows::Where(sql) => format!("allow where {sql}"),
        };
        [format!("  {what:<width$}  {outcome}"), format!("  {:<width$}  by {rule}", "")]
    };
    explained.iter().flat_map(lines_of).collect()
}

/// `anonymous`, or parts between commas: `role:…`, at most one `sub:…`.
pub(super) fn principal(text: &str) -> Result<Principal, String> {
    if text == "anonymous" {
        return Ok(Principal::Anonymous);
    }
    let mut subject = Subject::new("explained", "explained", Vec::new());
    for part in text.split(',') {
        match part.split_once(':') {
            Some(("role", role)) if !role.is_empty() => subject.roles.push(role.to_owned()),
            Some(("sub", name)) if !name.is_empty() && subject.subject.is_none() => {
                subject.subject = Some(name.to_owned());
            }
            _ => {
                return Err(format!(
                    "`{part}` is not a part of a principal; write `anonymous`, or roles and a subject between commas: \
                     `role:staff,sub:42`"
                ));
            }
        }
    }
    Ok(subject.into())
}

#[cfg(test)]
mod tests {
    use super::principal;

    #[test]
    fn principals_are_spelled_in_parts() {
        let staff = principal("role:staff,sub:42,role:boss").unwrap();
        assert_eq!(staff.subject(), Some("42"));
        assert!(staff.has_role("staff") && staff.has_role("boss"));
        assert!(!principal("anonymous").unwrap().is_authenticated());
        for wrong in ["", "staff", "role:", "sub:1,sub:2", "role:a,,sub:1"] {
            assert!(principal(wrong).is_err(), "{wrong}");
        }
    }
}
