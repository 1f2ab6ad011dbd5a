//! Rows as a file that is sent while it is written. Rows are read and written a thousand at a time, as fast as the client takes them; when
//! it goes, so does the statement.

use std::io;

use bytes::Bytes;
use futures_util::stream;
use poem::http::{HeaderMap, HeaderValue, header};
use poem::{Body, Response};

use crate::error::Result;
use crate::service::RecordStream;
use crate::transfer::{FileFormat, FileText};
use crate::value::Record;

/// Bytes that are sent at once.
const CHUNK: usize = 32 * 1024;

/// A file on its way to the client.
pub(crate) struct RowFile {
    rows: RecordStream,
    text: FileText,
    /// A row that was read and is not written yet.
    next: Option<Record>,
    /// What is written and not sent yet.
    pending: Vec<u8>,
    request_id: String,
}

impl RowFile {
    /// A file of these rows. What is refused is refused before anything is answered.
    ///
    /// # Errors
    /// As of the first row.
    pub(crate) async fn new(mut rows: RecordStream, text: FileText, request_id: &str) -> Result<Self> {
        let next = rows.next().await.transpose()?;
        Ok(Self { rows, text, next, pending: Vec::new(), request_id: request_id.to_owned() })
    }

    /// The response with the file.
    pub(crate) fn send(mut self, response: &mut Response) {
        let mut head = Vec::with_capacity(CHUNK);
        self.text.head(&mut head);
        self.pending = head;
        response.set_body(Body::from_bytes_stream(stream::try_unfold(Some(self), Self::chunk)));
    }

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

/// Says what the file is, and that browsers save it under this name.
pub(crate) fn describe(format: FileFormat, name: &str, headers: &mut HeaderMap) {
    let (kind, extension) = match format {
        FileFormat::Csv => ("text/csv; charset=utf-8; header=present", "csv"),
        FileFormat::Jsonl => ("application/jsonl", "jsonl"),
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"{name}.{extension}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
}
