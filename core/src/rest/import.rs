//! A file of rows that a client sends: `POST /tracks/import` with CSV or JSON lines.
//!
//! The file is written to the disk while it comes, and read when all of it is there: nothing is done while a client still sends, and
//! a few hundred rows are in memory at a time.

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use poem::http::header;
use poem::{Request, Response};
use sha2::{Digest as _, Sha256};

use crate::ctx::Ctx;
use crate::entity::Surface;
use crate::error::{Error, Result};
use crate::http::idempotency::{key_of, keyed_with};
use crate::http::json::has_media_type;
use crate::policy::Action;
use crate::rest::many::counted;
use crate::rest::params::{self, Takes};
use crate::rest::prefer;
use crate::rest::resource::{RequestError, Resource};
use crate::rest::write_mode::WriteMode;
use crate::transfer::{FileFormat, ImportedFile, RowsOf, import_rows};

/// Bytes that are written to the disk at once.
const CHUNK: usize = 256 * 1024;
const JSON_LINES: [&str; 2] = ["application/jsonl", "application/x-ndjson"];
const EITHER: &str = "text/csv or application/jsonl in UTF-8";

impl Resource {
    pub(super) async fn import(
        self: &Arc<Self>,
        ctx: &Ctx,
        mut request: Request,
    ) -> Result<Response, RequestError> {
        // Of a request that is refused nothing is read.
        self.info().authorize(Action::Create, ctx)?;
        let params = params::of_write(ctx, request.uri().query(), Takes::Upsert(self.info()))?;
        if params.upsert.is_some() {
            self.info().authorize(Action::Update, ctx)?;
        }
        let format = format_of(&request).ok_or(RequestError::MediaType(EITHER))?;
        let key = key_of(&request)?;
        let (file, digest) = received(&mut request, self.import_limit()).await?;
        let mode = match key {
            _ if params.dry_run => WriteMode::DryRun,
            Some(key) => WriteMode::Once(keyed_with(&request, key, &digest)),
            None => WriteMode::Plain,
        };
        let (info, rows) = (self.info(), RowsOf::Client { surface: Surface::Rest, upsert: params.upsert });
        let headers = request.headers().clone();
        mode.run(ctx, move |ctx| async move {
            let count = import_rows(&ctx, info, ImportedFile::Open(file), format, rows, ()).await?;
            let mut response = counted(count);
            prefer::apply(&headers, &mut response);
            Ok(response)
        })
        .await
    }
}

/// The format of a request's body, by its media type.
fn format_of(request: &Request) -> Option<FileFormat> {
    let kind = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let mut charsets = kind.split(';').skip(1).filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    let is_read =
        |charset: &str| ["utf-8", "utf8", "us-ascii"].iter().any(|known| charset.eq_ignore_ascii_case(known));
    if !charsets.all(is_read) {
        return None;
    }
    if has_media_type(request, &["text/csv"]) {
        return Some(FileFormat::Csv);
    }
    has_media_type(request, &JSON_LINES).then_some(FileFormat::Jsonl)
}

/// The body of a request as a file without a name, and its digest.
async fn received(request: &mut Request, limit: usize) -> Result<(File, [u8; 32])> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return Err(Error::PayloadTooLarge { limit });
    }
    let mut chunks = request.take_body().into_bytes_stream();
    let mut file = on_disk(tempfile::tempfile).await?;
    let (mut digest, mut pending, mut size) = (Sha256::new(), BytesMut::new(), 0);
    loop {
        let next = chunks.try_next().await;
        let next = next.map_err(|_| Error::bad_request("the request's body could not be read to its end"))?;
        let is_end = next.is_none();
        let chunk = next.unwrap_or_else(Bytes::new);
        size += chunk.len();
        if size > limit {
            return Err(Error::PayloadTooLarge { limit });
        }
        digest.update(&chunk);
        pending.extend_from_slice(&chunk);
        if pending.len() >= CHUNK || is_end {
            let bytes = pending.split().freeze();
            file = on_disk(move || file.write_all(&bytes).map(|()| file)).await?;
        }
        if is_end {
            return Ok((file, digest.finalize().into()));
        }
    }
}

/// Runs what waits for the disk where it keeps nobody waiting.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> std::io::Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
    done.map_err(|error| Error::internal(format!("a temporary file cannot be written: {error}")))
}
