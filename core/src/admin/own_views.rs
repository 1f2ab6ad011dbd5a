//! The views of an application on the pages of an entity.

use std::sync::Arc;

use crate::admin::content::Content;
use crate::admin::looks::{Looks, made};
use crate::admin::request::AdminRequest;
use crate::admin::view::DynView;
use crate::entity::{Condition, EntityInfo};
use crate::error::Result;
use crate::value::{Record, Value};

/// Columns that the application adds to a list.
#[derive(Debug, Default)]
pub(super) struct OwnColumns {
    pub(super) names: Vec<&'static str>,
    /// The texts of each row.
    pub(super) rows: Vec<Vec<String>>,
}

impl Looks {
    fn views_of(&self, info: &EntityInfo) -> impl Iterator<Item = &Arc<dyn DynView>> {
        let table = info.def.table;
        self.views.iter().filter(move |view| view.def().table == table)
    }
}

/// The rows that the list of an entity is to show, as the application's views say.
pub(super) fn scope(request: &AdminRequest, info: &EntityInfo) -> Condition {
    let scopes = request.reader.looks.views_of(info).filter_map(|view| view.scope(&request.ctx));
    scopes.fold(Condition::TRUE, Condition::and)
}

/// The columns that the application's views add to rows.
pub(super) async fn columns(request: &AdminRequest, info: &EntityInfo, rows: &[Record]) -> OwnColumns {
    let keys = rows.iter().map(|row| row.key().clone()).collect::<Vec<_>>();
    let mut own = OwnColumns { names: Vec::new(), rows: vec![Vec::new(); rows.len()] };
    for view in request.reader.looks.views_of(info).filter(|view| !view.columns().is_empty()) {
        let texts = logged(request, info, view.cells(&request.ctx, &keys)).await.unwrap_or_default();
        let width = view.columns().len();
        own.names.extend(view.columns());
        for (position, row) in own.rows.iter_mut().enumerate() {
            let mut texts = texts.get(position).cloned().unwrap_or_default();
            texts.resize(width, String::new());
            row.append(&mut texts);
        }
    }
    own
}

/// The panels that the application's views add to the page of a row.
pub(super) async fn panels(request: &AdminRequest, info: &EntityInfo, key: &Value) -> Vec<(String, Content)> {
    let mut panels = Vec::new();
    for view in request.reader.looks.views_of(info) {
        panels.extend(logged(request, info, view.panel(&request.ctx, key)).await.flatten());
    }
    panels
}

/// What a view makes; nothing of one that fails, which the log tells.
async fn logged<T>(
    request: &AdminRequest,
    info: &EntityInfo,
    work: impl Future<Output = Result<T>> + Send,
) -> Option<T> {
    match made(work).await {
        Ok(made) => Some(made),
        Err(error) => {
            let entity = info.def.name;
            tracing::error!(entity, %error, request_id = request.ctx.request_id(), "a view of the admin failed");
            None
        }
    }
}
