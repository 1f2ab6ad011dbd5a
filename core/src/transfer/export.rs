//! Writing an entity's rows to a file.

use std::io::Write;

use crate::ctx::Ctx;
use crate::entity::EntityInfo;
use crate::error::{Error, Result};
use crate::query::{Cursors, Direction, ListQuery, MAX_PAGE, PageArgs, Sort};
use crate::service::Records;
use crate::transfer::file_text::FileText;
use crate::transfer::{FileFormat, Progress};

/// Writes every row that the context may read, by key, and returns how many there were.
///
/// Fields are named as in REST; write-only fields are left out. `progress` advances by rows.
///
/// # Errors
/// As of the database and the policy; `BadRequest` when `out` cannot be written to.
pub async fn export(
    ctx: &Ctx,
    info: &'static EntityInfo,
    format: FileFormat,
    out: &mut (dyn Write + Send),
    progress: &impl Progress,
) -> Result<u64> {
    export_as(ctx, info, FileText::whole(info, format), out, progress).await
}

/// The same in a form of the caller's choice, which has every column.
pub(crate) async fn export_as(
    ctx: &Ctx,
    info: &'static EntityInfo,
    text: FileText,
    out: &mut (dyn Write + Send),
    progress: &impl Progress,
) -> Result<u64> {
    let records = Records::new(ctx, info);
    let mut query = ListQuery::new(info.readable());
    query.order = vec![Sort::new(0, Direction::Asc)];
    query.page = PageArgs::first(MAX_PAGE);
    query.cursors = Cursors::Next;
    let mut lines = Vec::new();
    text.head(&mut lines);
    let mut count = 0;
    loop {
        let page = records.list(&query).await?;
        for record in &page.items {
            text.row(record, &mut lines);
        }
        out.write_all(&lines).map_err(unwritable)?;
        lines.clear();
        count += page.items.len() as u64;
        progress.advance(page.items.len() as u64);
        match page.end_cursor {
            Some(cursor) if page.has_next => query.page.after = Some(cursor),
            _ => break,
        }
    }
    out.flush().map_err(unwritable)?;
    Ok(count)
}

fn unwritable(error: impl std::fmt::Display) -> Error {
    Error::bad_request(format!("the export cannot be written: {error}"))
}
