//! All rows of a list as a file: `GET /tracks/export?format=csv`. Rows are read and written a thousand at a time, as fast as the client
//! takes them; when it goes, so does the statement.

use std::io;

use bytes::Bytes;
use futures_util::stream;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Body, Request, Response};

use crate::ctx::Ctx;
use crate::entity::Surface;
use crate::error::Result;
use crate::http::accept::quality;
use crate::http::problem::http_problem;
use crate::policy::Action;
use crate::rest::params::{self, ExportRequest};
use crate::rest::resource::{RequestError, Resource};
use crate::service::{RecordStream, Records};
use crate::transfer::{FileFormat, FileText};
use crate::value::Record;

/// Bytes that are sent at once.
const CHUNK: usize = 32 * 1024;

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
        let mut rows = Records::new(ctx, self.info()).unhurried_stream(query);
        // What is refused is refused before anything is answered.
        let first = rows.next().await.transpose()?;
        let mut response = Response::default();
        self.describe(format, response.headers_mut());
        if *request.method() != Method::HEAD {
            let mut head = Vec::with_capacity(CHUNK);
            text.head(&mut head);
            let file =
                File { rows, text, next: first, pending: head, request_id: ctx.request_id().to_owned() };
            response.set_body(Body::from_bytes_stream(stream::try_unfold(Some(file), File::chunk)));
        }
        Ok(response)
    }

    fn describe(&self, format: FileFormat, headers: &mut HeaderMap) {
        let (kind, extension) = match format {
            FileFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
            FileFormat::Jsonl => ("application/jsonl", "jsonl"),
        };
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        let name = format!("attachment; filename=\"{}.{extension}\"", self.info().def.rest_path);
        if let Ok(name) = HeaderValue::try_from(name) {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
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

/// A file on its way to the client.
struct File {
    rows: RecordStream,
    text: FileText,
    /// A row that was read and is not written yet.
    next: Option<Record>,
    /// What is written and not sent yet.
    pending: Vec<u8>,
    request_id: String,
}

impl File {
    /// The next bytes; none at the end.
    async fn chunk(file: Option<Self>) -> io::Result<Option<(Bytes, Option<Self>)>> {
        let Some(mut file) = file else { return Ok(None) };
        while let Some(row) = file.next.take() {
            file.text.row(&row, &mut file.pending);
            file.next = file.rows.next().await.transpose().map_err(|error| {
                // What was sent is a part; the connection ends, so that the client sees that it is no more.
                tracing::warn!(request_id = file.request_id, %error, "an export ended early");
                io::Error::other("the export ended early")
            })?;
            if file.pending.len() >= CHUNK {
                break;
            }
        }
        let bytes = Bytes::from(std::mem::replace(&mut file.pending, Vec::with_capacity(CHUNK)));
        let rest = file.next.is_some().then_some(file);
        Ok((rest.is_some() || !bytes.is_empty()).then_some((bytes, rest)))
    }
}
