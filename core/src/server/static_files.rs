//! Files of the application's own: its front end, its pictures.

use std::path::{Path, PathBuf};

use poem::error::{NotFoundError, StaticFileError};
use poem::http::{HeaderValue, header};
use poem::web::StaticFileRequest;
use poem::{Endpoint, FromRequest as _, IntoResponse as _, Request, Response};
use sha2::{Digest as _, Sha256};

use crate::http::accept::quality;
use crate::http::etag::{self, Comparison};
use crate::http::percent::decode_path;
use crate::http::problem::refuse_writes;

/// The page of a folder.
const INDEX: &str = "index.html";

/// What is asked for again each time: a page, which names what else there is.
const REVALIDATED: HeaderValue = HeaderValue::from_static("no-cache");
/// What is taken as it is for an hour.
const FOR_AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");
/// What never changes: its name holds a digest of its content.
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Files that `App::files` serves: a folder, or `entify::files!("web/dist")`.
#[derive(Debug, Clone)]
pub struct StaticFiles(Source);

#[derive(Debug, Clone)]
enum Source {
    Folder(PathBuf),
    Program(&'static [(&'static str, &'static [u8])]),
}

/// Files that are compiled into the program: the value of `entify::files!`.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedFiles {
    /// The folder they come from, which is read while the program is developed.
    #[doc(hidden)]
    pub folder: &'static str,
    /// Paths and contents; none in a build for debugging.
    #[doc(hidden)]
    pub files: Option<&'static [(&'static str, &'static [u8])]>,
}

impl From<EmbeddedFiles> for StaticFiles {
    fn from(embedded: EmbeddedFiles) -> Self {
        match embedded.files {
            Some(files) => Self(Source::Program(files)),
            None => Self(Source::Folder(embedded.folder.into())),
        }
    }
}

impl From<PathBuf> for StaticFiles {
    fn from(folder: PathBuf) -> Self {
        Self(Source::Folder(folder))
    }
}

impl From<&Path> for StaticFiles {
    fn from(folder: &Path) -> Self {
        folder.to_owned().into()
    }
}

impl From<&str> for StaticFiles {
    fn from(folder: &str) -> Self {
        Path::new(folder).into()
    }
}

impl From<String> for StaticFiles {
    fn from(folder: String) -> Self {
        PathBuf::from(folder).into()
    }
}

impl Endpoint for StaticFiles {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        if let Some(refused) = refuse_writes(&request) {
            return Ok(refused);
        }
        let path = readable(request.uri().path()).ok_or(NotFoundError)?;
        let conditions = StaticFileRequest::from_request_without_body(&request).await?;
        if let Some(response) = self.file(&path, conditions, &request)? {
            return Ok(response);
        }
        // An address within the page: its own script knows what to show there.
        let is_page = !last(&path).contains('.') && accepts_pages(&request);
        let conditions = StaticFileRequest::from_request_without_body(&request).await?;
        let page = if is_page { self.file(INDEX, conditions, &request)? } else { None };
        page.ok_or_else(|| NotFoundError.into())
    }
}

impl StaticFiles {
    /// A file, or that of a folder.
    fn file(
        &self,
        path: &str,
        conditions: StaticFileRequest,
        request: &Request,
    ) -> poem::Result<Option<Response>> {
        let path = match path {
            "" => INDEX.to_owned(),
            path => path.strip_suffix('/').map_or(path.to_owned(), |folder| format!("{folder}/{INDEX}")),
        };
        let mut response = match &self.0 {
            Source::Folder(folder) => match conditions.create_response(folder.join(&path), true, false) {
                Ok(response) => response.into_response(),
                Err(StaticFileError::NotFound) => return Ok(None),
                Err(error) => return Err(error.into()),
            },
            Source::Program(files) => {
                let Some((_, content)) = files.iter().find(|(name, _)| *name == path) else {
                    return Ok(None);
                };
                embedded(&path, content, conditions, request)?
            }
        };
        // What has no content, as 304, has no type either.
        if let (true, Ok(kind)) =
            (response.headers().contains_key(header::CONTENT_TYPE), HeaderValue::try_from(media_type(&path)))
        {
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        let cache = match last(&path) {
            name if name.ends_with(".html") => REVALIDATED,
            name if has_digest(name) => FOREVER,
            _ => FOR_AN_HOUR,
        };
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
        Ok(Some(response))
    }
}

/// A file of the program, with a tag of its content.
fn embedded(
    path: &str,
    content: &'static [u8],
    conditions: StaticFileRequest,
    request: &Request,
) -> poem::Result<Response> {
    let digest: String = Sha256::digest(content).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{digest}\"");
    let is_known =
        etag::is_named(tag.as_bytes(), request.headers(), &header::IF_NONE_MATCH, Comparison::Weak);
    let mut response = match is_known {
        true => poem::http::StatusCode::NOT_MODIFIED.into(),
        false => {
            conditions.create_response_from_data(content)?.with_content_type(media_type(path)).into_response()
        }
    };
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// The type of a file by its name, wherever it is kept; texts are UTF-8.
fn media_type(path: &str) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    match kind.type_() == mime_guess::mime::TEXT || kind.subtype() == mime_guess::mime::JAVASCRIPT {
        true => format!("{kind}; charset=utf-8"),
        false => kind.to_string(),
    }
}

/// The path below the folder, decoded; nothing where it leads out of it or names what is not meant to be served.
fn readable(path: &str) -> Option<String> {
    let decoded = decode_path(path)?;
    let path = decoded.trim_start_matches('/');
    let hidden = |segment: &str| segment.starts_with('.') && segment != ".well-known";
    let refused = path.contains(['\\', '\0', ':']) || path.contains("//") || path.split('/').any(hidden);
    (!refused).then(|| path.to_owned())
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Whether a name holds a digest, as bundlers write it: `index-B1x9_Qz3.js`, `app.3f2a91bc.css`.
fn has_digest(name: &str) -> bool {
    let parts: Vec<&str> = name.split(['-', '.']).collect();
    let is_digest = |part: &&str| {
        part.len() >= 8
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && part.bytes().any(|byte| byte.is_ascii_digit())
    };
    parts.len() >= 3 && parts[1..parts.len() - 1].iter().any(is_digest)
}

/// Whether the client wants a page, as a browser does that goes to an address.
fn accepts_pages(request: &Request) -> bool {
    let (wanted, named) = quality(request.headers(), "text/html");
    named && wanted > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_never_leads_out_of_the_folder() {
        for path in [
            "/../a",
            "/a/../../b",
            "/%2e%2e/a",
            "/.env",
            "/a/.git/config",
            "/a%00b",
            "/a%5c..%5cb",
            "//etc/passwd",
            "/c:/a",
        ] {
            let readable = readable(path);
            assert!(
                readable.as_deref().is_none_or(|path| !path.starts_with('/') && !path.contains("..")),
                "{path}: {readable:?}"
            );
        }
        for path in ["/.env", "/a/.git/config", "/a/../b", "/%2e%2e/a"] {
            assert_eq!(readable(path), None, "{path}");
        }
        assert_eq!(readable("/a%20b+c.txt").as_deref(), Some("a b+c.txt"));
        assert_eq!(readable("/.well-known/security.txt").as_deref(), Some(".well-known/security.txt"));
    }

    #[test]
    fn names_with_a_digest_never_change() {
        for name in ["index-B1x9_Qz3.js", "app.3f2a91bc.css", "logo-1a2b3c4d.svg"] {
            assert!(has_digest(name), "{name}");
        }
        for name in ["index.html", "favicon.ico", "my-component.js", "jquery.min.js", "a-b.css"] {
            assert!(!has_digest(name), "{name}");
        }
    }
}
