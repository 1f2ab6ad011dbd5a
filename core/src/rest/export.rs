//! All rows of a list as a file: `GET /tracks/export?format=csv`.

use poem::http::{HeaderMap, Method, StatusCode};
use poem::{Request, Response};

use crate::ctx::Ctx;
use crate::entity::Surface;
use crate::error::Result;
use crate::http::accept::quality;
use crate::http::problem::http_problem;
use crate::http::row_file::{self, RowFile};
use crate::policy::Action;
use crate::rest::params::{self, ExportRequest};
use crate::rest::resource::{RequestError, Resource};
use crate::service::Records;
use crate::transfer::{FileFormat, FileText};

/// The media type of a file.
pub(super) const fn media_type(format: FileFormat) -> &'static str {
    match format {
        FileFormat::Csv => "text/csv",
        FileFormat::Jsonl => "application/jsonl",
    }
}

impl Resource {
    pub(super) async fn export(&self, ctx: &Ctx, request: &Request) -> Result<Response, RequestError> {
        self.info().authorize(Action::Read, ctx)?;
        let ExportRequest { mut query, format, escape_formulas, columns } =
            params::export(ctx, self.info(), request.uri().query())?;
        let Some(format) = accepted(request.headers(), format) else {
            let detail =
                "the answer is `text/csv` or `application/jsonl`, which `Accept` or `format` rules out";
            return Ok(http_problem(StatusCode::NOT_ACCEPTABLE, detail, ctx.request_id()));
        };
        let columns = match columns {
            Some(columns) => columns.into_iter().map(|column| &self.info().columns[column]).collect(),
            None => self.info().on(Surface::Rest).readable().to_vec(),
        };
        query.columns = columns.iter().map(|column| column.index).collect();
        let text = FileText::new(format, columns).escaping_formulas(escape_formulas);
        let rows = Records::new(ctx, self.info()).unhurried_stream(query);
        let file = RowFile::new(rows, text, ctx.request_id()).await?;
        let mut response = Response::default();
        row_file::describe(format, self.info().def.rest_path, response.headers_mut());
        if *request.method() != Method::HEAD {
            file.send(&mut response);
        }
        Ok(response)
    }
}

/// The format of an export: the one that is asked for, if the client takes it; else the one that it takes rather.
fn accepted(headers: &HeaderMap, asked: Option<FileFormat>) -> Option<FileFormat> {
    let wants = |format| quality(headers, media_type(format));
    let formats = match asked {
        Some(format) => vec![format],
        None => vec![FileFormat::Jsonl, FileFormat::Csv],
    };
    // Of two that are wanted alike the last counts.
    formats.into_iter().filter(|format| wants(*format).0 > 0).max_by_key(|format| wants(*format))
}
