//! The settings by which PostgreSQL gets the principal of a statement, for the policies of row-level security.
//!
//! With `DATABASE_RLS` every statement runs in a transaction in which these settings are bound
//! (`set_config(…, is_local => true)`): they end with it, so a connection carries no principal to the next one, also
//! behind pgbouncer in transaction mode. A single statement gets a transaction of its own. In a longer one the
//! settings are bound again only when the next statement runs for another principal: statements of the principal
//! alternate with the engine's own queries, which read every row. Binding them once, as the principal with the reads
//! open, would save a round trip, but then the reads of the principal could not be told from those of the engine.
//!
//! Without `DATABASE_RLS` no statement carries any of this.

use sea_query::{ArrayType, Value as Sql, Values};

use crate::db::Statement;

/// The engine itself acts, and every row is visible: `on`.
pub(crate) const SYSTEM: &str = "entify.system";
/// Whether the principal is authenticated: `on` or `off`. Not set, there is no principal, and no row is visible.
pub(crate) const AUTHENTICATED: &str = "entify.authenticated";
/// The subject of the principal; empty for one that owns nothing.
pub(crate) const SUBJECT: &str = "entify.subject";
/// The roles that the principal holds, an array of texts.
pub(crate) const ROLES: &str = "entify.roles";
/// The tables that may be read whole: those that the statement reads beside the rows it reads for the principal.
pub(crate) const OPEN: &str = "entify.open";

/// The principal of a statement, as the policies of the database see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RlsSession {
    pub(crate) system: bool,
    pub(crate) authenticated: bool,
    pub(crate) subject: String,
    pub(crate) roles: Vec<String>,
    pub(crate) open: Vec<&'static str>,
}

impl RlsSession {
    /// The statement that binds the settings until the transaction ends.
    pub(crate) fn binding(&self) -> Statement {
        let switch = |on: bool| text(if on { "on" } else { "off" });
        let array = |items: Vec<Sql>| Sql::Array(ArrayType::String, Some(Box::new(items)));
        let values = vec![
            switch(self.system),
            switch(self.authenticated),
            text(if self.subject.contains('\0') { "" } else { &self.subject }),
            array(self.roles.iter().filter(|role| !role.contains('\0')).map(|role| text(role)).collect()),
            array(self.open.iter().map(|table| text(table)).collect()),
        ];
        // No text of PostgreSQL holds a NUL, so there is nothing that a name with one equals.
        // PostgreSQL itself spells the arrays, so that no name in them can end one.
        let sql = format!(
            "SELECT set_config('{SYSTEM}', $1, true), set_config('{AUTHENTICATED}', $2, true), \
             set_config('{SUBJECT}', $3, true), set_config('{ROLES}', $4::text[]::text, true), \
             set_config('{OPEN}', $5::text[]::text, true)"
        );
        Statement::new(sql, Values(values))
    }
}

fn text(text: &str) -> Sql {
    Sql::String(Some(text.to_owned()))
}
