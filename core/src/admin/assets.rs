//! The stylesheet, the script and the icon, held in the binary.

use std::sync::LazyLock;

use poem::http::{StatusCode, header};
use poem::{Request, Response};
use sha2::{Digest as _, Sha256};

use crate::admin::accent::Accent;
use crate::admin::looks::Looks;
use crate::http::etag::{Comparison, is_named};

/// A file served as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asset {
    /// The stylesheet.
    Stylesheet,
    /// The script.
    Script,
    /// The icon of browser tabs.
    Icon,
    /// The application's colour.
    Accent,
    /// The application's logo.
    Logo,
}

const STYLESHEET: &str = include_str!("../../assets/admin/admin.css");
const SCRIPT: &str = include_str!("../../assets/admin/admin.js");
const ICON: &str = include_str!("../../assets/admin/icon.svg");

static STYLESHEET_PATH: LazyLock<String> = LazyLock::new(|| path("admin.css", STYLESHEET));
static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| path("admin.js", SCRIPT));
static ICON_PATH: LazyLock<String> = LazyLock::new(|| path("icon.svg", ICON));

/// The stylesheet's address, which changes with its content.
pub(super) fn stylesheet() -> &'static str {
    &STYLESHEET_PATH
}

/// The script's address, which changes with its content.
pub(super) fn script() -> &'static str {
    &SCRIPT_PATH
}

/// The icon's address, which changes with its content.
pub(super) fn icon() -> &'static str {
    &ICON_PATH
}

/// The address of the application's colour, if it has one.
pub(super) fn accent(looks: &Looks) -> Option<String> {
    looks.accent.map(|accent| path("accent.css", &accent.stylesheet()))
}

/// The address of the application's logo, if it has one.
pub(super) fn logo(looks: &Looks) -> Option<String> {
    looks.logo.as_deref().map(|logo| path("logo.svg", logo))
}

fn path(name: &str, content: &str) -> String {
    format!("/admin/assets/{name}?v={}", version(content))
}

fn version(content: &str) -> String {
    let digest = Sha256::digest(content.as_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

impl Asset {
    /// The asset with this file name.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "admin.css" => Some(Self::Stylesheet),
            "admin.js" => Some(Self::Script),
            "icon.svg" => Some(Self::Icon),
            "accent.css" => Some(Self::Accent),
            "logo.svg" => Some(Self::Logo),
            _ => None,
        }
    }

    /// Serves the file. Under the address of its version it may be kept for ever.
    pub(super) fn serve(self, request: &Request, looks: &Looks) -> Response {
        let accent;
        let (content, kind, path) = match self {
            Self::Stylesheet => (STYLESHEET, "text/css; charset=utf-8", stylesheet().to_owned()),
            Self::Script => (SCRIPT, "text/javascript; charset=utf-8", script().to_owned()),
            Self::Icon => (ICON, "image/svg+xml", icon().to_owned()),
            Self::Accent => {
                accent = looks.accent.map(Accent::stylesheet).unwrap_or_default();
                (accent.as_str(), "text/css; charset=utf-8", path("accent.css", &accent))
            }
            Self::Logo => {
                let logo = looks.logo.as_deref().unwrap_or(ICON);
                (logo, "image/svg+xml", path("logo.svg", logo))
            }
        };
        let tag = path.split_once("?v=").map_or("", |(_, version)| version);
        let exact = request.uri().query().and_then(|query| query.strip_prefix("v=")) == Some(tag);
        let response = Response::builder()
            .header(header::CONTENT_TYPE, kind)
            .header(header::ETAG, format!("\"{tag}\""))
            .header(
                header::CACHE_CONTROL,
                if exact { "public, max-age=31536000, immutable" } else { "no-cache" },
            );
        if is_named(
            format!("\"{tag}\"").as_bytes(),
            request.headers(),
            &header::IF_NONE_MATCH,
            Comparison::Weak,
        ) {
            return response.status(StatusCode::NOT_MODIFIED).finish();
        }
        response.body(content.to_owned())
    }
}
