//! Running statements on someone's behalf, which is passed to a database that has policies of its own.
//!
//! What is read or written for the principal runs as the principal, what the engine looks up for itself (is a value
//! taken, does a row exist, which rows refer to it) as the engine: a statement that was built for a reader runs as that
//! reader. Rows are locked by the engine too: a lock needs the right to update, which a principal that may only read does
//! not have.

use std::sync::Arc;

use crate::db::{DbError, Executor, Layout, RlsSession, Statement};
use crate::principal::Principal;
use crate::value::Record;

/// The engine.
static ENGINE: Principal = Principal::System;

/// Where statements run, and on whose behalf.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActingAs<'c> {
    executor: &'c Executor,
    principal: &'c Principal,
}

impl<'c> ActingAs<'c> {
    /// On behalf of the principal.
    pub(crate) fn of(executor: &'c Executor, principal: &'c Principal) -> Self {
        Self { executor, principal }
    }

    /// On behalf of the engine itself.
    pub(crate) fn engine(executor: &'c Executor) -> Self {
        Self { executor, principal: &ENGINE }
    }

    /// As [`Executor::read`].
    pub(crate) fn read<'l>(
        self,
        statement: Statement,
        layout: &'l Layout,
    ) -> impl Future<Output = Result<Vec<Record>, DbError>> + use<'c, 'l> {
        self.executor.read(self.with_session(statement), layout)
    }

    /// As [`Executor::write`].
    pub(crate) fn write<'l>(
        self,
        statement: Statement,
        layout: &'l Layout,
    ) -> impl Future<Output = Result<Vec<Record>, DbError>> + use<'c, 'l> {
        self.executor.write(self.with_session(statement), layout)
    }

    /// As [`Executor::attempt`].
    pub(crate) fn attempt<'l>(
        self,
        statement: Statement,
        layout: &'l Layout,
    ) -> impl Future<Output = Result<Vec<Record>, DbError>> + use<'c, 'l> {
        self.executor.attempt(self.with_session(statement), layout)
    }

    /// As [`Executor::execute`].
    pub(crate) fn execute(
        self,
        statement: Statement,
    ) -> impl Future<Output = Result<u64, DbError>> + use<'c> {
        self.executor.execute(self.with_session(statement))
    }

    /// The statement with the principal, if the database has row-level security.
    fn with_session(self, mut statement: Statement) -> Statement {
        if self.executor.db().row_security() {
            let tables = statement.unrestricted.iter().copied().chain(statement.written);
            statement.rls_session = Some(Arc::new(rls_session(self.principal, tables)));
        }
        statement
    }
}

fn rls_session(principal: &Principal, unrestricted: impl Iterator<Item = &'static str>) -> RlsSession {
    match principal {
        Principal::System => RlsSession { system: true, ..RlsSession::default() },
        principal => {
            let mut open: Vec<_> = unrestricted.collect();
            open.sort_unstable();
            open.dedup();
            let roles = match principal {
                Principal::Subject(subject) => subject.roles.clone(),
                Principal::Anonymous | Principal::System => Vec::new(),
            };
            RlsSession {
                system: false,
                authenticated: principal.is_authenticated(),
                subject: principal.subject().unwrap_or_default().to_owned(),
                roles,
                open,
            }
        }
    }
}
