//! What a browser sees at `/graphql`: GraphiQL, where its files are built in (the feature `graphiql`) or installed, and otherwise a
//! console of one page. Neither needs a network beyond this server.

mod sample;

pub(crate) use sample::query as sample_query;

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Request, Response};

use crate::entity::Registry;
use crate::http::accept::quality;

const CONSOLE: &str = include_str!("explorer/console.html");
const GRAPHIQL: &str = include_str!("explorer/graphiql.html");

/// The files of GraphiQL.
macro_rules! files {
    ($($name:literal: $place:literal,)*) => {
        /// The name they are served under, and where npm puts them.
        const FILES: [(&str, &str); 4] = [$(($name, $place)),*];

        /// What was in them when the program was built.
        #[cfg(feature = "graphiql")]
        const BUILT_IN: [(&str, &[u8]); 4] = [$((
            $name,
            include_bytes!(concat!(
                env!(
                    "GRAPHIQL_DIR",
                    "the feature `graphiql` builds the files of GraphiQL in: install them with `npm install graphiql@3 react@18 \
                     react-dom@18` and build with GRAPHIQL_DIR, the absolute path of the folder `node_modules`"
                ),
                "/",
                $place
            )),
        )),*];
    };
}

files! {
    "graphiql.css": "graphiql/graphiql.min.css",
    "graphiql.js": "graphiql/graphiql.min.js",
    "react.js": "react/umd/react.production.min.js",
    "react-dom.js": "react-dom/umd/react-dom.production.min.js",
}

/// The page for browsers.
#[derive(Debug, Clone)]
pub enum Explorer {
    /// A small console: queries with completion and history, variables, the schema.
    Console,
    /// GraphiQL.
    GraphiQl(GraphiQl),
}

/// The files of [GraphiQL](https://github.com/graphql/graphiql), read once.
#[derive(Debug, Clone)]
pub struct GraphiQl {
    files: Arc<[(&'static str, Bytes)]>,
}

/// GraphiQL's files are not where they were said to be.
#[derive(Debug, thiserror::Error)]
#[error(
    "GRAPHIQL_DIR: {file} cannot be read ({reason}); install them with `npm install graphiql@3 react@18 react-dom@18` \
     and name the folder `node_modules`"
)]
pub struct GraphiQlError {
    file: String,
    reason: std::io::Error,
}

impl GraphiQl {
    /// Reads the files from the folder in which npm installed `graphiql@3 react@18 react-dom@18`.
    ///
    /// # Errors
    /// [`GraphiQlError`] when one cannot be read.
    pub fn load(node_modules: &Path) -> Result<Self, GraphiQlError> {
        let read = |(name, place): (&'static str, &str)| {
            let file = node_modules.join(place);
            match std::fs::read(&file) {
                Ok(content) => Ok((name, Bytes::from(content))),
                Err(reason) => Err(GraphiQlError { file: file.display().to_string(), reason }),
            }
        };
        Ok(Self { files: FILES.into_iter().map(read).collect::<Result<_, _>>()? })
    }

    /// The files that were built in.
    #[cfg(feature = "graphiql")]
    #[must_use]
    pub fn built_in() -> Self {
        Self { files: BUILT_IN.map(|(name, content)| (name, Bytes::from_static(content))).into() }
    }

    fn serve(&self, name: &str) -> Option<Response> {
        let (_, content) = self.files.iter().find(|(known, _)| *known == name)?;
        let kind = if name.ends_with(".css") { "text/css" } else { "text/javascript" };
        let response = Response::builder()
            .content_type(format!("{kind}; charset=utf-8"))
            .header(header::CACHE_CONTROL, "private, max-age=3600")
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        Some(response.body(content.clone()))
    }
}

/// Whether a browser asks for a page rather than a program for an answer: it names the page's type, and prefers it.
pub(super) fn is_page_request(request: &Request) -> bool {
    let (html, named) = quality(request.headers(), "text/html");
    let (json, _) = quality(request.headers(), "application/json");
    let query = request.uri().query().unwrap_or_default();
    named && html > 0 && html >= json && !query.split('&').any(|pair| pair.starts_with("query="))
}

impl Default for Explorer {
    /// GraphiQL where it is built in, else the console.
    fn default() -> Self {
        #[cfg(feature = "graphiql")]
        {
            Self::GraphiQl(GraphiQl::built_in())
        }
        #[cfg(not(feature = "graphiql"))]
        {
            Self::Console
        }
    }
}

/// The query that the page begins with, as a literal of a script.
pub(super) fn sample(entities: &Registry) -> String {
    // `<` could end the script.
    serde_json::Value::from(sample::query(entities)).to_string().replace('<', "\\u003c")
}

impl Explorer {
    /// A file of the page, by its name.
    pub(crate) fn file(&self, name: &str) -> Option<Response> {
        match self {
            Self::Console => None,
            Self::GraphiQl(files) => files.serve(name),
        }
    }

    /// The page of an application below this path, under a policy that runs its very scripts and nothing else.
    pub(super) fn page(&self, base: &str, sample: &str) -> Response {
        let mut random = [0; 18];
        if let Err(error) = getrandom::fill(&mut random) {
            tracing::error!(%error, "no random numbers");
            return StatusCode::INTERNAL_SERVER_ERROR.into();
        }
        let nonce = BASE64.encode(random);
        let (page, styles) = match self {
            Self::Console => (CONSOLE, format!("style-src 'nonce-{nonce}'; img-src data:")),
            // GraphiQL's editor sets styles as it goes; its stylesheet carries fonts.
            Self::GraphiQl(_) => {
                (GRAPHIQL, "style-src 'self' 'unsafe-inline'; img-src data:; font-src data:".to_owned())
            }
        };
        let policy = format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; {styles}; connect-src 'self'; base-uri 'none'; \
             form-action 'none'; frame-ancestors 'none'"
        );
        Response::builder()
            .content_type("text/html; charset=utf-8")
            .header(header::CACHE_CONTROL, "no-store")
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            .header(header::REFERRER_POLICY, "no-referrer")
            .header(header::VARY, "Accept")
            .header(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).unwrap_or(BARRED))
            .body(page.replace("{{nonce}}", &nonce).replace("{{base}}", base).replace("{{sample}}", sample))
    }
}

/// Runs nothing: for a policy that no header can hold, which base64 rules out.
const BARRED: HeaderValue = HeaderValue::from_static("default-src 'none'");
