//! The rows of a list as a file: its filters, its order, its columns.

use poem::Response;

use crate::admin::list::{Asked, ListAddress};
use crate::admin::request::AdminRequest;
use crate::entity::{Condition, EntityInfo, Op};
use crate::error::{Error, Result};
use crate::http::row_file::{self, RowFile};
use crate::policy::Action;
use crate::transfer::{FileFormat, FileText};
use crate::value::Value;

/// The file that the address asks for by `format`.
pub(super) async fn handle(request: &AdminRequest, info: &'static EntityInfo) -> Result<Response> {
    request.authorize(info, Action::Read)?;
    let format = match request.query.get("format") {
        None | Some("csv") => FileFormat::Csv,
        Some("jsonl") => FileFormat::Jsonl,
        Some(_) => return Err(Error::bad_request("`format` must be `csv` or `jsonl`")),
    };
    let asked = Asked::read(request, info, ListAddress::read(&request.query))?;
    respond(request, &asked, format, None).await
}

/// The file of a list, or of some of its rows. A text that a spreadsheet would take for a formula has a quote before it in CSV: people open
/// these files with one.
pub(super) async fn respond(
    request: &AdminRequest,
    asked: &Asked,
    format: FileFormat,
    keys: Option<Vec<Value>>,
) -> Result<Response> {
    let mut query = asked.query(request)?;
    if let Some(keys) = keys {
        query.filter = Condition::column(0, Op::In(keys));
        query.search = None;
    }
    let text = FileText::new(format, asked.columns.clone()).escaping_formulas(true);
    let rows = asked.records(request).unhurried_stream(query);
    let file = RowFile::new(rows, text, request.ctx.request_id()).await?;
    let mut response = Response::default();
    row_file::describe(format, asked.info.def.rest_path, response.headers_mut());
    file.send(&mut response);
    Ok(response)
}
