//! Writes of rows that a filter chooses, and of deleted rows: `PATCH /api/users?status=blocked`, `POST /api/users/7/restore`.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::{Request, Response};

use crate::ctx::Ctx;
use crate::entity::{Condition, EntityInfo, Surface};
use crate::error::Result;
use crate::policy::Action;
use crate::rest::params::WriteParams;
use crate::rest::resource::{JSON, MERGE_PATCH, RequestError, Resource, json};
use crate::rest::write_mode::WriteMode;
use crate::service::{InputForm, Operation};

/// The last segment of the address at which a deleted row is brought back.
pub(super) const RESTORE: &str = "restore";
/// That at which a row is removed for good.
pub(super) const PURGE: &str = "purge";

/// What can be done with deleted rows.
pub(super) fn verbs_of_deleted(info: &EntityInfo) -> &'static [&'static str] {
    if info.def.soft_delete { &[RESTORE, PURGE] } else { &[] }
}

impl Resource {
    /// Whether the last segment of an address is what can be done with deleted rows.
    pub(super) fn is_verb_of_deleted(&self, verb: &str) -> bool {
        verbs_of_deleted(self.info()).contains(&verb)
    }

    /// Brings a deleted row back, or removes one for good.
    pub(super) async fn write_deleted(
        self: &Arc<Self>,
        ctx: &Ctx,
        mut request: Request,
        id: &str,
        verb: &str,
    ) -> Result<Response, RequestError> {
        let mode = WriteMode::read(ctx, &mut request, self.body_limit()).await?;
        let key = self.key(id)?;
        let operation = if verb == RESTORE { Operation::Restore(key) } else { Operation::Purge(key) };
        self.run_as(ctx, mode, operation, request).await
    }

    /// Reads a write of all rows that a filter lets pass.
    pub(super) async fn read_many(
        &self,
        ctx: &Ctx,
        request: &mut Request,
        action: Action,
        params: WriteParams,
    ) -> Result<Operation, RequestError> {
        let (filter, max_affected) = (params.filter.unwrap_or(Condition::TRUE), params.max_affected);
        if action == Action::Delete {
            return Ok(Operation::DeleteWhere { filter, max_affected });
        }
        let form = InputForm::update(self.info(), Surface::Rest).asked_by(ctx);
        let values = self.read_values(request, form, &[JSON, MERGE_PATCH]).await?;
        Ok(Operation::UpdateWhere { filter, values, max_affected })
    }
}

/// `{"count": 3}`
pub(super) fn counted(count: u64) -> Response {
    json(StatusCode::OK, format!("{{\"count\":{count}}}").into_bytes())
}
